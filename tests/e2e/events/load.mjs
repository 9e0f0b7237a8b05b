// Many events from four processes, while workers, the writer and the parent are
// killed: what was answered is in the log, and once. Pages are asked for all
// the while.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { check, figures, files, folder, load, processes, sleep, start, startNginx, stop } from "./harness.mjs";
import { Client } from "../../lib/fcgi_client.mjs";

const RATE = 20000, PROCESSES = 4;
const seconds = process.env.LONG ? 60 : 4;
let runs = 0;

// Start sending; done: what the processes say.
function send(where, lasts, rate = RATE) {
	const run = ++runs, to = path.join(folder, `load-${run}`);
	const child = spawn(load, ["send", String(where), String(run), String(PROCESSES), String(rate),
		String(lasts), to], { stdio: "inherit" });
	const done = new Promise((resolve) => child.on("exit", resolve)).then(() =>
		Array.from({ length: PROCESSES }, (_, i) => fs.readFileSync(`${to}.${i}`, "utf8").trim()
			.split(" ").map(Number)));
	return { run, to, done };
}

function look(server, sent) {
	try {
		return JSON.parse(execFileSync(load, ["check", String(sent.run), String(PROCESSES), sent.to,
			...files(server), ...files(server, "counts")]).toString());
	} catch (error) {
		return { broken: String(error.stdout) };
	}
}

// The home page, 50 times a second, until told to end; times in ms.
function askPages(server) {
	const times = [], bad = [];
	let going = true, client;
	const done = (async () => {
		while (going) {
			client ??= new Client(server.socket);
			const from = performance.now();
			const reply = await client.get("/", { params: { HTTP_ACCEPT_ENCODING: "gzip" } }).catch(() => null);
			if (reply?.status === 200)
				times.push(performance.now() - from);
			else
				bad.push(reply?.status);
			if (reply?.status !== 200) {
				client.close();
				client = undefined;
			}
			await sleep(20);
		}
		client?.close();
	})();
	return { async end() {
		going = false;
		await done;
		times.sort((a, b) => a - b);
		const at = (part) => times[Math.floor((times.length - 1) * part)]?.toFixed(1);
		return { bad, says: `pages meanwhile: ${times.length}, median ${at(0.5)} ms, ` +
			`99 of 100 within ${at(0.99)} ms, all within ${at(1)} ms` };
	} };
}

function tell(what, sent, lasts) {
	const answered = sent.reduce((n, row) => n + row[1], 0), retries = sent.reduce((n, row) => n + row[2], 0);
	const most = (i) => (Math.max(...sent.map((row) => row[i])) / 1000).toFixed(0);
	console.log(`  ${what}: ${answered} events in ${lasts} s, ${Math.round(answered / lasts)} a second; ` +
		`answers: median ${most(3)} ms, 99 of 100 within ${most(4)} ms; sent again: ${retries} batches`);
}

const NO_LIMITS = ["--events-rate", "0", "--events-total", "0"];

export async function steady(token) {
	const server = await start("steady", { args: NO_LIMITS });
	const pages = askPages(server), sent = send(server.socket, seconds);
	const rows = await sent.done, asked = await pages.end(), seen = look(server, sent);
	tell("steady", rows, seconds);
	console.log(`  ${asked.says}`);
	const n = await figures(server, token);
	console.log(`  ${n.groups} groups of ${Math.round(seen.lines / n.groups)} events`);
	check("none lost, none twice", seen.lost === 0 && seen.twice === 0 && seen.open === 0 &&
		seen.answered > 0, seen);
	check("the figures are those of the log", n.accepted + 10 * n.restricted === seen.lines && n.errors === 0, n);
	check("pages go on", asked.bad.length === 0, asked);
	await stop(server);
	check("the last file is finished", files(server).every((name) => name.endsWith(".ndjson")),
		files(server).join());
	check("nobody complains", !/cannot|ended by/.test(server.log), server.log);
}

const kill = (...pids) => pids.forEach((pid) => process.kill(pid, "SIGKILL"));

// Each is killed at its turn; what is gone is started again by somebody.
export async function killed() {
	let server = await start("killed", { args: NO_LIMITS }), ended = 0;
	const nginx = await startNginx(server.socket), rounds = process.env.LONG ? 3 : 1;
	const lasts = Math.max(seconds, 8), rate = process.env.LONG ? RATE : RATE / 2;
	const sent = send(nginx.port, lasts, rate), turn = lasts * 1000 / (6 * rounds);
	for (let round = 0; round < rounds; round++) {
		await sleep(turn);
		kill(processes(server).workers[0]);
		await sleep(turn);
		kill(processes(server).writer);
		await sleep(turn);
		kill(processes(server).writer, processes(server).workers[1]);
		await sleep(turn);
		ended += (server.log.match(/ended by signal 9/g) ?? []).length;
		await stop(server, "SIGKILL");
		server = await start("killed", { args: NO_LIMITS });
		await sleep(turn);
		const all = processes(server);
		kill(server.child.pid, all.writer, ...all.workers);
		await server.ended;
		server = await start("killed", { args: NO_LIMITS });
	}
	const rows = await sent.done;
	tell(`while killed ${5 * rounds} times, through nginx`, rows, lasts);
	const seen = look(server, sent);
	check("kills lose none that was answered, and double none", seen.lost === 0 && seen.twice === 0 &&
		seen.open === 0 && seen.answered > 0, seen);
	check("workers and writers were killed", ended === 4 * rounds, ended);
	nginx.child.kill("SIGTERM");
	await nginx.ended;
	await stop(server);
}
