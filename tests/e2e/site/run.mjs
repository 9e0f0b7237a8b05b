// Every page of the example site for visitors drawn at random, through nginx:
// the body is, byte for byte, the padded rendering that the oracle makes
// without compression, in four decoders; and the same document as the
// rendering that the templates have. LONG=1: 200 visitors instead of 12, at ten moments
// instead of two.
//
// usage: node run.mjs BUILD [SEED]

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { byCurl, byGzip, byNode, byPython } from "./decoders.mjs";
import { sameDocument } from "./dom.mjs";
import { ask, closeStand, consult, each, momentOf, openStand, requestOf, stateless, stateOf, Tally } from "./stand.mjs";

const seed = Number(process.argv[3] ?? 1);
const batches = process.env.LONG ? 10 : 2;
const perBatch = process.env.LONG ? 20 : 6;
const gzip = ["Accept-Encoding", "gzip"];
const tally = new Tally();
const etags = new Map(); // what each stood for
const began = performance.now();

// What is wrong with the head of a page; "" when nothing is.
function headFault(reply, page) {
	const { headers } = reply;
	const cache = page.public ? /^public, max-age=\d+$/ : /^private, no-cache$/;
	const wrong = [
		[reply.status === page.status, "status"],
		[headers["content-encoding"] === "gzip", "content-encoding"],
		[headers["content-length"] === String(reply.body.length), "content-length"],
		[headers["content-type"] === "text/html; charset=utf-8", "content-type"],
		[headers["content-language"] === page.locale, "content-language"],
		[/^"[0-9a-f]{16}"$/.test(headers.etag), "etag"],
		[cache.test(headers["cache-control"]), "cache-control"],
		[headers.vary === page.vary, "vary"],
		[!("set-cookie" in headers), "set-cookie"],
	].filter(([good]) => !good).map(([, name]) => `${name} ${headers[name] ?? ""}`);
	return reply.error ? String(reply.error) : wrong.join(", ");
}

function bodyFault(reply, want, now) {
	try {
		return stateless(zlib.gunzipSync(reply.body), now).equals(want) ? "" : "another body";
	} catch (error) {
		return String(error);
	}
}

// The text that is wanted, with the state that came.
function withState(want, body) {
	const at = stateOf(want);
	return at ? Buffer.concat([want.subarray(0, at[0]), body.subarray(...at),
		want.subarray(at[1])]) : want;
}

// A strong tag: one text for each.
function etagFault(reply, answer) {
	const { etag } = reply.headers;
	const before = etags.get(etag) ?? answer.padded;
	etags.set(etag, answer.padded);
	return before === answer.padded ? "" : `${etag} stands for two texts`;
}

// The same answer as 304, as a HEAD and uncompressed.
async function askOtherwise(stand, answer, reply, want) {
	const { page } = answer;
	const { target, headers } = requestOf(page, answer.visitor);
	const name = `${page.path} for ${answer.for}`;
	const { etag } = reply.headers;
	const head = await ask(stand, target, [...headers, gzip], "HEAD");
	tally.check(head.status === page.status && head.body.length === 0 &&
		head.headers["content-length"] === String(reply.body.length) &&
		head.headers.etag === etag, name, "HEAD", head.status);
	const plain = await ask(stand, target, headers);
	tally.check(plain.status === page.status && stateless(plain.body, stand.now).equals(want) &&
		plain.headers["content-encoding"] === undefined && plain.headers.etag !== etag &&
		plain.headers["content-length"] === String(want.length), name, "identity");
	const again = await ask(stand, target, [...headers, gzip, ["If-None-Match", `"x", ${etag}`]]);
	tally.check(page.status === 200
		? again.status === 304 && again.body.length === 0 && again.headers.etag === etag &&
			again.headers.vary === page.vary
		: again.status === page.status, name, "If-None-Match", again.status);
	const other = await ask(stand, target, [...headers, gzip, ["If-None-Match", '"x"']]);
	tally.check(other.status === page.status && bodyFault(other, want, stand.now) === "", name,
		"If-None-Match of something else", other.status);
}

// All answers by Node; gives the distinct bodies for the other decoders.
async function askAll(stand, said) {
	const distinct = new Map();
	await each(said.answers, 8, async (answer, number) => {
		const request = requestOf(answer.page, answer.visitor);
		const reply = await ask(stand, request.target, [...request.headers, gzip]);
		const want = said.text(answer.padded);
		const fault = headFault(reply, answer.page) || bodyFault(reply, want, stand.now) ||
			etagFault(reply, answer);
		const good = tally.check(fault === "", `${answer.page.path} for visitor ${answer.for}:`,
			fault, fault && JSON.stringify(answer.visitor.values));
		const key = answer.padded;
		if (good && !distinct.has(key)) {
			const gz = path.join(said.folder, `${distinct.size}.gz`);
			fs.writeFileSync(`${gz}.want`, withState(want, zlib.gunzipSync(reply.body)));
			distinct.set(key, { body: reply.body, request, want: `${gz}.want`, gz });
		}
		if (good && number % 23 === 0)
			await askOtherwise(stand, answer, reply, want);
	});
	const items = [...distinct.values()];
	for (const item of items)
		fs.writeFileSync(item.gz, item.body);
	return items;
}

const decoders = [["Node", byNode], ["Python", byPython], ["gzip", byGzip], ["curl", byCurl]];

function decodeAll(stand, items) {
	for (const [name, decode] of decoders) {
		const wrong = decode(items, stand);
		for (const item of items)
			tally.check(!wrong.has(item), name, "decodes", item.request.target, "otherwise");
	}
}

// Padding changes nothing that a reader or a script sees.
function compareDocuments(said) {
	const pairs = new Map(said.answers.map((a) => [`${a.padded} ${a.plain}`, a]));
	for (const answer of pairs.values())
		tally.check(sameDocument(said.text(answer.padded).toString(), said.text(answer.plain).toString()),
			answer.page.path, "padded is another document for", answer.for);
	return pairs.size;
}

// The check itself: one text altered in one place is noticed by each decoder
// and by the parser, and no other is.
function checkSelf(stand, said, items) {
	const some = items.slice(0, 3).map((item) => ({ ...item }));
	const text = fs.readFileSync(some[1].want);
	const at = text.indexOf("</h1>") - 1;
	text[at] ^= 1;
	some[1].want = path.join(said.folder, "altered");
	fs.writeFileSync(some[1].want, text);
	for (const [name, decode] of decoders) {
		const wrong = decode(some, stand);
		tally.check(wrong.size === 1 && wrong.has(some[1]), name, "notices an altered text");
	}
	const honest = fs.readFileSync(items[1].want);
	tally.check(!sameDocument(honest.toString(), text.toString()), "a document is told from another");
	tally.check(bodyFault({ body: items[1].body }, text, stand.now) !== "", "an altered text is noticed");
	const broken = Buffer.from(items[0].body);
	broken[broken.length - 8] ^= 1;
	fs.writeFileSync(some[0].gz, broken);
	const lame = [{ ...some[0], body: broken }, { ...items[2] }];
	for (const [name, decode] of decoders.slice(0, 3))
		tally.check(decode(lame).has(lame[0]), name, "notices a wrong CRC");
}

// A working day before two, in December: all that the site asks of the time holds.
const busiest = Date.UTC(2026, 11, 4, 9, 30);

// Each batch at another moment of the year.
for (let i = 0; i < batches; i++) {
	const now = i === 0 ? busiest : momentOf(seed + i);
	const stand = await openStand({ name: "site", now });
	const said = consult([seed + i, perBatch], now);
	try {
		const items = await askAll(stand, said);
		decodeAll(stand, items);
		const pairs = compareDocuments(said);
		if (i === 0)
			checkSelf(stand, said, items);
		console.log(`  ${new Date(now).toISOString().slice(0, 16)}: ${said.pages.length} pages x ` +
			`${said.visitors.length} visitors: ${items.length} distinct bodies, ${pairs} pairs of documents`);
		tally.check(!/ended|panic|abort/.test(stand.fcgi.log), "workers stay alive", stand.fcgi.log);
	} finally {
		said.clear();
		await closeStand(stand);
	}
}
tally.close((performance.now() - began) / 1000);
