/*
 * evaluate - whether a condition holds.
 *
 * Conditions come as build/rules/browser_form.h writes them: a group is
 * ["every", [c, ..]], ["some", [c, ..]] or ["!", c], a leaf [test, operand,
 * source, purpose]. The meaning is that of core's predicates and expressions,
 * to the letter.
 */
const tests = {
	"=": (a, b) => a === b,
	"<": (a, b) => a < b,
	"<=": (a, b) => a <= b,
	">": (a, b) => a > b,
	">=": (a, b) => a >= b,
	"~": (a, b) => RegExp(...b).test(a),
	in: (a, b) => b.includes(a),
	ini: (a, b) => b.includes(a?.toLowerCase?.() ?? a),
	/* As a text, as a number, as a truth. */
	"": (a, b) => a + "" == b,
	"+": (a, b) => a * 1 == b,
	"!!": (a, b) => !!a == b,
	"!": (_, b, read) => !holds(b, read),
};

/*
 * read(source, purpose) gives a text, a number, a truth, or null. What is no
 * test is a method: of a text, or of the list of a group.
 */
export const holds = ([op, operand, source, purpose], read) => {
	const value = source && read(source, purpose);

	return tests[op] ? tests[op](value, operand, read)
		: source ? value?.[op]?.(operand)
		: operand[op]((c) => holds(c, read));
};
