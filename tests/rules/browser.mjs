/*
 * browser - the browser's evaluator of conditions against the reference.
 *
 * usage: node browser.mjs EVALUATE.MJS [PAIRS [SEED]]
 * Random pairs of what the build leaves to browsers: values are texts, numbers,
 * truths or missing, and lists, versions, dates and addresses are not asked
 * for. Last line: "N passed, N failed".
 */
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { evalCondition } from '@growthbook/growthbook';
import { pick, random as below, seed } from './draw.mjs';

const [script, wanted = '10000', first = '1'] = process.argv.slice(2);
const { holds } = await import(pathToFileURL(resolve(script)));
seed(Number(first));
console.error = () => {};

/* The last is a word that every object knows. */
const names = ['a', 'scroll', 'tab', 'x-1', 'tier', 'constructor'];
const numbers = [0, -0, 1, -1, 0.5, 10, 60, 1e21, 1e-7, 2 ** 53, -400];
const texts = ['', ' ', 'a', 'A', 'ab', 'null', 'true', 'false', '0', '10', ' 10 ', '0x10', '1e3',
	'Infinity', 'straße', 'STRASSE', 'İ', 'é', '\u{1f3d4}', '\uffff', 'a.b', '$a', 'NaN', 'undefined'];
const patterns = ['a', '^a', 'b$', '^$', '[0-9]+', '(x|A)', '.', '\\d{2}', '\\bnull', 'ß', '['];
const scalar = () => pick([() => pick(numbers), () => pick(texts), () => pick(texts),
	() => below(2) === 0, () => null])();
const list = () => Array.from({ length: below(4) }, scalar);
const operators = {
	$eq: scalar, $ne: scalar, $lt: scalar, $lte: scalar, $gt: scalar, $gte: scalar,
	$exists: () => below(2) === 0, $in: list, $nin: list, $ini: list, $nini: list,
	$regex: () => pick(patterns), $regexi: () => pick(patterns), $not: () => field(),
};
/* Our own, and what the reference says for them. */
const quote = (text) => text.replace(/[.$^]/g, '\\$&');
const own = { $startsWith: (t) => `^${quote(t)}`, $endsWith: (t) => `${quote(t)}$`, $contains: quote };

function field() {
	if (below(3) === 0)
		return scalar();
	if (below(6) === 0)
		return { [pick(Object.keys(own))]: pick(texts) };
	const out = {};
	for (let n = 1 + below(2); n > 0; n--) {
		const name = pick(Object.keys(operators));
		out[name] = operators[name]();
	}
	return out;
}

function condition(depth = 0) {
	const out = {};
	for (let n = below(3) + (depth > 0 ? 1 : 0); n > 0; n--) {
		const group = depth < 3 && below(4) === 0 && pick(['$and', '$or', '$nor', '$not']);
		if (group)
			out[group] = group === '$not' ? condition(depth + 1)
				: Array.from({ length: below(3) }, () => condition(depth + 1));
		else
			out[pick(names)] = field();
	}
	return out;
}

function attributes() {
	const out = {};
	for (const name of names)
		if (name === 'constructor' || below(4) > 0)
			out[name] = scalar();
	return out;
}

/* The condition as the reference understands it. */
function translate(v) {
	if (Array.isArray(v))
		return v.map(translate);
	if (v === null || typeof v !== 'object')
		return v;
	const [name] = Object.keys(v);
	if (Object.hasOwn(own, name))
		return { $type: 'string', $regex: own[name](v[name]) };
	return Object.fromEntries(Object.entries(v).map(([k, w]) => [k, translate(w)]));
}

let passed = 0, failed = 0, held = 0;
while (passed + failed < Number(wanted)) {
	const pair = { condition: condition(), attributes: attributes() };
	let want, got;
	try {
		want = evalCondition(pair.attributes, translate(pair.condition), {});
	} catch {
		continue;
	}
	try {
		got = holds(pair.condition, pair.attributes);
	} catch (e) {
		got = e.message;
	}
	held += want;
	if (got === want) {
		passed++;
		continue;
	}
	if (++failed <= 5)
		console.log(`differs: ${JSON.stringify(pair)}\n  reference ${want}, browser ${got}`);
}
/* Conditions that nobody meets would show nothing. */
if (held < passed / 10 || held > passed * 0.9)
	console.log(`too one-sided: ${held} of ${passed} hold`, ++failed);
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
