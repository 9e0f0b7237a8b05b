// The visitor state in the real program: what is counted, kept, erased, and
// refused. Time is a matter of the unit tests: the daemon has its own clock.
//
// usage: node run.mjs TESSERA TESSERA-FCGI SITE

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fetchOnce } from "../../lib/fcgi_client.mjs";

const [tessera, fcgi, site] = process.argv.slice(2).map((p) => path.resolve(p));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tsr-state-"));
const socket = path.join(folder, "sock"), keys = path.join(folder, "keys");
const NAME = "__Host-tessera", ALL = "consent=functional+analytics+personalization";
let passed = 0, failed = 0;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function check(says, good, seen = "") {
	if (good) {
		passed++;
		return;
	}
	failed++;
	console.log(`FAILED: ${says} ${seen}`);
}

// The page with these cookies; the cookie it sets: undefined, "" or a value.
async function get(cookies, params = {}, uri = "/") {
	const reply = await fetchOnce(socket, uri, { params: {
		HTTP_ACCEPT_ENCODING: "gzip", HTTP_HOST: "shop.example",
		HTTP_COOKIE: cookies.filter(Boolean).join("; "), ...params } });
	const line = reply.headers["set-cookie"];
	reply.set = line === undefined ? undefined : line.slice(NAME.length + 1, line.indexOf(";"));
	return reply;
}

// What the history of a cookie says (all purposes, no campaign, no buckets).
function read(value) {
	const b = Buffer.from(value, "base64url");
	let at = 11;
	const number = () => {
		let v = 0, shift = 0, c;
		do {
			c = b[at++];
			v |= (c & 127) << shift;
			shift += 7;
		} while (c & 128);
		return v;
	};
	number();
	const out = { key: b[1], session: number() };
	at += 1;
	at += 1 + b[at];
	out.id = b.subarray(at, at + 16).toString("hex");
	at += 17;
	number();
	out.visits = number();
	out.pages = number();
	return out;
}

const copy = path.join(folder, "site");
fs.mkdirSync(copy);
for (const part of ["content", "templates", "variants", "tessera.json"])
	fs.cpSync(path.join(site, part), path.join(copy, part), { recursive: true });
execFileSync(tessera, ["build", copy], { stdio: "ignore" });
execFileSync(tessera, ["keys", "--out", keys]);
check("a file of keys is its owner's", (fs.statSync(keys).mode & 0o777) === 0o600);
const daemon = spawn(fcgi, ["--listen", socket, "--keys", keys, path.join(copy, "out/current")],
	{ stdio: ["ignore", "ignore", "pipe"] });
let said = "";
daemon.stderr.on("data", (text) => { said += text; });
for (let i = 0; i < 200 && !fs.existsSync(socket); i++)
	await sleep(20);

const state = (value) => `${NAME}=${value}`;
let reply = await get([]);
check("nothing is set without consent", reply.status === 200 && reply.set === undefined);
reply = await get([ALL]);
const first = reply.set;
check("with consent it is", first?.length > 40, first);
check("by a cookie of this host alone",
	/; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/.test(reply.headers["set-cookie"]),
	reply.headers["set-cookie"]);
reply = await get([ALL, state(first)]);
const second = reply.set;
check("pages count", read(second).pages === 2 && read(second).visits === 1 && read(second).session === 2,
	JSON.stringify(read(second)));
check("the id stays", read(first).id === read(second).id);
check("others have another", read((await get([ALL])).set).id !== read(first).id);
check("a HEAD counts nothing", (await get([ALL, state(second)], { REQUEST_METHOD: "HEAD" })).set === undefined);
check("a prefetch neither", (await get([ALL, state(second)], { HTTP_SEC_PURPOSE: "prefetch" })).set === undefined);
check("nor a crawler", (await get([ALL], { HTTP_USER_AGENT: "Examplebot/1.0" })).set === undefined);
reply = await get([ALL, state(second)]);
reply = await get([ALL, state(second)], { HTTP_IF_NONE_MATCH: reply.headers.etag });
check("a 304 sets it, too", reply.status === 304 && read(reply.set).pages === 3, `${reply.status} ${reply.set}`);
reply = await get([ALL, state(second)], {}, "/about");
check("a public page never does", /public/.test(reply.headers["cache-control"]) && reply.set === undefined,
	reply.headers["cache-control"]);

const forged = second.slice(0, 30) + (second[30] === "A" ? "B" : "A") + second.slice(31);
for (const [value, says] of [[forged, "forged"], [second.slice(0, -1), "cut"], [`${second}A`, "longer"],
	["A".repeat(513), "oversized"], ["A".repeat(60000), "huge"], ["", "empty"], ["%00;", "no base64"]]) {
	reply = await get([ALL, state(value)]);
	check(`a cookie that is ${says} is as if absent`, reply.set && read(reply.set).pages === 1 &&
		read(reply.set).id !== read(first).id, reply.set);
}

reply = await get([state(second)]);
check("consent withdrawn: erased with the next answer", reply.set === "" &&
	/Max-Age=0/.test(reply.headers["set-cookie"]), reply.headers["set-cookie"]);
reply = await get(["consent=functional", state(second)]);
check("in part: what is left is shorter and has no id",
	reply.set && !Buffer.from(reply.set, "base64url").toString("hex").includes(read(first).id) &&
	/Max-Age=1800;/.test(reply.headers["set-cookie"]), reply.headers["set-cookie"]);
reply = await get([ALL, "Sec-GPC", state(second)], { HTTP_SEC_GPC: "1" });
check("a long campaign fits", (await get([ALL],
	{ QUERY_STRING: `utm_campaign=${"x".repeat(500)}` })).set.length <= 512);

const forget = await fetchOnce(socket, "/_tessera/forget", { params: { REQUEST_METHOD: "POST",
	HTTP_HOST: "shop.example", HTTP_ORIGIN: "https://shop.example", HTTP_COOKIE: state(second) } });
const sent = forget.headers["set-cookie"] ?? "";
check("who asks to be forgotten is", forget.status === 204 && sent.startsWith(`${NAME}=; `), `${forget.status} ${sent}`);

// Rotation: a new key signs, the old one still verifies, until it is gone.
execFileSync(tessera, ["keys", "--out", keys, "--add"]);
const secrets = fs.readFileSync(keys, "latin1").match(/[0-9a-f]{64}/g);
let rotated;
for (let i = 0; i < 100; i++) {
	rotated = (await get([ALL, state(second)])).set;
	if (read(rotated).key === 1)
		break;
	await sleep(20);
}
check("a new key signs without a restart", read(rotated).key === 1, said);
check("what the old one signed counts on", read(rotated).pages === 3);
fs.writeFileSync(`${keys}.new`, fs.readFileSync(keys, "latin1").replace(/^state 0 .*\n/m, ""), { mode: 0o600 });
fs.renameSync(`${keys}.new`, keys);
let gone;
for (let i = 0; i < 100; i++) {
	gone = (await get([ALL, state(second)])).set;
	if (read(gone).pages === 1)
		break;
	await sleep(20);
}
check("until it is taken out", read(gone).pages === 1);
check("what the new one signed stays", read((await get([ALL, state(rotated)])).set).pages === 4);
fs.writeFileSync(keys, "state 0 nonsense\n", { mode: 0o600 });
await sleep(300);
check("mistakes are named with their line", /keys:1: a key is 64/.test(said), said);
check("and change nothing", read((await get([ALL, state(rotated)])).set).pages === 4);
check("keys are never printed", secrets.length === 8 && !secrets.some((hex) => said.includes(hex)));

daemon.kill();
await new Promise((resolve) => daemon.on("exit", resolve));
check("with keys nothing is missed", !said.includes("without --keys"), said);
said = "";
const keyless = spawn(fcgi, ["--listen", `${socket}2`, path.join(copy, "out/current")],
	{ stdio: ["ignore", "ignore", "pipe"] });
keyless.stderr.on("data", (text) => { said += text; });
for (let i = 0; i < 200 && !said.includes("serving"); i++)
	await sleep(20);
check("without keys a line says what is missing",
	said.split("reads the visitor state, and without --keys there is none").length === 2, said);
keyless.kill();
await new Promise((resolve) => keyless.on("exit", resolve));
fs.rmSync(folder, { recursive: true });
console.log(`state: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
