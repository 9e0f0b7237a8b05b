/*
 * residue - which exported variant each region of a page should show.
 *
 * Takes the page's regions as the build wrote them and what the browser knows;
 * gives addresses of fragments. Touches no page: see swap.js.
 */
import { holds } from "./evaluate.js";

/*
 * A page's decider. open(rule) says whether the server lets a rule count.
 * decide(read) gives for each region the address of the variant that it should
 * show now, or undefined where nothing changes; read is that of evaluate.js.
 * What was shown once never makes room for a variant further down its chain.
 */
export const decider = (regions, open) => {
	const left = regions.map((rules) => rules.filter(open));

	return (read) => left.map((rules) => {
		const at = rules.findIndex(([, c]) => holds(c, read));

		if (at >= 0)
			return rules.splice(at)[0][2];
	});
};
