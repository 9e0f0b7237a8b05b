// Each event arrives once: however the page ends, whatever is in the way.

import { hide, seek, sleep, until } from "./kit.mjs";

export async function run({ visit, collector, tally }) {
	const once = (what) => {
		const ids = collector.events.map(({ id }) => id);
		tally.check(ids.length > 0 && new Set(ids).size === ids.length, what, "ids");
		tally.check(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)), what, ids[0]);
		tally.check(collector.twice === 0, what, `${collector.twice} came twice`);
	};
	const modes = () => collector.bodies.map(({ mode }) => mode).join(" ");
	// Go on, and wait for what the page before says.
	const leave = async (path) => {
		const from = new URL(visitor.tab.url()).pathname;
		const said = () => collector.of("time").filter(({ page }) => page === from).length;
		const before = said();
		await visitor.go(path);
		await until(() => said() > before);
	};
	const views = (page) => collector.of("view").filter((event) => event.page === page).length;

	// A tab that is closed.
	let visitor = await visit();
	await visitor.go("/about");
	collector.clear();
	await visitor.tab.close({ runBeforeUnload: true });
	tally.check(await until(() => collector.of("time").length === 1), "a tab that is closed");
	tally.check(views("/about") === 1 && collector.of("vitals").length === 1, "whole, and measured");
	tally.check(modes() === "no-cors", "by a beacon", modes());
	once("a tab that is closed");
	await visitor.close();

	// Many pages, quickly.
	visitor = await visit();
	collector.clear();
	const paths = ["/about", "/contact", "/gifts", "/stores", "/sizes", "/repair"];
	for (let i = 0; i < 12; i++)
		await visitor.go(paths[i % 6]);
	await visitor.go("/basket");
	await until(() => collector.of("view").length >= 12);
	tally.check(paths.every((path) => views(path) === 2), "each of twelve pages", collector.of("view").length);
	tally.check(collector.bodies.length === 12, "a request each", collector.bodies.length);
	tally.check(/^(no-cors ?)+$/.test(modes()), "by beacons", modes());
	once("many pages");

	// More than a batch may have.
	collector.clear();
	await visitor.go("/shop/boots/varde-winter");
	for (let i = 0; i < 120; i++)
		await visitor.tab.locator("[data-t-tab=facts]").dispatchEvent("click");
	await visitor.go("/about");
	await until(() => collector.of("tab").length >= 120);
	tally.check(collector.of("tab").length === 120, "more than a batch", collector.of("tab").length);
	tally.check(collector.bodies.every(({ events }) => events.length <= 64), "none too large");
	once("more than a batch");

	// The collector is down, then in haste, then refuses.
	for (const [status, again] of [[503, true], [429, true], [400, false]]) {
		await leave("/contact");
		collector.clear();
		collector.status = status;
		await visitor.go("/gifts");
		await hide(visitor);
		await until(() => collector.asked > 1);
		collector.status = 204;
		await seek(visitor);
		await visitor.go("/stores");
		// What is not answered when the page goes is sent again.
		await until(() => !again || views("/gifts") === 1);
		await sleep(200);
		await visitor.go("/about");
		await until(() => views("/stores") === 1);
		tally.check(views("/gifts") === (again ? 1 : 0), status, "sent again:", views("/gifts"));
		once(`after ${status}`);
	}

	// Hidden: with an answer, for which a tab that is closed does not wait.
	for (const [what, go] of [["seen again", (v) => seek(v)], ["closed", (v) => v.tab.close({ runBeforeUnload: true })]]) {
		const slow = await visit();
		await slow.go("/sizes");
		collector.clear();
		collector.late = 700;
		await hide(slow);
		tally.check(await until(() => collector.bodies.length === 1), "hidden,", what);
		await go(slow);
		await sleep(1000);
		collector.late = 0;
		await slow.close();
		await until(() => what === "closed" || collector.of("time").length === 2);
		tally.check(views("/sizes") === 1 && collector.bodies[0].mode === "cors", "hidden, then", what, modes());
		once(`hidden, then ${what}`);
	}

	// A beacon that the browser does not take goes with the next page; what the
	// page tried as it went may have arrived: by its ids it is the same.
	const refused = await visit({ init: () => {
		const send = navigator.sendBeacon.bind(navigator);
		navigator.sendBeacon = (...what) => location.pathname !== "/gifts" && send(...what);
	} });
	collector.clear();
	await refused.go("/gifts");
	await refused.go("/stores");
	tally.check(await until(() => views("/gifts") === 1), "a beacon that is not taken");
	await sleep(200);
	await refused.go("/about");
	tally.check(await until(() => views("/stores") === 1) && views("/gifts") === 1, "comes with the next page");
	tally.check(collector.bodies.every(({ page, mode }) => (page === "/gifts") === (mode === "cors")),
		"with an answer, of which there was none before", JSON.stringify(collector.bodies.map((b) =>
			[b.page, b.mode, b.events.map(({ id, k }) => `${k} ${id.slice(0, 4)}`).join()])));
	await refused.close();

	// Without a network, and back.
	await leave("/contact");
	await leave("/repair");
	collector.clear();
	await visitor.context.setOffline(true);
	await visitor.tab.keyboard.press("Escape");
	await hide(visitor);
	await sleep(300);
	tally.check(collector.asked === 0, "nothing is tried without a network");
	await seek(visitor);
	await visitor.context.setOffline(false);
	tally.check(await until(() => views("/repair") === 1), "sent when the network is back");
	once("without a network");
	tally.check(visitor.complaints.filter((text) => !/_tessera\/events|ERR_INTERNET_DISCONNECTED/.test(text)).length === 0,
		"no other complaints", visitor.complaints.join("; "));
	await visitor.close();

	// A page that is loaded again as one goes back is another view, and measured anew.
	visitor = await visit();
	await visitor.go("/about");
	collector.clear();
	await visitor.go("/gifts");
	await visitor.tab.goBack();
	await visitor.go("/contact");
	await until(() => views("/about") === 2);
	tally.check(views("/about") === 2 && views("/gifts") === 1, "a page that comes back");
	const vitals = collector.of("vitals").filter(({ page }) => page === "/about");
	tally.check(vitals.length === 2 && vitals.every(({ f }) => f.ttfb > 0), "measured twice", JSON.stringify(vitals));
	once("a page that comes back");

	// The browser's cache: hidden once it goes, seen before it is back.
	collector.clear();
	await visitor.tab.evaluate(() => {
		const say = (type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
		const seen = (hidden) => {
			Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
			document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
		};

		say("pagehide");
		seen(true);
		seen(false);
		say("pageshow");
	});
	await visitor.go("/about");
	await until(() => views("/contact") === 2);
	tally.check(views("/contact") === 2 && collector.of("return").length === 1, "back once",
		views("/contact"), collector.of("return").length);
	once("back from the cache");
	await visitor.close();
}
