/*
 * regions - what the build left to the browser, decided at every signal and
 * once a second.
 */
import { check } from "./triggers.js";
import { signals } from "./signals.js";
import { decider } from "./residue.js";
import { settle, swap } from "./swap.js";
import { granted } from "./consent.js";
import { open, page } from "./page.js";

/* A signal or score for a purpose; null: there is none, or it may not be known. */
export const read = (source, purpose) =>
	purpose && !granted(purpose) ? null : signals[source] ?? null;

const choose = decider(page.regions, open);

export const decide = () => {
	choose(read).forEach((url, n) => url && swap(n, url).catch(() => {}));
	settle();
	check();
};
