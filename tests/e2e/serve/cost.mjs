// What a request costs: system calls, private memory.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { Client, request } from "../../lib/fcgi_client.mjs";
import { check, note, serve, sleep, stop, workers } from "./harness.mjs";

// Private memory of a process in KB.
function privateMemory(pid) {
	const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
	return [...text.matchAll(/Private_\w+:\s+(\d+)/g)].reduce((sum, m) => sum + Number(m[1]), 0);
}

async function calls(server, pid) {
	if (spawnSync("strace", ["-V"]).status !== 0) {
		note("strace is not installed: system calls not counted");
		return;
	}
	const client = new Client(server.socket);
	await client.get("/big/10000");
	const strace = spawn("strace", ["-c", "-p", String(pid)], { stdio: ["ignore", "ignore", "pipe"] });
	let text = "";
	strace.stderr.on("data", (chunk) => { text += chunk; });
	await sleep(700);
	const count = 1000;
	for (let i = 0; i < count; i++)
		await client.get("/big/10000");
	strace.kill("SIGINT");
	await new Promise((resolve) => strace.on("exit", resolve));
	const all = [...text.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$/gm)]
		.filter((m) => m[2] !== "total");
	const total = all.reduce((sum, m) => sum + Number(m[1]), 0);
	check("3 system calls a request", total <= 3 * count + 10, total / count);
	note(`${(total / count).toFixed(3)} system calls a request: ` +
		all.map((m) => `${m[2]} ${m[1]}`).join(", "));
	client.close();
}

async function memory(server, pid) {
	const clients = Array.from({ length: 100 }, () => new Client(server.socket));
	const pages = async (uri, params) => {
		for (const client of clients)
			await client.get(uri, { params });
	};
	await pages("/big/30000", {});
	const kept = privateMemory(pid);
	check("private memory of a worker with 100 connections <= 4 MB", kept <= 4096, kept);
	// Afterwards nothing is left of large replies, slow readers, cut requests.
	const slow = clients.slice(0, 10);
	for (const client of slow) {
		client.socket.pause();
		client.send(request({ REQUEST_URI: "/big/4000000" }));
	}
	await sleep(300);
	const peak = privateMemory(pid);
	for (const client of slow)
		client.socket.resume();
	for (const client of slow)
		if ((await client.reply())?.body.length !== 4000000)
			check("slow readers get all", false);
	// 20 of them are too many: those that waited longest are closed.
	const many = Array.from({ length: 20 }, () => new Client(server.socket));
	for (const client of many) {
		client.socket.pause();
		client.send(request({ REQUEST_URI: "/big/4000000" }));
		await sleep(10);
	}
	await sleep(100);
	for (const client of many)
		client.socket.resume();
	const whole = [];
	for (const client of many)
		whole.push((await client.reply())?.body.length === 4000000);
	check("slow readers over the cap are closed, the oldest first",
		!whole[0] && whole[19] && whole.filter((w) => w).length >= 14, whole.join());
	for (const client of many)
		client.close();
	const bytes = request({ REQUEST_URI: "/", X: "x".repeat(60000) });
	for (const client of clients)
		client.send(bytes.subarray(0, 30000));
	await sleep(100);
	for (const client of clients)
		client.send(bytes.subarray(30000));
	for (const client of clients)
		await client.reply();
	await pages("/big/16000000", {}).catch(() => {});
	const after = privateMemory(pid);
	check("and after slow readers, cut requests and large pages", after <= 4096, after);
	note(`private memory of a worker: ${kept} KB, with 10 slow readers of 4 MB ${peak} KB, ` +
		`afterwards ${after} KB`);
	for (const client of clients)
		client.close();
}

export default async function cost() {
	const server = await serve(["--workers", "1"]);
	const pid = workers(server)[0];
	await calls(server, pid);
	await memory(server, pid);
	await stop(server);
}
