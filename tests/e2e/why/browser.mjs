// browser.mjs BUILD - the dialog "Why am I seeing this?" in Chromium and Firefox,
// against nginx with the policy of doc/nginx.conf and tessera-fcgi with keys.

import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { agreed, flags, openVisitor, until } from "../script/kit.mjs";
import { closeStand, openStand, repository, Tally } from "../site/stand.mjs";

const AXE = fs.readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const FIREFOX = "/usr/bin/firefox-esr";
const KNOWN = { tier: "gold", first_name: "Ada", returning: "1", activity: "climbing" };
// The form in the foot has the one that they are copies of.
const BUTTONS = "[data-why] > .tessera-ask";
const tally = new Tally();
const check = (says, good, seen = "") => tally.check(good, says, seen);

// What axe finds that is serious or worse; it is put in past the policy.
async function serious(tab, within) {
	const world = await tab.context().newCDPSession(tab);
	const { frameTree } = await world.send("Page.getFrameTree");
	const { executionContextId: contextId } = await world.send("Page.createIsolatedWorld",
		{ frameId: frameTree.frame.id });
	const run = async (expression) => {
		const { result, exceptionDetails } = await world.send("Runtime.evaluate",
			{ contextId, expression, awaitPromise: true, returnByValue: true });
		if (exceptionDetails)
			throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value;
	};
	await run(`${AXE};0`);
	return JSON.parse(await run(`axe.run(${within}).then(({ violations }) =>
		JSON.stringify(violations.filter(({ impact }) => impact === "serious" || impact === "critical")
			.map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 120))))`));
}

// Who allows no analytics is in no experiment and no holdout.
const CONSENT = "1.functional+personalization.1781524800";

async function open(visit, options) {
	const visitor = await visit({ consent: CONSENT, ...options });
	await visitor.context.addCookies(Object.entries(KNOWN).map(([name, value]) =>
		({ name, value, url: visitor.base })));
	return visitor;
}

const state = (tab) => tab.evaluate(() => {
	const dialog = document.querySelector("dialog.tessera-why[open]");
	return { open: dialog !== null, text: dialog?.innerText ?? "", lang: dialog?.lang,
		name: document.getElementById(dialog?.getAttribute("aria-labelledby"))?.textContent,
		inside: dialog?.contains(document.activeElement) ?? false,
		left: document.querySelectorAll("dialog.tessera-why").length,
		focus: document.activeElement?.className, button: document.activeElement?.textContent,
		inline: document.querySelectorAll("[style], style").length };
});

async function byKeyboard(visit) {
	const visitor = await open(visit);
	const { tab } = visitor;
	const asked = [];
	tab.on("request", (request) => asked.push(new URL(request.url()).pathname));
	await visitor.go("/");
	await tab.waitForSelector(BUTTONS);
	const regions = await tab.evaluate(() => [...new Set([...document.querySelectorAll("[data-personalized-region]")]
		.filter((element) => element.offsetParent !== null && element.tagName !== "TEMPLATE")
		.map((element) => element.dataset.personalizedRegion))]);
	const marked = await tab.evaluate((buttons) => [...document.querySelectorAll(buttons)]
		.map((button) => button.parentElement.dataset.personalizedRegion), BUTTONS);
	check("every region that is seen has a button",
		regions.length >= 8 && regions.every((name) => marked.includes(name)),
		`${regions} ${marked}`);
	check("and one", marked.length === new Set(marked).size, marked);
	check("the dialog's code waits", !asked.some((name) => name.startsWith("/assets/why.")));
	check("nothing shifts", await visitor.shifts() === 0, await visitor.shifts());
	const small = await tab.evaluate((buttons) => [...document.querySelectorAll(buttons)]
		.filter((button) => button.offsetWidth < 24 || button.offsetHeight < 24).length, BUTTONS);
	check("buttons can be hit", small === 0, small);
	check("axe finds nothing serious in a page with buttons",
		(await serious(tab, "document")).length === 0, await serious(tab, "document"));

	const button = tab.locator('[data-personalized-region="hero"] > .tessera-ask');
	await button.focus();
	await tab.keyboard.press("Enter");
	await until(async () => (await state(tab)).open);
	let now = await state(tab);
	check("Enter opens it", now.open);
	check("its name", now.name === "Why am I seeing this?", now.name);
	check("its code was loaded", asked.some((name) => name.startsWith("/assets/why.")));
	check("it says what is shown, and why", now.text.includes("Shows the version “vip”.") &&
		now.text.includes("Membership") && now.text.includes("is “gold”"), now.text);
	check("of this region alone", !now.text.includes("Your first name"), now.text);
	check("the focus is in it", now.inside && now.button === "Close", now.button);
	check("no style that a policy would not allow", now.inline === 0, now.inline);
	const within = await serious(tab, '"dialog.tessera-why"');
	check("axe finds nothing serious in it", within.length === 0, within);
	const places = new Set();
	for (let i = 0; i < 6; i++) {
		await tab.keyboard.press("Tab");
		// Behind the last of the dialog comes the browser itself, never the page.
		const { inside, button: text } = await state(tab);
		places.add(text);
		check("Tab stays in it", inside || await tab.evaluate(() => document.activeElement === document.body), text);
	}
	check("Tab finds both buttons", places.has("Close") && places.has("Stop personalizing"), [...places]);
	await tab.keyboard.press("Escape");
	await until(async () => (await state(tab)).left === 0);
	now = await state(tab);
	check("Escape closes it", !now.open && now.left === 0);
	check("the focus is where it was", now.focus === "tessera-ask" &&
		await button.evaluate((element) => element === document.activeElement), now.focus);
	await tab.keyboard.press("Space");
	await until(async () => (await state(tab)).open);
	await tab.locator("dialog.tessera-why button", { hasText: "Close" }).click();
	check("it opens again, and has a button to close it", !(await state(tab)).open);

	await tab.locator(".foot-why button").click();
	await until(async () => (await state(tab)).open);
	now = await state(tab);
	check("the form in the foot opens it for the whole page", now.open &&
		["hero", "greeting", "bestsellers"].every((name) => now.text.includes(name)), now.text);
	check("and stays on the page", new URL(tab.url()).pathname === "/");
	await tab.keyboard.press("Escape");
	check("nothing shifted in all that", await visitor.shifts() === 0, await visitor.shifts());
	check("no complaint", visitor.complaints.length === 0, visitor.complaints.join("; "));
	await visitor.close();
}

async function optOut(visit) {
	const visitor = await open(visit, { locale: "de-DE", colorScheme: "dark", reducedMotion: "reduce" });
	const { tab } = visitor;
	await visitor.go("/de");
	check("a gold member's page", (await tab.content()).includes("Ada"));
	const button = tab.locator('[data-personalized-region="greeting"] > .tessera-ask');
	check("the button in the page's language",
		await button.getAttribute("aria-label") === "Warum sehe ich das?");
	await button.click();
	await until(async () => (await state(tab)).open);
	let now = await state(tab);
	check("the dialog, too", now.lang === "de" && now.name === "Warum sehe ich das?" &&
		now.text.includes("Ihr Vorname"), now.text);
	const within = await serious(tab, '"dialog.tessera-why"');
	check("dark: axe finds nothing serious", within.length === 0, within);
	const moves = await tab.evaluate(() => document.getAnimations().filter(({ effect }) =>
		effect.target.closest("dialog, .tessera-ask")).length);
	check("nothing is animated", moves === 0, moves);
	await tab.locator("dialog.tessera-why button", { hasText: "Nicht mehr" }).click();
	await until(async () => (await state(tab)).text.includes("nichts mehr personalisiert"));
	now = await state(tab);
	check("it says that it is done", now.text.includes("Ab der nächsten Seite wird nichts mehr personalisiert."), now.text);
	check("the focus stays in it", now.inside && now.button === "Schließen", now.button);
	const [consent] = (await visitor.context.cookies()).filter(({ name }) => name === "consent");
	check("personalization alone is withdrawn", /^1\.functional\.\d+$/.test(consent.value), consent.value);
	await visitor.go("/de");
	check("from the next page on", !(await tab.content()).includes("Ada"));
	await tab.locator('[data-personalized-region="hero"] > .tessera-ask').click();
	await until(async () => (await state(tab)).open);
	now = await state(tab);
	check("then there is nothing to withdraw", !now.text.includes("Nicht mehr") &&
		now.text.includes("Einwilligung"), now.text);
	check("no complaint", visitor.complaints.length === 0, visitor.complaints.join("; "));
	await visitor.close();
}

async function whatever(visit) {
	// Public pages, too: nothing in them is signed.
	let visitor = await open(visit);
	await visitor.go("/accessibility");
	await visitor.tab.locator(".foot-why button").click();
	await until(async () => (await state(visitor.tab)).open);
	let now = await state(visitor.tab);
	check("a page that all see alike", now.open && now.text.length > 40, now.text);
	await visitor.close();

	visitor = await open(visit);
	await visitor.go("/");
	await visitor.tab.waitForSelector(BUTTONS);
	// A text that is none, as when keys were exchanged.
	await visitor.tab.evaluate(() => { document.forms["tessera-why"].page.value = "none"; });
	await visitor.tab.locator('[data-personalized-region="greeting"] > .tessera-ask').click();
	await until(async () => (await state(visitor.tab)).open);
	now = await state(visitor.tab);
	check("what cannot be told is not made up", now.text.includes("Nothing is known of this page.") &&
		!now.text.includes("Shows") && !now.text.includes("looked at"), now.text);
	await visitor.tab.keyboard.press("Escape");

	// The server is gone when somebody asks.
	await visitor.context.route("**/_tessera/why?*", (route) =>
		route.request().isNavigationRequest() ? route.continue() : route.abort());
	await visitor.tab.locator('[data-personalized-region="greeting"] > .tessera-ask').click();
	await visitor.tab.waitForURL(/_tessera\/why/);
	check("without an answer the server's own page is shown",
		(await visitor.tab.title()) === "Why am I seeing this?");
	const within = await serious(visitor.tab, "document");
	check("axe finds nothing serious in that", within.length === 0, within);
	check("and it is styled under the policy",
		await visitor.tab.evaluate(() => getComputedStyle(document.body).maxWidth) === "640px");
	await visitor.close();

	// No script at all: the form, and the opt-out on the server's page.
	visitor = await open(visit, { javaScriptEnabled: false });
	await visitor.go("/");
	await visitor.tab.locator(".foot-why button").click();
	await visitor.tab.waitForURL(/_tessera\/why/);
	check("without JavaScript it is a page", (await visitor.tab.content()).includes("<dt>Membership</dt><dd>is “gold”</dd>"));
	await visitor.tab.locator("form button").click();
	await visitor.tab.waitForURL((url) => url.pathname === "/");
	check("and the opt-out goes back to where one was", !(await visitor.tab.content()).includes("Ada"));
	await visitor.close();
}

// Another variant is in the region's place: the browser chose it, and says why.
async function afterSwap(visit) {
	const visitor = await visit({ consent: CONSENT });
	await visitor.context.addCookies([{ name: "returning", value: "1", url: visitor.base }]);
	const { tab } = visitor;
	const offer = tab.locator('[data-personalized-region="offer"]');
	const button = offer.locator("> .tessera-ask");
	const ask = async (which) => {
		await which.click();
		check("it opens", await until(async () => (await state(tab)).open));
		const { text } = await state(tab);
		await tab.keyboard.press("Escape");
		return text;
	};
	const swap = async (path) => {
		await visitor.go(path);
		const before = await offer.textContent();
		const text = await ask(button);
		await tab.evaluate(() => document.activeElement.blur());
		await tab.evaluate(() => scrollTo(0, 0.52 * (document.documentElement.scrollHeight - innerHeight)));
		check("a variant comes", await until(async () => await offer.textContent() !== before));
		check("with one button", await button.count() === 1, await button.count());
		return text;
	};
	let text = await swap("/shop/boots/varde-winter");
	check("before: what the server looked at to leave it to the browser",
		/Whether you were here before\s+is yes/.test(text), text);
	check("before: the server's choice", !text.includes("come-back") && !text.includes("Your browser"), text);
	text = await ask(button);
	check("after: the browser's", text.includes("Shows the version “come-back”.") &&
		text.includes("Your browser chose this itself"), text);
	check("by which signal", /How far you have read\s+is at least 50/.test(text), text);
	check("and what the server had to say to that", /Whether you were here before\s+is yes/.test(text), text);
	check("no variant that is not there", !/years|undecided|page's own/.test(text), text);
	check("nothing of signals that had no part in it", !text.includes("How long you have been here"), text);
	text = await ask(tab.locator(".foot-why button"));
	check("the whole page says it, too", text.includes("Shows the version “come-back”.") &&
		text.split("\n").filter((line) => line === "offer").length === 1, text);
	check("and what the server chose elsewhere", text.split("Your browser chose").length === 2 &&
		text.split("\n").includes("message"), text);
	const within = await (async () => {
		await button.click();
		await until(async () => (await state(tab)).open);
		return serious(tab, '"dialog.tessera-why"');
	})();
	check("swapped: axe finds nothing serious", within.length === 0, within);

	// The region changes while the dialog is open: the focus goes to the new button.
	await tab.evaluate(() => {
		const old = document.querySelector('[data-personalized-region="offer"]');
		old.replaceWith(old.cloneNode(true));
	});
	await tab.keyboard.press("Escape");
	check("the focus finds the button again", await until(() =>
		button.evaluate((element) => element === document.activeElement)));

	await swap("/de/shop/boots/varde-winter");
	text = await ask(button);
	check("in the page's language", text.includes("Das hat Ihr Browser selbst gewählt") &&
		/Wie weit Sie gelesen haben\s+ist mindestens 50/.test(text), text);
	check("swapped: nothing shifts", await visitor.shifts() === 0, await visitor.shifts());
	check("swapped: no complaint", visitor.complaints.length === 0, visitor.complaints.join("; "));
	await visitor.close();
}

// What a trigger shows was chosen by the browser, too.
async function afterTrigger(visit) {
	const visitor = await visit({ triggers: true });
	const { tab } = visitor;
	for (const path of ["/shop/boots", "/shop/tents", "/shop/packs", "/guides"])
		await visitor.go(path);
	await tab.waitForSelector("[data-t-slot] [data-trigger=many-pages]");
	await tab.locator(".foot-why button").click();
	await until(async () => (await state(tab)).open);
	const { text } = await state(tab);
	check("a trigger is named, with its slot", text.includes("prompt\n") &&
		text.includes("Shows the version “many-pages”."), text);
	check("and by which signals", /pages seen in this visit\s+is more than 3/.test(text) &&
		/things put into the basket in this visit\s+is 0/.test(text), text);
	check("triggers: no complaint", visitor.complaints.length === 0, visitor.complaints.join("; "));
	await visitor.close();
}

// What was done with the dialog is in the log, once, and only what was done.
async function inTheLog(visit) {
	const events = `${stand.folder}/state/events`;
	const log = (folder = events) => fs.readdirSync(folder)
		.filter((name) => /\.(open|ndjson)$/.test(name))
		.flatMap((name) => fs.readFileSync(`${folder}/${name}`, "utf8").trim().split("\n"))
		.filter((line) => line !== "").map((line) => JSON.parse(line));
	const whys = () => log().filter(({ k }) => k === "why");
	check("nothing was logged without analytics", log().length === 0, log().length);

	const visitor = await open(visit, { consent: agreed });
	const { tab } = visitor;
	await visitor.go("/");
	await tab.locator('[data-personalized-region="hero"] > .tessera-ask').click();
	await until(async () => (await state(tab)).open);
	await tab.keyboard.press("Escape");
	await tab.locator(".foot-why button").click();
	await until(async () => (await state(tab)).open);
	await tab.locator("dialog.tessera-why p").first().click();
	await visitor.context.route("**/_tessera/consent", (route) => route.abort());
	await tab.locator("dialog.tessera-why button", { hasText: "Stop personalizing" }).click();
	await until(async () => (await state(tab)).text.includes("try again later"));
	await visitor.context.unroute("**/_tessera/consent");
	await tab.locator("dialog.tessera-why button", { hasText: "Stop personalizing" }).click();
	await until(async () => (await state(tab)).text.includes("nothing is personalized"));
	await tab.keyboard.press("Escape");
	await visitor.go("/accessibility");
	await until(() => log().some(({ page, k }) => page === "/" && k === "time"));
	await tab.locator(".foot-why button").click();
	await until(async () => (await state(tab)).open);
	await tab.close({ runBeforeUnload: true });
	await until(() => log().some(({ page, k }) => page === "/accessibility" && k === "time"));
	const seen = whys().map(({ page, f }) => `${page} ${f.what}`).join();
	check("two openings, an opt-out, and an opening elsewhere",
		seen === "/ opened,/ opened,/ opted-out,/accessibility opened", seen);
	check("by one visitor", new Set(whys().map((line) => line.visitor)).size === 1);
	check("of the page that was seen", log().every(({ page, seen: of }) =>
		page === "/" ? /^[0-9a-f]{16}$/.test(of?.release) : of === undefined), JSON.stringify(log()[0]));
	check("nothing is refused", !/refus|malform/.test(stand.fcgi.log), stand.fcgi.log);
	await visitor.close();
}

// The same in Firefox: buttons, dialog, focus, words.
async function inFirefox() {
	if (!fs.existsSync(FIREFOX)) {
		console.log("  Firefox is not here: not looked at");
		return;
	}
	const { launch } = await import("puppeteer-core");
	const firefox = await launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
	try {
		const tab = await firefox.newPage();
		const complaints = [];
		tab.on("console", (message) => ["error", "warn"].includes(message.type()) && complaints.push(message.text()));
		tab.on("pageerror", (error) => complaints.push(String(error)));
		for (const [name, value] of Object.entries({ ...KNOWN, consent: CONSENT }))
			await firefox.defaultBrowserContext().setCookie({ name, value, domain: "127.0.0.1", path: "/" });
		await tab.goto(`http://127.0.0.1:${stand.port}/`, { waitUntil: "load" });
		await tab.waitForSelector('[data-personalized-region="hero"] > .tessera-ask');
		const place = await tab.evaluate((buttons) => {
			const button = document.querySelector(buttons);
			return [getComputedStyle(button).position, button.offsetWidth];
		}, BUTTONS);
		check("Firefox: the button has its place", place.join() === "absolute,24", place);
		await tab.focus('[data-personalized-region="hero"] > .tessera-ask');
		await tab.keyboard.press("Enter");
		check("Firefox: Enter opens it", await until(async () => (await state(tab)).open));
		let now = await state(tab);
		check("Firefox: it says why", now.text.includes("Shows the version “vip”.") && now.inside, now.text);
		await tab.keyboard.press("Escape");
		check("Firefox: Escape closes it", await until(async () => (await state(tab)).left === 0));
		now = await state(tab);
		check("Firefox: the focus is where it was", now.focus === "tessera-ask", now.focus);
		check("Firefox: no complaint", complaints.length === 0, complaints.join("; "));
	} finally {
		await firefox.close();
	}
}

// Conditions in words, each with what should be said of it.
const conditions = [
	{ says: "one signal", c: [">=", 50, "scroll"], gives: ["Read: at least 50"] },
	{ says: "a purpose does not matter", c: ["<", 9, "dwell", "analytics"], gives: ["Stay: less than 9"] },
	{ says: "without a title it has its name", c: ["in", ["a"], "tab"], gives: ["tab: is “a”"] },
	{ says: "truths", c: ["every", [["in", [true], "exit"], ["in", [false], "dark"]]],
		gives: ["exit: is yes", "dark: is no"] },
	{ says: "two of one signal stand together", c: ["every", [[">", 1, "scroll"], ["<=", 2, "scroll"]]],
		gives: ["Read: more than 1 | at most 2"] },
	{ says: "missing", c: ["in", [null], "tab"], gives: ["tab: missing"] },
	{ says: "there", c: ["!", ["in", [null], "tab"]], gives: ["tab: there"] },
	{ says: "not", c: ["!", ["in", ["a", 2], "tab"]], gives: ["tab: not so: one of “a”, 2"] },
	{ says: "long lists end", c: ["ini", [1, 2, 3, 4, 5, 6, 7, 8, 9], "tab"],
		gives: ["tab: one of 1, 2, 3, 4, 5, 6, 7, 8, …"] },
	{ says: "expressions are no reading", c: ["~", ["^a", "i"], "tab"], gives: ["tab: matches"] },
	{ says: "nor is a method of objects a word", c: ["toString", "a", "tab"], gives: ["tab: matches"] },
	{ says: "any", c: ["some", [["every", [[">", 1, "scroll"], ["in", [""], "tab"]]], ["in", [true], "exit"]]],
		gives: ["one of these: Read: more than 1; tab: is “” | exit: is yes"] },
	{ says: "not all of it", c: ["!", ["every", [[">", 1, "scroll"], ["in", [true], "exit"]]]],
		gives: ["not so: Read: more than 1; exit: is yes"] },
	{ says: "always", c: ["every", []], gives: [] },
	{ says: "two rules lead there", c: [">", 1, "scroll"], also: ["in", [true], "exit"],
		gives: ["one of these: Read: more than 1 | exit: is yes"] },
	{ says: "of which one does not count", c: [">", 1, "scroll"], also: ["in", [true], "exit"], mask: 0x80,
		gives: ["Read: more than 1"] },
];

async function inWords() {
	const source = fs.readFileSync(path.join(repository, "src/browser/chosen.js"), "utf8");
	const { chosen } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
	const words = { is: "is", oneOf: "one of", less: "less than", atMost: "at most", moreThan: "more than",
		atLeast: "at least", true: "yes", false: "no", missing: "missing", present: "there",
		matches: "matches", any: "one of these", not: "not so", openQuote: "“", closeQuote: "”", shows: "Shows" };
	const browser = [{ source: "scroll", title: "Read" }, { source: "dwell", title: "Stay" }];
	for (const { says, c, also, mask = 0xc0, gives } of conditions) {
		const rules = [[0, c, "/v/a.html"], ...also ? [[1, also, "/v/a.html"]] : [], [-1, c, "/v/b.html"]];
		globalThis.document = {
			getElementById: () => ({ textContent: JSON.stringify({ regions: [[], rules], triggers: [] }),
				dataset: { mask: Buffer.from([mask]).toString("base64") } }),
			querySelectorAll: (which) => which.includes("trigger") ? []
				: [{ tagName: "P", dataset: { tessera: "1/v/a.html", variant: "x", personalizedRegion: "r" } }],
		};
		const [{ reasons, text }] = chosen({ words, browser }, {});
		const said = reasons.map(({ title, texts }) => `${title}: ${texts.join(" | ")}`);
		check(`in words: ${says}`, text === "Shows “x”." &&
			JSON.stringify(said) === JSON.stringify(gives), JSON.stringify(said));
	}
}

const stand = await openStand({ name: "dialog", keys: true, state: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
const visit = (options) => openVisitor(browser, stand, options);
try {
	await byKeyboard(visit);
	await optOut(visit);
	await whatever(visit);
	await inTheLog(visit);
	await afterSwap(visit);
	await afterTrigger(visit);
	await inWords();
	await inFirefox();
} finally {
	await browser.close();
	await closeStand(stand);
}
console.log(`dialog: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed ? 1 : 0;
