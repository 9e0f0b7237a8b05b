// run.mjs - the decision log and its replay.
//
// usage: run.mjs TESSERA TESSERA-FCGI LINES SITE
//
// Lines of random visitors are decided once more without a difference, an
// altered one is found; then the same with lines that the daemon wrote.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "../../lib/fcgi_client.mjs";

const [tessera, fcgi, lines, site] = process.argv.slice(2)
	.map((p) => path.resolve(p));
const count = process.env.LONG === "1" ? 100000 : 10000;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-replay-"));
const out = path.join(dir, "out");
let passed = 0;

function check(ok, what) {
	if (!ok) {
		console.log(`FAILED: ${what}`);
		process.exitCode = 1;
	} else {
		passed++;
	}
}

function run(...args) {
	return spawnSync(args[0], args.slice(1),
		{ encoding: "utf8", maxBuffer: 1 << 30 });
}

function replay(file, ...more) {
	return run(tessera, "replay", "--out", out, ...more, file);
}

function make() {
	const built = run(tessera, "build", "--out", out, site);
	check(built.status === 0, "the example site builds: " + built.stderr);
	const made = run(lines, path.join(out, "current"), String(count), "7");
	check(made.status === 0, "lines are made");
	return made.stdout;
}

function drawn(text) {
	const file = path.join(dir, "drawn.ndjson");
	fs.writeFileSync(file, text);
	const start = Date.now();
	const all = replay(file);
	const ms = Date.now() - start;
	check(all.status === 0 && all.stdout.includes(`${count} alike`),
		"random visitors are decided alike: " + all.stdout.slice(0, 500));
	check(ms < 30000, `${count} lines in ${ms} ms`);
	const shown = new Set(text.trimEnd().split("\n").flatMap((l) =>
		JSON.parse(l).slots.map((s) => s[0] + " " + s[2])));
	check(shown.size > 40, `visitors see many variants: ${shown.size}`);
	return ms;
}

// One line of many, altered in one thing; it alone must be reported.
function altered(text, what, change) {
	const list = text.trimEnd().split("\n");
	let at = Math.floor(list.length / 2), line;
	for (; at < list.length; at++) {
		const value = JSON.parse(list[at]);
		if (!change(value))
			continue;
		line = JSON.stringify(value);
		break;
	}
	check(line !== undefined, `there is a line to alter: ${what}`);
	list[at] = line;
	const file = path.join(dir, "altered.ndjson");
	fs.writeFileSync(file, list.join("\n") + "\n");
	const got = replay(file, "--json");
	const sum = JSON.parse(got.stdout);
	check(got.status === 1 && sum.different === 1 &&
		sum.same === list.length - 1 &&
		sum.differences.every((d) => d.line === at + 1),
		`an altered line is found: ${what}: ${got.stdout.slice(0, 300)}`);
}

function alterations(text) {
	altered(text, "a variant", (v) => {
		const slot = v.slots.find((s) => s[1] > 0);
		if (slot !== undefined)
			[slot[1], slot[2]] = [0, "another"];
		return slot !== undefined;
	});
	altered(text, "a slot left out", (v) => v.slots.shift() !== undefined);
	altered(text, "an edition", (v) => { v.edition++; return true; });
	altered(text, "an input that was not asked", (v) => {
		v.inputs.shoe = 43;
		return true;
	});
	altered(text, "an input that decides", (v) => {
		if (v.inputs.tier !== "gold")
			return false;
		v.inputs.tier = null;
		return v.slots.some((s) => s[2].includes("vip"));
	});
	altered(text, "the path", (v) => { v.path += "x"; return true; });
}

function strange(text) {
	const list = text.split("\n", 3);
	const file = path.join(dir, "strange.ndjson");
	const foreign = list[0].replace(/"release":"../, '"release":"zz');
	const gone = list[1].replace(/"release":"......../,
		'"release":"00000000');
	fs.writeFileSync(file, ["", "{", "null", foreign, gone,
		list[2].replace(/"page":\d+/, '"page":4000000'),
		list[2].slice(0, 100), list[2], "\0\xff"].join("\n") + "\n");
	const sum = JSON.parse(replay(file, "--json").stdout);
	check(sum.unknownRelease === 1, "a release that is gone is counted");
	check(sum.same === 1 && sum.unreadable === 7,
		"what is no page view is counted: " + JSON.stringify(sum));
	check(replay(path.join(dir, "nothing")).status === 3,
		"a log that is not there");
}

// ---- the daemon ----

async function daemon(state, ...options) {
	const socket = path.join(dir, `s${Math.random()}`.slice(0, 10));
	const child = spawn(fcgi, ["--listen", socket, "--state", state,
		"--workers", "2", ...options, path.join(out, "current")],
		{ stdio: ["ignore", "ignore", "pipe"] });
	let said = "";
	child.stderr.on("data", (d) => { said += d; });
	for (let i = 0; i < 200 && !fs.existsSync(socket); i++)
		await new Promise((r) => setTimeout(r, 25));
	return { socket, said: () => said, stop: () => new Promise((r) => {
		child.on("exit", r);
		child.kill("SIGTERM");
	}) };
}

function logged(state) {
	return fs.readdirSync(state)
		.filter((n) => /^decisions-\d{8}-\d+\.ndjson$/.test(n)).sort()
		.map((n) => path.join(state, n));
}

function get(client, params) {
	const all = { REQUEST_METHOD: "GET", QUERY_STRING: "",
		HTTP_ACCEPT_ENCODING: "gzip", ...params };
	return client.get(all.REQUEST_URI ?? "/", { params: all });
}

async function serves() {
	const state = path.join(dir, "state");
	fs.mkdirSync(state);
	const server = await daemon(state, "--log-decisions", "1");
	const clients = [new Client(server.socket), new Client(server.socket)];
	for (let i = 0; i < 400; i++)
		await get(clients[i % 2], { HTTP_CF_IPCOUNTRY:
			["DE", "US", ""][i % 3], REQUEST_URI: ["/", "/de",
			"/basket", "/no-such-page"][i % 4],
			HTTP_COOKIE: i % 5 === 0 ? "tier=gold" :
			"consent=personalization; tier=gold; first_name=Ada" });
	for (const quiet of [{ REQUEST_METHOD: "HEAD" },
		{ REQUEST_METHOD: "POST" }, { HTTP_SEC_PURPOSE: "prefetch" },
		{ HTTP_SEC_PURPOSE: "prefetch;prerender" },
		{ HTTP_PURPOSE: "prefetch" }])
		await get(clients[0], quiet);
	await server.stop();
	const files = logged(state);
	check(files.length === 1, "one file for all workers: " + files);
	const text = fs.readFileSync(files[0], "utf8");
	// The not-found page answers 404: it is no view of a page.
	check(text.split("\n").length === 301,
		`each view of a page is one line: ${text.split("\n").length - 1}`);
	check((fs.statSync(files[0]).mode & 0o777) === 0o600,
		"the log is its owner's");
	check(!text.includes("Ada"), "texts that no decision reads stay out");
	check(text.split("\n").filter((l) => l.includes('"tier":"gold"'))
		.length > 0 && text.includes('"tier":null'),
		"values without consent are missing");
	const again = replay(files[0]);
	check(again.status === 0 && again.stdout.includes("300 alike"),
		"what the daemon logged is decided alike: " + again.stdout);
}

async function samples() {
	const state = path.join(dir, "sampled");
	fs.mkdirSync(state);
	const server = await daemon(state, "--log-decisions", "0.25");
	const client = new Client(server.socket);
	for (let i = 0; i < 800; i++)
		await get(client, {});
	await server.stop();
	const n = fs.readFileSync(logged(state)[0], "utf8").split("\n").length;
	check(n > 130 && n < 270, `a quarter is logged: ${n}`);
}

async function fails() {
	const state = path.join(dir, "full");
	fs.mkdirSync(state);
	const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
	// A link is not followed, so there is no file to write to.
	fs.symlinkSync("/dev/full", path.join(state,
		`decisions-${day}-0.ndjson`));
	const server = await daemon(state, "--log-decisions", "1");
	const client = new Client(server.socket);
	const reply = await get(client, {});
	check(reply.status === 200,
		"a log that cannot be written stops no page");
	await server.stop();
	check(server.said().includes("decision log: 1 lines lost"),
		"and is reported: " + server.said());
}

async function rotates() {
	const state = path.join(dir, "rotated");
	fs.mkdirSync(state);
	const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
	const first = path.join(state, `decisions-${day}-0.ndjson`);
	fs.writeFileSync(first, "");
	fs.truncateSync(first, 64 * 1024 * 1024);
	const server = await daemon(state, "--log-decisions", "1");
	const client = new Client(server.socket);
	await get(client, {});
	check(logged(state).length === 2, "a full file is followed by the next");
	fs.unlinkSync(logged(state)[1]);
	await get(client, {});
	check(logged(state).length === 2, "a file that was taken away is made");
	await server.stop();
}

const text = make();
const ms = drawn(text);
alterations(text);
strange(text);
await serves();
await samples();
await fails();
await rotates();
fs.rmSync(dir, { recursive: true });
if (process.exitCode !== 1)
	console.log(`replay: ${passed} checks passed, ${count} lines in ${ms} ms`);
process.exit();
