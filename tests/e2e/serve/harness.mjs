// Starting the program, making releases, counting what passed.

import { spawn, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fetchOnce } from "../../lib/fcgi_client.mjs";

export const program = path.resolve(process.argv[2]);
// "-": sanitizers have a malloc of their own.
export const nomalloc = process.argv[3] === "-" ? null : path.resolve(process.argv[3]);
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tsr-serve-"));
const running = new Set();
let passed = 0, failed = 0;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function check(says, good, seen = "") {
	if (good) {
		passed++;
		return;
	}
	failed++;
	console.log(`FAILED: ${says} ${seen === "" ? "" : `(${seen})`}`);
}

export function note(text) {
	console.log(`  ${text}`);
}

// Wait until test() is true; false after the time.
export async function until(test, ms = 5000) {
	const end = performance.now() + ms;
	while (performance.now() < end) {
		if (await test())
			return true;
		await sleep(5);
	}
	return false;
}

let serial = 0;
export const name = (what) => path.join(folder, `${what}${++serial}`);

// A release as the stub reads it, below root/releases.
export function makeRelease(root, id, { size = 5000, damage = "" } = {}) {
	const dir = path.join(root, "releases", id);
	const bytes = Buffer.alloc(size, "x");
	let sum = 0;
	for (let i = 32; i < size; i++)
		sum += bytes[i];
	bytes.fill(0, 0, 32);
	bytes.write(`${id} ${size} ${sum}\n`);
	if (damage === "flip")
		bytes[size >> 1] ^= 1;
	fs.mkdirSync(dir, { recursive: true });
	if (damage !== "missing")
		fs.writeFileSync(path.join(dir, "site.tsr"),
			damage === "cut" ? bytes.subarray(0, size >> 1) : bytes);
	return dir;
}

// Move root/current as the build does: by rename.
export function publish(root, id) {
	const link = path.join(root, "current");
	fs.symlinkSync(`releases/${id}`, `${link}.new`);
	fs.renameSync(`${link}.new`, link);
	return link;
}

export function makeSite(options = {}) {
	const root = name("site");
	makeRelease(root, "one", options);
	publish(root, "one");
	return root;
}

// Start the program; its log is in .log.
export function start(args, { env = {}, stdio = "ignore", command = program } = {}) {
	const child = spawn(command, args, { env: { ...process.env, ...env },
		stdio: [stdio, "ignore", "pipe"] });
	child.log = "";
	child.stderr.on("data", (chunk) => { child.log += chunk; });
	child.done = new Promise((resolve) => child.on("exit", (code, signal) => {
		running.delete(child);
		resolve(signal ?? code);
	}));
	running.add(child);
	return child;
}

// A server on a unix socket with a site of its own, ready to answer.
export async function serve(args = [], options = {}) {
	const root = options.root ?? makeSite(options);
	const socket = name("sock");
	const child = start(["--listen", socket, ...args, path.join(root, "current")], options);
	const server = { child, root, socket };
	await until(() => fs.existsSync(socket));
	const reply = await fetchOnce(socket, "/");
	if (reply?.status !== 200)
		check("the server answers", false, child.log);
	return server;
}

export async function stop(server) {
	server.child.kill("SIGTERM");
	const timer = setTimeout(() => server.child.kill("SIGKILL"), 15000);
	const code = await server.child.done;
	clearTimeout(timer);
	return code;
}

// Process ids of the workers.
export function workers(server) {
	return execFileSync("ps", ["-o", "pid=", "--ppid", String(server.child.pid)])
		.toString().trim().split(/\s+/).map(Number);
}

// Ask over and over on `clients` connections until the returned function is
// called, which gives { good, bad, slowest }.
export function load(where, makeClient, clients = 8, uri = "/big/3000") {
	const seen = { good: 0, bad: 0, slowest: 0, why: "" };
	let going = true;
	const ask = async () => {
		let client = makeClient(where);
		while (going) {
			const began = performance.now();
			const reply = await client.get(uri);
			seen.slowest = Math.max(seen.slowest, performance.now() - began);
			if (reply?.status === 200 && reply.body.length === 3000) {
				seen.good++;
				continue;
			}
			// A connection closed between two requests is no loss: a web
			// server asks again on a new one.
			const again = makeClient(where);
			const second = await again.get(uri);
			if (second?.status === 200 && reply === null) {
				seen.again = (seen.again ?? 0) + 1;
				seen.good++;
			} else {
				seen.bad++;
				seen.why ||= `${reply?.status} then ${second?.status}`;
				await sleep(5);
			}
			client.close();
			client = again;
		}
		client.close();
	};
	const all = Array.from({ length: clients }, ask);
	return async () => {
		going = false;
		await Promise.all(all);
		return seen;
	};
}

export function finish() {
	for (const child of running)
		child.kill("SIGKILL");
	fs.rmSync(folder, { recursive: true, force: true });
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed === 0 ? 0 : 1);
}
