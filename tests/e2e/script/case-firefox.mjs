// The script in Firefox, over WebDriver BiDi. What Firefox does not measure
// (layout shifts) is left out of the vitals.

import fs from "node:fs";
import { agreed, sleep, until } from "./kit.mjs";

const program = "/usr/bin/firefox-esr";

async function openFirefox() {
	const { launch } = await import("puppeteer-core");
	return launch({ browser: "firefox", executablePath: program, headless: true });
}

async function openTab(firefox, base, consent) {
	const context = await firefox.createBrowserContext();
	const tab = await context.newPage();
	const complaints = [];
	tab.on("console", (message) => ["error", "warn"].includes(message.type()) &&
		complaints.push(message.text()));
	tab.on("pageerror", (error) => complaints.push(String(error)));
	if (consent !== "")
		await context.setCookie({ name: "consent", value: consent, domain: "127.0.0.1", path: "/" });
	return { context, tab, complaints,
		go: (path) => tab.goto(base + path, { waitUntil: "load" }) };
}

export async function run({ stand, collector, tally }) {
	if (!fs.existsSync(program)) {
		console.log("  firefox: not installed, left out");
		return;
	}
	const base = `http://127.0.0.1:${stand.port}`;
	const firefox = await openFirefox();
	const product = "/shop/boots/varde-winter";
	const of = (kind, page) => collector.of(kind).filter((event) => event.page === page);
	try {
		const { tab, go, complaints } = await openTab(firefox, base, agreed);
		collector.clear();
		await go("/about");
		await sleep(1200);
		await tab.evaluate(() => scrollTo(0, 1e6));
		await sleep(1200);
		await go(product);
		await tab.evaluate(() => {
			[...document.querySelectorAll("[data-t-size]")].at(-1).click();
			document.querySelector("[data-t-filter=colour]:not(:checked)")?.click();
		});
		await tab.focus("[data-t-tab=reviews]");
		await tab.keyboard.press("Enter");
		await Promise.all([tab.waitForNavigation(), tab.click("[data-t-cart=add] button")]);
		await go("/about");
		await tab.type("[data-t-form] input[type=email]", "a@b.example");
		await go("/search");
		await tab.type("input[type=search]", "boots");
		await Promise.all([tab.waitForNavigation(), tab.keyboard.press("Enter")]);
		await go("/");
		await Promise.all([tab.waitForNavigation(), tab.click("[data-t-click=hero]")]);
		// A page from the browser's cache tells puppeteer of no load.
		await tab.evaluate(() => { setTimeout(() => history.back()); });
		await sleep(1500);
		await tab.evaluate(() => { setTimeout(() => location.assign("/gifts")); });
		await sleep(1500);
		await tab.close();
		await until(() => of("time", "/gifts").length > 0);
		const rows = [
			["view", "/about", (f) => f.first === true, "a first view"],
			["time", "/about", (f) => f.visible >= 2000, "time"],
			["scroll", "/about", (f) => f.depth === 100 && f.velocity > 0, "depth and velocity"],
			["size", product, (f) => f.value.length > 0, "a size"],
			["tab", product, (f) => f.name === "reviews", "a tab, by keyboard"],
			["cart", product, (f) => f.op === "add" && f.sku === "varde-winter", "the cart"],
			["form", "/about", (f) => f.step === "start", "a form that is begun"],
			["form", "/about", (f) => f.step === "abandon", "and given up"],
			["search", "/search", (f) => f.length === 5, "a search"],
			["click", "/", (f) => f.target === "hero", "a call to action"],
			["return", "/", (f) => f.after >= 0, "back on a page"],
			["time", "/gifts", () => true, "a tab that is closed"],
			["vitals", "/about", (f) => f.ttfb >= 0 && f.lcp > 0 && !("cls1000" in f), "vitals without CLS"],
		];
		for (const [kind, page, fits, what] of rows)
			tally.check(of(kind, page).some(({ f }) => fits(f)), what, JSON.stringify(of(kind, page).map(({ f }) => f)));
		tally.check(collector.twice === 0, "each once");
		tally.check(complaints.length === 0, "no complaints", complaints.join("; "));

		collector.clear();
		const other = await openTab(firefox, base, "1.none.1781524800");
		await other.go("/about");
		await other.go("/gifts");
		await other.go("/");
		await until(() => collector.counts.view === 2);
		tally.check(collector.events.length === 0 && collector.counts.view === 2, "withheld: counted", JSON.stringify(collector.counts));
		tally.check(await other.tab.evaluate(() => sessionStorage.length) === 0, "withheld: nothing kept");
		tally.check(other.complaints.length === 0, "withheld: no complaints", other.complaints.join("; "));
		await other.context.close();
	} finally {
		await firefox.close();
	}
}
