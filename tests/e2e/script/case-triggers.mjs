// Every trigger of the example site is seen to fire, and to be held back: by
// priority, cap, cooldown, once, dismissal and consent. Time is the test's own.

import fs from "node:fs";
import path from "node:path";
import { sleep, until } from "./kit.mjs";

const axe = fs.readFileSync(path.join(path.dirname(new URL(import.meta.url).pathname),
	"../node_modules/axe-core/axe.min.js"), "utf8");
const product = "/shop/boots/varde-winter";
const caps = [12, 600, 20, 10, 10];
// Measured and personalised, but nothing may be kept.
const unkept = { consent: "1.analytics+personalization.1781524800", known: 128 + 12 };

// A page's state for a visitor with these parts of each vector's cap, as the
// server wrote it so many seconds ago. known: 128, and a bit for each purpose.
function state(parts, age, known) {
	const bytes = Buffer.alloc(6 + parts.length * 8);
	const now = Math.floor(Date.now() / 1000) - age;

	bytes[0] = 1;
	bytes[1] = known;
	bytes.writeUInt32LE(now, 2);
	parts.forEach((part, i) => {
		bytes.writeUInt32LE(part * caps[i] * 256, 6 + i * 8);
		bytes.writeUInt32LE(now, 10 + i * 8);
	});
	return bytes.toString("base64");
}

// What keeps each trigger back. Of the two visitors one makes all of the slot
// and leaving-warm due, the other basket-left and leaving-cold. kept: what is
// remembered, as seconds ago: [shown, closed]; session: what was shown in it.
// Of a slot's triggers the most important, gold-repair, gives way to none.
const day = 86400;
const closed = (...ids) => Object.fromEntries(ids.map((id) => [id, [0, 60]]));
const warm = { page: "/repair", parts: [1, 1, 0, 1, 0], cookies: [["tier", "gold"]], session: [3, 0] };
const cold = { page: product, parts: [0, 0, 0, 0, 0], session: [1, 1] };
const held = [
	{ who: warm, why: "dismissed", ids: ["gold-repair", "long-look", "many-pages", "leaving-warm"],
		kept: closed("gold-repair", "long-look", "many-pages", "leaving-warm") },
	{ who: cold, why: "dismissed", ids: ["basket-left", "leaving-cold"], kept: closed("basket-left", "leaving-cold") },
	{ who: warm, why: "cooldown", ids: ["long-look"],
		kept: { "long-look": [day - 300, 0], ...closed("gold-repair", "many-pages", "leaving-warm") } },
	{ who: cold, why: "cooldown", ids: ["basket-left"], kept: { "basket-left": [3000, 0], ...closed("leaving-cold") } },
	{ who: warm, why: "once", ids: ["gold-repair", "many-pages", "leaving-warm"], kept: closed("long-look"),
		shown: ["gold-repair", "many-pages", "leaving-warm"] },
	// Long after its cooldown; once for a visitor is once.
	{ who: cold, why: "once", ids: ["leaving-cold"], kept: { "leaving-cold": [90 * day, 0], ...closed("basket-left") } },
	{ who: warm, why: "consent", ids: ["gold-repair", "long-look", "many-pages", "leaving-warm"], ...unkept },
	{ who: cold, why: "consent", ids: ["basket-left", "leaving-cold"], ...unkept },
	{ who: warm, why: "cap", ids: ["gold-repair", "long-look", "leaving-warm"],
		shown: ["basket-left", "leaving-cold", "many-pages"] },
	{ who: warm, why: "cap", ids: ["long-look", "many-pages", "leaving-warm"],
		shown: ["basket-left", "leaving-cold", "gold-repair"] },
	{ who: cold, why: "cap", ids: ["basket-left", "leaving-cold"], shown: ["gold-repair", "long-look", "many-pages"] },
	// many-pages rests until gold-repair has the slot.
	{ who: warm, why: "priority", ids: ["long-look", "many-pages"], fires: ["gold-repair"],
		kept: { "many-pages": [0, 30 * day - 75], ...closed("leaving-warm") } },
	{ who: cold, why: "priority", ids: ["leaving-cold"], fires: ["basket-left"] },
	// A dialog of the page itself, or another of ours, is never covered.
	{ who: cold, why: "priority", ids: ["basket-left", "leaving-cold"], dialog: true },
	{ who: warm, why: "priority", ids: ["leaving-warm"], dialog: true, kept: closed("gold-repair", "long-look", "many-pages") },
];

// Runs in the page, before anything of it: what an earlier visit left.
function remember({ session, shown, kept }) {
	if (origin === "null" || sessionStorage.test)
		return;
	sessionStorage.test = 1;
	const now = Math.floor(Date.now() / 1000);
	sessionStorage["tessera.analytics"] = JSON.stringify([...session, Date.now(), []]);
	sessionStorage["tessera.functional"] = now - 10;
	localStorage["tessera.functional"] = JSON.stringify(Object.assign(
		Object.fromEntries(shown.map((id) => [id, { shown: now - 5 }])), kept));
}

async function holdBack(open, tally) {
	for (const { who, why, ids, kept = {}, shown = [], fires = [], dialog = false, ...options } of held) {
		const v = await open({ ...who, ...options });
		const what = `${who.page}, ${why}:`;
		const now = Math.floor(Date.now() / 1000);

		await v.context.addInitScript(remember, { session: who.session, shown, kept: Object.fromEntries(
			Object.entries(kept).map(([id, [shown, closed]]) => [id,
				{ ...shown && { shown: now - shown }, ...closed && { closed: now - closed } }])) });
		await v.go(who.page);
		if (dialog)
			await v.tab.evaluate(() => {
				const box = document.createElement("dialog");
				document.body.append(box);
				box.showModal();
			});
		await v.tab.clock.fastForward(who === warm ? 95000 : 2000);
		await v.leave();
		const told = await v.told();
		for (const id of ids)
			tally.check(told.filter((line) => line === `${id} held ${why}`).length === 1, what, id, JSON.stringify(told));
		tally.check(told.filter((line) => / shown$/.test(line)).join() === fires.map((id) => `${id} shown`).join(),
			what, "shows", fires.join(), JSON.stringify(told));
		await v.end(what);
	}
}

export async function run({ visit, collector, tally }) {
	// A visitor whose clock is ours, and whose score the pages say.
	const open = async ({ parts, age = 0, known = 128 + 14, cookies = [], ...options } = {}) => {
		const visitor = await visit({ triggers: true, ...options });
		const { tab, context, base } = visitor;

		await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: base })));
		await tab.clock.install({ time: new Date() });
		if (parts !== undefined)
			await context.route(/\/[^.]*$/, async (route) => {
				const reply = await route.fetch();

				await route.fulfill({ response: reply, body: (await reply.text())
					.replace(/data-state="[^"]*"/, `data-state="${state(parts, age, known)}"`) });
			});
		visitor.wait = (seconds) => tab.clock.runFor(seconds * 1000);
		visitor.leave = async () => {
			await tab.mouse.move(400, 300);
			await tab.mouse.move(400, 0);
			await tab.evaluate(() => document.dispatchEvent(new MouseEvent("mouseout",
				{ bubbles: true, clientY: -5, relatedTarget: null })));
			await visitor.wait(1);
		};
		visitor.says = (selector) => until(() => tab.evaluate((s) =>
			document.querySelector(s)?.innerText.trim().split("\n")[0] ?? "", selector), 2000);
		visitor.shows = (selector, text) => until(async () => await visitor.says(selector) === text);
		visitor.told = async () => {
			collector.clear();
			await visitor.go("/accessibility");
			await until(() => collector.bodies.length > 0);
			await sleep(100);
			return collector.of("trigger").map(({ f }) => `${f.id} ${f.what}${f.why ? ` ${f.why}` : ""}`);
		};
		// What was told, whatever else was.
		visitor.hears = async (what, ...wanted) => {
			const told = await visitor.told();
			for (const want of wanted)
				tally.check(told.filter((line) => line === want).length === 1, what, want, JSON.stringify(told));
		};
		visitor.end = async (what) => {
			tally.check(visitor.complaints.length === 0, what, visitor.complaints.join("; "));
			await visitor.close();
		};
		return visitor;
	};
	const slot = "[data-t-slot=prompt]";
	const dialog = "dialog[open]";
	const stays = async (visitor, what) => tally.check(
		await visitor.shifts() === 0, what, "nothing shifts", await visitor.shifts());

	await holdBack(open, tally);
	// Time on a page: in the slot; then its cooldown.
	let v = await open();
	await v.go(product);
	await v.wait(60);
	tally.check(await v.tab.evaluate((s) => document.querySelector(s).childElementCount, slot) === 0, "long-look waits");
	await v.wait(35);
	tally.check(await v.shows(`${slot} h2`, "Not sure yet?"), "long-look fires");
	await stays(v, "long-look");
	await v.hears("long-look", "long-look shown");
	await v.go(product);
	await v.wait(95);
	tally.check(await v.says(`${slot} h2`) === "", "long-look rests");
	await v.hears("long-look", "long-look held cooldown");
	await v.end("long-look");

	// A page that the browser kept for two hours: a cooldown ends all the same.
	v = await open({ parts: [0, 0, 0, 0, 0], age: 7200 });
	await v.go("/about");
	await v.tab.evaluate((shown) => {
		localStorage["tessera.functional"] = JSON.stringify({ "long-look": { shown } });
	}, Math.floor(Date.now() / 1000) - 86400 - 60);
	await v.go(product);
	await v.wait(95);
	tally.check(await v.shows(`${slot} h2`, "Not sure yet?"), "long-look fires on a page that was kept");
	await v.end("a page that was kept");

	// Pages of a session; once.
	v = await open();
	for (const page of ["/", "/shop/boots", product])
		await v.go(page);
	await v.wait(2);
	tally.check(await v.says(`${slot} h2`) === "", "many-pages waits");
	await v.go("/shop/tents");
	await v.wait(2);
	tally.check(await v.shows(`${slot} h2`, "Still comparing?"), "many-pages fires");
	await stays(v, "many-pages");
	await v.tab.click(`${slot} [data-t-close]`);
	tally.check(await v.says(`${slot} h2`) === "", "many-pages is closed");
	await v.hears("many-pages", "many-pages shown", "many-pages closed");
	await v.go("/");
	await v.wait(2);
	// It does not hold for a moment, and then it does.
	await v.tab.evaluate(() => ["add", "remove"].forEach((tCart) => {
		const button = document.createElement("button");
		Object.assign(button.dataset, { tCart });
		document.body.append(button);
		button.click();
		button.remove();
	}));
	await v.hears("many-pages", "many-pages held once");
	await v.end("many-pages");

	// A basket that is left: a dialog. Its manners.
	v = await open({ parts: [0, 0, 0, 0, 0] });
	await v.go(product);
	await v.tab.click("form.buy button[type=submit]");
	await v.tab.waitForURL(/basket/);
	await v.wait(1);
	await v.tab.focus(".site-head a[href]");
	await v.leave();
	tally.check(await v.shows(`${dialog} h2`, "Your basket is waiting"), "basket-left fires");
	tally.check(await v.tab.evaluate((s) => {
		const d = document.querySelector(s);
		return d.contains(document.activeElement) && d.matches(":modal") &&
			document.getElementById(d.getAttribute("aria-labelledby")).textContent === "Your basket is waiting";
	}, dialog), "the dialog has the focus, and a name");
	await v.tab.clock.resume();
	await v.tab.evaluate(`${axe}; 0`).catch(() => {});
	const faults = await v.tab.evaluate(async () => (await globalThis.axe.run(document.querySelector("dialog")))
		.violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id }) => id)).catch(String);
	tally.check(faults.length === 0, "axe finds nothing serious", JSON.stringify(faults));
	await stays(v, "basket-left");
	await v.tab.keyboard.press("Escape");
	tally.check(await v.says(dialog) === "" && await v.tab.evaluate(() =>
		document.activeElement.matches(".site-head a[href]")), "Escape closes it, and the focus is back",
		await v.tab.evaluate(() => document.activeElement.outerHTML.slice(0, 80)));
	await v.hears("basket-left", "basket-left shown", "basket-left closed");
	await v.go("/basket");
	await v.tab.clock.runFor(2000);
	await v.leave();
	tally.check(await v.says(`${dialog} h2`) !== "Your basket is waiting", "basket-left was dismissed");
	await v.hears("basket-left", "basket-left held dismissed");
	await v.end("basket-left");

	// Near to a purchase; and what is more important goes first.
	v = await open({ parts: [1, 1, 0, 1, 0] });
	await v.go(product);
	await v.leave();
	tally.check(await v.shows(`${dialog} h2`, "One question before you go?"), "leaving-warm fires");
	await stays(v, "leaving-warm");
	await v.tab.keyboard.press("Escape");
	await v.hears("leaving-warm", "leaving-warm shown", "leaving-warm closed");
	await v.end("leaving-warm");

	v = await open({ parts: [1, 1, 0, 1, 0] });
	await v.go(product);
	await v.tab.click("form.buy button[type=submit]");
	await v.tab.waitForURL(/basket/);
	await v.wait(1);
	await v.leave();
	tally.check(await v.shows(`${dialog} h2`, "Your basket is waiting"), "the more important one fires");
	await v.hears("priority", "leaving-warm held priority", "basket-left shown");
	await v.end("priority");

	// Only looked around.
	v = await open({ parts: [0, 0, 0, 0, 0] });
	await v.go("/shop/boots");
	await v.leave();
	tally.check(await v.says(dialog) === "", "leaving-cold waits for a second page");
	await v.go(product);
	await v.leave();
	tally.check(await v.shows(`${dialog} h2`, "The Friday letter"), "leaving-cold fires");
	await v.tab.evaluate(() => document.querySelector("dialog a").addEventListener("click", (e) => e.preventDefault()));
	await v.tab.click(`${dialog} a`);
	await v.hears("leaving-cold", "leaving-cold shown", "leaving-cold acted");
	await v.end("leaving-cold");

	// What the server decides, it decides; a German page shows German.
	v = await open({ cookies: [["tier", "gold"]] });
	await v.go("/de/repair");
	await v.wait(62);
	tally.check(await v.shows(`${slot} h2`, "Gold: deine Reparatur ist frei"), "gold-repair fires",
		await v.says(slot));
	await v.hears("gold-repair", "gold-repair shown");
	await v.end("gold-repair");
	v = await open();
	await v.go("/repair");
	await v.wait(62);
	tally.check(await v.says(`${slot} h2`) === "", "gold-repair is for members");
	await v.end("gold-repair");

	// Three in a session, and no more.
	v = await open({ parts: [1, 1, 0, 1, 0], cookies: [["tier", "gold"]] });
	for (const page of ["/", "/shop/boots", product])
		await v.go(page);
	await v.go("/repair");
	await v.wait(2);
	tally.check(await v.shows(`${slot} h2`, "Still comparing?"), "the first of three");
	await v.wait(60);
	tally.check(await v.shows(`${slot} h2`, "Gold: your repair is free"), "a more important one takes the slot");
	await stays(v, "cap");
	await v.go(product);
	await v.wait(95);
	tally.check(await v.shows(`${slot} h2`, "Not sure yet?"), "the third");
	await v.leave();
	tally.check(await v.says(dialog) === "", "not a fourth");
	await v.hears("cap", "leaving-warm held cap");
	await v.end("cap");

	// Without consent nothing that must be remembered is shown, or stored.
	v = await open({ consent: "" });
	collector.clear();
	await v.go(product);
	await v.wait(95);
	await v.leave();
	tally.check(await v.says(`${slot} h2`) === "" && await v.says(dialog) === "", "nothing without consent");
	tally.check(await v.tab.evaluate(() => localStorage.length + sessionStorage.length) === 0, "nothing is stored");
	await v.go("/accessibility");
	await until(() => collector.counts.trigger > 0);
	tally.check(collector.counts.trigger > 0 && collector.events.length === 0, "only that it was held is counted",
		JSON.stringify(collector.counts));
	await v.end("consent");
}
