/*
 * browser - conditions as the build writes them for the browser, evaluated as the
 * browser does, against the reference with the conditions as they were.
 *
 * usage: node browser.mjs FORM EVALUATE.MJS [PAIRS [SEED]]
 * FORM (form.c) is the build's part. Random pairs of what is left to browsers:
 * values are texts, numbers, truths or missing, some attributes always of one
 * kind; versions, dates and addresses are not asked for. Last line: "N passed, N
 * failed".
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { evalCondition } from '@growthbook/growthbook';
import { pick, random as below, seed } from './draw.mjs';

const [form, script, wanted = '10000', first = '1'] = process.argv.slice(2);
const { holds } = await import(pathToFileURL(resolve(script)));
seed(Number(first));
console.error = () => {};

const BATCH = 500;

/* The last is a word that every object knows; what begins with p has a purpose. */
const types = { scroll: 'number', 'p-clicks': 'number', tab: 'string', 'p-tier': 'string', exit: 'boolean',
	a: 'string', 'x-1': 'number', p: 'boolean', constructor: 'string' };
const names = Object.keys(types);
const numbers = [0, -0, 1, -1, 0.5, 10, 60, 1e21, 1e-7, 2 ** 53, -400];
const texts = ['', ' ', 'a', 'A', 'ab', 'null', 'true', 'false', '0', '10', ' 10 ', '0x10', '1e3',
	'Infinity', 'AB', 'straße', 'STRASSE', 'İ', 'i\u0307', 'é', '\u{1f3d4}', '\uffff', 'a.b', '$a', 'NaN', 'undefined'];
const patterns = ['a', '^a', 'b$', '^$', '[0-9]+', '(x|A)', '.', '\\d{2}', '\\bnull', 'ß', '['];
const scalar = () => pick([() => pick(numbers), () => pick(texts), () => pick(texts),
	() => below(2) === 0, () => null])();
const list = () => Array.from({ length: below(4) }, () => below(20) ? scalar() : pick([[], ['a'], {}]));
/* Another case of what may be asked. */
const cased = () => list().concat(pick(texts).toUpperCase(), pick(['a', 'A', 'aB', 'AB', 'i\u0307', 'İ', 'Null', 'straSSe']));
const kinds = { number: () => pick(numbers), string: () => below(40) ? pick(texts) : 'a\0',
	boolean: () => below(2) === 0 };
const operators = {
	$eq: scalar, $ne: scalar, $lt: scalar, $lte: scalar, $gt: scalar, $gte: scalar,
	$exists: () => below(2) === 0, $in: list, $nin: list, $ini: cased, $nini: cased,
	$regex: () => pick(patterns), $regexi: () => pick(patterns), $not: () => field(),
};
/* Our own, and what the reference says for them. */
const quote = (text) => text.replace(/[.$^]/g, '\\$&');
const own = { $startsWith: (t) => `^${quote(t)}`, $endsWith: (t) => `${quote(t)}$`, $contains: quote };

function field() {
	if (below(3) === 0)
		return below(30) ? scalar() : pick([[], ['a'], {}]);
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
			out[name] = kinds[types[name]]();
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

/* A purpose must be asked for where there is one, and nowhere else. */
const reader = (attributes) => (source, purpose) => {
	if (!names.includes(source) || purpose !== (source.startsWith('p') ? 'functional' : undefined))
		throw new Error(`${source} for ${purpose}`);
	return attributes[source] ?? null;
};

const build = spawn(form, { stdio: ['pipe', 'pipe', 'inherit'] });
const forms = createInterface({ input: build.stdout })[Symbol.asyncIterator]();
const count = (forms) => forms.reduce((all, [op, operand, source]) => {
	const inner = source !== undefined ? [] : op === '!' ? [operand] : operand;
	met[op] = (met[op] ?? 0) + 1;
	return all + 1 + count(inner);
}, 0);
const met = {};
let passed = 0, failed = 0, held = 0;

function compare(pair, form) {
	const want = evalCondition(pair.attributes, translate(pair.condition), {});
	let got;
	try {
		got = !!holds(JSON.parse(form), reader(pair.attributes));
	} catch (e) {
		got = e.message;
	}
	held += want;
	if (got === want)
		passed++;
	else if (++failed <= 5)
		console.log(`differs: ${JSON.stringify(pair)}\n  reference ${want}, browser ${got} by ${form}`);
}

while (passed + failed < Number(wanted)) {
	const pairs = Array.from({ length: Math.min(BATCH, Number(wanted) - passed - failed) },
		() => ({ condition: condition(), attributes: attributes() }));
	if (!build.stdin.write(pairs.map((pair) =>
		JSON.stringify({ condition: pair.condition, types }) + '\n').join('')))
		await once(build.stdin, 'drain');
	for (const pair of pairs) {
		const { value } = await forms.next();
		count([JSON.parse(value)]);
		compare(pair, value);
	}
}
build.stdin.end();
/* Conditions that nobody meets would show nothing. */
if (held < passed / 10 || held > passed * 0.9)
	console.log(`too one-sided: ${held} of ${passed} hold`, ++failed);
for (const op of ['<', '<=', '>', '>=', '~', 'in', 'ini', '+', '!', 'every', 'some',
	'startsWith', 'endsWith', 'includes'])
	if (!(met[op] > wanted / 1000))
		console.log(`"${op}" was met ${met[op] ?? 0} times`, ++failed);
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
