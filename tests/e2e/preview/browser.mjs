// browser - the bar in Chromium: switching, highlighting, mistakes, keyboard.
import assert from "node:assert/strict";

import * as h from "./harness.mjs";

const heading = (page, title) => page.locator("h2", { hasText: title })
	.first().waitFor({ timeout: 5000 });

export default async function run(program, chromium, shots) {
	const folder = h.makeSite();
	const server = await h.serve(program, folder);
	const browser = await chromium.launch({ executablePath:
		process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
	const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
	const page = await context.newPage();
	const noise = [];
	const shot = async (name) => shots &&
		page.screenshot({ path: `${shots}/${name}.png` });
	const { test } = h;

	page.on("console", (message) => noise.push(message.text()));
	page.on("pageerror", (error) => noise.push(error.message));
	await page.goto(server.url + "/");
	await test("a segment's switch shows its variant", async () => {
		await page.locator("#open").click();
		await page.getByRole("switch", { name: "vip" }).click();
		await heading(page, "For gold");
		const vip = page.getByRole("switch", { name: "vip" });

		await vip.waitFor();
		assert.equal(await vip.getAttribute("aria-checked"), "true");
		assert.match(await page.locator(".slot", { hasText: "hero" })
			.textContent(), /vip/);
		await shot("segment");
	});
	await test("the focus comes back to what was pressed", async () => {
		await page.waitForFunction(() => document.querySelector(
			"#tessera-preview").shadowRoot.activeElement?.id === "segment:vip");
		await page.keyboard.press("Space");
		await heading(page, "For everyone");
	});
	await test("an attribute's choices show its variant", async () => {
		await page.getByLabel("mobile", { exact: true }).selectOption("yes");
		await heading(page, "For phones");
		await page.getByLabel("tier", { exact: true }).selectOption("other");
		await page.getByLabel("tier, other value").fill("gold");
		await page.keyboard.press("Enter");
		await heading(page, "For gold");
		await page.getByLabel("tier", { exact: true }).selectOption("missing");
		await heading(page, "For phones");
	});
	await test("another moment shows what starts then", async () => {
		await page.getByLabel("date and time").fill("2030-01-15T12:00");
		await page.getByLabel("date and time").blur();
		await heading(page, "For the winter");
	});
	await test("Reset makes the visitor what was sent", async () => {
		await page.getByRole("button", { name: "Reset" }).click();
		await heading(page, "For everyone");
		assert.equal(await page.evaluate(() => document.cookie), "");
	});
	await test("a slot is highlighted where it stands", async () => {
		await page.locator(".slot", { hasText: "hero" }).hover();
		const frame = await page.locator(".frame").boundingBox();
		const hero = await page.locator("[data-personalized-region=hero]")
			.boundingBox();

		assert.ok(Math.abs(frame.y - hero.y) < 1.5 &&
			Math.abs(frame.height - hero.height) < 3);
		await shot("highlight");
	});
	await test("the site's styles do not reach the bar", async () => {
		assert.equal(await page.locator(".pill").evaluate((element) =>
			getComputedStyle(element).outlineStyle), "none");
	});
	await test("Esc closes, Enter opens, and both keep the focus", async () => {
		await page.locator("#close").focus();
		await page.keyboard.press("Escape");
		assert.ok(await page.locator("#open").isVisible());
		assert.ok(!await page.locator("#close").isVisible());
		await page.keyboard.press("Enter");
		assert.ok(await page.locator("#close").isVisible());
		await page.keyboard.press("Escape");
	});
	await test("a saved file reloads the page where it was", async () => {
		await page.evaluate(() => scrollTo(0, 700));
		h.write(folder, "content/pages/index.json", { ...h.files[
			"content/pages/index.json"], title: "Again" });
		await page.locator("h1", { hasText: "Again" }).waitFor();
		await page.locator("#open").waitFor();
		assert.equal(await page.evaluate(() => scrollY), 700);
	});
	await test("mistakes lie over the page, and go when mended", async () => {
		h.write(folder, "templates/components/hero.html",
			"<section><h2>{{titel}}</h2></section>\n");
		const box = page.getByRole("alertdialog");

		await box.waitFor();
		assert.match(await box.textContent(),
			/1 mistake.*templates\/components\/hero\.html:1:\d+.*titel/s);
		await shot("mistakes");
		await page.reload();
		await box.waitFor();
		h.write(folder, "templates/components/hero.html",
			h.files["templates/components/hero.html"]);
		await box.waitFor({ state: "detached" });
		assert.ok(await page.locator("#open").isVisible());
	});
	await test("the other language is one click away", async () => {
		await page.locator("#open").click();
		await page.locator(".locales a", { hasText: "de" }).click();
		await page.locator("h1", { hasText: "Start" }).waitFor();
	});
	await test("eight tabs all hear of a change", async () => {
		const tabs = await Promise.all([...Array(8)].map(async () => {
			const tab = await context.newPage();

			await tab.goto(server.url + "/about");
			return tab;
		}));

		h.write(folder, "content/pages/about.json", { title: "To all",
			locales: ["en"] });
		for (const tab of tabs) {
			await tab.bringToFront();
			await tab.locator("h1", { hasText: "To all" }).waitFor();
			await tab.close();
		}
	});
	await test("all that under a strict policy, with nothing in the console",
		() => assert.deepEqual(noise, []));
	await browser.close();
	assert.equal(await server.stop(), 0);
	h.removeSite(folder);
}
