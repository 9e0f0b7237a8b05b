// Public pages in nginx's cache, as doc/nginx-cache.conf keeps them: whatever
// was asked before and by whom, each visitor gets what the oracle says, private
// pages are never kept, and nothing is kept under a key that is not core's.
//
// usage: node cache.mjs BUILD [SEED]

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { fetchOnce } from "../../lib/fcgi_client.mjs";
import { ask, closeStand, consult, each, momentOf, openStand, requestOf, stateless, Tally } from "./stand.mjs";

const seed = Number(process.argv[3] ?? 7);
const tally = new Tally();
const began = performance.now();
const gzip = ["Accept-Encoding", "gzip, br"];
const seen = {}; // how often each status of the cache

// Shuffled by the seed: who comes first decides what is kept.
function shuffle(list) {
	let state = seed;
	const next = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % n;
	for (let i = list.length - 1; i > 0; i--) {
		const j = next(i + 1);
		[list[i], list[j]] = [list[j], list[i]];
	}
	return list;
}

function textOf(reply) {
	try {
		return reply.headers["content-encoding"] === "gzip"
			? zlib.gunzipSync(reply.body) : reply.body;
	} catch {
		return Buffer.alloc(0);
	}
}

async function askOne(stand, said, answer, coding) {
	const { page, visitor } = answer;
	const { target, headers } = requestOf(page, visitor);
	const reply = await ask(stand, target, coding === null ? headers : [...headers, coding]);
	const status = reply.headers["x-cache"];
	seen[status] = (seen[status] ?? 0) + 1;
	tally.check(stateless(textOf(reply), stand.now).equals(said.text(answer.padded)) && reply.status === page.status &&
		(reply.headers["content-encoding"] === "gzip") === (coding !== null),
		page.path, "for visitor", answer.for, status, JSON.stringify(visitor.values));
	tally.check(page.public || status !== "HIT", page.path, "is private, and was kept");
	tally.check(reply.headers.vary === page.vary, page.path, "vary", reply.headers.vary);
	return status;
}

// The keys of what lies in the cache.
function keysOf(stand) {
	return fs.readdirSync(path.join(stand.folder, "cache"), { recursive: true })
		.map((name) => path.join(stand.folder, "cache", name))
		.filter((name) => fs.statSync(name).isFile())
		.map((name) => /\nKEY: (.*)\n/.exec(fs.readFileSync(name, "latin1"))?.[1] ?? "");
}

async function drawn(stand) {
	const said = consult([seed, 24], stand.now);
	const open = said.answers.filter(({ page }) => page.public);
	const closed = said.answers.filter(({ page }, i) => !page.public && i % 7 === 0);
	tally.check(open.length > 0 && new Set(open.map(({ padded }) => padded)).size >
		new Set(open.map(({ page }) => page.path)).size, "public pages differ by segment");
	for (let round = 0; round < 2; round++) {
		await each(shuffle([...open, ...closed]), 8, async (answer, i) => {
			await askOne(stand, said, answer, i % 5 === 0 ? null : gzip);
		});
	}
	const paths = new Set(said.pages.filter((page) => page.public).map((page) => page.path));
	const keys = keysOf(stand);
	tally.check(keys.length > paths.size, "pages are kept", keys.length);
	for (const key of keys)
		tally.check(paths.has(key.split(" ")[3]), "is private or no page, and is kept:", key);
	tally.check(seen.HIT > open.length, "most answers come from the cache", JSON.stringify(seen));
	console.log(`  ${open.length + closed.length} answers twice: ${JSON.stringify(seen)}, ` +
		`${keys.length} kept of ${paths.size} public pages`);
	const left = { open: open[0], closed: closed[0] };
	said.clear();
	return left;
}

// Requests that could spoil the cache for those that come after.
async function tricks(stand, page) {
	const fresh = (n) => ask(stand, `${page.path}?n=${n}`, [gzip, ["CF-IPCountry", `X${n}`]]);
	const get = (headers, method) => ask(stand, page.path, [gzip, ...headers], method);
	const plain = await get([]);
	const { etag } = plain.headers;
	tally.check(plain.status === 200 && plain.body.length > 0, "a page", plain.status);
	tally.check((await fresh(1)).headers["x-cache"] === "HIT", "other queries share a copy");
	const head = await get([], "HEAD");
	tally.check(head.status === 200 && head.body.length === 0 && head.headers.etag === etag, "HEAD");
	tally.check((await get([["If-None-Match", etag]])).status === 304, "304 from the cache");
	for (const path of [`${page.path}/`, `/%${page.path.charCodeAt(1).toString(16)}${page.path.slice(2)}`])
		for (const query of ["a=1", "b=2"]) {
			const reply = await ask(stand, `${path}?${query}`, [gzip]);
			tally.check(reply.status === 308 && reply.headers.location.endsWith(`${page.path}?${query}`),
				path, query, reply.status, reply.headers.location);
		}
	const coded = [["gzip;q=0", false], ["GZIP", true], ["br, x-gzip", true], ["xgzip", false],
		["gzip-2", false], ["identity;q=1, gzip;q=0.5", false], ["", false], ["deflate", false]];
	for (const [value, zipped] of coded.concat(coded)) {
		const reply = await ask(stand, page.path, [["Accept-Encoding", value]]);
		tally.check(reply.status === 200 && (reply.headers["content-encoding"] === "gzip") === zipped &&
			textOf(reply).equals(textOf(plain)), "Accept-Encoding", value);
	}
}

// What fills an empty cache first must not be what is kept.
async function first(stand, page, etag) {
	const get = (headers, method) => ask(stand, page.path, [gzip, ...headers], method);
	tally.check((await get([["If-None-Match", etag]])).status === 304, "304 from the origin");
	tally.check((await get([], "HEAD")).body.length === 0, "HEAD first");
	const reply = await get([]);
	tally.check(reply.status === 200 && reply.body.length > 0, "then the page", reply.status);
	tally.check((await get([])).headers["x-cache"] === "HIT", "then from the cache");
}

async function conditions(stand, page) {
	const reply = await ask(stand, page.path, [gzip]);
	const again = await ask(stand, page.path, [gzip, ["If-None-Match", reply.headers.etag]]);
	tally.check(again.status === 304 && reply.headers["cache-control"] === "private, no-cache",
		"a private page answers 304 through the cache", again.status);
}

// A key that is not core's, straight to the socket.
async function keys(stand, open, closed) {
	const cache = async (uri, params) =>
		(await fetchOnce(`${stand.folder}/sock`, uri, { params }))?.headers["cache-control"];
	const length = (/"((?:\$tessera_bit_\d+)+)"/.exec(fs.readFileSync(
		`${stand.folder}/out/current/segment.nginx`, "utf8"))[1].match(/bit/g)).length;
	const none = "0".repeat(length);
	const of = (told) => ({ HTTP_ACCEPT_ENCODING: "gzip", TESSERA_SEGMENT: told });
	tally.check(/^public/.test(await cache(open.path, of(none))), "the right key is public");
	for (const wrong of [`1${none.slice(1)}`, `${none}0`, none.slice(1), "", "x"])
		tally.check(await cache(open.path, of(wrong)) === "private, no-store", "a wrong key", wrong);
	tally.check(await cache(closed.path, of(none)) === "private, no-cache", "private as ever");
}

const stand = await openStand({ name: "cache", sample: "nginx-cache.conf", now: momentOf(seed),
	extra: "add_header X-Cache $upstream_cache_status always;" });
try {
	const { open, closed } = await drawn(stand);
	const page = open.page;
	await tricks(stand, page);
	await conditions(stand, closed.page);
	await keys(stand, page, closed.page);
	const { etag } = (await ask(stand, page.path, [gzip])).headers;
	// A host of its own has nothing in the cache yet.
	stand.host = "empty.example.org";
	await first(stand, page, etag);
} finally {
	await closeStand(stand);
}
tally.close((performance.now() - began) / 1000);
