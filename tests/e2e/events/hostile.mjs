// A flood of what nobody should send: batches that are nearly right, damaged,
// nested, huge, replayed, all at once. The daemon answers each, logs what is
// right in them and nothing else, and is afterwards what it was.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fetchOnce } from "../../lib/fcgi_client.mjs";
import { ALL, batch, check, event, figures, files, id, lines, out, processes, start, stop, tessera,
	until } from "./harness.mjs";

const COUNT = process.env.LONG ? 100000 : 4000, AT_ONCE = 24, SLOW = 10000;

// The same numbers every time.
let seed = 0x2545f491;
const draw = (below) => {
	seed = Math.imul(seed ^ seed >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
	return ((seed ^ seed >>> 13) >>> 0) % below;
};
const pick = (list) => list[draw(list.length)];

const good = [
	() => event("view", { referrer: "search", first: true }),
	() => event("scroll", { depth: draw(101), velocity: draw(5000) }),
	() => event("click", { target: "a\u2028\u202e\u0000\u007f<script>".slice(0, 1 + draw(9)).replace("\0", "") }),
	() => event("cart", { op: "add", sku: "boots", quantity: 1 + draw(9) }),
	() => event("size-advice", { item: "x", brand: "\u{1f600}" }, { n: 2 }),
	() => event("vitals", { decide: draw(1e6) / 1e4, lcp: draw(5000) }),
];
const values = [null, true, -1, 101, 1e308, 2 ** 53, "", "x".repeat(101), "\ud83d", [], {}, [[[[1]]]],
	{ a: { b: {} } }, "mail@example.com", "__proto__"];
const names = ["id", "k", "n", "t", "f", "at", "page", "visitor", "__proto__", "constructor", "", "depth"];

// One event with one thing about it that is wrong, as a rule.
const bad = [
	(e) => ({ ...e, [pick(names)]: pick(values) }),
	(e) => ({ ...e, f: { ...e.f, [pick(["depth", "target", "op", "mail", "\ud800"])]: pick(values) } }),
	(e) => ({ ...e, k: pick(["purchase", "signin", "View", "../view", "x".repeat(33), "wink"]) }),
	(e) => ({ ...e, id: pick([e.id.slice(1), `${e.id}A`, e.id.replace(/.$/, "_"), e.id.replace(/.$/, "="), " "]) }),
	(e) => ({ ...e, n: pick([0, 2, 1.5, -1, "1", 65536]) }),
	(e) => ({ ...e, visitor: id() }),
	() => pick(values),
];
const outside = [
	(b) => ({ ...b, v: pick([0, 2, "1", null]) }),
	(b) => ({ ...b, page: pick(["/a?b", "a", "//x", "/\"", "/" + "a".repeat(3000), 1, "/%00", "/../.."]) }),
	(b) => ({ ...b, why: pick(["A".repeat(60000), "+", "forged", 1, "AQ"]) }),
	(b) => ({ ...b, id: id(), c: pick([{ view: -1 }, { view: 1e9 }, { wink: 1 }, { purchase: 1 }, { view: 1, "a b": 1 }, [], 1]) }),
	(b) => ({ ...b, id: pick(["", 1, id() + "A", b.events[0]?.id]), c: { view: 1 } }),
	(b) => ({ ...b, c: { view: 1 } }),
	(b) => ({ ...b, events: Array.from({ length: 65 + draw(200) }, () => 1) }),
	(b) => ({ ...b, [pick(["visitor", "__proto__", "x"])]: 1 }),
];
const raw = [
	() => "[".repeat(1 + draw(70000)),
	() => `{"v":1,"page":"/","events":${"[".repeat(33)}${"]".repeat(33)}}`,
	() => `{"v":1,"page":"/","events":[],"events":[]}`,
	() => `{"v":1,"page":"/","events":[${"2.2250738585072011e-308,".repeat(2600)}1]}`,
	() => `{"v":1,"page":"/","id":"${id()}","events":[],"c":{"view":${"9".repeat(60000)}}}`,
	() => `{"v":1,"page":"/","id":"${id()}","events":[],"c":{${"\"z\":1,".repeat(9000)}"z":1}}`,
	() => `{"v":1,"page":"/","id":"${id()}","events":[],"c":{${"\"view\":1,".repeat(6000)}"view":1}}`,
	() => "\"" + "\\u0041".repeat(10000) + "\"",
	() => " ".repeat(65000),
	() => "",
	() => "\ufeff{}",
];

// Bytes changed, taken away, put in.
function damage(bytes) {
	const list = [...bytes];
	for (let n = 1 + draw(4); n > 0 && list.length > 0; n--)
		list.splice(draw(list.length), draw(2), ...(draw(2) ? [pick([0, 1, 10, 34, 44, 92, 123, 0xc3, 0xed, 0xff])] : []));
	return Buffer.from(list);
}

function body() {
	let b = batch(Array.from({ length: 1 + draw(4) }, () => pick(good)()));
	if (draw(12) === 0)
		return Buffer.from(pick(raw)());
	if (draw(3) > 0)
		b.events = b.events.map((e) => draw(2) ? pick(bad)(e) : e);
	if (draw(6) === 0)
		b = { ...b, id: id(), c: { view: 1 + draw(9), click: draw(2) } };
	if (draw(5) === 0)
		b = pick(outside)(b);
	const bytes = Buffer.from(JSON.stringify(b));
	return draw(4) === 0 ? damage(bytes) : bytes;
}

const send = (server, bytes) => fetchOnce(server.socket, "/_tessera/events", { body: bytes, params: {
	REQUEST_METHOD: "POST", HTTP_ORIGIN: "https://www.fellwander.example",
	CONTENT_TYPE: "text/plain;charset=UTF-8", CONTENT_LENGTH: String(bytes.length),
	HTTP_HOST: "www.fellwander.example", HTTP_COOKIE: ALL } });

const ids = (bytes) => [...bytes.toString("latin1").matchAll(/"id":"([\w-]{22})"/g)].map((m) => m[1]);

// What is resident of a process, in MiB.
const size = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

export async function hostile(token) {
	const server = await start("hostile", { args: ["--events-rate", "0", "--events-total", "0"] });
	await until(() => processes(server).workers.length === 2);
	const before = processes(server), statuses = {}, refused = new Set(), taken = new Set();
	let left = COUNT, slowest = 0, pages = 0, huge = 0;
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		while (left-- > 0) {
			const bytes = body(), from = performance.now();
			const reply = await send(server, bytes).catch((error) => ({ status: String(error) }));
			slowest = Math.max(slowest, performance.now() - from);
			huge += bytes.length > 65536;
			statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
			for (const one of ids(bytes))
				(reply.status === 204 ? taken : refused).add(one);
			if (left % 200 === 0 && (await fetchOnce(server.socket, "/")).status === 200)
				pages++;
		}
	}));
	check("each is answered 204, 400 or 413", Object.keys(statuses).every((s) => ["204", "400", "413"].includes(s)) &&
		statuses[204] > COUNT / 20 && statuses[400] > COUNT / 5, statuses);
	check("none takes long", slowest < SLOW, slowest);
	check("pages are served meanwhile", pages >= Math.floor(COUNT / 200) - 1, pages);

	const logged = lines(server), all = new Set(logged.map((line) => line.id));
	check("no id is in the log twice", all.size === logged.length, logged.length - all.size);
	check("nothing of a refused batch is in it", [...all].every((one) => taken.has(one) || !refused.has(one)));
	for (const stream of [".", "aside"]) {
		const made = spawnSync(tessera, ["events", "check", "--json", "--release", path.join(out, "current"),
			...files(server, stream)], { maxBuffer: 1 << 28 });
		const found = JSON.parse(made.stdout.toString());
		check(`${stream}: every line is right, or of another release`, found.wrong === 0 && found.events > 0 &&
			(stream === "." ? found.fine === logged.length : found.aside === found.events), found.messages[0]);
	}
	const counted = lines(server, "counts"), sums = JSON.parse(spawnSync(tessera, ["events", "check", "--json", "--release",
		path.join(out, "current"), ...files(server, "counts")], { maxBuffer: 1 << 28 }).stdout.toString());
	check("counts: every line is right, and once", counted.length > COUNT / 50 && sums.wrong === 0 && sums.aside === 0 &&
		sums.twice === 0, sums);
	check("none is of a refused batch", counted.every((line) => taken.has(line.id) || !refused.has(line.id)));
	const text = [...files(server), ...files(server, "counts")].map((file) => fs.readFileSync(file, "latin1")).join("");
	check("lines hold printable characters alone", !/[\x00-\x09\x0b-\x1f\x7f]/.test(text));
	const n = await figures(server, token);
	check("what was taken and refused is counted", n.accepted === logged.length && n.restricted === counted.length &&
		n.batches === COUNT - huge && n.refused.fine === undefined && Object.values(n.refused).reduce((a, b) => a + b, 0) >= statuses[400], n);

	const again = Buffer.from(JSON.stringify(batch(Array.from({ length: 20 }, () => event("view")))));
	const replies = await Promise.all(Array.from({ length: 50 }, () => send(server, again)));
	check("what is sent again is answered", replies.every((reply) => reply.status === 204));
	check("and logged once", lines(server).length === logged.length + 20, lines(server).length - logged.length);
	check("and counted", (await figures(server, token)).duplicates - n.duplicates === 49 * 20);
	const same = () => JSON.stringify(processes(server)) === JSON.stringify(before);
	check("no process was started anew", await until(same, 2000), [before, processes(server), server.log]);
	const after = processes(server);
	check("none has grown", after.workers.every((pid) => size(pid) < 40) && size(after.writer) < 160,
		[...after.workers, after.writer].map(size));
	await stop(server);
}
