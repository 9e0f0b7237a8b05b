// Whatever is missing, every page is whole: without JavaScript, cookies, consent
// or a collector. And what must not be kept or told is not.

import { agreed, hide, sleep, until } from "./kit.mjs";

const pages = ["/", "/shop/boots", "/shop/boots/varde-winter", "/search", "/basket", "/about", "/de"];

// Runs in the page: what a reader has.
const look = () => ({
	text: document.body.innerText.replace(/\s+/g, " ").length,
	heading: document.querySelectorAll("h1").length,
	broken: [...document.images].filter((image) => image.complete && image.naturalWidth === 0).length,
	inline: document.querySelectorAll("script:not([src]):not([type*=json]), style, [style], [onclick]").length,
});

export async function run({ visit, collector, tally, browser }) {
	const read = async (what, options, before = () => {}) => {
		const visitor = await visit(options);
		await before(visitor);
		const seen = [];
		for (const path of pages) {
			const reply = await visitor.go(path);
			tally.check(reply.status() === 200, what, path, reply.status());
			const csp = reply.headers()["content-security-policy"] ?? "";
			tally.check(/require-trusted-types-for 'script'/.test(csp) && !/unsafe/.test(csp), what, path, "policy", csp);
			await sleep(100);
			const page = await visitor.tab.evaluate(look).catch(() => null);
			seen.push(page);
			if (page !== null) {
				tally.check(page.heading === 1 && page.text > 300, what, path, "is whole", JSON.stringify(page));
				tally.check(page.broken === 0 && page.inline === 0, what, path, JSON.stringify(page));
				tally.check(await visitor.shifts() === 0, what, path, "nothing shifts", await visitor.shifts());
			}
		}
		await visitor.go("/accessibility");
		return { visitor, seen };
	};
	const stored = (visitor) => visitor.tab.evaluate(() => sessionStorage.length + localStorage.length);
	const silent = (visitor, what) =>
		tally.check(visitor.complaints.length === 0, what, visitor.complaints.join("; "));

	collector.clear();
	let { visitor } = await read("all there", {});
	silent(visitor, "all there");
	await until(() => collector.of("view").length >= pages.length);
	tally.check(collector.events.length > 0 && Object.keys(collector.counts).length === 0, "events with ids");
	tally.check(await stored(visitor) > 0, "the session is kept");
	await visitor.close();

	collector.clear();
	({ visitor } = await read("no JavaScript", { javaScriptEnabled: false }));
	silent(visitor, "no JavaScript");
	tally.check(collector.asked === 0, "no JavaScript: no request");
	await visitor.close();

	const withheld = [
		["no choice yet", { consent: "" }],
		["withheld", { consent: "1.none.1781524800" }],
		["another purpose", { consent: "1.functional+personalization.1781524800" }],
		["a word that is like it", { consent: "1.no-analytics.1781524800" }],
		["a later version", { consent: "2.analytics.1781524800" }],
		["global privacy control", { init: () =>
			Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }) }],
	];
	for (const [what, options] of withheld) {
		collector.clear();
		({ visitor } = await read(what, options));
		silent(visitor, what);
		await until(() => (collector.counts.view ?? 0) >= pages.length);
		tally.check(collector.events.length === 0, what, "no events", collector.events.length);
		tally.check(collector.counts.view === pages.length, what, "counted", JSON.stringify(collector.counts));
		tally.check(collector.bodies.every(({ id, ...body }) => id.length === 36 && !/"(id|t)"/.test(JSON.stringify(body))),
			what, "no ids but the batch's, no times");
		tally.check(new Set(collector.bodies.map(({ id }) => id)).size === collector.bodies.length, what, "each batch has its own");
		const kept = await visitor.tab.evaluate(() =>
			Object.keys(sessionStorage).filter((name) => /analytics/.test(name)));
		tally.check(kept.length === 0, what, "nothing is kept", kept.join());
		await visitor.close();
	}

	// Cookies and storage switched off.
	collector.clear();
	({ visitor } = await read("no storage", { consent: "", init: () => {
		for (const name of ["sessionStorage", "localStorage"])
			Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
		Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} });
	} }));
	silent(visitor, "no storage");
	await until(() => collector.counts.view >= pages.length);
	tally.check(collector.events.length === 0 && collector.counts.view === pages.length, "no storage: counted");
	await visitor.close();

	// What the server does not answer is nobody's worry.
	collector.clear();
	({ visitor } = await read("/_tessera/ blocked", {}, ({ context }) =>
		context.route(/\/_tessera\//, (route) => route.abort("blockedbyclient"))));
	await hide(visitor);
	await sleep(300);
	tally.check(visitor.complaints.every((text) => /_tessera\/events/.test(text)), "blocked: the browser's own line at most",
		visitor.complaints.join("; "));
	await visitor.close();

	// Without the dialog's file the server's own page says why.
	visitor = await visit();
	await visitor.context.route(/\/assets\/why\./, (route) => route.abort());
	await visitor.go("/about");
	await visitor.tab.locator(".foot-why button").click();
	tally.check(await until(() => new URL(visitor.tab.url()).pathname === "/_tessera/why"), "no dialog: a page", visitor.tab.url());
	await visitor.close();

	// A change of mind counts at once.
	collector.clear();
	visitor = await visit();
	await visitor.go("/about");
	await visitor.tab.keyboard.press("Escape");
	await visitor.context.addCookies([{ name: "consent", value: "1.none.1781524900", url: visitor.base }]);
	await visitor.go("/gifts");
	await visitor.go("/stores");
	await until(() => collector.counts.view === 1);
	tally.check(collector.events.length === 0, "withdrawn: what was not sent never is", collector.events.length);
	tally.check(await visitor.tab.evaluate(() => sessionStorage.length) === 0, "withdrawn: what was kept is gone");
	await visitor.context.addCookies([{ name: "consent", value: agreed, url: visitor.base }]);
	await visitor.tab.keyboard.press("Escape");
	await visitor.go("/about");
	tally.check(await until(() => collector.of("time").length === 1), "granted: from that moment");
	await visitor.close();
}
