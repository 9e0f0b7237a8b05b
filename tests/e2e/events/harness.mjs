// What the tests of events share: a daemon with a state, a web server in front
// of it, batches, and what is in the log afterwards.

import { execFileSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fetchOnce } from "../../lib/fcgi_client.mjs";

export const [tessera, fcgi, load, site] = process.argv.slice(2, 6).map((p) => path.resolve(p));
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tsr-events-"));
export const out = path.join(folder, "out"), keys = path.join(folder, "keys");
export const ALL = "consent=functional+analytics+personalization";
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const total = { passed: 0, failed: 0 };
// With LONG=1 what serves has one core, the last one, to itself and all else that is here.
export const pinned = (program, args) => process.env.LONG
	? ["taskset", ["-c", String(os.cpus().length - 1), program, ...args]] : [program, args];

export function check(says, good, seen = "") {
	if (good) {
		total.passed++;
		return;
	}
	total.failed++;
	console.log(`FAILED: ${says} ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
}

export function prepare() {
	fs.chmodSync(folder, 0o755);
	execFileSync(tessera, ["build", "--quiet", "--out", out, site], { stdio: "ignore" });
	execFileSync(tessera, ["keys", "--out", keys]);
	return execFileSync(tessera, ["keys", "--token", keys]).toString().trim();
}

export async function until(good, ms = 10000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(20))
		if (await good())
			return true;
	return false;
}

// A daemon; state: its folder, kept over restarts.
export async function start(name, { state = path.join(folder, name), args = [], workers = 2 } = {}) {
	const socket = path.join(folder, `${name}.sock`);
	fs.mkdirSync(state, { recursive: true });
	const server = { socket, state, log: "" };
	const run = () => {
		const child = spawn(...pinned(fcgi, ["--listen", socket, "--workers", String(workers), "--state", state,
			"--keys", keys, ...args, path.join(out, "current")]), { stdio: ["ignore", "ignore", "pipe"] });
		child.stderr.on("data", (chunk) => { server.log += chunk; });
		server.ended = new Promise((resolve) => child.on("exit", resolve));
		server.child = child;
	};
	run();
	const up = await until(async () => {
		// The socket is another's while workers of one that was killed still have it.
		if (server.child.exitCode !== null)
			run();
		return processes(server).workers.length > 0 &&
			(await fetchOnce(socket, "/_tessera/health").catch(() => null))?.status === 200;
	}, 20000);
	check(`${name}: answers`, up, server.log);
	check(`${name}: has a writer`, await until(() => processes(server).writer !== undefined), server.log);
	return server;
}

export async function stop(server, signal = "SIGTERM") {
	server.child.kill(signal);
	await server.ended;
}

// The processes of a daemon: the writer is the one with the log open.
export function processes(server) {
	const pid = server.child.pid, found = { workers: [], writer: undefined };
	let children = [];
	try {
		children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
	} catch {
		// It has ended.
	}
	for (const child of children) {
		let links = [];
		try {
			links = fs.readdirSync(`/proc/${child}/fd`).map((fd) => fs.readlinkSync(`/proc/${child}/fd/${fd}`));
		} catch {
			continue;
		}
		if (links.some((link) => link === path.join(server.state, "events/lock")))
			found.writer = Number(child);
		else if (links.some((link) => link.includes("eventpoll")))
			found.workers.push(Number(child));
	}
	return found;
}

export const id = () => crypto.randomBytes(16).toString("base64url");
export const event = (k, f = {}, more = {}) => ({ id: id(), k, n: 1, t: 10, f, ...more });
export const batch = (events, more = {}) => ({ v: 1, page: "/shop/boots", events, ...more });

export async function post(server, body, params = {}) {
	const text = typeof body === "string" ? body : JSON.stringify(body);
	return fetchOnce(server.socket, "/_tessera/events", { body: text, params: {
		REQUEST_METHOD: "POST", HTTP_ORIGIN: "https://www.fellwander.example",
		CONTENT_TYPE: "text/plain;charset=UTF-8", CONTENT_LENGTH: String(Buffer.byteLength(text)),
		REMOTE_ADDR: "192.0.2.1", HTTP_HOST: "www.fellwander.example", HTTP_COOKIE: ALL, ...params } });
}

export async function figures(server, token) {
	const reply = await fetchOnce(server.socket, "/_tessera/health",
		{ params: { HTTP_AUTHORIZATION: `Bearer ${token}` } });
	return JSON.parse(reply.body.toString()).events;
}

// The files of a stream, and their lines.
export function files(server, stream = ".") {
	const dir = path.join(server.state, "events", stream);
	return !fs.existsSync(dir) ? [] : fs.readdirSync(dir).filter((name) => /\.(ndjson|open)$/.test(name))
		.sort().map((name) => path.join(dir, name));
}

export const lines = (server, stream) => files(server, stream)
	.flatMap((file) => fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((s) => JSON.parse(s)));

function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

// nginx with doc/nginx.conf's own lines, in front of a socket.
export async function startNginx(socket) {
	const root = path.join(folder, "nginx"), port = await freePort();
	fs.mkdirSync(root, { recursive: true });
	const sample = fs.readFileSync(new URL("../../../doc/nginx.conf", import.meta.url), "utf8")
		.replaceAll("unix:/run/tessera/www.sock", `unix:${socket}`)
		.replaceAll("/srv/site/out", out)
		.replaceAll("listen 80;", `listen 127.0.0.1:${port};`)
		.replaceAll("listen [::]:80;", "")
		.replaceAll("include fastcgi_params;", "include /etc/nginx/fastcgi_params;");
	const temp = ["client_body", "fastcgi", "proxy", "uwsgi", "scgi"]
		.map((name) => `${name}_temp_path ${root}/${name};`).join(" ");
	fs.writeFileSync(`${root}/nginx.conf`, `
daemon off; ${process.getuid() === 0 ? "user root;" : ""} worker_processes 1;
pid ${root}/pid; error_log ${root}/error.log;
events { worker_connections 512; }
http { access_log off; ${temp} include /etc/nginx/mime.types; keepalive_requests 10000000;
${sample}
}
`);
	const child = spawn(...pinned("nginx", ["-e", `${root}/error.log`, "-c", `${root}/nginx.conf`, "-p", root]),
		{ stdio: ["ignore", "ignore", "inherit"] });
	const ended = new Promise((resolve) => child.on("exit", resolve));
	const up = await until(() => new Promise((resolve) => {
		const s = net.connect(port, "127.0.0.1", () => { s.destroy(); resolve(true); })
			.on("error", () => resolve(false));
	}));
	check("nginx answers", up);
	return { child, port, ended };
}
