/*
 * evaluate - whether a condition holds.
 *
 * Conditions come as build/rules/browser_form.h writes them: a group is
 * ["every", [c, ..]], ["some", [c, ..]] or ["!", c], a leaf [test, operand,
 * source, purpose]. The meaning is that of core's predicates and expressions,
 * to the letter.
 */
import { max, min } from "./number.js";

export const tests = {
	"<": (a, b) => a < b,
	"<=": (a, b) => a <= b,
	">": (a, b) => a > b,
	">=": (a, b) => a >= b,
	"+": (a, b) => a * 1 == b,	/* as a number */
	"!": (_, b, read) => !holds(b, read),
	/* How often b goes into a: what score.js asks. */
	"/": (a, b) => max(0, min(1e3, (a - a % b) / b)) | 0,
	"~": (a, b) => RegExp(...b).test(a),
	in: (a, b) => b.includes(a),
	ini: (a, b) => b.includes(a?.toLowerCase?.() ?? a),
};

/*
 * Does a condition hold? read(source, purpose) gives a text, a number, a truth,
 * or null. A test that is not listed is a method of texts, as "startsWith" is.
 */
export const holds = ([op, operand, source, purpose], read) => {
	const value = source && read(source, purpose);

	return tests[op] ? tests[op](value, operand, read)
		: source ? value?.[op]?.(operand)
		: operand[op]((c) => holds(c, read));
};
