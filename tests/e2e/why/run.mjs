// run.mjs BUILD - a visitor asks why, through a real nginx: the example site
// with keys, its form as a browser without scripts sends it.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ask, closeStand, each, openStand, repository, sleep, Tally, tessera } from "../site/stand.mjs";

const KNOWN = ["Cookie", "consent=functional+analytics+personalization; tier=gold; first_name=Ada; returning=1"];
// Who allows no analytics has no arms: the same page at every request.
const STEADY = ["Cookie", "consent=functional+personalization; tier=gold; first_name=Ada; returning=1"];
const tally = new Tally();
const check = (says, good, seen = "") => tally.check(good, says, seen);

// What the form in the foot sends, and the text of the page's data.
function formOf(body) {
	const html = body.toString();
	const form = /<form[^>]*action="(\/_tessera\/why)"[^>]*>.*?<\/form>/s.exec(html);
	const value = /name="page" value="([^"]*)"/.exec(form?.[0] ?? "");
	return { action: form?.[1], value: value?.[1],
		query: `${form?.[1]}?page=${encodeURIComponent(value?.[1] ?? "").replaceAll("%20", "+")}` };
}

const json = (stand, query, ...headers) =>
	ask(stand, query, [["Accept", "application/json"], ...headers]);

async function everyPage(stand) {
	const map = (await ask(stand, "/sitemap.xml", [["Accept-Encoding", "identity"]])).body.toString();
	const paths = [...map.matchAll(/<loc>https?:\/\/[^/]*([^<]*)<\/loc>/g)].map((m) => m[1]);
	let signed = 0, masks = 0;
	check("the sitemap names the pages", paths.length > 100, paths.length);
	await each(paths, 8, async (path) => {
		const page = await ask(stand, path, [KNOWN]);
		const form = formOf(page.body);
		const open = /^public/.test(page.headers["cache-control"]);
		check(`${path}: signed, or asked for by its path`, open
			? form.value === path : /^[\w-]{52,}$/.test(form.value), form.value);
		signed += !open;
		const reply = await json(stand, form.query);
		check(`${path}: answered`, reply.status === 200, reply.status);
		const said = JSON.parse(reply.body);
		check(`${path}: of this page`, said.path === path && said.complete, said.path);
		check(`${path}: with the release, and no weights`,
			/^[0-9a-f]{16}$/.test(said.release) && said.weights === null, said.release);
		const html = page.body.toString();
		masks += said.mask.length > 0;
		check(`${path}: the server's part of the browser's rules`,
			Math.ceil(said.mask.length / 8) === Buffer.from(
				/data-mask="([^"]*)"/.exec(html)?.[1] ?? "", "base64").length, said.mask.length);
		for (const slot of said.slots.filter(({ omitted, slot: name }) => !omitted && !name.startsWith("/")))
			check(`${path}: ${slot.slot} is there`,
				html.includes(`data-personalized-region="${slot.slot}"`));
	});
	check("many pages are private", signed > 10, signed);
	check("some leave questions to the browser", masks > 10, masks);
	return `${paths.length} pages, ${signed} of them signed`;
}

// What the browser may still choose: by what the server let it.
async function leftToTheBrowser(stand) {
	const { query } = formOf((await ask(stand, "/shop/boots/varde-winter",
		[["Cookie", "consent=functional+personalization; returning=1"]])).body);
	const { mask, browser } = JSON.parse((await json(stand, query)).body);
	check("signals of the mask", mask.some((signals) => signals.some(({ name, found, text }) =>
		name === "returning" && found === "matched" && text === "is yes")), JSON.stringify(mask));
	check("the browser's have titles", browser.some(({ source, title }) =>
		source === "scroll" && title === "How far you have read"), JSON.stringify(browser));
	check("scores, too", browser.some(({ source }) => source === "score:intent:tier"));
	check("and no others", !browser.some(({ source }) => source === "returning"));
}

async function asVisitor(stand) {
	const page = await ask(stand, "/", [STEADY]);
	const { query, value } = formOf(page.body);
	check("the text stands in the page once", page.body.toString().split(value).length === 2);
	let reply = await json(stand, query);
	const hero = JSON.parse(reply.body).slots.find(({ slot }) => slot === "hero");
	check("with titles", hero.signals.some(({ title, text }) => title === "Membership" && text === "is “gold”"));
	check("the hero is for gold members", hero.shows === "vip" &&
		hero.signals.some(({ name, found }) => name === "tier" && found === "matched"), JSON.stringify(hero));
	check("nothing keeps the answer", reply.headers["cache-control"] === "no-store");
	check("it needs no cookie and sets none", !("set-cookie" in reply.headers));
	reply = await ask(stand, query);
	check("a page without a script", reply.status === 200 &&
		/^text\/html/.test(reply.headers["content-type"]) && /<h1>/.test(reply.body));
	const other = await ask(stand, "/", []);
	check("others have another text", formOf(other.body).value !== value);
	const german = await ask(stand, "/de", [STEADY]);
	reply = await ask(stand, formOf(german.body).query);
	check("in the page's language", reply.body.includes('<html lang="de">') &&
		reply.body.includes("Warum") && reply.body.includes("<dt>Mitgliedschaft</dt>"));
	check("without consent there is nothing to withdraw", !reply.body.includes("<form"));
	reply = await ask(stand, formOf(german.body).query, [KNOWN]);
	const form = /<form action="(.*?)" method="post">(.*?)<\/form>/s.exec(reply.body.toString());
	const fields = [...form[2].matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => `${name}=${value}`);
	check("the opt-out stands beside it", fields.join("&") ===
		"purpose=functional&purpose=analytics&return=/de", fields.join("&"));
	const steady = await ask(stand, "/", [STEADY]);
	const again = await ask(stand, "/", [STEADY, ["If-None-Match", steady.headers.etag]]);
	check("the page is not another one for it", again.status === 304, again.status);
}

async function refused(stand) {
	const { value } = formOf((await ask(stand, "/", [KNOWN])).body);
	const flip = value.slice(0, -5) + (value.at(-5) === "A" ? "B" : "A") + value.slice(-4);
	const rows = [
		[`page=${flip}`, 400, "a forged text"],
		[`page=${value.slice(1)}`, 400, "a text that was cut"],
		[`page=${value}A`, 400, "a text with more behind it"],
		["page=+++", 400, "blanks: it was not signed"],
		["page=", 400, "nothing"],
		["", 400, "no page"],
		["page=%2Fnowhere", 400, "a path that is not there"],
		["page=%2F", 400, "a private page's path: it cannot be said afterwards"],
		["page=//evil.example/", 400, "another host"],
		[`page=${"A".repeat(6000)}`, 400, "a long text"],
	];
	for (const [query, status, says] of rows) {
		const reply = await ask(stand, `/_tessera/why?${query}`);
		check(says, reply.status === status, reply.status);
		check(`${says}: not kept`, reply.headers["cache-control"] === "no-store");
	}
	const reply = await json(stand, `/_tessera/why?page=${flip}`);
	check("JSON says so, too", reply.status === 400 && JSON.parse(reply.body).unknown === true);
}

// Another release is published: a page that the one before made can still be
// asked about, in its own words, until the release is removed.
async function afterwards(stand) {
	const before = formOf((await ask(stand, "/de", [STEADY])).body);
	const out = `${stand.folder}/out`;
	const old = fs.realpathSync(`${out}/current`);
	const site = `${stand.folder}/site`;
	fs.mkdirSync(site);
	for (const name of ["tessera.json", "content", "templates", "variants"])
		fs.cpSync(path.join(repository, name), path.join(site, name), { recursive: true });
	const file = `${site}/content/strings/de.json`;
	const strings = JSON.parse(fs.readFileSync(file));
	fs.writeFileSync(file, JSON.stringify({ ...strings, "why-title": "Wieso <das>?", "why-is": "heißt" }));
	const en = `${site}/content/strings/en.json`;
	fs.writeFileSync(en, JSON.stringify({ ...JSON.parse(fs.readFileSync(en)),
		"why-title": "Why this?", "why-is": "is" }));
	execFileSync(tessera, ["build", "--quiet", "--out", out, site]);
	let now = before;
	for (let i = 0; i < 100 && now.value === before.value; i++) {
		await sleep(50);
		now = formOf((await ask(stand, "/de", [STEADY])).body);
	}
	check("another release is served", now.value !== before.value);
	let reply = await ask(stand, now.query);
	check("the site's own words", reply.body.includes("<title>Wieso &lt;das&gt;?</title>") &&
		reply.body.includes("heißt „gold“"));
	check("the button says them", (await ask(stand, "/de", [STEADY])).body
		.includes('title="Wieso &lt;das&gt;?"'));
	for (let i = 0; i < 8; i++) {
		reply = await ask(stand, before.query);
		check("the release before is still known", reply.status === 200, reply.status);
		check("with its words", reply.body.includes("Warum sehe ich das?"));
	}
	fs.rmSync(old, { recursive: true });
	// A worker may still have it mapped: another release takes its place.
	reply = await ask(stand, now.query);
	check("the present one is not hurt by that", reply.status === 200);
	execFileSync(tessera, ["build", "--quiet", "--out", out, repository]);
	fs.writeFileSync(file, JSON.stringify({ ...strings, "why-title": "Na?", "why-is": "ist" }));
	execFileSync(tessera, ["build", "--quiet", "--out", out, site]);
	for (let i = 0; i < 100; i++) {
		await sleep(50);
		if ((await ask(stand, "/de")).body.includes('title="Na?"'))
			break;
	}
	check("two releases later", (await ask(stand, now.query)).status === 200);
	for (const name of fs.readdirSync(`${out}/releases`))
		if (!fs.realpathSync(`${out}/current`).endsWith(name))
			fs.rmSync(`${out}/releases/${name}`, { recursive: true });
	stand.fcgi.kill("SIGTERM");
	await stand.fcgi.done;
}

// What is gone is said to be gone: by a program that has just started.
async function gone(stand) {
	const run = (query) => execFileSync(tessera + "-fcgi", [], { env: { ...process.env,
		TESSERA_RELEASE: `${stand.folder}/out/current`, TESSERA_KEYS: `${stand.folder}/keys`,
		GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "GET", HTTP_ACCEPT: "application/json",
		REQUEST_URI: query, QUERY_STRING: query.split("?")[1] } }).toString();
	check("a release that was removed is gone", /^Status: 410 .*"gone":true/s.test(run(stand.first.query)));
}

// More than fits: an answer that ends early is JSON all the same, and says so.
function crowded() {
	const site = `${stand.folder}/crowded`, variants = `${site}/variants`;
	fs.cpSync(path.join(repository, "tests/golden/b-browser/site"), site, { recursive: true });
	const layout = `${site}/templates/layouts/default.html`;
	fs.writeFileSync(layout, fs.readFileSync(layout, "utf8").replace("{{>tessera}}", "{{>why}}{{>tessera}}"));
	fs.writeFileSync(`${variants}/attributes.json`, JSON.stringify({
		n: { type: "number", source: "query:n", title: "Long ".repeat(50) },
		scroll: { type: "number", source: "browser:scroll" } }));
	fs.rmSync(`${variants}/index/main`, { recursive: true });
	fs.mkdirSync(`${variants}/index/main`);
	for (let i = 1; i <= 150; i++)
		fs.writeFileSync(`${variants}/index/main/v${i}.json`, JSON.stringify({
			audience: { n: i, scroll: { $gte: 10 } }, priority: i, fields: { title: `Version ${i}` } }));
	execFileSync(tessera, ["build", "--quiet", "--out", `${site}/out`, site]);
	const run = (uri, query) => execFileSync(tessera + "-fcgi", [], { env: { ...process.env,
		TESSERA_RELEASE: `${site}/out/current`, TESSERA_KEYS: `${stand.folder}/keys`,
		GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "GET", HTTP_ACCEPT: "application/json",
		REQUEST_URI: `${uri}?${query}`, QUERY_STRING: query } }).toString();
	const { query } = formOf(run("/", "n=140"));
	const said = JSON.parse(run("/_tessera/why", query.split("?")[1]).split("\r\n\r\n")[1]);
	check("what is too long is cut", said.complete === false && said.mask.length > 50 &&
		said.mask.length < 150, said.mask.length);
	check("a slot that the server never decides is none of its own", said.slots.length === 0);
	check("in the mask is what was found", said.mask.filter(([{ found }]) => found === "matched").length === 1 &&
		said.mask.every((signals) => signals.length === 1 && signals[0].name === "n"));
}

const stand = await openStand({ name: "why", keys: true });
try {
	const pages = await everyPage(stand);
	await asVisitor(stand);
	await leftToTheBrowser(stand);
	await refused(stand);
	stand.first = formOf((await ask(stand, "/", [KNOWN])).body);
	await afterwards(stand);
	await gone(stand);
	crowded();
	console.log(`why: ${pages}; ${tally.passed} passed, ${tally.failed} failed`);
} finally {
	await closeStand(stand);
}
process.exitCode = tally.failed ? 1 : 0;
