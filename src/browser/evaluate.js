/*
 * evaluate - whether a condition of the rule language holds.
 *
 * The meaning is that of core's predicates and expressions, to the letter; the
 * build leaves only conditions here that read what the browser knows. Saved
 * groups and segments were written out by the build; $cidr, $before and $after
 * it does not leave to the browser.
 */

/* The value at a dotted path; null where there is none. */
const walk = (attributes, path) => {
	let at = attributes;

	for (const step of path.split(".")) {
		if (!at || typeof at != "object" || !Object.hasOwn(at, step))
			return null;
		at = at[step];
	}
	return at;
};

const isOperators = (v) =>
	v && typeof v == "object" && !Array.isArray(v) &&
	Object.keys(v).length > 0 && Object.keys(v).every((k) => k[0] == "$");

const kind = (v) =>
	v === null ? "null" : Array.isArray(v) ? "array" : typeof v;

const lower = (v) => typeof v == "string" ? v.toLowerCase() : v;

/* A version as a text that compares as versions do. */
const version = (v) => {
	let parts = typeof v == "number" ? v + "" : v;

	parts = (parts && typeof parts == "string" ? parts : "0")
		.replace(/^v|\+.*$/g, "").split(/[-.]/);
	if (parts.length == 3)
		parts.push("~");
	return parts.map((p) => /^\d+$/.test(p) ? p.padStart(5) : p).join("-");
};

/* Is the value, or one of its items, in the list? */
const isIn = (value, list, fold) => {
	const items = fold ? list.map(fold) : list;
	const has = (v) => items.includes(fold ? fold(v) : v);

	return Array.isArray(value) ? value.some(has) : has(value);
};

const found = (value, pattern, flags) => {
	try {
		return new RegExp(pattern, flags).test(value);
	} catch {
		return false;
	}
};

const hasAll = (value, list, fold) =>
	Array.isArray(list) && Array.isArray(value) &&
	list.every((want) => value.some((v) => matches(want, v, fold)));

const operators = {
	$eq: (a, b) => a === b,
	$ne: (a, b) => a !== b,
	$lt: (a, b) => a < b,
	$lte: (a, b) => a <= b,
	$gt: (a, b) => a > b,
	$gte: (a, b) => a >= b,
	$exists: (a, b) => b ? a != null : a == null,
	$type: (a, b) => kind(a) === b,
	$in: (a, b) => Array.isArray(b) && isIn(a, b),
	$nin: (a, b) => Array.isArray(b) && !isIn(a, b),
	$ini: (a, b) => Array.isArray(b) && isIn(a, b, lower),
	$nini: (a, b) => Array.isArray(b) && !isIn(a, b, lower),
	$all: (a, b) => hasAll(a, b),
	$alli: (a, b) => hasAll(a, b, lower),
	$size: (a, b) => Array.isArray(a) && matches(b, a.length),
	$elemMatch: (a, b) => Array.isArray(a) && a.some((item) =>
		item !== null &&
		(isOperators(b) ? matches(b, item) : holds(b, item))),
	$not: (a, b) => !matches(b, a),
	$regex: (a, b) => found(a, b),
	$regexi: (a, b) => found(a, b, "i"),
	$veq: (a, b) => version(a) === version(b),
	$vne: (a, b) => version(a) !== version(b),
	$vlt: (a, b) => version(a) < version(b),
	$vlte: (a, b) => version(a) <= version(b),
	$vgt: (a, b) => version(a) > version(b),
	$vgte: (a, b) => version(a) >= version(b),
	$startsWith: (a, b) => kind(a) == "string" && a.startsWith(b),
	$endsWith: (a, b) => kind(a) == "string" && a.endsWith(b),
	$contains: (a, b) => kind(a) == "string" && a.includes(b),
};

/* Does a value meet what a member of a condition asks of it? */
const matches = (want, value, fold) => {
	if (typeof want == "string")
		return fold ? fold(value + "") === fold(want)
			: value + "" === want;
	if (typeof want == "number")
		return value * 1 === want;
	if (typeof want == "boolean")
		return value !== null && !!value === want;
	if (want === null)
		return value === null;
	if (isOperators(want))
		return Object.keys(want).every((k) =>
			operators[k]?.(value, want[k]));
	return JSON.stringify(value) === JSON.stringify(want);
};

const groups = {
	$and: (list, on) => list.every((c) => holds(c, on)),
	$or: (list, on) => !list.length || list.some((c) => holds(c, on)),
	$nor: (list, on) => !groups.$or(list, on),
	$not: (condition, on) => !holds(condition, on),
};

/* Does a whole condition hold for attributes? */
export const holds = (condition, attributes) =>
	Object.entries(condition).every(([name, want]) =>
		Object.hasOwn(groups, name)
			? groups[name](want, attributes)
			: matches(want, walk(attributes, name)));
