// run.mjs - shares of arms that are published while pages are served.
//
// usage: run.mjs TESSERA TESSERA-FCGI [NOMALLOC]
//
// A small site with one experiment, half and half, on a real daemon under
// load: other shares count within a second, and no request is lost. The daemon
// has keys, remembers its visitors, and may not allocate when it has started.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "../../lib/fcgi_client.mjs";

const [tessera, fcgi, library] = process.argv.slice(2).map((p) =>
	p === "-" ? p : path.resolve(p));
const preload = (library ?? "-") === "-" ? {} : { LD_PRELOAD: library };
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-weights-"));
const site = path.join(dir, "site"), state = path.join(dir, "state");
const release = path.join(site, "out", "current");
const current = path.join(state, "weights", "current");
const keys = path.join(dir, "keys");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let passed = 0;

function check(ok, what) {
	if (ok)
		return void passed++;
	console.log(`FAILED: ${what}`);
	process.exitCode = 1;
}

function run(...args) {
	return spawnSync(tessera, args, { encoding: "utf8", cwd: dir });
}

function write(name, value) {
	const file = path.join(site, name);
	fs.mkdirSync(path.dirname(file), { recursive: true });
	fs.writeFileSync(file, typeof value === "string" ? value
		: JSON.stringify(value));
}

function build(version, weights = [0.5, 0.5]) {
	write("variants/experiments.json", { experiments: { "hero-test": {
		hashAttribute: "visitor", arms: ["control", "bold"], version,
		weights } } });
	const built = run("build", site);
	check(built.status === 0, "the site builds: " + built.stderr);
}

function makeSite() {
	check(run("init", site).status === 0, "a site is made");
	const config = JSON.parse(fs.readFileSync(path.join(site, "tessera.json")));
	write("tessera.json", { ...config, consent: { cookie: "consent" } });
	const layout = "templates/layouts/default.html";
	write(layout, fs.readFileSync(path.join(site, layout), "utf8")
		.replace("</body>", "{{>tessera}}</body>"));
	write("variants/attributes.json", { visitor: { type: "string",
		source: "query:id" }, campaign: { type: "string",
		source: "query:campaign", values: ["spring"] }, pages: {
		type: "number", source: "state:pages",
		purpose: "personalization" } });
	write("variants/index/hero/again.json", { audience: { pages: { $exists: true, $gt: 1 } },
		priority: 55, fields: { title: "Again" } });
	write("variants/index/hero/bold.json", { experiment: {
		id: "hero-test", arm: "bold" }, priority: 60,
		fields: { title: "Bold" } });
	build(3);
	fs.mkdirSync(state);
	check(run("keys", "--out", keys).status === 0, "keys are made");
}

const weights = (version, list, id = "hero-test") =>
	({ experiments: { [id]: { version, weights: list } } });

function put(value) {
	const file = path.join(dir, "weights.json");
	fs.writeFileSync(file, typeof value === "string" ? value
		: JSON.stringify(value));
	return run("weights", "put", "--state", state, "--release", release,
		file);
}

async function start(...options) {
	const socket = path.join(dir, `s${Math.random()}`.slice(0, 10));
	const child = spawn(fcgi, ["--listen", socket, "--state", state,
		"--workers", "2", "--keys", keys, ...options, release],
		{ stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, ...preload } });
	const server = { child, socket, log: "" };
	child.stderr.on("data", (d) => { server.log += d; });
	for (let i = 0; i < 200 && !fs.existsSync(socket); i++)
		await sleep(25);
	server.ask = [new Client(socket), new Client(socket),
		new Client(socket), new Client(socket)];
	return server;
}

function stop(server) {
	check(!/allocated after start|worker (was )?ended/.test(server.log),
		"no worker allocated or ended: " + server.log);
	return new Promise((resolve) => {
		server.child.on("exit", resolve);
		server.child.kill("SIGTERM");
	});
}

const page = { REQUEST_METHOD: "GET", HTTP_ACCEPT_ENCODING: "identity",
	HTTP_HOST: "www.example.org",
	HTTP_COOKIE: "consent=functional+analytics+personalization" };

async function isBold(client, i) {
	const reply = await client.get(`/?id=visitor-${i}`,
		{ params: { ...page, QUERY_STRING: `id=visitor-${i}` } });
	if (reply?.status !== 200)
		return null;
	return String(reply.body).includes("Bold");
}

// The part of so many visitors that is in the arm.
async function share(server, n = 400) {
	let bold = 0;
	for (let i = 0; i < n; i += 4) {
		const got = await Promise.all(server.ask
			.map((client, k) => isBold(client, i + k)));
		bold += got.filter((b) => b).length;
	}
	return bold / n;
}

// Why a page shows what it shows: by which weights.
async function whyWeights(server) {
	const seen = await server.ask[0].get("/?id=a",
		{ params: { ...page, QUERY_STRING: "id=a" } });
	const text = /data-why="([^"]*)"/.exec(String(seen.body))?.[1].trim();
	const query = `page=${text}`;
	const said = await server.ask[0].get(`/_tessera/why?${query}`, { params: { ...page,
		QUERY_STRING: query, HTTP_ACCEPT: "application/json" } });
	return JSON.parse(String(said.body)).weights;
}

// Ask without end, on connections of its own; what was answered and lost.
function load(server) {
	const seen = { good: 0, lost: 0 };
	let going = true;
	const one = async () => {
		const client = new Client(server.socket);
		for (let i = 0; going; i = (i + 1) % 500) {
			const bold = await isBold(client, i);
			seen[bold === null ? "lost" : "good"]++;
			if (bold === null)
				break;
		}
		client.close();
	};
	const all = [one(), one(), one(), one()];
	return async () => {
		going = false;
		await Promise.all(all);
		return seen;
	};
}

async function swaps(server) {
	const one = await server.ask[0].get("/", { params: page });
	check(/^__Host-tessera=/.test(one.headers["set-cookie"]),
		"visitors are remembered: " + JSON.stringify(one.headers));
	check(await whyWeights(server) === null, "why names no weights at first");
	const first = await share(server);
	check(first > 0.4 && first < 0.6, `half see the arm at first: ${first}`);
	const done = load(server);
	await sleep(300);
	for (const bold of [1, 0, 1]) {
		const got = put(weights(3, [1 - bold, bold]));
		check(got.status === 0 && /^weights [0-9a-f]{16}\n$/
			.test(got.stdout), "weights are put: " + got.stderr);
		await sleep(500);
		check(await share(server, 100) === bold,
			`within a second all visitors have it: ${bold}`);
	}
	const name = run("weights", "list", "--state", state).stdout
		.split("\n").find((l) => l.startsWith("*")).slice(2, 10);
	const why = await whyWeights(server);
	check(why === name, `why names the weights: ${why}, published ${name}`);
	const seen = await done();
	check(seen.lost === 0, `no request was lost: ${seen.lost}`);
	check(seen.good > 100, `there was load: ${seen.good}`);
	return seen.good;
}

async function refusals(server) {
	const before = fs.readFileSync(current);
	const rows = [
		["{", "no JSON", /J001/],
		["[]", "no object", /"experiments"/],
		["{}", "no experiments", /"experiments"/],
		[weights(3, [0.5, 0.4]), "another sum", /add up to 1/],
		[weights(3, [1.5, -0.5]), "no shares", /add up to 1/],
		[weights(3, ["0.5", 0.5]), "no numbers", /numbers/],
		[weights(3, [0.2, 0.3, 0.5]), "an arm too many", /arms/],
		[weights(2, [0.5, 0.5]), "another version", /version/],
		[weights(3.5, [0.5, 0.5]), "no version", /version/],
		[weights(3, [0.5, 0.5], "other"), "no such experiment",
			/no such experiment/],
		[JSON.stringify(weights(3, [0.5, 0.5])) + " ".repeat(131072),
			"a long file", /cap|allows/],
	];
	for (const [value, what, says] of rows) {
		const got = put(value);
		check(got.status === 1 && says.test(got.stderr),
			`${what} is refused: ${got.status} ${got.stderr}`);
	}
	check(fs.readFileSync(current).equals(before),
		"what is refused changes nothing");
	check(await share(server, 100) === 1, "the weights before it count");
}

async function byHand(server) {
	const good = fs.readFileSync(current);
	const lines = () => server.log.split("\n")
		.filter((l) => l.includes("weights before it stay")).length;
	for (const bad of ["{", "", JSON.stringify(weights(3, [1, 1]))]) {
		const had = lines();
		fs.writeFileSync(`${current}.new`, bad);
		fs.renameSync(`${current}.new`, current);
		await sleep(400);
		check(await share(server, 100) === 1,
			`a bad file changes nothing: ${bad}`);
		check(lines() === had + 1,
			`and is logged once: ${lines() - had}`);
	}
	fs.unlinkSync(current);
	await sleep(200);
	check(await share(server, 100) === 1, "nor does one that is gone");
	const unused = () => server.log.split("\n").filter((l) =>
		l.includes("are not used: the release has another version"));
	fs.writeFileSync(current, JSON.stringify(weights(4, [1, 0])));
	await sleep(300);
	const half = await share(server, 200);
	check(half > 0.35 && half < 0.65,
		`another version is ignored: ${half}`);
	check(unused().length === 1, `with one line: ${server.log}`);
	build(4);
	await sleep(1000);
	check(await share(server, 100) === 0,
		"a release with that version takes it");
	build(3);
	fs.writeFileSync(current, good);
	await sleep(1000);
	check(await share(server, 100) === 1, "and back");
}

function cgi(i, more = {}) {
	const got = spawnSync(fcgi, [], { encoding: "latin1", input: "",
		env: { GATEWAY_INTERFACE: "CGI/1.1", ...page,
			REQUEST_URI: `/?id=visitor-${i}`,
			QUERY_STRING: `id=visitor-${i}`,
			TESSERA_RELEASE: release, TESSERA_STATE: state, ...more } });
	check(got.stdout.includes("200 OK"), "CGI answers: " + got.stderr);
	return got.stdout.includes("Bold");
}

function restarts() {
	const bold = [...Array(20).keys()].filter(cgi).length;
	check(bold === 20, `CGI reads them too: ${bold} of 20`);
	const listed = run("weights", "list", "--state", state).stdout;
	check(listed.trimEnd().split("\n").length === 2 &&
		/^\* [0-9a-f]{16}  .*hero-test.* 0\.0000 1\.0000$/m.test(listed),
		"every file is kept and listed: " + listed);
}

// Views logged under published weights: drawn again with --state, else believed.
async function replays() {
	check(put(weights(3, [0.3, 0.7])).status === 0, "weights to be logged");
	const server = await start("--log-decisions", "1");
	await share(server, 200);
	await stop(server);
	for (let i = 0; i < 5; i++)
		cgi(i, { TESSERA_LOG_DECISIONS: "1" });
	const files = fs.readdirSync(state).filter((n) => n.startsWith("decisions-"));
	check(files.length === 1, "CGI and the daemon log to one file: " + files);
	const file = path.join(state, files[0]);
	const lines = fs.readFileSync(file, "utf8").trimEnd().split("\n");
	check(lines.length === 205, `each view is logged: ${lines.length}`);
	const hash = JSON.parse(lines[0]).weights;
	check(/^[0-9a-f]{16}$/.test(hash) && lines.every((l) =>
		JSON.parse(l).weights === hash), "with the hash of the weights");
	check(fs.existsSync(path.join(state, "weights", `${hash}.json`)),
		"whose file is kept");
	const replay = (...more) => {
		const got = run("replay", "--json", "--out", path.join(site, "out"), ...more);
		return got.stdout === "" ? got.stderr : JSON.parse(got.stdout);
	};
	check(replay("--state", state, file).same === 205, "all are drawn alike: " +
		JSON.stringify(replay("--state", state, file)).slice(0, 300));
	check(replay(file).same === 205, "or believed");
	const at = lines.findIndex((l) => l.includes('"arm":"bold"'));
	const visitor = JSON.parse(lines[at]).inputs.visitor;
	const false_ = JSON.parse(lines.find((l) => l.includes('"arm":"control"')));
	false_.inputs.visitor = visitor;
	lines[at] = JSON.stringify(false_);
	const altered = path.join(dir, "altered.ndjson");
	fs.writeFileSync(altered, lines.join("\n") + "\n");
	const found = replay("--state", state, altered);
	check(found.different === 1 && found.same === 204 &&
		found.differences.every((d) => d.line === at + 1),
		"an arm that was not drawn is found: " + JSON.stringify(found));
	check(replay(altered).same === 205, "and believed without the weights");
	check(replay("--state", dir, altered).same === 205, "or where they are not");
	for (const n of files)
		fs.unlinkSync(path.join(state, n));
	cgi(1, { TESSERA_LOG_DECISIONS: "0" });
	cgi(1, { TESSERA_LOG_DECISIONS: "x" });
	cgi(1);
	check(!fs.readdirSync(state).some((n) => n.startsWith("decisions-")),
		"CGI logs only what it is told to");
	fs.rmSync(path.join(state, "weights"), { recursive: true });
}

makeSite();
await replays();
const server = await start();
const asked = await swaps(server);
await refusals(server);
await byHand(server);
restarts();
await stop(server);
const again = await start();
check(await share(again, 100) === 1, "a daemon that starts reads them first");
await stop(again);
fs.rmSync(dir, { recursive: true });
if (process.exitCode !== 1)
	console.log(`weights: ${passed} checks passed, ${asked} requests`);
process.exit();
