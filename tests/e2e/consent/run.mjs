// run.mjs BUILD - consent with the real programs: the example site behind
// tessera-fcgi, over its socket and through nginx; then hostile requests.

import http from "node:http";
import { Client, begin, fetchOnce, pairs, record, PARAMS, STDIN } from "../../lib/fcgi_client.mjs";
import { closeStand, openStand, sleep } from "../site/stand.mjs";

const ORIGIN = "https://www.fellwander.example";
const FORM = "application/x-www-form-urlencoded";
const TC_ALL = "CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAAAAAAAA";
const TC_COUNTS = "CAAAAAAAAAAAAAAAAAAAAAAgAIGAAAAAAAAAAAAAAAAA";
const KNOWN = "returning=1; first_name=Zaphod; tier=gold";
let passed = 0, failed = 0;

function check(says, good, seen = "") {
	if (good) {
		passed++;
		return;
	}
	failed++;
	console.log(`FAILED: ${says} ${seen === "" ? "" : `(${seen})`}`);
}

// Through nginx: a request with a body.
function send(stand, method, path, headers = {}, body = "") {
	return new Promise((resolve) => {
		const request = http.request({ port: stand.port, host: "127.0.0.1", path, method,
			headers: { Host: "www.fellwander.example", "Content-Length": Buffer.byteLength(body), ...headers } },
		(reply) => {
			const parts = [];
			reply.on("data", (part) => parts.push(part));
			reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers,
				body: Buffer.concat(parts) }));
		});
		request.on("error", (error) => resolve({ status: 0, headers: {}, body: Buffer.alloc(0), error }));
		request.end(body);
	});
}

// Over the socket: the same, in the same form.
function post(stand, path, { body = "", type = FORM, origin = ORIGIN, length = body.length, ...rest } = {}) {
	return fetchOnce(`${stand.folder}/sock`, path, { body, params: { REQUEST_METHOD: "POST",
		CONTENT_TYPE: type, CONTENT_LENGTH: String(length), HTTP_HOST: "www.fellwander.example",
		...(origin ? { HTTP_ORIGIN: origin } : {}), ...rest } });
}

const cookieOf = (reply) => [reply.headers["set-cookie"] ?? ""].flat()
	.map((line) => line.split(";")[0]).find((line) => line.startsWith("consent=")) ?? "";

async function greets(stand, cookie, headers = {}) {
	const reply = await send(stand, "GET", "/", { Cookie: cookie, ...headers });
	check("the page is whole", reply.status === 200, reply.status);
	return reply.body.includes("Zaphod");
}

async function choose(stand) {
	check("without consent nobody is greeted", !await greets(stand, KNOWN));
	const how = { "Content-Type": FORM, Origin: ORIGIN, Referer: `${ORIGIN}/privacy` };
	let reply = await send(stand, "POST", "/_tessera/consent", how,
		"purpose=functional&purpose=personalization");
	check("a form is answered with 303", reply.status === 303, reply.status);
	check("back to where it stood", reply.headers.location?.endsWith("/privacy"), reply.headers.location);
	check("nothing keeps it", reply.headers["cache-control"] === "no-store");
	const line = String(reply.headers["set-cookie"]);
	check("the cookie has its form",
		/^consent=1\.functional\+personalization\.\d{10}; Max-Age=15552000; Path=\/; SameSite=Lax; Secure$/.test(line), line);
	const granted = `${cookieOf(reply)}; ${KNOWN}`;
	check("the next request is greeted", await greets(stand, granted));
	check("not with Global Privacy Control", !await greets(stand, granted, { "Sec-GPC": "1" }));
	check("and again without it", await greets(stand, granted));
	reply = await send(stand, "POST", "/_tessera/consent", { "Content-Type": "application/json", Origin: ORIGIN },
		'{"purposes":["functional"]}');
	check("JSON is answered with 204", reply.status === 204 && reply.body.length === 0, reply.status);
	check("withdrawal acts on the next request", !await greets(stand, `${cookieOf(reply)}; ${KNOWN}`));
	reply = await send(stand, "POST", "/_tessera/forget", { Origin: ORIGIN });
	check("forget", reply.status === 204 && reply.headers["clear-site-data"] === '"cache"', reply.status);
	check("and nothing is granted", /^consent=1\.none\.\d+$/.test(cookieOf(reply)), cookieOf(reply));
	check("by what it sets", !await greets(stand, `${cookieOf(reply)}; ${KNOWN}`));
	reply = await send(stand, "GET", "/_tessera/health");
	check("health", reply.status === 200 && /^[0-9a-f]{64}$/.test(JSON.parse(reply.body).release));
	for (const path of ["/privacy", "/de/privacy"]) {
		const page = (await send(stand, "GET", path)).body.toString();
		check(`${path} has a form that needs no script`,
			page.includes('action="/_tessera/consent" method="post"') && page.includes("<legend>"));
	}
}

async function strings(stand) {
	const rows = [
		[`euconsent-v2=${TC_ALL}`, {}, true, "a TC string that grants"],
		[`euconsent-v2=${TC_COUNTS}`, {}, false, "one that grants less"],
		[`euconsent-v2=${TC_ALL.slice(0, -4)}`, {}, false, "one that is cut off"],
		[`euconsent-v2=${TC_ALL}`, { "Sec-GPC": "1" }, false, "with Global Privacy Control"],
		[`euconsent-v2=${TC_ALL}; consent=1.none.1`, {}, false, "the site's cookie withdraws"],
		["consent=personalization; euconsent-v2=x", {}, false, "a broken one"],
		["consent=personalization; __gpp=DBABL~CAAqAAAAAAAA", {}, true, "GPP: did not opt out"],
		["consent=personalization; __gpp=DBABL~CAAaAAAAAAAA", {}, false, "GPP: opted out of sale"],
		["consent=personalization; __gpp=DBABBg~BAoAAAAA.Y", {}, false, "GPP: California with GPC"],
		["consent=personalization; __gpp=DBABBg~BA", {}, false, "GPP: broken"],
		[`__gpp=DBABM~${TC_ALL}`, {}, true, "GPP: a TC string in it"],
		["consent=functional%2Bpersonalization", {}, true, "escaped"],
	];
	for (const [cookie, headers, good, says] of rows)
		check(says, await greets(stand, `${cookie}; ${KNOWN}`, headers) === good);
}

async function refuse(stand) {
	const rows = [
		[{ origin: "https://evil.example" }, 403, "another origin"],
		[{ origin: null }, 403, "no origin"],
		[{ origin: "null" }, 403, "an opaque origin"],
		[{ HTTP_SEC_FETCH_SITE: "cross-site" }, 403, "cross-site"],
		[{ body: "x=".padEnd(65536, "y") }, 303, "as large as is kept"],
		[{ body: "x=".padEnd(65537, "y") }, 413, "one byte too large"],
		[{ body: "x=".padEnd(1 << 20, "y") }, 413, "a megabyte"],
		[{ body: "x=".padEnd((1 << 20) + 1, "y") }, 413, "more than is passed over"],
		[{ body: "purpose=all", length: 12 }, 400, "cut off"],
		[{ body: "purpose=all&return=//evil.example" }, 400, "an open redirect"],
		[{ body: "purpose=all", type: "text/plain" }, 415, "no form"],
		[{ body: "{", type: "application/json" }, 400, "no JSON"],
		[{ REQUEST_METHOD: "DELETE" }, 405, "another method"],
	];
	for (const [options, status, says] of rows) {
		const reply = await post(stand, "/_tessera/consent", options);
		check(says, reply?.status === status, reply?.status);
		check(`${says}: no cookie`, status === 303 || reply?.headers["set-cookie"] === undefined);
	}
	const large = await send(stand, "POST", "/_tessera/consent", { "Content-Type": FORM, Origin: ORIGIN },
		"x=".padEnd(70000, "y"));
	check("nginx refuses a large body", large.status === 413, large.status);
	const one = await send(stand, "POST", "/_tessera/consent",
		{ "Content-Type": FORM, Origin: ORIGIN, Cookie: KNOWN }, "purpose=all&x=".padEnd(60000, "y"));
	check("and passes on one of 60,000 bytes", one.status === 303 && cookieOf(one).includes("personalization"));
}

// A body that comes slowly holds up nobody; one that never ends is closed.
async function dawdle(stand) {
	const client = new Client(`${stand.folder}/sock`);
	client.send(Buffer.concat([begin(1), record(PARAMS, 1, pairs({ REQUEST_METHOD: "POST",
		REQUEST_URI: "/_tessera/consent", CONTENT_TYPE: FORM, CONTENT_LENGTH: "11", HTTP_ORIGIN: ORIGIN })),
		record(PARAMS, 1)]));
	let slowest = 0;
	for (const byte of "purpose=all") {
		client.send(record(STDIN, 1, byte));
		const began = performance.now();
		await fetchOnce(`${stand.folder}/sock`, "/_tessera/health");
		slowest = Math.max(slowest, performance.now() - began);
		await sleep(20);
	}
	client.send(record(STDIN, 1));
	const reply = await client.reply();
	check("a slow body is whole in the end", reply.status === 303 &&
		cookieOf(reply).includes("functional+analytics+personalization"), reply.status);
	check("and held up nobody", slowest < 500, slowest);
	// The same connection again: nothing of the first body is left.
	const again = await client.get("/_tessera/forget", { params: { REQUEST_METHOD: "POST",
		HTTP_ORIGIN: ORIGIN, CONTENT_LENGTH: "0" } });
	check("the next request has a body of its own", again.status === 204, again.status);
	client.close();
	const stuck = new Client(`${stand.folder}/sock`);
	stuck.send(Buffer.concat([begin(1), record(PARAMS, 1, pairs({ REQUEST_METHOD: "POST",
		REQUEST_URI: "/_tessera/consent", CONTENT_LENGTH: "11" })), record(PARAMS, 1), record(STDIN, 1, "p")]));
	const began = performance.now();
	await stuck.closed();
	const waited = performance.now() - began;
	check("one that never ends is closed after 10 s", waited > 8000 && waited < 13000, waited);
}

// Each is answered, and in a bounded time.
async function hostile(stand) {
	const big = "x".repeat(60000);
	const rows = [
		["64 KB in the consent cookie", "/", { HTTP_COOKIE: `consent=${"functional+".repeat(5500)}` }],
		["64 KB of a TC string", "/", { HTTP_COOKIE: `euconsent-v2=${TC_ALL}${"A".repeat(60000)}` }],
		["4 KB of ranges", "/", { HTTP_COOKIE: `euconsent-v2=${TC_ALL.slice(0, 35)}${"_".repeat(4000)}` }],
		["64 KB of a GPP string", "/", { HTTP_COOKIE: `__gpp=DP__${"~A".repeat(30000)}` }],
		["4 KB of GPP sections", "/", { HTTP_COOKIE: `__gpp=DBAP${"_".repeat(2000)}${"~A".repeat(1000)}` }],
		["30,000 cookies", "/", { HTTP_COOKIE: "a;".repeat(30000) }],
		["30,000 cookies of the consent's name, almost", "/", { HTTP_COOKIE: "consen=;".repeat(7500) }],
		["escapes only", "/", { HTTP_COOKIE: `consent=${"%25".repeat(20000)}` }],
		["invalid UTF-8", "/", { HTTP_COOKIE: Buffer.alloc(60000, 0xc3) }],
		["NULs", "/", { HTTP_COOKIE: Buffer.concat([Buffer.from("consent="), Buffer.alloc(60000)]) }],
		["a language list", "/", { HTTP_ACCEPT_LANGUAGE: "de,".repeat(20000) }],
		["10,000 query keys", `/?${"a=b&".repeat(10000)}`, { QUERY_STRING: "" }],
		["10,000 query keys, told apart", "/", { QUERY_STRING:
			Array.from({ length: 10000 }, (_, i) => `k${i}`).join("&") }],
		["a path of 60,000 bytes", `/${big}`, {}],
		["an endpoint of 60,000 bytes", `/_tessera/${big}`, {}],
		["an origin of 60,000 bytes", "/_tessera/forget", { REQUEST_METHOD: "POST",
			HTTP_ORIGIN: `https://${big}` }],
		["a referrer of 60,000 bytes", "/_tessera/forget", { REQUEST_METHOD: "POST",
			HTTP_REFERER: `${ORIGIN}/${big}`, CONTENT_TYPE: FORM }],
	];
	const client = new Client(`${stand.folder}/sock`);
	let slowest = ["", 0];
	for (const [says, uri, params] of rows) {
		const times = [];
		for (let i = 0; i < 5; i++) {
			const began = performance.now();
			const reply = await client.get(uri, { params });
			times.push(performance.now() - began);
			check(`${says}: an answer`, reply !== null && reply.status >= 200 && reply.status < 500, reply?.status);
		}
		const time = Math.min(...times);
		check(`${says}: soon`, time < 20, `${time.toFixed(1)} ms`);
		if (time > slowest[1])
			slowest = [says, time];
	}
	const forms = [
		["30,000 fields", "a=b&".repeat(16000)], ["30,000 purposes", "purpose=all&".repeat(5400)],
		["unclosed JSON", "[".repeat(65000)], ["NULs", "\0".repeat(65000)],
	];
	for (const [says, body] of forms) {
		const began = performance.now();
		const reply = await post(stand, "/_tessera/consent", { body,
			type: body[0] === "[" ? "application/json" : FORM });
		const time = performance.now() - began;
		check(`${says} in a body`, [303, 400].includes(reply?.status) && time < 100, `${reply?.status} ${time}`);
	}
	client.close();
	console.log(`  slowest hostile request: ${slowest[0]}, ${slowest[1].toFixed(2)} ms`);
}

const stand = await openStand({ name: "consent" });
try {
	for (const test of [choose, strings, refuse, hostile, dawdle])
		await test(stand);
	check("no worker ended", stand.fcgi.ended === undefined && !/ended/.test(stand.fcgi.log), stand.fcgi.log);
} finally {
	await closeStand(stand);
}
console.log(`consent: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
