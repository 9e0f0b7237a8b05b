/*
 * swap - shows variants in the place of others, where nothing else moves.
 *
 * A variant takes a region's place when that changes nothing around it: below
 * what is seen, or within the same space, where a smaller one gets the height of
 * what was there. Where that cannot be, and while the visitor is at work in the
 * region, it waits; nothing is announced, and nothing moves for those who want
 * less motion. A fragment that cannot be had leaves the page as it is.
 */
import { mark } from "./ask.js";
import { load } from "./fragment.js";

const BLANK = 200;	/* ms at most that a region waits to be painted first */

const waiting = [];	/* by region: { fragment, width } */

const find = (n) => [...document.querySelectorAll(`[data-tessera^="${n}/"]`)];

const box = (element) => element.getBoundingClientRect();

const edges = (list) => list.flatMap((element) => {
	const { x, y, bottom } = box(element);

	return [x, y, bottom];
});

/* Keep a height, as long as the window is as wide. */
const stretch = ({ style }, height) => {
	const width = innerWidth;

	style.boxSizing = "border-box";
	style.minHeight = height + "px";
	addEventListener("resize", () =>
		innerWidth == width || (style.minHeight = ""));
};

/*
 * Put a fragment's elements in the place of others that stand side by side.
 * False: something would move, and all is as it was.
 */
const place = (old, fragment) => {
	const list = [...fragment.children], last = list.at(-1);
	const parent = old[0].parentElement;
	const around = [parent, ...parent.children]
		.filter((element) => !old.includes(element));
	const before = edges(around);
	const { y } = box(old[0]), { bottom } = box(old.at(-1));

	old[0].before(fragment);
	old.forEach((element) => element.remove());
	if (Math.max(y, box(list[0]).y) < innerHeight) {
		const missing = bottom - box(last).bottom;

		if (missing > 0)
			stretch(last, box(last).height + missing);
		if (edges(around).some((edge, i) => Math.abs(edge - before[i]) >= 1)) {
			list[0].before(...old);
			fragment.append(...list);
			return false;
		}
	}
	return true;
};

/* Try once more with all that wait; in view once for each width. */
export const settle = () => waiting.forEach(({ fragment, width }, n) => {
	const old = find(n);

	if (!fragment || !old[0] ||
			old.some((element) =>
				element.matches(":active,:focus-within")) ||
			(width == innerWidth && box(old[0]).y < innerHeight))
		return;
	if (place(old, fragment))
		delete waiting[n];
	else
		waiting[n].width = innerWidth;
});

/* Let region n show what is at url; a later call for it counts alone. */
export const show = (n, url) => {
	const want = waiting[n] = {};
	const veil = (value) =>
		find(n).forEach(({ style }) => style.visibility = value);

	if (!performance.getEntriesByType("paint")[0]) {
		veil("hidden");
		setTimeout(veil, BLANK, "");
	}
	load(url).then((fragment) => {
		for (const element of fragment.children)
			element.dataset.tessera = n + url;
		mark(fragment);
		want.fragment = fragment;
		settle();
	}, () => {}).finally(() => veil(""));
};
