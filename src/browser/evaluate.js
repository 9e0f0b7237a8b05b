/*
 * evaluate - whether a condition of the rule language holds.
 *
 * The meaning is that of core's predicates and expressions, to the letter. What
 * the browser knows are texts, numbers, truths or nothing: the build leaves it
 * only operators of these, writes saved groups and segments out, and keeps
 * versions, dates, addresses and lists to the server.
 */
const { entries } = Object;

const same = (v) => v;

const lower = (v) => v?.toLowerCase?.() ?? v;

/* Is the value in the list? */
const isIn = (value, list, fold = same) =>
	list.map(fold).includes(fold(value));

/* An expression with a mistake is found nowhere. */
const found = (value, pattern, flags) => {
	try {
		return RegExp(pattern, flags).test(value);
	} catch {}
};

const operators = {
	$eq: (a, b) => a === b,
	$ne: (a, b) => a !== b,
	$lt: (a, b) => a < b,
	$lte: (a, b) => a <= b,
	$gt: (a, b) => a > b,
	$gte: (a, b) => a >= b,
	$exists: (a, b) => a === null == !b,
	$in: isIn,
	$nin: (a, b) => !isIn(a, b),
	$ini: (a, b) => isIn(a, b, lower),
	$nini: (a, b) => !isIn(a, b, lower),
	$not: (a, b) => !matches(b, a),
	$regex: found,
	$regexi: (a, b) => found(a, b, "i"),
	$startsWith: (a, b) => !!a?.startsWith?.(b),
	$endsWith: (a, b) => !!a?.endsWith?.(b),
	$contains: (a, b) => !!a?.includes?.(b),
};

/* Does a value meet what a member of a condition asks of it? */
const matches = (want, value) =>
	want === null ? value === want
	: typeof want == "string" ? value + "" == want
	: typeof want == "number" ? value * 1 == want
	: typeof want == "boolean" ? value !== null && !!value == want
	: entries(want).every(([name, operand]) =>
		operators[name](value, operand));

/* Attributes may have any name, and objects know some words. */
const groups = {
	__proto__: null,
	$and: (list, on) => list.every((c) => holds(c, on)),
	$or: (list, on) => !list[0] || list.some((c) => holds(c, on)),
	$nor: (list, on) => !groups.$or(list, on),
	$not: (condition, on) => !holds(condition, on),
};

/* Does a whole condition hold for attributes? What is missing is null. */
export const holds = (condition, attributes) =>
	entries(condition).every(([name, want]) => groups[name]
		? groups[name](want, attributes)
		: matches(want, attributes[name] ?? null));
