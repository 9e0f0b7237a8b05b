// Home, a category and a product page in Chromium for six visitors: the
// regions have the texts that the oracle says, and nothing is in a browser's
// way. Pictures of the pages go to build/e2e.
//
// usage: node browser.mjs BUILD

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { chromium, devices } from "playwright-core";
import { laxities } from "../script/kit.mjs";
import { regionsOf } from "./dom.mjs";
import { ask, closeStand, consult, each, openStand, repository, requestOf, sleep, Tally } from "./stand.mjs";

const pictures = path.join(repository, "build/e2e");
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];
const sizes = [["desktop", { width: 1440, height: 900 }], ["phone", { width: 390, height: 844 }]];
// What may move while a page arrives in pieces: text that grows pushes a little.
const slowShift = 0.02;
const tally = new Tally();
const began = performance.now();

// Runs in the page, before anything of it.
function watchShifts() {
	globalThis.shifts = [];
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries())
			globalThis.shifts.push([entry.value, ...entry.sources.map(({ node }) =>
				node?.outerHTML?.slice(0, 80) ?? "?")]);
	}).observe({ type: "layout-shift", buffered: true });
}

// Runs in the page: what can be seen of it.
function look() {
	const images = [...document.images];
	const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
	return {
		lang: document.documentElement.lang,
		title: document.title,
		headings: document.querySelectorAll("h1").length,
		sizeless: images.filter((i) => !i.hasAttribute("width") || !i.hasAttribute("height"))
			.map((i) => i.outerHTML),
		broken: images.filter((i) => !i.complete || i.naturalWidth === 0).map((i) => i.currentSrc),
		silent: images.filter((i) => !i.hasAttribute("alt")).map((i) => i.outerHTML),
		wide: wide > 0 ? wide : 0,
		regions: [...document.querySelectorAll("[data-personalized-region]")]
			.map((e) => [e.dataset.personalizedRegion, e.textContent]),
		shifts: globalThis.shifts,
	};
}

// Runs in the page: go down to the end as a reader does; pictures that were
// not needed before come then.
async function readOn() {
	for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
		scrollTo(0, y);
		await new Promise((resolve) => requestAnimationFrame(resolve));
	}
	await new Promise((resolve) => setTimeout(resolve, 1000));
	// A browser that is busy may have passed some by.
	for (const image of document.images)
		if (!image.complete || !image.naturalWidth) {
			image.scrollIntoView();
			await Promise.race([image.decode().catch(() => {}),
				new Promise((resolve) => setTimeout(resolve, 10000))]);
		}
}

async function openContext(browser, visitor, viewport) {
	const device = visitor.values.mobile ? devices["Pixel 7"] : {};
	const context = await browser.newContext({ ...device, viewport, deviceScaleFactor: 1,
		extraHTTPHeaders: Object.fromEntries(visitor.headers
			.filter(([name]) => !name.startsWith("Sec-CH-"))) });
	await context.addInitScript(watchShifts);
	return context;
}

// The cookies of a request, as the browser wants them.
const cookies = (visitor, url) => visitor.cookie.split("; ").map((pair) => {
	const at = pair.indexOf("=");
	return { url, name: pair.slice(0, at),
		value: Buffer.from(pair.slice(at + 1), "latin1").toString() };
});

// A line so slow that a page is painted many times while it arrives: what
// comes late must not move what is there.
function openSlowLine(stand) {
	const server = http.createServer(async (request, response) => {
		const headers = Object.entries(request.headers).filter(([name]) =>
			!["host", "connection", "accept-encoding"].includes(name));
		const reply = await ask(stand, request.url, headers, request.method);
		const { connection, ...rest } = reply.headers;
		const step = rest["content-type"]?.startsWith("text/html") ? 300 : 1 << 20;
		// 0: what a page says as it closes goes nowhere here.
		response.writeHead(reply.status || 502, rest);
		for (let at = 0; at < reply.body.length; at += step) {
			response.write(reply.body.subarray(at, at + step));
			await sleep(at < 10000 ? 20 : 1);
		}
		response.end();
	});
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function openPage(browser, stand, said, answer, [size, viewport, slow], tally, spoil) {
	const { page, visitor } = answer;
	const name = `${visitor.name}, ${page.path}, ${size}:`;
	const base = `http://127.0.0.1:${slow ?? stand.port}`;
	const context = await openContext(browser, visitor, viewport);
	await context.addCookies(cookies(visitor, base));
	if (spoil !== undefined)
		await context.route((url) => url.pathname === page.path, async (route) => {
			const reply = await route.fetch();
			// A fault may be what the policy forbids.
			const { "content-security-policy": policy, ...headers } = reply.headers();
			await route.fulfill({ response: reply, headers, body: spoil(await reply.text()) });
		});
	const tab = await context.newPage();
	const complaints = [];
	tab.on("console", (message) => ["error", "warning"].includes(message.type()) &&
		complaints.push(message.text()));
	tab.on("pageerror", (error) => complaints.push(String(error)));
	tab.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
	tab.on("response", (reply) => reply.status() >= 400 &&
		complaints.push(`${reply.status()}: ${reply.url()}`));
	// A page with a fault in it comes without its policy.
	tab.on("response", (reply) => spoil ?? complaints.push(...laxities(reply, base)));
	tab.on("request", (request) => request.url().startsWith(base) ||
		complaints.push(`a foreign request: ${request.url()}`));
	const reply = await tab.goto(base + requestOf(page, visitor).target, { waitUntil: "load" });
	tally.check(reply.status() === page.status, name, "status", reply.status());
	// What the server sent: who reads on may be shown something else.
	const { regions } = await tab.evaluate(look);
	await tab.evaluate(readOn);
	const seen = await tab.evaluate(look);
	const want = regionsOf(said.text(answer.plain).toString());
	const differ = want.findIndex((region, i) =>
		JSON.stringify(region) !== JSON.stringify(regions[i]));
	tally.check(want.length > 0 && differ === -1 && want.length === regions.length, name,
		"regions", want.length, regions.length, want[differ], regions[differ]);
	tally.check(complaints.length === 0, name, complaints.join("; "));
	const moved = seen.shifts.reduce((sum, [value]) => sum + value, 0);
	tally.check(moved <= (slow === undefined ? 0 : slowShift), name, "layout shifts", moved,
		JSON.stringify(seen.shifts));
	tally.check(seen.lang === page.locale, name, "lang", seen.lang);
	tally.check(seen.headings === 1, name, "h1", seen.headings);
	tally.check(seen.title.length > 0, name, "no title");
	tally.check(seen.sizeless.length === 0, name, "images without sizes", seen.sizeless);
	tally.check(seen.silent.length === 0, name, "images without alt", seen.silent);
	tally.check(seen.broken.length === 0, name, "images that do not show", seen.broken);
	tally.check(seen.wide === 0, name, `${seen.wide} pixels too wide`);
	await tab.evaluate(() => scrollTo(0, 0));
	if (spoil === undefined && slow === undefined)
		await tab.screenshot({ fullPage: true, path: path.join(pictures,
			`${visitor.name}-${page.id.split("/").slice(0, 2).join("-")}-${size}.png`) });
	await context.close();
}

// The three kinds of page, in German for the visitor from Germany.
function choose(said) {
	const kinds = ["index", "shop/category/", "shop/product/"];
	return said.visitors.flatMap((visitor, number) => kinds.map((kind) => {
		const locale = visitor.values.country === "DE" ? "de" : "en";
		const page = said.pages.find(({ id, locale: l }) => l === locale && id.startsWith(kind));
		return said.answers.find((answer) => answer.page === page && answer.for === number);
	}));
}

// The check itself: each fault that is put into a page is noticed, and it alone.
const faults = {
	"regions": (text) => text.replace(/(data-personalized-region="hero".*?)(<\/h2\s*>)/s, "$1!$2"),
	"console": (text) => text.replace("</body>", "<script>console.error(1)</script></body>"),
	"layout shifts": (text) => text.replace("</body>", "<script>setTimeout(() => " +
		"document.body.style.paddingTop = '90px', 400)</script></body>"),
	"lang": (text) => text.replace('lang="en"', 'lang="fr"'),
	"h1": (text) => text.replace("</body>", "<h1>Two</h1></body>"),
	"no title": (text) => text.replace(/<title>.*?<\/title>/s, ""),
	"images without sizes": (text) => text.replace(/(<img[^>]*) width="\d+"/, "$1"),
	"images without alt": (text) => text.replace(/(<img[^>]*) alt="[^"]*"/, "$1"),
	"too wide": (text) => text.replace("</body>", "<p style='width:200vw'>Wide</p></body>"),
};

async function checkSelf(browser, stand, said, answer) {
	await each(Object.entries(faults), 3, async ([what, spoil]) => {
		const own = new Tally({ quiet: true });
		await openPage(browser, stand, said, answer, sizes[1], own, spoil);
		tally.check(own.failed === 1, "a fault is noticed:", what, own.failed);
	});
}

const stand = await openStand({ name: "browser", now: Date.UTC(2026, 5, 15, 10) });
const said = consult([path.join(new URL(".", import.meta.url).pathname, "visitors.json")], stand.now);
const line = await openSlowLine(stand);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
try {
	fs.rmSync(pictures, { recursive: true, force: true });
	fs.mkdirSync(pictures, { recursive: true });
	const answers = choose(said);
	const of = (kind) => answers.filter(({ page }) => page.id.startsWith(kind));
	tally.check(new Set(of("index").map(({ plain }) => plain)).size === 6, "six home pages differ");
	const loads = answers.flatMap((answer) => sizes.map((size) => [answer, size]));
	for (const answer of answers.slice(0, 3))
		loads.unshift([answer, ["slow phone", sizes[1][1], line.address().port]]);
	await each(loads, 3,
		([answer, size]) => openPage(browser, stand, said, answer, size, tally));
	await checkSelf(browser, stand, said, answers[0]);
} finally {
	await browser.close();
	line.close();
	said.clear();
	await closeStand(stand);
}
tally.close((performance.now() - began) / 1000);
