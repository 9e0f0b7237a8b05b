/*
 * vitals - how fast the page came and how steady it was, for this visitor.
 *
 * The measures are those of Core Web Vitals: LCP until the first input (then
 * browsers say no more of it) or until the page is hidden, CLS as its worst
 * window of layout shifts, INP as the 98th percentile of interactions. A page
 * that comes back from the browser's cache begins anew. What a browser does not
 * measure is left out.
 */

import { add } from "./queue.js";

const [load = {}] = performance.getEntriesByType("navigation");

let base = load.activationStart || 0;	/* when the view began */
let ttfb = load.responseStart - base;
let decide = load.serverTiming?.find(({ name }) => name == "tessera")?.duration;
let lcp, shifts, sum, first, last, before = 0, slow = {}, told;

const whole = (number) => number >= 0 ? Math.round(number) : undefined;

/* Gives 0 where the browser measures this. */
const watch = (type, each, durationThreshold) => {
	if (PerformanceObserver.supportedEntryTypes.includes(type)) {
		new PerformanceObserver((list) => list.getEntries().forEach((entry) =>
			entry.startTime < base || each(entry)))
			.observe({ type, buffered: true, durationThreshold });
		return 0;
	}
};

/* A window of shifts: less than 1 s between two, and 5 s in all. */
const shift = ({ hadRecentInput, startTime, value }) => {
	if (hadRecentInput)
		return;
	if (!(startTime - last < 1e3 && startTime - first < 5e3)) {
		first = startTime;
		sum = 0;
	}
	last = startTime;
	sum += value;
	shifts = Math.max(shifts, sum);
};

/* The longest event of each interaction. */
const interaction = ({ interactionId: id, duration }) => {
	if (id)
		slow[id] = Math.max(slow[id] || 0, duration);
};

/* One in 50 interactions may be slower. */
const inp = () => {
	const list = Object.values(slow).sort((a, b) => b - a);
	const count = (performance.interactionCount || list.length) - before;

	return list[Math.min(list.length - 1, count / 50 | 0)];
};

const regions = (more) => new Set(Array.from(
	document.querySelectorAll(`[data-personalized-region]${more}`),
	(element) => element.dataset.personalizedRegion)).size;

/* The event of this view, once, at the moment in which the page is hidden. */
export const report = () => {
	if (!told)
		add("vitals", {
			ttfb: whole(ttfb),
			lcp: whole(lcp - base),
			cls1000: whole(shifts * 1e3),
			inp: whole(inp()),
			decide,
			regions: regions(""),
			personalised: regions("[data-personalized]"),
		});
	told = true;
};

watch("largest-contentful-paint", ({ startTime }) => lcp = startTime);
shifts = watch("layout-shift", shift);
watch("event", interaction, 40);
watch("first-input", interaction);

/* Back from the browser's cache. */
addEventListener("pageshow", ({ persisted }) => {
	if (!persisted)
		return;
	base = performance.now();
	ttfb = 0;
	decide = last = told = undefined;
	shifts &&= 0;
	slow = {};
	before = performance.interactionCount;
	requestAnimationFrame(() => requestAnimationFrame(() =>
		lcp = performance.now()));
});
