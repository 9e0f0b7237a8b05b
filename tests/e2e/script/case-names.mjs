// Each signal that the build knows is set by the script, by what a visitor does,
// with the type that the build says. The names and types are what the build
// itself answers to wrong ones; the script is the product's, bundled once more
// with a way to read its signals.

import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { makeFolder, repository, tessera } from "../site/stand.mjs";
import { hide, seek, until } from "./kit.mjs";

const source = path.join(repository, "src/browser");
const product = "/shop/boots/varde-winter";

// What `tessera check` says of a site with these attributes.
function complain(attributes) {
	const site = makeFolder("signals");
	fs.writeFileSync(`${site}/tessera.json`,
		'{ "name": "Signals", "baseUrl": "https://example.org", "locales": { "default": "en" } }');
	fs.mkdirSync(`${site}/variants`);
	fs.writeFileSync(`${site}/variants/attributes.json`, JSON.stringify(attributes));
	const { stdout } = spawnSync(tessera, ["check", "--json", site], { encoding: "utf8" });
	fs.rmSync(site, { recursive: true });
	return stdout;
}

// { name: type }, of all that `browser:` may ask.
function table() {
	const said = complain({ a: { type: "string", source: "browser:qqqqqqqqqqqq" } });
	const names = /"((?:\w+, )+\w+ or \w+)"/.exec(said)?.[1].split(/, | or /) ?? [];
	const wrong = complain(Object.fromEntries(names.map((name) =>
		[name, { type: "string", source: `browser:${name}` }])));
	return Object.fromEntries(names.map((name) => [name,
		RegExp(`browser:${name} is a (\\w+)`).exec(wrong)?.[1] ?? "string"]));
}

// The body of the script's function, with signal(name) for the test.
function bundle() {
	return execFileSync("esbuild", ["--bundle", "--format=esm", "--target=es2022", "--define:CONFIG=$", "--define:WHOLE=true",
		"--banner:js=($=>{", "--footer:js=})("], { cwd: source, encoding: "utf8",
		input: 'import "./tessera.js"; import { signals } from "./signals.js"; globalThis.signal = (name) => signals[name];' });
}

const down = (tab) => tab.evaluate(() => scrollTo(0, 1e6));
const press = (selector) => async (tab) => {
	await tab.evaluate(() => ["click", "submit"].forEach((type) => addEventListener(type,
		(event) => (type === "submit" || event.target.closest("a")) && event.preventDefault())));
	await tab.locator(selector).last().click({ force: true });
};
const type = (selector, text) => async (tab) => {
	await press(selector)(tab);
	await tab.keyboard.type(text);
	await tab.keyboard.press("Enter");
};
const size = (tab) => tab.setViewportSize({ width: 1111, height: 777 });
const leave = async (tab) => {
	await tab.mouse.move(200, 200);
	await tab.mouse.move(200, -10);
};
const nothing = () => {};

// A signal, the page, what is done there, and what it is then; at first it was
// something else. One load does for rows of the same page, as they stand.
// options: of the browser, from the start.
const rows = [
	["dwell", "/about", nothing, (v) => v >= 1],
	["idle", "/about", nothing, (v) => v >= 1],
	["velocity", "/about", down, (v) => v > 100],
	["scroll", "/about", nothing, (v) => v === 100],
	["width", "/about", size, (v) => v === 1111],
	["height", "/about", nothing, (v) => v === 777],
	["exit", "/about", leave, (v) => v === true],
	["form", "/about", press("[data-t-form] input[type=email]"), (v) => v === true],
	["returned", "/about", async (tab, visitor) => {
		await hide(visitor);
		await seek(visitor);
	}, (v) => v === true],
	["online", "/about", async (tab, { context }) => {
		await tab.waitForLoadState("networkidle");
		await context.setOffline(true);
	}, (v) => v === false],
	["clicks", "/", press("[data-t-click=hero]"), (v) => v === 1],
	["filter", product, press("[data-t-filter=colour]"), (v) => v === true],
	["zoom", product, press("[data-t-zoom]"), (v) => v === 1],
	["tab", product, press("[data-t-tab=reviews]"), (v) => v === "reviews"],
	["tab", product, async (tab) => {
		for (const name of ["2", "3"]) {
			await tab.evaluate((text) => document.querySelector("[data-t-tab]").dataset.tTab = text, name);
			await tab.locator("[data-t-tab]").first().dispatchEvent("click");
		}
	}, (v) => v === "3"],
	["cart", product, press("[data-t-cart=add] button"), (v) => v === 1],
	// What an earlier session put there may be taken out, too.
	["cart", product, async (tab) => {
		await tab.evaluate(() => document.querySelector("[data-t-cart=add]").dataset.tFields = '{"op":"remove","quantity":3}');
		await press("[data-t-cart=add] button")(tab);
		await tab.evaluate(() => document.querySelector("[data-t-cart=add]").dataset.tFields = '{"quantity":2}');
		await press("[data-t-cart=add] button")(tab);
	}, (v) => v === 2],
	["search", "/search", type("input[type=search]", "boots"), (v) => v === true],
	["pages", "/repair", nothing, (v) => v === 5],
	["touch", "/about", nothing, (v) => v === true, { hasTouch: true, isMobile: true }],
	["motion", "/about", nothing, (v) => v === true, { reducedMotion: "reduce" }],
	["dark", "/about", nothing, (v) => v === true, { colorScheme: "dark" }],
];

export async function run({ visit, tally }) {
	const types = table(), names = Object.keys(types), script = bundle();
	const open = async (options) => {
		const visitor = await visit(options);
		await visitor.context.route("**/assets/tessera.*.js", async (route) => {
			const reply = await route.fetch(), text = await reply.text();
			await route.fulfill({ response: reply,
				body: script + text.slice(text.lastIndexOf("})(") + 3) });
		});
		return visitor;
	};
	const all = (tab) => tab.evaluate((list) =>
		Object.fromEntries(list.map((name) => [name, globalThis.signal(name)])), names);
	const typed = (values, what) => tally.check(names.every((name) =>
		typeof values[name] === types[name] || (name === "tab" && values.tab === undefined)), what, JSON.stringify(values));

	tally.check(names.length >= 20 && [...new Set(rows.map(([name]) => name))].sort().join() === [...names].sort().join(),
		"a row for each signal of the build", names);
	const told = fs.readFileSync(path.join(repository, "doc/site.md"), "utf8")
		.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| (number|boolean|string) \|/gm);
	tally.check([...told].flatMap(([, list, type]) => [...list.matchAll(/\w+/g)]
		.map(([name]) => `${name} ${type}`)).sort().join() ===
		Object.entries(types).map((pair) => pair.join(" ")).sort().join(), "doc/site.md has the same");
	const named = new Set(fs.readdirSync(source).flatMap((file) => [...fs.readFileSync(
		path.join(source, file), "utf8").matchAll(/\bsignals\.(\w+) = /g)].map(([, name]) => name)));
	tally.check(named.size > 8 && [...named].every((name) => name in types),
		"the script sets none that the build does not know", [...named]);

	let visitor = await open();
	await visitor.go("/about");
	const first = await all(visitor.tab);
	typed(first, "at first");
	let at = "/about";
	for (const [name, page, act, fits, options] of rows) {
		tally.check(!fits(first[name]), name, "is something else at first", first[name]);
		if (options !== undefined) {
			await visitor.close();
			visitor = await open(options);
		}
		if (options !== undefined || page !== at)
			await visitor.go(at = page);
		await act(visitor.tab, visitor);
		const is = () => visitor.tab.evaluate((n) => globalThis.signal(n), name);
		tally.check(await until(async () => fits(await is())), name, types[name], await is());
		typed(await all(visitor.tab), name);
		await visitor.context.setOffline(false);
		tally.check(visitor.complaints.length === 0, name, visitor.complaints.join("; "));
	}
	await visitor.close();
}
