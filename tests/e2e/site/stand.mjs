// A built site behind tessera-fcgi and a real nginx, in a folder of its own;
// what tests ask of it, and what the oracle says the answers are.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const bin = path.resolve(process.argv[2] ?? "build/release");
const programs = path.basename(bin) === "release" ? path.dirname(bin) : bin;
export const tessera = path.join(programs, "tessera");
export const repository = path.resolve(new URL(".", import.meta.url).pathname, "../../..");

export function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

export function makeFolder(name) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), `tessera-${name}-`));
	fs.chmodSync(folder, 0o755); // nginx may have given up its rights
	return folder;
}

// The last words of a program that should go on.
function start(command, args, env = {}) {
	const child = spawn(command, args,
		{ stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
	child.log = "";
	child.stderr.on("data", (chunk) => { child.log += chunk; });
	child.done = new Promise((resolve) => child.on("exit", (code, signal) => {
		child.ended = signal ?? code;
		resolve(child.ended);
	}));
	return child;
}

// A sample of doc/ with our places instead of its own, in an http block.
function writeConfig(folder, port, sample, extra) {
	const server = fs.readFileSync(path.join(repository, "doc", sample), "utf8")
		.replaceAll("unix:/run/tessera/www.sock", `unix:${folder}/sock`)
		.replaceAll("/srv/site/out", `${folder}/out`)
		.replaceAll("/var/cache/nginx/tessera", `${folder}/cache`)
		.replaceAll("listen 80;", `listen 127.0.0.1:${port};`)
		.replaceAll("listen [::]:80;", extra)
		.replaceAll("include fastcgi_params;", "include /etc/nginx/fastcgi_params;");
	const temp = ["client_body", "fastcgi", "proxy", "uwsgi", "scgi"]
		.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
	fs.writeFileSync(path.join(folder, "nginx.conf"), `
daemon off; ${process.getuid() === 0 ? "user root;" : ""} worker_processes 1;
pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http { access_log off; ${temp} include /etc/nginx/mime.types; keepalive_requests 1000000;
${server}
}
`);
}

// A minute of 2026, drawn by a seed: pages may differ by the time of day, so that
// who asks and who says what is right must have the same.
export const momentOf = (seed) => Date.UTC(2026, 0, 1) +
	(Math.imul(seed, 2654435761) >>> 0) % (365 * 24 * 60) * 60000;

// keys: sign what is signed; state: and keep what is sent, in stand.state; now:
// the moment at which the server's clock stands still.
export async function openStand({ name, sample = "nginx.conf", extra = "",
	site = repository, keys = false, state = false, now }) {
	const folder = makeFolder(name), port = await freePort();
	execFileSync(tessera, ["build", "--quiet", "--out", path.join(folder, "out"), site]);
	writeConfig(folder, port, sample, extra);
	if (keys)
		execFileSync(tessera, ["keys", "--out", `${folder}/keys`]);
	if (state)
		fs.mkdirSync(`${folder}/state`);
	const fcgi = start(path.join(programs, "tessera-fcgi"),
		["--listen", `${folder}/sock`, "--workers", "2",
			...(keys ? ["--keys", `${folder}/keys`] : []),
			...(state ? ["--state", `${folder}/state`] : []), `${folder}/out/current`],
		now === undefined ? {} : { TESSERA_NOW: String(now),
			LD_PRELOAD: path.join(bin, "tests/clock.so"),
			ASAN_OPTIONS: "verify_asan_link_order=0" });
	const nginx = start("nginx",
		["-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`, "-p", folder]);
	const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
	const stand = { folder, port, fcgi, nginx, agent, now };
	for (let i = 0; i < 200; i++) {
		if ((await ask(stand, "/")).status === 200)
			return stand;
		await sleep(50);
	}
	const log = fcgi.log + nginx.log + fs.readFileSync(`${folder}/error.log`, "utf8");
	await closeStand(stand);
	throw new Error(`nobody answers: ${log}`);
}

export async function closeStand(stand) {
	stand.agent.destroy();
	for (const child of [stand.nginx, stand.fcgi])
		if (child.ended === undefined) {
			child.kill("SIGTERM");
			await child.done;
		}
	fs.rmSync(stand.folder, { recursive: true, force: true });
}

// One request; headers: pairs, values as latin-1.
export function ask(stand, target, headers = [], method = "GET") {
	return new Promise((resolve) => {
		const request = http.request({ port: stand.port, host: "127.0.0.1", path: target,
			agent: stand.agent, method, headers: ["Host", stand.host ?? "www.example.org", ...headers.flat()] },
		(reply) => {
			const parts = [];
			reply.on("data", (part) => parts.push(part));
			reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers,
				body: Buffer.concat(parts) }));
			reply.on("error", (error) => resolve({ status: 0, headers: {}, error,
				body: Buffer.alloc(0) }));
		});
		request.on("error", (error) => resolve({ status: 0, headers: {}, error,
			body: Buffer.alloc(0) }));
		request.end();
	});
}

// The target and the headers of a page for a visitor.
export function requestOf(page, visitor) {
	const headers = visitor.cookie === "" ? visitor.headers
		: [...visitor.headers, ["Cookie", visitor.cookie]];
	return { target: visitor.query === "" ? page.path : `${page.path}?${visitor.query}`, headers };
}

// Where the text of a page's state stands: [from, to], or null.
export function stateOf(bytes) {
	const from = bytes.indexOf(' data-state="') + 13;
	return from < 13 ? null : [from, bytes.indexOf('"', from)];
}

// A page as the oracle has it: its state blank, where it is that of a visitor
// of whom nothing is remembered, at this moment.
export function stateless(bytes, now) {
	const at = stateOf(bytes);
	if (!at || at[0] === at[1])
		return bytes;
	const state = Buffer.from(bytes.subarray(...at).toString(), "base64url");
	if (state[0] !== 1 || state[1] < 128 || state.readUInt32LE(2) !== now / 1000 ||
		state.subarray(6).some((b) => b))
		return bytes;
	return Buffer.from(bytes).fill(" ", ...at);
}

// What the oracle says: { pages, visitors, answers: [{ page, visitor, padded,
// plain }], text(name), clear() }. who: [seed, count] or [file]; now: the moment.
export function consult(who, now, site = repository) {
	const folder = makeFolder("oracle");
	const lines = execFileSync(path.join(bin, "tests/oracle"),
		[site, folder, String(now), ...who.map(String)], { maxBuffer: 1 << 30 })
		.toString().trim().split("\n").map((line) => JSON.parse(line));
	const pages = lines.filter((line) => "page" in line);
	const visitors = lines.filter((line) => "visitor" in line);
	const answers = lines.filter((line) => "of" in line).map((line) => ({ ...line,
		page: pages[line.of], visitor: visitors[line.for] }));
	return { folder, pages, visitors, answers,
		text: (name) => fs.readFileSync(path.join(folder, name)),
		clear: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

// Run job(item) for all, `width` at a time.
export async function each(items, width, job) {
	const queue = items.entries();
	await Promise.all(Array.from({ length: width }, async () => {
		for (const [number, item] of queue)
			await job(item, number);
	}));
}

export class Tally {
	passed = 0;
	failed = 0;

	constructor({ quiet = false } = {}) {
		this.quiet = quiet;
	}

	check(good, ...says) {
		if (good) {
			this.passed++;
			return true;
		}
		if (this.failed++ < 20 && !this.quiet)
			console.log("FAILED:", ...says);
		return false;
	}

	close(seconds) {
		console.log(`${this.passed} passed, ${this.failed} failed` +
			(seconds === undefined ? "" : ` in ${seconds.toFixed(1)} s`));
		process.exitCode = this.failed === 0 ? 0 : 1;
	}
}
