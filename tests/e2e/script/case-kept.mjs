// Pages that the browser keeps and shows again as they were: each time is a view
// of its own, counted, timed and measured from its beginning. What drives
// Chromium turns that cache off; here it is on.

import { chromium } from "playwright-core";
import { flags, openVisitor, pass, sleep, until } from "./kit.mjs";

const product = "/shop/boots/varde-winter";

// Runs in the page, before anything of it.
function watchReturns() {
	globalThis.kept = 0;
	addEventListener("pageshow", ({ persisted }) => { globalThis.kept += persisted; });
}

// Back, as a visitor goes: nothing is loaded, so nothing tells of a load.
async function back(visitor, tally, what) {
	await visitor.tab.evaluate(() => { setTimeout(() => history.back()); });
	const kept = await until(() => visitor.tab.evaluate(() => globalThis.kept).catch(() => 0));
	tally.check(kept > 0, what, "was kept by the browser", kept);
}

export async function run({ stand, collector, tally }) {
	const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags,
		ignoreDefaultArgs: ["--disable-back-forward-cache"] });
	const visit = (options) => openVisitor(browser, stand, options);
	const of = (kind, page) => collector.of(kind).filter((event) => event.page === page).map(({ f }) => f);
	try {
		// Counted and measured.
		let visitor = await visit({ init: watchReturns });
		collector.clear();
		await visitor.go("/about");
		// Scrolling ends what is measured of the first paint.
		await until(() => visitor.tab.evaluate(() => performance.getEntriesByType("paint").length > 0));
		await sleep(100);
		await visitor.tab.evaluate(() => scrollTo(0, 1e6));
		await pass(visitor.tab, 1500);
		await visitor.go("/gifts");
		const began = performance.now();
		await back(visitor, tally, "/about");
		await pass(visitor.tab, 700);
		await visitor.tab.evaluate(() => new Promise((resolve) =>
			requestAnimationFrame(() => requestAnimationFrame(resolve))));
		await visitor.go("/contact");
		const took = performance.now() - began;
		await until(() => of("view", "/about").length === 2 && of("vitals", "/gifts").length === 1);
		tally.check(of("view", "/about").length === 2 && of("view", "/gifts").length === 1, "views",
			JSON.stringify(collector.of("view")));
		const times = of("time", "/about").map(({ visible }) => visible);
		tally.check(times.length === 2 && times[0] >= 1500 && times[1] >= 700 && times[1] <= took,
			"each view has its own time", times, took);
		tally.check(of("return", "/about").length === 1, "a return");
		const vitals = of("vitals", "/about");
		tally.check(vitals.length === 2 && vitals[0].ttfb > 0 && vitals[0].lcp > 0 && vitals[1].cls1000 === 0 &&
			!["ttfb", "lcp", "decide"].some((name) => name in vitals[1]), "measured anew, without loading", JSON.stringify(vitals));
		tally.check(collector.bodies.filter(({ page }) => page === "/about").length === 2, "a request a view");
		tally.check(collector.twice === 0, "each once");
		tally.check(visitor.complaints.length === 0, "no complaints", visitor.complaints.join("; "));
		await visitor.close();

		// A trigger's time on the page begins again, too.
		visitor = await visit({ init: watchReturns, triggers: true });
		await visitor.tab.clock.install({ time: new Date() });
		const wait = (seconds) => visitor.tab.clock.runFor(seconds * 1000);
		const says = (tab = visitor.tab) => tab.evaluate(() =>
			document.querySelector("[data-t-slot=prompt] h2")?.textContent.trim() ?? "");
		await visitor.go(product);
		await wait(80);
		await visitor.go("/contact");
		await wait(5);
		await back(visitor, tally, "the product");
		await wait(60);
		await sleep(300);
		tally.check(await says() === "", "80 s before count no more", await says());
		await wait(35);
		tally.check(await until(async () => await says() === "Not sure yet?"), "95 s since then do", await says());

		// What another tab showed meanwhile is not shown again in its cooldown.
		await visitor.close();
		visitor = await visit({ triggers: true });
		await visitor.tab.clock.install({ time: new Date() });
		await visitor.go(product);
		await wait(50);
		const other = await visitor.openTab();
		await visitor.go(product, other);
		await wait(45);
		tally.check(await until(async () => await says() === "Not sure yet?"), "the first tab shows", await says());
		await wait(55);
		await sleep(300);
		tally.check(await says(other) === "", "the second does not", await says(other));

		// What was shown meanwhile on another page is known on the one that comes back.
		await visitor.close();
		visitor = await visit({ init: watchReturns, triggers: true });
		for (const page of ["/", "/shop/boots", "/shop/tents", product])
			await visitor.go(page);
		tally.check(await until(async () => await says() === "Still comparing?"), "shown on the fourth page", await says());
		await back(visitor, tally, "the third page");
		await pass(visitor.tab, 2200);
		tally.check(await says() === "", "once a session, also on a page that comes back", await says());
		tally.check(visitor.complaints.length === 0, "no complaints", visitor.complaints.join("; "));
		await visitor.close();
	} finally {
		await browser.close();
	}
}
