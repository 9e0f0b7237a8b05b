/*
 * regions - what the build left to the browser, decided at every signal.
 */
import { granted } from "./consent.js";
import { bytes, field, page } from "./page.js";
import { decider } from "./residue.js";
import { get, on } from "./signals.js";
import { settle, show } from "./swap.js";

/* Decide now, and whenever a signal changes. */
export const watch = () => {
	const decide = decider(page(), bytes(field("mask")));
	const look = () => {
		decide((name, purpose) =>
			purpose && !granted(purpose) ? null : get(name) ?? null)
			.forEach((url, n) => url && show(n, url));
		settle();
	};

	look();
	on(look);
};
