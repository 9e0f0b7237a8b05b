// What a connection may send, and what comes back. Runs with the library that
// forbids allocation, so every row here is also a test of that.

import { Client, fetchOnce, request, record, begin, pairs, ABORT, END, PARAMS,
	STDIN, DATA, GET_VALUES, GET_VALUES_RESULT, UNKNOWN_TYPE }
	from "../../lib/fcgi_client.mjs";
import { check, serve, stop, sleep, until, nomalloc, note } from "./harness.mjs";

async function good(server, says) {
	const reply = await fetchOnce(server.socket, "/");
	check(says, reply?.status === 200 && reply.body.toString() === "one");
}

async function requests(server) {
	const client = new Client(server.socket);
	for (let i = 1; i <= 100; i++) {
		const reply = await client.get("/big/500", { id: i * 600 });
		if (reply?.body.length !== 500 || reply.id !== i * 600 || reply.end !== 0)
			check("100 requests on one connection", false, i);
	}
	const params = { REQUEST_URI: "/echo", HTTP_COOKIE: "c".repeat(5000), EMPTY: "",
		[`LONG_${"n".repeat(200)}`]: "v", UTF: "ü\0z" };
	const want = Object.entries({ REQUEST_METHOD: "GET", ...params })
		.map(([k, v]) => `${k}=${v}\n`).join("");
	for (const cut of [65535, 1000, 7, 1]) {
		const reply = await client.get("/echo", { params, cut, padding: cut % 256 });
		check(`parameters arrive in records of ${cut}`,
			reply.body.toString() === want);
	}
	const bytes = request(params);
	for (const step of [1, 3, 8, 100]) {
		for (let i = 0; i < Math.min(bytes.length, 600 * step); i += step) {
			client.socket.write(bytes.subarray(i, i + step));
			if (i % (step * 50) === 0)
				await sleep(0);
		}
		client.send(bytes.subarray(Math.ceil(Math.min(bytes.length, 600 * step) / step) * step));
		const reply = await client.reply();
		check(`a request in pieces of ${step} bytes`, reply.body.toString() === want);
	}
	let many = [];
	for (let i = 0; i < 200; i++)
		many.push(request({ REQUEST_URI: `/big/${i * 10}` }));
	client.send(Buffer.concat(many));
	for (let i = 0; i < 200; i++)
		if ((await client.reply())?.body.length !== i * 10)
			check("200 requests in one piece", false, i);
	const head = await client.get("/big/100", { params: { REQUEST_METHOD: "HEAD" } });
	check("HEAD has a length and no body",
		head.headers["content-length"] === "100" && head.body.length === 0);
	const now = Number((await client.get("/time")).body);
	check("the time is now", Math.abs(now - Date.now()) < 2000, now);
	client.close();
}

async function sizes(server) {
	const client = new Client(server.socket);
	for (const n of [0, 1, 65400, 65535, 65536, 131070, 131071, 300000, 16 * 1024 * 1024]) {
		const reply = await client.get(`/big/${n}`);
		check(`a reply of ${n} bytes`, reply.status === 200 && reply.body.length === n &&
			reply.body.every((c, i) => c === 97 + (i % 65536 + Math.floor(i % 65536 / 26)) % 26));
	}
	check("a reply over the area is 500",
		(await client.get(`/big/${17 * 1024 * 1024}`)).status === 500);
	// A reader that takes nothing for a while, with requests queued behind.
	client.socket.pause();
	client.send(request({ REQUEST_URI: "/big/3000000" }));
	for (let i = 0; i < 20; i++)
		client.send(request({ REQUEST_URI: `/big/${i}` }));
	await sleep(100);
	await good(server, "a slow reader keeps nobody waiting");
	client.socket.resume();
	check("a slow reader gets all", (await client.reply()).body.length === 3000000);
	for (let i = 0; i < 20; i++)
		if ((await client.reply())?.body.length !== i)
			check("and what it asked for meanwhile", false, i);
	client.close();
	const kept = await fetchOnce(server.socket, "/big/2000000");
	check("a large reply is whole although the connection is not kept",
		kept.body.length === 2000000);
}

async function caps(server) {
	const client = new Client(server.socket);
	check("65,536 bytes of parameters fit", (await client.get("/", {
		params: { X: "x".repeat(65536 - 4 - 1 - 16 - 4 - 12 - 1 - 1) } })).status === 200);
	check("more answer 431", (await client.get("/", {
		params: { X: "x".repeat(65536) } })).status === 431);
	const many = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`P${i}`, "v"]));
	check("256 parameters fit", (await client.get("/", { params: many(254) })).status === 200);
	check("257 answer 431", (await client.get("/", { params: many(255) })).status === 431);
	check("a body is passed over", (await client.get("/",
		{ body: "b".repeat(1048576) })).status === 200);
	check("a body over the cap answers 413", (await client.get("/",
		{ body: "b".repeat(1048577) })).status === 413);
	client.send(Buffer.concat([begin(), record(PARAMS, 1, "\x05\x05abc"), record(PARAMS, 1),
		record(STDIN, 1)]));
	check("cut parameters answer 400", (await client.reply()).status === 400);
	check("and the connection goes on", (await client.get("/")).status === 200);
	client.close();
}

async function control(server) {
	const client = new Client(server.socket);
	client.send(Buffer.concat([begin(1), begin(2)]));
	let r = await client.next();
	check("a second request is refused", r.type === END && r.id === 2 && r.content[4] === 1);
	client.send(record(ABORT, 1));
	r = await client.next();
	check("an aborted one ends", r.type === END && r.id === 1 && r.content[4] === 0);
	client.send(begin(3, { role: 2 }));
	r = await client.next();
	check("another role is refused", r.type === END && r.id === 3 && r.content[4] === 3);
	client.send(record(GET_VALUES, 0, pairs({ FCGI_MAX_CONNS: "", FCGI_MPXS_CONNS: "", X: "" })));
	r = await client.next();
	check("values are told", r.type === GET_VALUES_RESULT && r.content.toString("latin1") ===
		"\x0e\x04FCGI_MAX_CONNS1024\x0f\x01FCGI_MPXS_CONNS0", r.content.toString());
	client.send(record(77, 0, "abc", 5));
	r = await client.next();
	check("unknown types are told", r.type === UNKNOWN_TYPE && r.content[0] === 77);
	client.send(Buffer.concat([begin(9), record(PARAMS, 9, pairs({ REQUEST_URI: "/big/7" })),
		record(DATA, 9, "data"), record(GET_VALUES, 0, ""), record(PARAMS, 9),
		record(STDIN, 9)]));
	r = await client.next();
	check("a question in the middle of a request is answered", r.type === GET_VALUES_RESULT);
	check("and so is the request", (await client.reply()).body.length === 7);
	client.close();
	for (const bytes of ["GET / HTTP/1.1\r\n\r\n", "\x02", "\x00\x01\x00\x01"]) {
		const wrong = new Client(server.socket);
		wrong.send(Buffer.from(bytes, "latin1"));
		await wrong.closed();
		check("what is not FastCGI ends its connection", wrong.records.length === 0);
	}
	const once = new Client(server.socket);
	await once.get("/", { keep: false });
	await once.closed();
	check("without KEEP_CONN the connection ends", true);
}

// A generator that is the same every time.
function random(seed) {
	return (n) => {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		return (seed >>> 8) % n;
	};
}

async function malformed(server) {
	const r = random(42);
	const bytes = (n) => Buffer.from(Array.from({ length: n }, () => r(256)));
	let sent = 0;
	while (sent < 10000) {
		const client = new Client(server.socket);
		const parts = [];
		for (let i = 0; i < 50; i++, sent++) {
			const type = r(14), id = r(4), n = r(5) === 0 ? r(60000) : r(40);
			const one = record(type, id, bytes(n), r(256));
			// Wrong lengths, wrong versions, cut records.
			if (r(3) === 0)
				one[4 + r(3)] = r(256);
			if (r(40) === 0)
				one[0] = r(256);
			parts.push(r(20) === 0 ? one.subarray(0, r(one.length)) : one);
		}
		client.send(Buffer.concat(parts));
		if (r(2) === 0)
			await sleep(0);
		if (r(4) === 0)
			client.close();
		else
			client.socket.end();
		if (sent % 1000 === 0)
			await good(server, `good requests are answered after ${sent} bad records`);
	}
}

export default async function protocol() {
	const server = await serve([], { env: nomalloc ? { LD_PRELOAD: nomalloc } : {} });
	await requests(server);
	await sizes(server);
	await caps(server);
	await control(server);
	await malformed(server);
	check("no worker ended", !/worker (was )?ended/.test(server.child.log), server.child.log);
	if (nomalloc) {
		await fetchOnce(server.socket, "/malloc");
		check("the forbidding library works: a malloc ends its worker",
			await until(() => /allocated after start/.test(server.child.log)));
	}
	check("it stops with 0", await stop(server) === 0);
	const trace = await serve(["-dd"]);
	await fetchOnce(trace.socket, "/");
	// What is on stderr may arrive here after the answer.
	check("-dd shows records", await until(() =>
		/BEGIN_REQUEST id 1, 8 bytes/.test(trace.child.log) &&
		/PARAMS/.test(trace.child.log)), trace.child.log);
	await stop(trace);
}
