// The script in Firefox, over WebDriver BiDi. What Firefox does not measure
// (layout shifts) is left out of the vitals; that nothing moves is seen by where
// things stand. BiDi hides tabs, takes the network away and uses the browser's
// own cache of pages. It moves no pointer out of a page: exit intent is an event
// that the test makes, which is a weaker proof; Chromium sees a real pointer.

import fs from "node:fs";
import { agreed, laxities, numbered, pass, restTriggers, sleep, until } from "./kit.mjs";
import { breach } from "./case-policy.mjs";

const program = "/usr/bin/firefox-esr";
const product = "/shop/boots/varde-winter";

async function openFirefox() {
	const { launch } = await import("puppeteer-core");
	return launch({ browser: "firefox", executablePath: program, headless: true });
}

async function openVisitor({ firefox, base, collector }, { consent = agreed, triggers = false } = {}) {
	const context = await firefox.createBrowserContext();
	const tab = await context.newPage();
	const visitor = { context, tab, complaints: [] };
	const number = numbered();
	await context.setCookie({ ...number, domain: "127.0.0.1", path: "/" });
	tab.on("console", (message) => ["error", "warn"].includes(message.type()) &&
		visitor.complaints.push(message.text()));
	tab.on("pageerror", (error) => visitor.complaints.push(String(error)));
	tab.on("response", (reply) => visitor.complaints.push(...laxities(reply, base)));
	if (consent !== "")
		await context.setCookie({ name: "consent", value: consent, domain: "127.0.0.1", path: "/" });
	if (!triggers && consent === agreed)
		await tab.evaluateOnNewDocument(restTriggers);
	visitor.go = (path) => tab.goto(base + path, { waitUntil: "load" });
	// A page from the browser's cache tells puppeteer of no load.
	visitor.back = async (path) => {
		await tab.evaluate(() => { setTimeout(() => history.back()); });
		return until(() => tab.evaluate((want) => location.pathname === want, path).catch(() => false));
	};
	// The same after one of those.
	visitor.assign = async (path) => {
		await tab.evaluate((to) => { setTimeout(() => location.assign(to)); }, path);
		return until(() => tab.evaluate((want) => location.pathname === want &&
			document.readyState === "complete", path).catch(() => false));
	};
	// Another tab in front.
	visitor.hide = async () => {
		visitor.other = await context.newPage();
		await visitor.other.bringToFront();
		return until(() => tab.evaluate(() => document.hidden));
	};
	visitor.seek = async () => {
		await visitor.other.close();
		await tab.bringToFront();
		return until(() => tab.evaluate(() => !document.hidden));
	};
	// null: this Firefox is too old to be told.
	visitor.setOffline = async (offline) => {
		try {
			await firefox.connection.send("emulation.setNetworkConditions", { contexts: [tab.mainFrame()._id],
				networkConditions: offline ? { type: "offline" } : null });
		} catch (error) {
			if (/unknown command/.test(error.message))
				return null;
			throw error;
		}
		return until(() => tab.evaluate((want) => navigator.onLine === want, !offline));
	};
	visitor.close = () => {
		collector.gone.add(number.value);
		return context.close();
	};
	visitor.leave = () => tab.evaluate(() => document.dispatchEvent(new MouseEvent("mouseout",
		{ bubbles: true, clientY: -5, relatedTarget: null })));
	visitor.says = (selector) => tab.evaluate((s) =>
		document.querySelector(s)?.innerText.trim().split("\n")[0] ?? "", selector);
	return visitor;
}

// Everything on a page, once.
async function journey(world) {
	const { collector, tally, of } = world;
	const { tab, go, back, assign, complaints } = await openVisitor(world);
	collector.clear();
	await go("/about");
	await pass(tab, 1200);
	await tab.evaluate(() => scrollTo(0, 1e6));
	await pass(tab, 1200);
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
	await back("/");
	await pass(tab, 1200);
	tally.check(await assign("/gifts"), "on from a page that was kept", tab.url());
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
}

// Each event arrives once, however a view ends.
async function ends(world) {
	const { collector, tally, of } = world;
	const once = (what, page, wanted) => {
		for (const [kind, n] of Object.entries(wanted))
			tally.check(of(kind, page).length === n, what, kind, of(kind, page).length, "not", n);
		tally.check(collector.twice === 0, what, `${collector.twice} came twice`);
	};
	const modes = (page) => collector.bodies.filter((body) => body.page === page).map(({ mode }) => mode).join(" ");
	const visitor = await openVisitor(world);
	const { tab, go, hide, seek, setOffline, complaints } = visitor;

	// Navigation, quickly.
	collector.clear();
	const paths = ["/about", "/contact", "/gifts", "/stores", "/sizes", "/repair"];
	for (const path of [...paths, ...paths, "/basket"])
		await go(path);
	await until(() => paths.every((path) => of("view", path).length === 2));
	for (const path of paths)
		once("twelve pages", path, { view: 2, time: 2, vitals: 2 });
	tally.check(collector.bodies.length === 12 && collector.bodies.every(({ mode }) => mode === "no-cors"),
		"a beacon each", collector.bodies.length);

	// About to leave, twice; hidden, and back; then away.
	collector.clear();
	await go("/");
	await visitor.leave();
	await visitor.leave();
	await hide();
	await until(() => of("time", "/").length === 1);
	once("hidden", "/", { view: 1, exit: 1, time: 1, vitals: 1, return: 0 });
	tally.check(of("exit", "/")[0]?.f.intent === "mouse" && modes("/") === "cors", "exit intent, by a pointer", modes("/"));
	await seek();
	await go("/about");
	await until(() => of("time", "/").length === 2);
	once("seen again", "/", { view: 1, exit: 1, time: 2, vitals: 1, return: 1 });
	await hide();
	await until(() => of("exit", "/about").length === 1);
	once("another tab", "/about", { view: 1, exit: 1, time: 1 });
	tally.check(of("exit", "/about")[0].f.intent === "tab", "is an intent, too");
	await seek();

	// Without a network, and back.
	await go("/repair");
	await go("/stores");
	await until(() => of("view", "/repair").length === 1);
	collector.clear();
	const offline = await setOffline(true);
	if (offline === null) {
		console.log("  firefox: this version cannot be without a network, left out");
		await go("/about");
		await until(() => of("time", "/stores").length === 1);
	} else {
		tally.check(offline, "the browser knows that there is no network");
		await hide();
		await sleep(300);
		tally.check(collector.asked === 0, "nothing is tried without a network", collector.asked);
		await seek();
		tally.check(await setOffline(false), "the browser knows that there is one");
		tally.check(await until(() => of("view", "/stores").length === 1), "sent when the network is back");
		await go("/about");
		await until(() => of("time", "/stores").length === 2);
		once("without a network", "/stores", { view: 1, exit: 1, time: 2, return: 1, vitals: 1 });
	}

	// The collector is down, then refuses.
	for (const [status, n] of [[503, 1], [400, 0]]) {
		await go("/gifts");
		await until(() => of("view", "/about").length > 0);
		collector.clear();
		collector.status = status;
		await hide();
		await until(() => collector.asked > 0);
		await sleep(300);
		collector.status = 204;
		await seek();
		await go("/sizes");
		// What is not answered when the page goes is sent again.
		await until(() => n === 0 || of("view", "/gifts").length === n);
		await sleep(200);
		await go("/about");
		await until(() => of("view", "/sizes").length === 1);
		once(`after ${status}`, "/gifts", { view: n });
	}

	// A tab that is closed.
	await go("/contact");
	await until(() => of("view", "/about").length === 1);
	collector.clear();
	await tab.close();
	await until(() => of("time", "/contact").length === 1);
	once("a tab that is closed", "/contact", { view: 1, time: 1, vitals: 1 });
	tally.check(modes("/contact") === "no-cors", "by a beacon", modes("/contact"));
	const others = complaints.filter((text) => !/NetworkError|_tessera\/events/.test(text));
	tally.check(others.length === 0, "no complaints", others.join("; "));
	await visitor.close();
}

// A page that the browser kept is another view, and measured anew.
async function kept(world) {
	const { collector, tally, of } = world;
	const visitor = await openVisitor(world);
	const { tab, go, back } = visitor;
	await tab.evaluateOnNewDocument(() => {
		globalThis.kept = 0;
		addEventListener("pageshow", ({ persisted }) => { globalThis.kept += persisted; });
	});
	collector.clear();
	await go("/about");
	await pass(tab, 1000);
	await go("/gifts");
	const began = performance.now();
	await back("/about");
	tally.check(await tab.evaluate(() => globalThis.kept) === 1, "the browser kept the page");
	await pass(tab, 500);
	await tab.evaluate(() => new Promise((resolve) =>
		requestAnimationFrame(() => requestAnimationFrame(resolve))));
	tally.check(await visitor.assign("/contact"), "kept: on from there", tab.url());
	await until(() => of("time", "/about").length === 2);
	const took = performance.now() - began;
	tally.check(of("view", "/about").length === 2 && of("view", "/gifts").length === 1 &&
		of("return", "/about").length === 1 && collector.twice === 0, "kept: two views and a return",
		JSON.stringify(collector.events.map(({ k, page }) => `${k} ${page}`)));
	const times = of("time", "/about").map(({ f }) => f.visible);
	tally.check(times.length === 2 && times[0] >= 1000 && times[1] >= 500 && times[1] <= took, "kept: each has its own time", times, took);
	const vitals = of("vitals", "/about").map(({ f }) => f);
	tally.check(vitals.length === 2 && vitals[0].lcp > 0 && !["ttfb", "lcp", "decide"].some((name) => name in vitals[1]),
		"kept: measured anew, without loading", JSON.stringify(vitals));
	tally.check(visitor.complaints.length === 0, "kept: no complaints", visitor.complaints.join("; "));
	await visitor.close();
}

// What triggers show: in the slot, and in a dialog with its manners.
async function triggers(world) {
	const { collector, tally, of } = world;
	const visitor = await openVisitor(world, { triggers: true });
	const { tab, go, says } = visitor;
	const slot = "[data-t-slot=prompt]", dialog = "dialog[open]";
	const shows = (selector, text) => until(async () => await says(selector) === text);
	const places = () => tab.evaluate(() => [...document.querySelectorAll("main, main *, footer, header")]
		.filter((element) => !element.closest("[data-t-slot],dialog"))
		.map((element) => element.getBoundingClientRect())
		.map(({ x, y, width, height }) => [x + scrollX, y + scrollY, width, height].map(Math.round).join()).join(";"));
	const told = () => collector.of("trigger").map(({ f }) => `${f.id} ${f.what}${f.why ? ` ${f.why}` : ""}`);
	const hears = (what, line) => tally.check(told().filter((said) => said === line).length === 1, what, line, told());

	collector.clear();
	await go("/");
	await go("/shop/boots");
	await pass(tab, 1200);
	const before = await places();
	await tab.focus(".site-head a[href]");
	tally.check(await says(dialog) === "", "no dialog before its signal");
	await visitor.leave();
	tally.check(await shows(`${dialog} h2`, "The Friday letter"), "a dialog", await says(dialog));
	tally.check(await tab.evaluate((s) => {
		const d = document.querySelector(s);
		return d.matches(":modal") && d.contains(document.activeElement) &&
			document.getElementById(d.getAttribute("aria-labelledby")).textContent.trim() === "The Friday letter";
	}, dialog), "is modal, has the focus, and a name");
	tally.check(await places() === before, "the dialog moves nothing");
	await tab.keyboard.press("Escape");
	tally.check(await until(async () => await says(dialog) === "") && await tab.evaluate(() =>
		document.activeElement.matches(".site-head a[href]")), "Escape closes it, and the focus is back");
	await visitor.leave();
	await go(product);
	await until(() => of("view", "/shop/boots").length === 1);
	tally.check(await says(`${slot} h2`) === "", "the slot waits");
	await go("/shop/tents");
	tally.check(await shows(`${slot} h2`, "Still comparing?"), "the slot shows", await says(slot));
	const full = await places();
	await tab.click(`${slot} [data-t-close]`);
	tally.check(await says(`${slot} h2`) === "" && await places() === full, "it is closed, and nothing moves");
	await go(product);
	tally.check(await until(async () => of("view", "/shop/tents").length === 1) && await says(`${slot} h2`) === "", "once");
	await visitor.leave();
	await sleep(300);
	tally.check(await says(dialog) === "", "the dialog does not come again");
	await go("/accessibility");
	await until(() => of("view", product).length === 2);
	hears("the dialog", "leaving-cold shown");
	hears("the dialog", "leaving-cold closed");
	hears("the dialog", "leaving-cold held once");
	hears("the slot", "many-pages shown");
	hears("the slot", "many-pages closed");
	tally.check(told().filter((said) => said === "many-pages held once").length === 2, "once, on each page", told());
	tally.check(collector.twice === 0, "triggers: each once");
	tally.check(visitor.complaints.length === 0, "triggers: no complaints", visitor.complaints.join("; "));
	await visitor.close();
}

async function withheld(world) {
	const { collector, tally } = world;
	collector.clear();
	const other = await openVisitor(world, { consent: "1.none.1781524800" });
	await other.go("/about");
	await other.go("/gifts");
	await other.go("/");
	await until(() => collector.counts.view === 2);
	tally.check(collector.events.length === 0 && collector.counts.view === 2, "withheld: counted", JSON.stringify(collector.counts));
	tally.check(await other.tab.evaluate(() => sessionStorage.length) === 0, "withheld: nothing kept");
	tally.check(other.complaints.length === 0, "withheld: no complaints", other.complaints.join("; "));
	await other.close();
}

// What the policy forbids does not run here either.
async function policy(world) {
	const visitor = await openVisitor(world);
	await visitor.go("/");
	const typed = await visitor.tab.evaluate(() => "trustedTypes" in globalThis);
	if (!typed)
		console.log("  firefox: this version has no Trusted Types, so texts may become mark-up");
	const ran = (await breach(visitor.tab)).filter((what) => typed || what !== "innerHTML");
	world.tally.check(ran.length === 0, "runs under the policy:", ran.join(", "));
	await visitor.close();
}

export async function run({ stand, collector, tally }) {
	if (!fs.existsSync(program)) {
		console.log("  firefox: not installed, left out");
		return;
	}
	const firefox = await openFirefox();
	const of = (kind, page) => collector.of(kind).filter((event) => event.page === page);
	const world = { firefox, base: `http://127.0.0.1:${stand.port}`, collector, tally, of };
	try {
		for (const part of [journey, ends, kept, triggers, withheld, policy])
			await part(world);
	} finally {
		await firefox.close();
	}
}
