// What becomes of single batches: who may send, what is logged, counted, put
// aside and refused, what a restart and a full disk change; and CGI.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ALL, batch, check, event, fcgi, figures, files, folder, id, keys, lines, out, post, processes,
	sleep, start, stop, tessera, until } from "./harness.mjs";
import { fetchOnce } from "../../lib/fcgi_client.mjs";

const STATE = "__Host-tessera";

// A visitor's cookies after a page.
async function visit(server) {
	const reply = await fetchOnce(server.socket, "/", { params: { HTTP_COOKIE: ALL,
		HTTP_ACCEPT_ENCODING: "gzip", HTTP_HOST: "www.fellwander.example" } });
	const line = reply.headers["set-cookie"] ?? "";
	return `${ALL}; ${line.slice(0, line.indexOf(";"))}`;
}

export async function logged() {
	const server = await start("logged");
	const one = event("scroll", { depth: 40 }), two = event("cart", { op: "add", sku: "B-1", value: 100 });
	const cookies = await visit(server), before = Date.now();
	const reply = await post(server, batch([one, two]), { HTTP_COOKIE: cookies });
	check("a batch is taken", reply.status === 204, reply);
	const seen = lines(server);
	check("its events are in the log when it is answered", seen.length === 2 &&
		seen[0].id === one.id && seen[1].id === two.id, seen);
	check("with all that is said of them", seen[0].k === "scroll" && seen[0].n === 1 &&
		seen[0].f.depth === 40 && seen[0].page === "/shop/boots" && seen[0].at >= before &&
		/^[0-9a-f]{16}$/.test(seen[0].release), seen);
	if (cookies.includes(STATE))
		check("and by whom", /^[\w-]{22}$/.test(seen[0].visitor) && seen[0].visitor === seen[1].visitor, seen);
	check("again: taken, and not logged", (await post(server, batch([one, two]))).status === 204 &&
		lines(server).length === 2, lines(server));
	const more = event("view");
	await post(server, batch([one, more, more]));
	check("a new one among old ones, and twice in a batch", lines(server).length === 3 &&
		lines(server)[2].id === more.id, lines(server));
	await stop(server);
	check("files are finished at the end", files(server).length === 1 && files(server)[0].endsWith(".ndjson"));
	const again = await start("logged");
	await post(again, batch([one, two, more]));
	check("a restart forgets nothing", lines(again).length === 3, lines(again));
	process.kill(processes(again).writer, "SIGKILL");
	await until(async () => (await post(again, batch([one, event("view")]))).status === 204);
	await until(() => lines(again).length === 4);
	check("nor does a writer that was killed", lines(again).length === 4, lines(again));
	check("lines are events of this release", spawnSync(tessera, ["events", "check", "--release", path.join(out, "current"),
		...files(again)]).status === 0);
	await stop(again);
}

export async function scored() {
	const server = await start("scored");
	const cookies = await visit(server), first = batch([event("cart", { op: "add", sku: "B-1" })]);
	check("the site remembers visitors", cookies.includes(STATE), cookies);
	const reply = await post(server, first, { HTTP_COOKIE: cookies });
	const set = reply.headers["set-cookie"] ?? "";
	check("what is logged counts for the visitor's scores", set.startsWith(`${STATE}=`), reply.headers);
	check("what was logged before does not", reply.status === 204 &&
		(await post(server, first, { HTTP_COOKIE: cookies })).headers["set-cookie"] === undefined);
	const less = await post(server, batch([event("cart", { op: "add" })]),
		{ HTTP_COOKIE: cookies.replace("+personalization", "") });
	check("without consent nothing does, and what there was goes", less.headers["set-cookie"] !== undefined &&
		less.headers["set-cookie"].indexOf(";") < cookies.split("; ")[1].length, less.headers);
	const again = await post(server, batch([event("cart", { op: "add" })]),
		{ HTTP_COOKIE: `${ALL}; ${set.slice(0, set.indexOf(";"))}` });
	check("it goes on from the cookie that comes", again.headers["set-cookie"]?.startsWith(`${STATE}=`) &&
		again.headers["set-cookie"] !== set, again.headers);
	await stop(server);
}

export async function restricted(token) {
	const server = await start("restricted");
	const send = (more, b = batch([event("view"), event("scroll", { depth: 1 })])) => post(server, b, more);
	check("no consent: taken", (await send({ HTTP_COOKIE: "" })).status === 204);
	check("consent to something else", (await send({ HTTP_COOKIE: "consent=functional" })).status === 204);
	const counted = batch([], { id: id(), c: { view: 5, click: 2 } });
	check("counters are taken", (await send({ HTTP_COOKIE: "" }, counted)).status === 204);
	check("of visitors who are not followed nothing is logged", lines(server).length === 0, lines(server));
	let counts = lines(server, "counts");
	const sum = (k) => counts.reduce((s, line) => s + (line.counts[k] ?? 0), 0);
	check("what is answered is in the file of counts", counts.length === 5 && sum("click") === 2 && sum("view") === 7, counts);
	check("counters without an id are refused", (await send({}, batch([], { c: { view: 1 } }))).status === 400);
	const n = await figures(server, token);
	check("they are counted as such", n.restricted === 5 && n.accepted === 0, n);
	check("GPC takes away what the site says it does", (await send({ HTTP_SEC_GPC: "1" })).status === 204);
	check("robots are passed over", (await send({ HTTP_USER_AGENT: "Googlebot/2.1" })).status === 204);
	await send({}, counted);
	process.kill(processes(server).writer, "SIGKILL");
	await until(() => processes(server).writer !== undefined);
	check("a batch that comes again is taken", (await send({}, counted)).status === 204);
	const logged = lines(server).length;
	await stop(server);
	counts = lines(server, "counts");
	check("and counts once, whoever was killed", sum("click") === 2 && sum("view") === (logged > 0 ? 7 : 8), counts);
	check("a line says minute, id, and what was counted, nothing else", counts.every((line) =>
		Object.keys(line).join() === "minute,id,counts" && line.minute % 60000 === 0), counts);
	check("lines are counts of this release", spawnSync(tessera, ["events", "check", "--release", path.join(out, "current"),
		...files(server, "counts")]).status === 0);
}

export async function aside(token) {
	const server = await start("aside");
	await post(server, batch([event("view", { first: true }, { n: 9 }), event("wink", { deep: [1] })]));
	const kept = lines(server, "aside");
	check("what this release does not know is kept aside", kept.length === 2 && kept[0].n === 9 &&
		kept[1].k === "wink" && kept[1].f.deep[0] === 1 && lines(server).length === 0, kept);
	check("and counted", (await figures(server, token)).aside === 2);
	check("and said once", (server.log.match(/events\/aside/g) ?? []).length === 1, server.log);
	await stop(server);
}

const hostile = [
	["nothing", ""], ["no JSON", "{"], ["an array", "[]"], ["nested", "[".repeat(60000)],
	["nested in fields", JSON.stringify(batch([{ ...event("view"), f: { a: { b: {} } } }]))],
	["ill-formed text", "\ud800"], ["NUL", '{"v":1,"page":"/\\u0000","events":[]}'],
	["another version", '{"v":2,"page":"/","events":[]}'],
	["no page", '{"v":1,"events":[]}'], ["a page elsewhere", '{"v":1,"page":"//evil\\"","events":[]}'],
	["wrong types", JSON.stringify(batch([event("scroll", { depth: "40" })]))],
	["out of range", JSON.stringify(batch([event("scroll", { depth: 101 })]))],
	["an unknown field", JSON.stringify(batch([event("view", { email: "a@b.example" })]))],
	["a forged id", JSON.stringify(batch([{ ...event("view"), id: "../../../../etc/passwd" }]))],
	["an id with bits too many", JSON.stringify(batch([{ ...event("view"), id: "_".repeat(22) }]))],
	["a time before the page", JSON.stringify(batch([{ ...event("view"), t: -1 }]))],
	["a visitor of one's own", JSON.stringify(batch([{ ...event("view"), visitor: id() }]))],
	["a server's event", JSON.stringify(batch([event("purchase", { order: "1", value: 1, currency: "EUR" })]))],
	["the same member twice", '{"v":1,"v":1,"page":"/","events":[]}'],
];

export async function refused(token) {
	const server = await start("refused", { args: ["--events-rate", "0"] });
	for (const [says, body] of hostile) {
		const reply = await post(server, body);
		check(`${says}: 400`, reply.status === 400, reply.status);
	}
	check("too many events: 413", (await post(server, batch(Array.from({ length: 65 }, () =>
		event("view"))))).status === 413);
	check("64 are taken", (await post(server, batch(Array.from({ length: 64 }, () => event("view"))))).status === 204);
	check("too many bytes: 413", (await post(server, " ".repeat(65537))).status === 413);
	check("as many as may be: 400, it is no JSON", (await post(server, " ".repeat(65536))).status === 400);
	check("from another site: 403", (await post(server, batch([event("view")]),
		{ HTTP_ORIGIN: "https://evil.example" })).status === 403);
	check("as a form: 415", (await post(server, batch([event("view")]),
		{ CONTENT_TYPE: "application/x-www-form-urlencoded" })).status === 415);
	check("asked for: 405", (await fetchOnce(server.socket, "/_tessera/events")).status === 405);
	check("nothing of it is in the log", lines(server).length === 64 && lines(server, "aside").length === 0);
	const n = await figures(server, token);
	check("all is counted", Object.values(n.refused).reduce((a, b) => a + b, 0) >= hostile.length, n);
	await stop(server);
}

export async function limited(token) {
	const server = await start("limited", { args: ["--events-rate", "2"] });
	const full = batch(Array.from({ length: 21 }, () => event("view")));
	check("a burst is taken", (await post(server, full)).status === 204);
	const late = await post(server, batch([event("view")]));
	check("then 429, and when to come again", late.status === 429 && Number(late.headers["retry-after"]) > 0, late);
	check("others are not meant", (await post(server, batch([event("view")]), { REMOTE_ADDR: "192.0.2.9" })).status === 204);
	check("nor servers with a key", (await post(server, { v: 1, events: [{ id: id(), k: "signin", n: 1 }] },
		{ HTTP_AUTHORIZATION: `Bearer ${token}` })).status === 204);
	await sleep(1200);
	check("and it goes on", (await post(server, batch([event("view")]))).status === 204);
	check("that is counted", (await figures(server, token)).limited === 1);
	await stop(server);
	const all = await start("total", { args: ["--events-rate", "0", "--events-total", "2"] });
	await post(all, full);
	check("all together are limited too", (await post(all, batch([event("view")]),
		{ REMOTE_ADDR: "192.0.2.77" })).status === 429 &&
		await until(() => all.log.includes("more than 2 events"), 2000), all.log);
	await stop(all);
	const stored = execFileSync("sh", ["-c", `grep -r "192[.]0[.]2" ${all.state} ${server.state} | wc -l`]);
	check("no address is anywhere", stored.toString().trim() === "0");
}

export async function servers(token) {
	const server = await start("servers");
	const paid = { id: id(), k: "purchase", n: 1, f: { order: "A-1", value: 1999, currency: "EUR" } };
	const direct = (said, more) => {
		const body = JSON.stringify({ v: 1, events: [paid] });
		return fetchOnce(server.socket, "/_tessera/events", { body, params: { REQUEST_METHOD: "POST",
			CONTENT_TYPE: "application/json", CONTENT_LENGTH: String(body.length),
			HTTP_AUTHORIZATION: said, ...more } });
	};
	check("with the key, of no origin", (await direct(`Bearer ${token}`)).status === 204);
	check("it is in the log", lines(server)[0]?.k === "purchase" && lines(server)[0].f.value === 1999, lines(server));
	check("once", (await direct(`Bearer ${token}`)).status === 204 && lines(server).length === 1);
	for (const wrong of ["", "Bearer", `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`,
		`Bearer ${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`])
		check(`not with "${wrong.slice(0, 9)}..."`, (await direct(wrong)).status === 403);
	paid.id = id();
	await direct(`Bearer ${token}`, { HTTP_COOKIE: "consent=none" });
	check("the visitor's own no counts", lines(server).length === 1);
	check("figures are for who has the key", (await figures(server, token)).accepted === 1 &&
		!(await fetchOnce(server.socket, "/_tessera/health")).body.toString().includes("events"));
	await stop(server);
}

// A file that may not grow is a full disk to those who write.
export async function full(token) {
	const server = await start("full", { args: ["--events-rate", "0"] });
	check("before", (await post(server, batch([event("view")]))).status === 204);
	const writer = processes(server).writer, limit = (n) =>
		execFileSync("prlimit", ["--pid", String(writer), `--fsize=${n}:unlimited`]);
	limit(100);
	let refusals = 0, pages = 0;
	const kept = event("view");
	for (let i = 0; i < 20; i++) {
		const reply = await post(server, batch([i === 0 ? kept : event("view"), event("scroll", { depth: 3 })]));
		refusals += reply.status === 503 && Number(reply.headers["retry-after"]) > 0;
		pages += (await fetchOnce(server.socket, "/", { params: { HTTP_ACCEPT_ENCODING: "gzip" } })).status === 200;
	}
	check("a full disk: 503, and when to come again", refusals === 20, refusals);
	check("pages go on", pages === 20, pages);
	const n = await figures(server, token);
	check("it is counted", n.errors === 20 && n.unwritten === 20, n);
	check("and said once", (server.log.match(/cannot write events/g) ?? []).length === 1, server.log);
	check("what was there is whole", lines(server).length === 1, lines(server));
	limit("unlimited");
	check("then it goes on", (await post(server, batch([kept]))).status === 204);
	check("and what was refused is no duplicate", lines(server).some((line) => line.id === kept.id), lines(server));
	await stop(server);
	// A folder that cannot be written at all.
	const state = path.join(folder, "locked");
	fs.mkdirSync(state);
	fs.writeFileSync(path.join(state, "events"), "no folder");
	const socket = path.join(folder, "locked.sock");
	const child = spawn(fcgi, ["--listen", socket, "--state", state, "--keys", keys, path.join(out, "current")],
		{ stdio: "ignore" });
	const blind = { child, socket, state };
	await until(async () => (await fetchOnce(socket, "/_tessera/health").catch(() => null))?.status === 200);
	check("no folder: 503", (await post(blind, batch([event("view")]))).status === 503);
	fs.rmSync(path.join(state, "events"));
	await sleep(300);
	check("and when there is one it goes on", (await post(blind, batch([event("view")]))).status === 204);
	child.kill("SIGTERM");
	await new Promise((resolve) => child.on("exit", resolve));
}

// A real disk of 64 KiB, where the system lets us have one.
export async function small() {
	const state = path.join(folder, "tiny");
	fs.mkdirSync(state);
	const tried = spawnSync("unshare", ["-m", "true"]);
	if (tried.status !== 0) {
		console.log("  no mount namespaces here: the small disk is left out");
		return;
	}
	const socket = path.join(folder, "tiny.sock");
	const child = spawn("unshare", ["-m", "sh", "-c", `mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"`,
		"sh", state, fcgi, "--listen", socket, "--state", state, "--keys", keys, "--events-rate", "0",
		path.join(out, "current")], { stdio: "ignore" });
	const server = { child, socket, state };
	const up = await until(async () => (await fetchOnce(socket, "/_tessera/health").catch(() => null))?.status === 200, 5000);
	if (!up) {
		console.log("  no small disk here");
		child.kill("SIGKILL");
		return;
	}
	let taken = 0, refusals = 0;
	for (let i = 0; i < 60; i++) {
		const reply = await post(server, batch(Array.from({ length: 20 }, () => event("view"))));
		taken += reply.status === 204;
		refusals += reply.status === 503;
	}
	check("a small disk takes some and refuses the rest", taken > 0 && refusals > 0 && taken + refusals === 60,
		[taken, refusals]);
	check("pages go on", (await fetchOnce(socket, "/", { params: { HTTP_ACCEPT_ENCODING: "gzip" } })).status === 200);
	child.kill("SIGTERM");
	await new Promise((resolve) => child.on("exit", resolve));
}

export async function cgi() {
	const state = path.join(folder, "cgi"), server = { state };
	fs.mkdirSync(state);
	const run = (body, more = {}) => {
		const input = typeof body === "string" ? body : JSON.stringify(body);
		return spawnSync(fcgi, { input, env: { GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "POST",
			REQUEST_URI: "/_tessera/events", HTTP_ORIGIN: "https://www.fellwander.example",
			CONTENT_LENGTH: String(Buffer.byteLength(input)), HTTP_COOKIE: ALL, TESSERA_KEYS: keys,
			TESSERA_STATE: state, TESSERA_RELEASE: path.join(out, "current"), ...more } }).stdout.toString();
	};
	const one = event("view");
	check("CGI takes a batch", run(batch([one])).startsWith("Status: 204"));
	check("and logs it", lines(server).length === 1 && lines(server)[0].id === one.id, lines(server));
	run(batch([one, event("scroll", { depth: 1 }), event("wink")]));
	check("new ones alone", lines(server).length === 2 && lines(server, "aside").length === 1, lines(server));
	const withheld = batch([event("view")]);
	run(withheld, { HTTP_COOKIE: "" });
	run(withheld, { HTTP_COOKIE: "" });
	check("counts of who is not followed", lines(server, "counts").length === 1 &&
		lines(server, "counts")[0].counts.view === 1 && lines(server).length === 2);
	fs.appendFileSync(files(server)[0], '{"at":1,"torn');
	check("a torn line", run(batch([event("view")])).startsWith("Status: 204") && lines(server).length === 3);
	const all = await Promise.all(Array.from({ length: 20 }, () => new Promise((resolve) => {
		const input = JSON.stringify(batch([event("view"), event("view")]));
		const child = spawn(fcgi, { env: { GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "POST",
			REQUEST_URI: "/_tessera/events", HTTP_ORIGIN: "https://www.fellwander.example",
			CONTENT_LENGTH: String(input.length), HTTP_COOKIE: ALL, TESSERA_STATE: state,
			TESSERA_RELEASE: path.join(out, "current") }, stdio: ["pipe", "ignore", "ignore"] });
		child.on("exit", resolve);
		child.stdin.end(input);
	})));
	check("many at once do not mix", all.every((code) => code === 0) && lines(server).length === 43, lines(server).length);
	check("without a state there are no events", run(batch([one]), { TESSERA_STATE: "" }).startsWith("Status: 404") ||
		run(batch([one]), { TESSERA_STATE: "" }).startsWith("Status: 503"));
}
