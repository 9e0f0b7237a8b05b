// Regions of every form, on a small site of their own: several elements, rows of
// a table, one in another, nothing at first, nothing at last, a page's edition.

import path from "node:path";
import { closeStand, openStand, repository } from "../site/stand.mjs";
import { openVisitor, sleep, until } from "./kit.mjs";

const down = (part) => (tab) => tab.evaluate((y) =>
	scrollTo(0, y * (document.documentElement.scrollHeight - innerHeight)), part);
const top = (tab) => tab.evaluate(() => scrollTo(0, 0));
const press = (name) => async (tab) => {
	await tab.locator("button", { hasText: name }).click();
	await tab.evaluate(() => document.activeElement.blur());
};
const all = "1.functional+analytics+personalization.1781524800";
const some = "1.functional+personalization.1781524800";

// consent is "" where there is none; not: what must not come after all steps.
const rows = [
	{ what: "rows of a table", steps: [down(0.6), top], region: "rows", gives: ["A row from below."] },
	{ what: "cards in place of others", steps: [down(0.25)], region: "cards",
		gives: ["Thing 4", "Thing 5", "Thing 6"] },
	{ what: "what is left differs by visitor", query: "?kind=b", steps: [press("More"), press("More")],
		region: "rows", gives: ["A mixed row."] },
	{ what: "another visitor's rest", query: "?kind=c", steps: [press("More"), press("More")],
		region: "rows", gives: ["A row."] },
	{ what: "a region in another", headers: { Country: "DE" }, steps: [press("Reviews")],
		region: "inner", gives: ["Curious inside. More"] },
	{ what: "a name in any case, and a list", steps: [press("Reviews")], region: "deep", gives: ["Words. More"] },
	{ what: "nothing at last", steps: [press("More")], region: "gone", gives: [""] },
	{ what: "nothing at first", headers: { Country: "FR" }, query: "?n=10", steps: [press("More")],
		region: "hidden", gives: ["Now to be seen. More"] },
	{ what: "nothing, and so it stays", query: "?n=10", steps: [press("More")], region: "hidden", gives: [""] },
	{ what: "up the chain twice", steps: [down(0.6), top, (tab) => tab.mouse.move(300, 300),
		(tab) => tab.mouse.move(300, -10)], region: "note", gives: ["Do not go. More"] },
	{ what: "a signal for a purpose", cookies: { vip: "0" }, steps: [down(0.5), top],
		region: "deep", gives: ["Consent. More"] },
	{ what: "a purpose that is withheld", consent: some, cookies: { vip: "0" }, steps: [down(0.5), top],
		region: "deep", gives: ["Deep. More"] },
	{ what: "no consent at all", consent: "", steps: [press("Reviews")], region: "deep", gives: ["Deep. More"] },
	{ what: "what needs no consent", consent: "", steps: [down(0.6), top], region: "note",
		gives: ["Deep down. More"] },
];

export async function run({ browser, tally }) {
	const stand = await openStand({ name: "regions",
		site: path.join(repository, "tests/e2e/residue/site") });
	try {
		for (const { what, consent = all, query = "", headers = {}, cookies = {}, steps, region, gives } of rows) {
			const visitor = await openVisitor(browser, stand, { consent, extraHTTPHeaders: headers });
			const { tab } = visitor;
			await visitor.context.addCookies(Object.entries(cookies)
				.map(([name, value]) => ({ name, value, url: visitor.base })));
			await visitor.go(`/${query}`);
			for (const step of steps) {
				await step(tab);
				await sleep(150);
			}
			const look = () => tab.evaluate((name) => [...document.querySelectorAll(
				`[data-personalized-region=${name}][data-tessera]`)]
				.map((e) => e.textContent.trim()), region);
			const came = await until(async () => (await look()).join() === gives.join());
			await sleep(300);
			tally.check(came && (await look()).join() === gives.join(), what, await look(), "not", gives);
			tally.check(await tab.evaluate((name) => [...document.querySelectorAll(
				`tbody > [data-personalized-region=rows] > td`)].length, region) === 1, what, "no table");
			tally.check(await visitor.shifts() === 0, what, "layout shifts", await visitor.shifts());
			tally.check(visitor.complaints.length === 0, what, visitor.complaints.join("; "));
			await visitor.close();
		}
	} finally {
		await closeStand(stand);
	}
}
