/*
 * swap - shows variants in the place of others, where nothing else moves.
 *
 * A variant takes a region's place when that changes nothing around it: below
 * what is seen, or within the same space, where a smaller one gets the height of
 * what was there. Where that cannot be, and while the visitor is at work in the
 * region, it waits; nothing is announced, and nothing moves for those who want
 * less motion. A fragment that cannot be had leaves the page as it is.
 */
import { min } from "./number.js";
import { load } from "./fragment.js";
import { mark } from "./ask.js";

const BLANK = 200;	/* ms that a region waits to be painted first */

/* By region: {content, shown}: elements, and whether they were tried in view. */
const waiting = [];

const find = (n) => [...document.querySelectorAll(`[data-tessera^="${n}/"]`)];

const box = (element) => element.getBoundingClientRect();

const exchange = (old, list) => {
	old[0].before(...list);
	old.forEach((element) => element.remove());
};

/* Try once more with all that wait; in view once. */
export const settle = () => waiting.forEach((want, n) => {
	const { content, shown } = want, old = find(n);

	if (!content || !old[0] || old.some((element) =>
			element.matches(":active,:focus-within")))
		return;

	const { y } = box(old[0]), { bottom } = box(old.at(-1));
	const parent = old[0].parentElement, last = content.at(-1);
	const rest = [parent, ...parent.children]
		.filter((element) => !old.includes(element));
	/* Where everything else is, as far as it is seen. */
	const around = () => rest.map((element) => {
		const { x, y, bottom } = box(element);

		return [x, min(y, innerHeight), min(bottom, innerHeight)];
	}) + "";
	const before = around();

	if (y > innerHeight || !shown) {
		want.shown = true;
		exchange(old, content);
		if (y < innerHeight)
			last.style.cssText += ";box-sizing:border-box;min-height:" +
				(bottom - box(last).y) + "px";
		if (around() == before)
			waiting[n] = {};
		else
			exchange(content, old);
	}
});

/*
 * Let region n show what is at url; a later call for it counts alone. Rejected
 * when that cannot be had.
 */
export const swap = async (n, url) => {
	const want = waiting[n] = {};

	if (!performance.getEntriesByType("paint")[0])
		find(n).forEach((element) =>
			element.animate({ opacity: [0, 0] }, BLANK));

	const fragment = await load(url);

	mark(fragment);
	want.content = [...fragment.children];
	want.content.forEach(({ dataset }) => dataset.tessera = n + url);
	settle();
};
