// What the cases of the browser's script share: a visitor's tab that notices
// every complaint, and a collector whose log can be read.

import http from "node:http";

export const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const agreed = "1.functional+analytics+personalization.1781524800";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Time passes in a page: what its own timers had to do in it is done then.
export const pass = (tab, ms) => tab.evaluate((n) => new Promise((resolve) => setTimeout(resolve, n)), ms);

// Wait until f() gives something, at most so many ms; gives the last value.
export async function until(f, ms = 10000) {
	const end = Date.now() + ms;
	let value = await f();
	while (!value && Date.now() < end) {
		await sleep(50);
		value = await f();
	}
	return value;
}

// A collector of the test's own: takes what tessera-fcgi takes, and may be
// told to answer otherwise, or so many ms late. Each visitor has a cookie with its
// number; what those say who have gone, perhaps without cookies, is not heard.
export function openCollector() {
	const collector = { gone: new Set(), status: 204, late: 0, bodies: [], events: [], counts: {}, ids: new Set(), twice: 0 };
	// mode: "no-cors" is a beacon, "cors" what waits for an answer.
	const take = (text, mode) => {
		const batch = JSON.parse(text);
		collector.bodies.push({ ...batch, mode });
		for (const [kind, n] of Object.entries(batch.c ?? {}))
			collector.counts[kind] = (collector.counts[kind] ?? 0) + n;
		for (const event of batch.events) {
			if (collector.ids.has(event.id))
				collector.twice++;
			else
				collector.events.push({ ...event, page: batch.page, why: batch.why });
			collector.ids.add(event.id);
		}
	};
	collector.clear = () => {
		collector.bodies = [];
		collector.events = [];
		collector.counts = {};
		collector.twice = 0;
		collector.asked = 0;
	};
	collector.of = (kind) => collector.events.filter(({ k }) => k === kind);
	collector.asked = 0;
	const server = http.createServer((request, response) => {
		const parts = [], { cookie } = request.headers;
		request.on("data", (part) => parts.push(part));
		request.on("end", () => {
			const { status } = collector;
			const number = /visitor=(\d+)/.exec(cookie)?.[1];
			if (number !== undefined && !collector.gone.has(number)) {
				collector.asked++;
				if (status === 204)
					take(Buffer.concat(parts).toString(), request.headers["sec-fetch-mode"]);
			}
			setTimeout(() => response.writeHead(status).end(), collector.late);
		});
	});
	collector.close = () => server.close();
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => {
		collector.port = server.address().port;
		resolve(collector);
	}));
}

let visitors = 0;

// The cookie of a new visitor.
export const numbered = () => ({ name: "visitor", value: String(++visitors) });

// A visitor with one tab. consent: the cookie's value, or none. What the page
// complains about is in complaints.
export async function openVisitor(browser, stand,
	{ consent = agreed, init, triggers = false, ...options } = {}) {
	const base = `http://127.0.0.1:${stand.port}`;
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
	const number = numbered();
	await context.addCookies([{ ...number, url: base }]);
	if (consent !== "")
		await context.addCookies([{ name: "consent", value: consent, url: base }]);
	if (init !== undefined)
		await context.addInitScript(init);
	if (!triggers && consent === agreed)
		await context.addInitScript(restTriggers);
	await context.addInitScript(watchShifts);
	const visitor = { base, context, complaints: [] };
	visitor.openTab = async () => {
		const tab = await context.newPage();
		tab.on("console", (message) => ["error", "warning"].includes(message.type()) &&
			!message.location().url.endsWith("/favicon.ico") && visitor.complaints.push(`${message.text()} ${message.location().url}`));
		tab.on("pageerror", (error) => visitor.complaints.push(String(error)));
		tab.on("response", (reply) => visitor.complaints.push(...laxities(reply, base)));
		return tab;
	};
	visitor.tab = await visitor.openTab();
	visitor.go = (path, tab = visitor.tab) => tab.goto(base + path, { waitUntil: "load" });
	visitor.shifts = (tab = visitor.tab) => tab.evaluate(() => globalThis.shifts ?? 0);
	visitor.close = () => {
		stand.gone?.add(number.value);
		return context.close();
	};
	return visitor;
}

// What is lax in the policy of a page of ours: scripts come from their own files
// alone, and no text becomes code or mark-up but through the one policy.
export function laxities(reply, base) {
	if (!reply.url().startsWith(base) || !reply.request().isNavigationRequest())
		return [];
	const policy = reply.headers()["content-security-policy"] ?? "";
	const has = (text) => policy.split(/; */).includes(text);
	return ["script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'self'",
		"require-trusted-types-for 'script'", "trusted-types 'none'"]
		.filter((text) => !has(text)).map((text) => `no ${text}: ${reply.url()}`)
		.concat(/unsafe|nonce-|sha\d+-|\*|https?:|data:|blob:/.test(policy) ? [`lax: ${policy}`] : []);
}

// Runs in the page, before anything of it: the site's triggers were closed a
// moment ago, so that nothing is in the way.
export function restTriggers() {
	const closed = Math.floor(Date.now() / 1000);

	// An empty tab has no storage.
	if (origin === "null")
		return;
	localStorage["tessera.functional"] = JSON.stringify(Object.fromEntries(
		["gold-repair", "long-look", "many-pages", "basket-left", "leaving-warm", "leaving-cold"]
			.map((id) => [id, { closed }])));
}

// Runs in the page, before anything of it.
function watchShifts() {
	globalThis.shifts = 0;
	if (PerformanceObserver.supportedEntryTypes.includes("layout-shift"))
		new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
			globalThis.shifts += entry.hadRecentInput ? 0 : entry.value;
		})).observe({ type: "layout-shift", buffered: true });
}

// Another tab in front, as a visitor would: the page is hidden, then seen. What
// drives the browser pretends that every page has the focus; that ends here.
export async function hide(visitor, tab = visitor.tab) {
	await tab._connection.toImpl(tab)._delegate._mainFrameSession._client
		.send("Emulation.setFocusEmulationEnabled", { enabled: false });
	visitor.other = await visitor.context.newPage();
	await visitor.other.bringToFront();
	await until(() => tab.evaluate(() => document.hidden));
}

export async function seek(visitor, tab = visitor.tab) {
	await visitor.other.close();
	await tab.bringToFront();
	await until(() => tab.evaluate(() => !document.hidden));
}
