// Workers that die, a parent that dies, and a graceful stop.

import fs from "node:fs";
import { Client, fetchOnce } from "../../lib/fcgi_client.mjs";
import { check, serve, stop, sleep, until, load, workers, note } from "./harness.mjs";

const make = (where) => new Client(where);
const alive = (pid) => fs.existsSync(`/proc/${pid}`) &&
	!/State:\s+Z/.test(fs.readFileSync(`/proc/${pid}/status`, "latin1"));

async function killed() {
	const server = await serve(["--workers", "2"]);
	const end = load(server.socket, make, 8);
	let lost = 0;
	for (let i = 0; i < 5; i++) {
		await sleep(1200);
		const pids = workers(server);
		process.kill(pids[i % 2], "SIGKILL");
		lost++;
		check("another worker comes", await until(() => {
			const now = workers(server);
			return now.length === 2 && !now.includes(pids[i % 2]);
		}));
	}
	const seen = await end();
	check("requests asked again after kill -9 of a worker are answered",
		seen.bad === 0, seen.why);
	note(`${seen.good} requests, ${lost} workers killed: ${seen.again ?? 0} asked ` +
		`again, ${seen.bad} lost; slowest ${seen.slowest.toFixed(0)} ms`);

	// A worker that always dies is started again after growing pauses.
	const before = Date.now();
	let crashes = 0;
	while (Date.now() - before < 2000) {
		if (await fetchOnce(server.socket, "/crash") === null)
			crashes++;
		await sleep(5);
	}
	check("a crashing page does not make workers start without pause", crashes < 30, crashes);
	check("the service recovers from crashes", await until(async () =>
		(await fetchOnce(server.socket, "/"))?.status === 200));
	check("the log says why", /ended by signal 6/.test(server.child.log));
	await stop(server);
}

async function stopped() {
	const server = await serve(["--workers", "2"]);
	const end = load(server.socket, make, 8);
	await sleep(300);
	// Finished although the stop came in its middle.
	const half = new Client(server.socket);
	half.socket.write(Buffer.from([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]));
	await sleep(50);
	server.child.kill("SIGTERM");
	await sleep(100);
	half.socket.write(Buffer.from([1, 4, 0, 1, 0, 0, 0, 0, 1, 5, 0, 1, 0, 0, 0, 0]));
	check("a request in progress is finished after SIGTERM", (await half.reply())?.status === 200);
	check("it stops with 0", await server.child.done === 0);
	check("its socket is gone", !fs.existsSync(server.socket));
	const seen = await end();
	check("it answered before", seen.good > 100, seen.good);
	note(`${seen.good} requests until the stop`);

	const stuck = await serve(["--workers", "1"]);
	const slow = new Client(stuck.socket);
	slow.socket.pause();
	slow.socket.write(Buffer.concat([Buffer.from([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])]));
	await sleep(50);
	const began = Date.now();
	stuck.child.kill("SIGTERM");
	await sleep(100);
	check("it waits for a request in progress", stuck.child.exitCode === null);
	stuck.child.kill("SIGTERM");
	check("a second SIGTERM ends it at once", await stuck.child.done === 0 && Date.now() - began < 1000);
	slow.close();
}

async function orphaned() {
	const server = await serve(["--workers", "2"]);
	const pids = workers(server);
	server.child.kill("SIGKILL");
	check("workers end with their parent", await until(() => !pids.some(alive), 3000));
}

// How many of 40 connections each worker answers.
async function spread(server, together) {
	const clients = [], count = new Map();
	const ask = async (client) => {
		const pid = (await client.get("/pid")).body.toString();
		count.set(pid, (count.get(pid) ?? 0) + 1);
	};
	for (let i = 0; i < 40; i++) {
		clients.push(new Client(server.socket));
		if (!together)
			await ask(clients[i]);
	}
	if (together)
		await Promise.all(clients.map(ask));
	for (const client of clients)
		client.close();
	await sleep(100);
	return [...count.values()];
}

// No worker takes all connections, whether they come at once or one by one. On
// a busy machine a worker may sleep through a whole round: one of three counts.
async function shared() {
	const server = await serve(["--workers", "4"]);
	const fair = (counts) => counts.length === 4 && Math.max(...counts) <= 20;
	for (const together of [true, false]) {
		let counts = [];
		for (let round = 0; round < 3 && !fair(counts); round++)
			counts = await spread(server, together);
		check(`40 connections ${together ? "at once" : "one by one"} go to all 4 workers`,
			fair(counts), counts);
	}
	await stop(server);
}

export default async function () {
	await shared();
	await killed();
	await stopped();
	await orphaned();
}
