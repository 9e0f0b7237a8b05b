// Everything that a visitor can do on the example site is seen to arrive, with
// the fields that its kind has.

import { hide, pass, seek, until } from "./kit.mjs";

const product = "/shop/boots/varde-winter";

// A page, the kind of event, what is done, and what its fields are then.
const rows = [
	["/", "view", () => {}, (f) => f.referrer === "direct" && f.first === true, "first view"],
	["/about", "view", () => {}, (f) => f.first === false, "another view"],
	["/about", "time", (tab) => pass(tab, 1200), (f) => f.visible >= 1200 && f.visible < 20000, "time"],
	["/about", "scroll", async (tab) => {
		await tab.evaluate(() => scrollTo(0, 1e6));
		await pass(tab, 1500);
	}, (f) => f.depth === 100 && f.velocity > 100, "depth and velocity"],
	["/", "click", (tab) => tab.locator("[data-t-click=hero]").first().click(),
		(f) => f.target === "hero", "a call to action"],
	["/about", "form", (tab) => tab.locator("[data-t-form] input[type=email]").fill("a@b.example"),
		(f) => f.form === "newsletter" && f.step === "start", "a form that is begun"],
	["/about", "form", async (tab) => {
		await tab.locator("[data-t-form] input[type=email]").fill("a@b.example");
		await tab.locator("[data-t-form] button").focus();
	}, (f) => f.step === "field", "a field"],
	["/about", "form", async (tab) => {
		await tab.locator("[data-t-form] input[type=email]").focus();
		await tab.keyboard.type("a@b");
		await tab.locator("[data-t-form] input[type=email]").hover();
	}, (f) => f.step === "abandon", "a form that is given up"],
	["/about", "form", async (tab) => {
		await tab.locator("[data-t-form] input[type=email]").fill("a@b.example");
		await tab.locator("[data-t-form] button").click();
		await tab.waitForURL(/email=/);
	}, (f) => f.step === "submit", "a form that is sent"],
	["/search", "search", async (tab) => {
		await tab.locator("input[type=search]").fill("boots");
		await tab.keyboard.press("Enter");
		await tab.waitForURL(/q=boots/);
	}, (f) => f.length === 5 && Object.keys(f).join() === "length", "a search, without its words"],
	["/search", "filter", (tab) => tab.locator("[data-t-filter]").first().click(),
		(f) => f.name === "suggestion" && f.value?.length > 0, "a link that filters"],
	[product, "filter", (tab) => tab.locator("[data-t-filter=colour]").last().check({ force: true }),
		(f) => f.name === "colour" && f.value.length > 0, "a colour"],
	[product, "size", (tab) => tab.locator("[data-t-size]").last().check({ force: true }),
		(f) => f.value.length > 0, "a size"],
	[product, "zoom", async (tab) => {
		await tab.locator("[data-t-zoom]").click();
		await tab.waitForURL(/svg/);
	}, (f) => f.image === "varde-winter", "a picture"],
	[product, "size-advice", (tab) => tab.locator("[data-t-size-advice]").click(),
		(f) => f.item === "varde-winter" && f.brand?.length > 0, "a kind of the site's own"],
	[product, "tab", async (tab) => {
		await tab.locator("[data-t-tab=reviews]").focus();
		await tab.keyboard.press("Enter");
	}, (f) => f.name === "reviews", "the tab of reviews, by keyboard"],
	[product, "cart", async (tab) => {
		await tab.locator("[data-t-cart=add] button").click();
		await tab.waitForURL(/basket/);
	}, (f) => f.op === "add" && f.sku === "varde-winter" && f.quantity === 1, "into the cart"],
	["/basket", "cart", async (tab) => {
		await tab.locator("[data-t-cart=remove] button").click();
		await tab.waitForURL(/basket\?/);
	}, (f) => f.op === "remove", "out of the cart"],
	["/", "exit", async (tab) => {
		await tab.mouse.move(200, 200);
		await tab.mouse.move(200, -10);
	}, (f) => f.intent === "mouse", "the pointer leaves upwards"],
];

export async function run({ visit, collector, tally }) {
	const visitor = await visit();
	const { tab } = visitor;
	// Do something on a page, leave it, and look at what came of a kind.
	const see = async (path, kind, act, fits, what) => {
		collector.clear();
		await visitor.go(path);
		await act(tab);
		await visitor.go("/accessibility");
		const found = await until(() => collector.of(kind).find(({ f, page }) =>
			page === path && fits(f)));
		tally.check(found !== undefined, what, JSON.stringify(collector.of(kind).map(({ f }) => f)));
		tally.check(collector.of(kind).filter(({ f, page }) => page === path && fits(f)).length === 1,
			what, "once");
		const steps = collector.of("form").map(({ f }) => f.step);
		tally.check(!steps.includes("submit") || !steps.includes("abandon"), what, "and not given up", steps);
		tally.check(steps.every((step) => ["start", "field", "submit", "abandon"].includes(step)), what, steps);
		const views = collector.of("view").filter(({ page }) => page === path).length;
		const asked = collector.bodies.filter(({ page }) => page === path).length;
		tally.check(asked === views, what, `in one request a view, not ${asked} for ${views}`);
	};

	for (const row of rows)
		await see(...row);
	collector.clear();
	await visitor.go("/about");
	await tab.locator("[data-t-form] input[type=email]").hover();
	await visitor.go("/accessibility");
	await until(() => collector.of("view").length === 1);
	tally.check(collector.of("form").length === 0, "a pointer above a form is nothing", JSON.stringify(collector.of("form")));

	// Hidden and back: the tab is an intent to leave, then a return.
	collector.clear();
	await visitor.go("/");
	await hide(visitor);
	tally.check(await until(() => collector.of("exit").find(({ f }) => f.intent === "tab")), "another tab");
	tally.check(collector.bodies.filter(({ page }) => page === "/").length === 1, "what was seen so far leaves as the page is hidden");
	await seek(visitor);
	await visitor.go("/about");
	tally.check(await until(() => collector.of("return").find(({ f, page }) => page === "/" && f.after >= 0)),
		"back in the tab");
	await tab.goBack();
	await visitor.go("/accessibility");
	tally.check(await until(() => collector.of("return").length === 2), "back on a page of this session",
		collector.of("return").length);

	// The vitals, by the browser's own figures.
	collector.clear();
	await visitor.go("/");
	const measured = (kind) => tab.evaluate((type) => new Promise((resolve) =>
		new PerformanceObserver(resolve).observe({ type, buffered: true })), kind);
	await measured("largest-contentful-paint");
	await tab.keyboard.press("Escape");
	await measured("first-input");
	const native = await tab.evaluate(() => performance.getEntriesByType("navigation")[0].responseStart);
	await visitor.go("/about");
	const vitals = await until(() => collector.of("vitals").find(({ page }) => page === "/")?.f);
	tally.check(vitals?.ttfb === Math.round(native), "TTFB", JSON.stringify(vitals), native);
	tally.check(vitals?.lcp > 0 && vitals?.lcp < 20000, "LCP", JSON.stringify(vitals));
	tally.check(vitals?.cls1000 === 0, "CLS", JSON.stringify(vitals));
	tally.check(vitals?.inp >= 0, "INP", JSON.stringify(vitals));
	tally.check(vitals?.decide > 0 && vitals.decide < 50, "the time of the decision", JSON.stringify(vitals));
	tally.check(vitals?.personalised >= 0, "personalised regions", JSON.stringify(vitals));
	tally.check(collector.twice === 0, "no event came twice");
	tally.check(visitor.complaints.length === 0, "no complaints", visitor.complaints.join("; "));
	await visitor.close();

	// Who agreed to nothing is counted by kind, and that is all.
	const kinds = [...new Set(rows.map(([, kind]) => kind)), "return", "vitals", "why"];
	const unknown = await visit({ consent: "1.none.1781524800" });
	collector.clear();
	for (const [path, , act] of rows.filter(([, kind]) => !["time", "scroll"].includes(kind))) {
		await unknown.go(path);
		await act(unknown.tab);
	}
	await unknown.go("/accessibility");
	await unknown.tab.locator(".foot-why button").click();
	await unknown.tab.waitForSelector("dialog[open]");
	await hide(unknown);
	await seek(unknown);
	await unknown.go("/about");
	await until(() => collector.counts.return > 0 && collector.counts.why > 0);
	for (const kind of kinds)
		tally.check(collector.counts[kind] > 0, "withheld:", kind, "is counted", JSON.stringify(collector.counts));
	tally.check(collector.events.length === 0, "withheld: no event", JSON.stringify(collector.events[0]));
	tally.check(await unknown.tab.evaluate(() => sessionStorage.length + localStorage.length) === 0, "withheld: nothing is kept");
	tally.check(unknown.complaints.length === 0, "withheld: no complaints", unknown.complaints.join("; "));
	await unknown.close();

	// What is shown to few is told from the default.
	const swiss = await visit({ extraHTTPHeaders: { "CF-IPCountry": "CH" } });
	collector.clear();
	await swiss.go("/");
	await swiss.go("/about");
	const theirs = await until(() => collector.of("vitals").find(({ page }) => page === "/")?.f);
	tally.check(theirs?.personalised > vitals?.personalised, "personalised regions", JSON.stringify([theirs, vitals]));
	await swiss.close();

	// A finger.
	const phone = await visit({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
	collector.clear();
	await phone.go("/");
	await phone.tab.evaluate(() => scrollTo(0, 5000));
	await pass(phone.tab, 2100);
	await phone.tab.evaluate(() => scrollTo(0, 0));
	await pass(phone.tab, 1500);
	await phone.go("/about");
	tally.check(await until(() => collector.of("exit").find(({ f }) => f.intent === "scroll")), "fast upwards");
	await phone.close();
}
