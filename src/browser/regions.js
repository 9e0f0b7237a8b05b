/*
 * regions - what the build left to the browser, decided at every signal.
 */
import { open, page } from "./page.js";
import { decider } from "./residue.js";
import { on, read } from "./signals.js";
import { settle, show } from "./swap.js";

/* Decide now, and whenever a signal changes. */
export const watch = () => {
	const decide = decider(page().regions, open);
	const look = () => {
		decide(read).forEach((url, n) => url && show(n, url));
		settle();
	};

	look();
	on(look);
};
