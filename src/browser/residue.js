/*
 * residue - which exported variant each region of a page should show.
 *
 * Takes the page's data as the build wrote them, its mask, and what the browser
 * knows; gives addresses of fragments. Touches no page: see swap.js.
 */
import { holds } from "./evaluate.js";

/*
 * A page's decider. The mask has a character for each byte, the first bit highest;
 * one that is not known is empty. decide(read) gives for each region the address of the
 * variant that it should show now, or undefined where nothing changes. read
 * gives the value of a signal for a purpose, or null where it is not known or
 * the purpose is withheld. What was shown once never makes room for a variant
 * further down its chain.
 */
export const decider = ({ signals, regions }, mask) => {
	const open = regions.map(({ rules }) => rules.filter(({ bit }) =>
		bit === undefined || mask.charCodeAt(bit >> 3) << bit % 8 & 128));

	return (read) => {
		const known = {};

		for (const name in signals)
			known[name] =
				read(signals[name].source, signals[name].purpose);
		return open.map((rules, n) => {
			const at = rules.findIndex((rule) =>
				holds(rule.if, known));

			if (at >= 0)
				open[n] = rules.slice(0, at);
			return rules[at]?.url;
		});
	};
};
