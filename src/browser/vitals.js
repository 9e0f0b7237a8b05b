/*
 * vitals - how fast the page came and how steady it was, for this visitor.
 *
 * The measures are those of Core Web Vitals: LCP until the first input (then
 * browsers say no more of it) or until the page is hidden, CLS as its worst
 * window of layout shifts, INP as the 98th percentile of interactions. A view
 * that comes back from the browser's cache has no loading to measure. What a
 * browser does not measure is left out.
 */
import { loaded } from "./signals.js";
import { max } from "./number.js";
import { add } from "./queue.js";

const whole = (number) => number >= 0 ? Math.round(number) : undefined;

/*
 * Begin with a view, of a page that was seen before and kept (back), or is new;
 * gives what is to be called once at its end.
 */
export const measure = (back) => {
	const load = back ? {} : loaded;
	const base = load.activationStart || 0;	/* when the view began */
	const before = back ? performance.interactionCount : 0;
	const slow = {};	/* the longest event of each interaction */
	let cls = self.LayoutShift && 0, lcp, sum, first, last;

	const watch = (type, each) =>
		new PerformanceObserver((list) => list.getEntries().forEach(each))
			.observe({ type, durationThreshold: 16, buffered: !back });

	watch("event", ({ interactionId: id, duration }) => {
		if (id)
			slow[id] = max(slow[id] || 0, duration);
	});
	watch("largest-contentful-paint", ({ startTime }) => lcp = startTime);
	/* A window of shifts: less than 1 s between two, and 5 s in all. */
	watch("layout-shift", ({ startTime, value, hadRecentInput }) => {
		if (hadRecentInput)
			return;
		if (!(startTime - last < 1e3 && startTime - first < 5e3)) {
			first = startTime;
			sum = 0;
		}
		last = startTime;
		cls = max(cls, sum += value);
	});
	return () => {
		const list = Object.values(slow).sort((a, b) => b - a);
		const count = performance.interactionCount - before;

		add("vitals", {
			ttfb: whole(load.responseStart - base),
			lcp: whole(lcp - base),
			cls1000: whole(cls * 1e3),
			/* One in 50 may be slower; those under 16 are not listed. */
			inp: whole(list[count / 50 | 0] ?? list.at(-1) ??
				(count ? 8 : undefined)),
			decide: load.serverTiming
				?.find(({ name }) => name == "tessera")?.duration,
			personalised: document
				.querySelectorAll("[data-personalized]").length,
		});
	};
};
