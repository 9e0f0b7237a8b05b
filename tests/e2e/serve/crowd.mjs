// More connections than anybody should have.

import net from "node:net";
import { Client, fetchOnce, request, begin } from "../../lib/fcgi_client.mjs";
import { check, serve, stop, sleep, note, until } from "./harness.mjs";

const SLOW = 500;

// Connections that send a byte of a request now and then.
function slow(socket, count) {
	const bytes = request({ REQUEST_URI: "/" });
	const sockets = Array.from({ length: count }, (_, i) => {
		const s = net.connect(socket);
		s.on("error", () => {});
		s.write(bytes.subarray(0, 1 + i % 40));
		return s;
	});
	let at = 40;
	const timer = setInterval(() => {
		for (const s of sockets)
			if (!s.destroyed)
				s.write(bytes.subarray(at, at + 1));
		at = Math.min(at + 1, bytes.length - 2);
	}, 100);
	return () => {
		clearInterval(timer);
		for (const s of sockets)
			s.destroy();
	};
}

async function answers(server, count, says) {
	let slowest = 0;
	for (let i = 0; i < count; i++) {
		const began = performance.now();
		const reply = await fetchOnce(server.socket, "/");
		slowest = Math.max(slowest, performance.now() - began);
		if (reply?.status !== 200) {
			check(says, false, i);
			return slowest;
		}
	}
	check(says, true);
	return slowest;
}

export default async function crowd() {
	let server = await serve(["--workers", "1"]);
	let end = slow(server.socket, SLOW);
	await sleep(300);
	let ms = await answers(server, 300, `${SLOW} slow connections keep nobody waiting`);
	note(`slowest of 300 requests beside ${SLOW} slow connections: ${ms.toFixed(1)} ms`);
	end();
	await stop(server);

	// The same with fewer slots than slow connections: those that dawdle go.
	server = await serve(["--workers", "1", "--connections", "64"]);
	end = slow(server.socket, SLOW);
	await sleep(300);
	ms = await answers(server, 50, "nor when there are fewer slots than slow connections");
	note(`slowest of 50 requests with 64 slots for them: ${ms.toFixed(1)} ms`);
	end();
	await sleep(100);

	// Idle connections give way, the oldest first.
	const idle = [];
	for (let i = 0; i < 64; i++) {
		idle.push(new Client(server.socket));
		await idle[i].get("/");
	}
	await answers(server, 10, "idle connections give way");
	check("the oldest first", idle[0].ended && !idle[63].ended);
	check("the youngest still answers", (await idle[63].get("/"))?.status === 200);
	for (const client of idle)
		client.close();

	// All busy and none dawdling yet: a newcomer waits, and is answered.
	const busy = Array.from({ length: 64 }, () => new Client(server.socket).send(begin()));
	await sleep(50);
	const began = performance.now();
	check("a newcomer waits for a place",
		(await fetchOnce(server.socket, "/"))?.status === 200);
	const waited = performance.now() - began;
	check("about until the oldest has dawdled", waited > 500 && waited < 2000, waited);
	for (const client of busy)
		client.close();
	check("no worker ended", !/ended/.test(server.child.log), server.child.log);
	check("it stops with 0", await stop(server) === 0);

	// A request that is never finished, and one whose reply nobody takes.
	server = await serve(["--workers", "1"]);
	const never = new Client(server.socket).send(begin());
	await until(() => never.ended, 14000);
	check("a request that is not finished in time is closed", never.ended);
	await stop(server);
}
