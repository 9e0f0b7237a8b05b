// The script and the real collector: what a visitor does stands in the log once,
// with the visitor only where that was agreed to, and nothing is refused.

import fs from "node:fs";
import path from "node:path";
import { closeStand, openStand } from "../site/stand.mjs";
import { hide, openVisitor, restTriggers, seek, sleep, until } from "./kit.mjs";

// All lines of the streams' files, open or not.
const lines = (folder, word) => fs.readdirSync(folder, { recursive: true })
	.filter((name) => word.test(name) && /\.(open|ndjson)$/.test(name)).sort()
	.flatMap((name) => fs.readFileSync(path.join(folder, name), "utf8").split("\n"))
	.filter((line) => line !== "").map((line) => JSON.parse(line));

export async function run({ browser, tally }) {
	const stand = await openStand({ name: "log", keys: true, state: true });
	const log = () => lines(path.join(stand.folder, "state"), /^(?!.*(aside|counts))/);
	const counted = (kind) => lines(path.join(stand.folder, "state"), /counts/)
		.reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0);
	const aside = () => lines(path.join(stand.folder, "state"), /aside/);
	const of = (kind, page) => log().filter((line) => line.k === kind && (page === undefined || line.page === page));
	try {
		// The consent dialog of the site itself, and then a journey.
		const visitor = await openVisitor(browser, stand, { consent: "", init: restTriggers });
		const { tab } = visitor;
		await visitor.go("/privacy");
		await tab.locator("form[action='/_tessera/consent'] button[value=all]").click();
		await tab.waitForLoadState();
		await visitor.go("/");
		await tab.locator("[data-t-click=hero]").first().click();
		await tab.waitForLoadState();
		await visitor.go("/shop/boots/varde-winter");
		await tab.locator("[data-t-size]").last().check({ force: true });
		await tab.locator("[data-t-cart=add] button").click();
		await tab.waitForURL(/basket/);
		await hide(visitor);
		await sleep(300);
		await seek(visitor);
		await visitor.context.setOffline(true);
		await tab.keyboard.press("Escape");
		await hide(visitor);
		await sleep(300);
		await seek(visitor);
		await visitor.context.setOffline(false);
		await sleep(500);
		// A batch may be tried twice; the collector knows it by its ids.
		await visitor.go("/stores");
		await tab.evaluate(() => { navigator.sendBeacon = () => false; });
		await visitor.go("/gifts");
		await visitor.tab.close({ runBeforeUnload: true });
		await until(() => of("time", "/gifts").length > 0);
		const all = log();
		tally.check(of("view", "/stores").length === 1, "a view whose batch was tried twice", of("view", "/stores").length);
		tally.check(of("view", "/").length === 1 && of("view", "/gifts").length === 1, "views", JSON.stringify(of("view").map(({ page }) => page)));
		tally.check(of("click", "/").length === 1, "a click");
		tally.check(of("size", "/shop/boots/varde-winter").length === 1, "a size");
		tally.check(of("cart", "/shop/boots/varde-winter").some(({ f }) => f.op === "add" && f.sku === "varde-winter"), "the cart");
		tally.check(of("exit", "/basket").length === 1 && of("return", "/basket").length === 2, "hidden and back",
			of("exit", "/basket").length, of("return", "/basket").length);
		const ids = all.map(({ id }) => id);
		tally.check(new Set(ids).size === ids.length, "each once");
		const who = new Set(all.filter(({ k, page }) => k === "view" && page !== "/privacy").map((line) => line.visitor));
		tally.check(who.size === 1 && /^[\w-]{22}$/.test([...who][0]), "one visitor", [...who].join());
		tally.check(visitor.complaints.length === 0, "no complaints", visitor.complaints.join("; "));
		tally.check(aside().length === 0, "nothing is put aside", JSON.stringify(aside()[0]));
		tally.check(!/refus|malform/.test(stand.fcgi.log), "nothing is refused", stand.fcgi.log);
		await visitor.close();

		// A visitor who agreed to nothing is counted.
		const before = log().length, views = counted("view");
		const other = await openVisitor(browser, stand, { consent: "1.none.1781524800" });
		await other.go("/about");
		await other.go("/gifts");
		await until(() => counted("view") > views);
		tally.check(counted("view") === views + 1, "withheld: the view that was left is counted", counted("view"), views);
		tally.check(log().length === before, "withheld: no event");
		tally.check(other.complaints.length === 0, "withheld: no complaints", other.complaints.join("; "));
		await other.close();
	} finally {
		await closeStand(stand);
	}
}
