/*
 * draw - random conditions, hashes, experiments and visitors for the
 * differential test, biased to the edges of the language.
 *
 * "@" stands before names that every JavaScript object has (deviation 2): the
 * reference is asked with it, Tessera without, so that to both they are names
 * like any other. Nothing else that is drawn has an "@".
 */

import { moment } from './own.mjs';

let state = 1;

export function seed(n) {
	state = n >>> 0;
}

/* mulberry32 */
export function random(n) {
	state = (state + 0x6d2b79f5) >>> 0;
	let t = state;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) % n;
}
export const pick = (list) => list[random(list.length)];
export const chance = (percent) => random(100) < percent;
const some = (most, make) => Array.from({ length: random(most + 1) }, make);

/* ---- values ---- */

const strings = ['', 'a', 'b', 'A', 'ab', 'a,b', 'null', 'true', 'false', '0',
	'1', '10', '9', ' 10 ', '0x10', '1e3', '-0', '-1', '1.0', '1.50', 'abc',
	'Infinity', 'NaN', '\ufeff5', '\ufffd', '\u{1f600}', '\u{10000}', '\ue000',
	'Zo\u00eb', '\u00c9', '\u00e9', 'STRASSE', '\u0130', 'i\u0307',
	'\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c2', '\u03a3', '\u03c3',
	'\u212a', 'k', 'K', '"', '\\', '\n', '\t', 'a"b\\c', '\u007f', '\u0001',
	'[object Object]', '1,2', '1.2.3', 'v1.2.3', '1.2.3-rc.1', '1.2', '1.10.0',
	'1.9.0', '1.2.3+5', '123456', '99999.0.0', '100000.0.0', 'v', '1.0.0-beta',
	'2020-01-01', 'ping', 'x-12-25', 'Mobile', 'undefined', '5', '2', '3',
	'\u01c5', '\u{10400}', '\u{10428}', '\u2028', 'a\u2028b+c', '1e21', '1e-7'];
const numbers = [0, 1, 2, 3, 5, 9, 10, 16, 100, -1, -0, 0.1, 0.5, 1.5, 1e3,
	1e21, 1e-7, 123456789012, 4294967296, 1.1, 0.30000000000000004, 1e20,
	5e-324, 1.7976931348623157e308, 2 ** 53, 3.14159, 1e22, -1e-9, 99.99,
	5.684341886080802e-14, 123456.7890625];
const keys = ['a', 'b', 'c', 'd', 'x', 'y', '1', '0', '10', 'k\u00e9y', 'z z'];
const odd = ['', '@constructor', '@toString', '@__proto__', '@valueOf',
	'@hasOwnProperty', '@map', '$foo', '$', '$eq', '$segments', 'length', '-1',
	'\u{1f600}', '4294967295', '00', '1.5'.replace('.', ',')];
const key = () => chance(92) ? pick(keys) : pick(odd);

function scalar() {
	switch (random(10)) {
	case 0:
		return null;
	case 1:
		return chance(50);
	case 2: case 3: case 4:
		return chance(90) ? pick(numbers) : (random(2000) - 1000) / pick([1, 3, 7, 10, 1000]);
	default:
		return pick(strings);
	}
}

function value(depth) {
	if (depth === 0 || chance(60))
		return scalar();
	if (chance(60))
		return some(4, () => value(depth - 1));
	return object(depth - 1);
}

function object(depth) {
	const out = {};
	for (let n = random(4); n > 0; n--)
		out[key()] = value(depth);
	return out;
}

/* ---- conditions ---- */

const patterns = ['-12-25$', '(Mobile|Tablet)', '^ping', '^[0-9]+$', '.', '',
	'^.$', 'a', 'A', '\\d', '(', '[', '\\p{L}', '^null$', ',', 'k', '\u00e9',
	'\\.', '^\\w+$', 'a/b', 'e\\+', '\\[object', '\u03c3', '^-?\\d+(\\.\\d+)?$', '(?i)a'];
/* What no finite automaton can do: deviation 3. */
export const irregular = ['a(?=b)', '(?!a)b', '(?<=a)b', '(?<!a)b', '(a|b)\\1',
	'(?<n>a)\\k<n>'];
const types = ['string', 'number', 'boolean', 'array', 'object', 'null',
	'undefined', 'unknown', 'x'];
const groups = {
	list: ['a', 1, '1', null, 'ab'], empty: [],
	typed: { type: 'list', attributeKey: 'a', values: ['a', 'b', 10, 2] },
	nested: { type: 'list', attributeKey: 'a.b', values: ['a', 1] },
	nokey: { type: 'list', values: ['a'] },
	broken: { type: 'list', attributeKey: 'a' },
	cond: { type: 'condition', condition: { b: 'a' } },
	loop: { type: 'condition', condition: { $savedGroup: { id: 'loop' } } },
	deep: { type: 'condition', condition: { $or: [
		{ $savedGroup: { id: 'typed' } }, { $savedGroup: { id: 'cond' } }] } },
	other: { type: 'new' },
};
const group = () => chance(95) ? pick([...Object.keys(groups), 'nobody']) :
	pick(['@toString', '@__proto__', '', 'Gr\u00fc\u00dfe']);

function path() {
	const steps = [chance(95) ? pick(['a', 'b', 'c', 'd', 'x']) : key()];
	while (chance(30))
		steps.push(chance(90) ? pick([...keys, '0', '1', 'length', '01', '-1']) : key());
	/* Dots in front, behind, and two of them are empty names. */
	return chance(96) ? steps.join('.') :
		pick(['.', '']) + steps.join(pick(['.', '..'])) + pick(['.', '']);
}

/* A value that stands somewhere in the attributes, often. */
let pool = [];
function near(depth) {
	if (pool.length === 0 || chance(50))
		return value(depth);
	const v = pick(pool);
	if (typeof v === 'number' && chance(20))
		return v + pick([1, -1, 0.5]);
	if (chance(15))
		return String(v);
	return v;
}
const plain = (v) => v === null || typeof v !== 'object';
const list = (depth) => some(4, () => chance(90) ? near(0) : near(depth));

function operator(depth) {
	switch (random(30)) {
	case 0: case 1:
		return { [pick(['$eq', '$ne'])]: near(1) };
	case 2: case 3: case 4: case 5:
		return { [pick(['$lt', '$lte', '$gt', '$gte'])]: near(1) };
	case 6: case 7: case 8:
		return { [pick(['$in', '$nin', '$ini', '$nini'])]: chance(95) ? list(1) : near(1) };
	case 9:
		return { $exists: chance(70) ? chance(50) : scalar() };
	case 10:
		return { $type: pick(types) };
	case 11: case 12:
		/* The reference keeps expressions by String(pattern), so that one that
		 * is no string is taken for a string seen before. */
		return { [pick(['$regex', '$regexi'])]: chance(97) ? pick(patterns) :
			chance(50) ? { x: 1 } : pick(irregular) };
	case 13: case 14: case 15:
		return { [pick(['$veq', '$vne', '$vlt', '$vlte', '$vgt', '$vgte'])]: near(1) };
	case 16: case 17: case 18:
		return { [pick(['$all', '$alli'])]: chance(95) ?
			some(3, () => field(depth - 1)) : scalar() };
	case 19: case 20: case 21:
		return { $elemMatch: chance(50) ? condition(depth - 1) : operators(depth - 1) };
	case 22: case 23:
		return { $size: chance(60) ? random(4) : field(depth - 1) };
	case 24: case 25:
		return { $not: field(depth - 1) };
	case 26: case 27:
		return { [pick(['$inGroup', '$notInGroup'])]: group() };
	case 28:
		return { [pick(['$foo', '$and', '$or'])]: [] };
	default:
		return { $eq: near(0) };
	}
}

function operators(depth) {
	const out = operator(Math.max(depth, 0));
	while (chance(20))
		Object.assign(out, operator(Math.max(depth, 0)));
	return out;
}

function field(depth) {
	if (depth <= 0 || chance(35)) {
		const v = near(2);
		return v !== null && typeof v === 'object' && chance(50) ?
			JSON.parse(JSON.stringify(v)) : v;
	}
	return operators(depth);
}

function condition(depth) {
	const out = {};
	for (let n = chance(70) ? 1 : random(4); n > 0; n--)
		switch (depth <= 0 ? 9 : random(14)) {
		case 0:
			out.$and = some(3, () => condition(depth - 1));
			break;
		case 1:
			out.$or = some(3, () => condition(depth - 1));
			break;
		case 2:
			out.$nor = some(3, () => condition(depth - 1));
			break;
		case 3:
			out.$not = condition(depth - 1);
			break;
		case 4:
			out.$savedGroup = chance(90) ? chance(70) ? { id: group() } :
				{ id: group(), attributeKey: chance(90) ? path() : scalar() } : scalar();
			break;
		default:
			out[path()] = field(depth);
		}
	return out;
}

function collect(v, out) {
	out.push(v);
	if (v !== null && typeof v === 'object')
		for (const part of Object.values(v))
			collect(part, out);
	return out;
}

export function drawEval() {
	const attributes = {};
	for (const name of ['a', 'b', 'c', 'd', 'x'])
		if (chance(70))
			attributes[name] = value(3);
	if (chance(10))
		attributes[key()] = value(2);
	pool = collect(attributes, []).slice(1);
	const wrong = chance(2);
	return { condition: wrong ? damaged(condition(3)) : condition(3), attributes,
		savedGroups: groups };
}

/* A condition with a part that is none: deviation 4. */
function damaged(c) {
	const bad = pick([{ $and: scalar() }, { $or: { a: 1 } }, { $nor: null },
		{ $not: scalar() }, { $or: [scalar()] }, { a: { $elemMatch: scalar() } },
		{ a: { $elemMatch: [] } }, { a: { $not: { $elemMatch: null } } }, scalar()]);
	return chance(30) ? bad : chance(50) ? { $or: [c, bad] } :
		{ ...c, $and: [bad, c] };
}

/* ---- hashes and experiments ---- */

const ids = ['1', 'user-1', '', 'a', '\u00e9', '\u{1f600}', 'Zo\u00eb', '\uffff',
	'\u4e2d\u6587', '0', 'null', '\u{10ffff}x'];
const id = () => chance(50) ? pick(ids) : chance(50) ? 'user' + random(1e6) :
	random(1e6) / pick([1, 1, 7, 1000]);
const seedText = () => chance(70) ? pick(['s', 'exp', 'my-test', '\u00fc', '\u{1f680}', '']) :
	'seed' + random(1000);

export const drawHash = () => ({ seed: seedText(), value: String(id()),
	version: pick([1, 2, 2, 1, 2, 1, 3, 0]) });
const part = () => { const a = random(101) / 100, b = random(101) / 100; return [Math.min(a, b), Math.max(a, b)]; };

export function drawAssign() {
	const n = random(5), e = { key: seedText() || 'k', variations: some(0, () => 0) };
	for (let i = 0; i < n; i++)
		e.variations.push(i);
	const add = (percent, name, make) => { if (chance(percent)) e[name] = make(); };
	add(40, 'weights', () => chance(70) ? e.variations.map(() => chance(80) ? 1 / n : random(11) / 10) :
		some(4, () => random(11) / 10));
	add(40, 'coverage', () => pick([0, 1, 0.5, 0.1, 0.99, 1.5, -1]));
	add(30, 'hashAttribute', () => pick(['id', 'a', 'b', 'deviceId', '']));
	add(60, 'hashVersion', () => pick([1, 2, 2, 3]));
	add(20, 'ranges', () => some(n, part));
	add(20, 'filters', () => some(2, () => ({ seed: seedText(), ranges: some(3, part),
		...(chance(50) ? { attribute: pick(['id', 'a', 'b']) } : {}),
		...(chance(40) ? { hashVersion: pick([1, 2, 3]) } : {}) })));
	add(20, 'namespace', () => [seedText(), ...part()]);
	add(30, 'seed', seedText);
	add(5, 'active', () => chance(50));
	add(5, 'status', () => pick(['draft', 'running', 'stopped']));
	add(5, 'force', () => random(6) - 1);
	add(10, 'minBucketVersion', () => random(3));
	const attributes = {};
	for (const name of ['id', 'a', 'b', 'deviceId'])
		if (chance(75))
			attributes[name] = chance(85) ? id() : value(1);
	pool = collect(attributes, []).slice(1);
	add(20, 'condition', () => condition(1));
	add(10, 'urlPatterns', () => some(3, urlPattern));
	add(15, 'parentConditions', () => some(2, () => ({ id: pick(['on', 'off', 'two', 'rule',
		'half', 'loop', 'nobody']), condition: pick([{ value: true }, { value: 2 },
		{ value: { $gt: 1 } }, {}, { value: null }]) })));
	const line = { experiment: e, attributes, savedGroups: groups };
	if (e.parentConditions)
		line.features = features;
	if (e.urlPatterns || chance(10))
		line.url = chance(80) ? url() : url() + pick(['?', '&']) + e.key + '=' +
			pick(['0', '1', '2', '9', '-1', '1.9', '1abc', 'x', '', '+1', '%31']);
	if (chance(5))
		line.forcedVariations = { [pick([e.key, 'other'])]: pick([0, 1, 2, 7, -1]) };
	if (chance(3))
		line.qaMode = true;
	if (chance(3))
		line.enabled = false;
	if (chance(30))
		sticky(line);
	return line;
}

const features = {
	on: { defaultValue: true }, off: { defaultValue: false }, two: { defaultValue: 2 },
	rule: { defaultValue: false, rules: [{ condition: { a: 'a' }, force: true },
		{ force: 2, coverage: 0.5 }, { filters: [{ seed: 's', ranges: [[0, 0.4]] }], force: 3 }] },
	half: { defaultValue: 0, rules: [{ variations: [false, true], hashVersion: 2 },
		{ variations: [1, 2], key: 'halves', coverage: 0.3 }] },
	loop: { defaultValue: true, rules: [{ parentConditions: [{ id: 'loop',
		condition: { value: true } }], force: 1 }] },
};

/* ---- addresses ---- */

const hosts = ['example.com', 'EXAMPLE.com', 'www.example.com', 'shop.example.org', 'localhost',
	'example.com:8080', 'example.com:443'];
const paths = ['', '/', '/a', '/a/', '/a/b', '/a/../b', '/A/b.html', '/a//b', '/./a/', '/z z',
	'/\u00fc', '/%7Ea', '/a/b/c', '/a/%2e%2e/x'];
const queries = ['', '?', '?x=1', '?x=1&y=2', '?y=2&x=', '?x=a+b', '?x=%41&x=2', "?q='", '?x=\u00e9'];
const hashes = ['', '#', '#top', '#a b'];

// Of a page: http or https, which is all that has a pattern here.
function url() {
	const tail = pick(paths) + pick(queries) + pick(hashes);
	return chance(85) ? pick(['https://', 'http://', 'HTTPS://', '//']) + pick(hosts) + tail :
		chance(70) ? tail : pick(['', 'x', 'https://', ' https://example.com/a ',
			'https:\\\\example.com\\a', 'http:/example.com', 'https:example.com/a']);
}

function urlPattern() {
	const simple = chance(60), star = (s) => chance(40) ? s.replace(/[a-z]+/, '*') : s;
	const out = { type: chance(95) ? simple ? 'simple' : 'regex' : pick(['x', '']),
		pattern: simple ? pick(['https://', 'http://', '', '', '*://']) +
			(chance(60) ? star(pick([...hosts, '*', '*.example.com'])) : '') +
			star(pick([...paths, '/*', '*'])) + pick([...queries, '?x=*']) +
			(chance(20) ? pick(hashes) : '') :
			pick(['^https?://', 'example', '/a/b', '^/a', '\\.com/a$', '[', '/b(\\?|$)', '.', '#top',
				'x=1', '/a\\/b', 'EXAMPLE']) };
	if (chance(80))
		out.include = chance(80);
	return out;
}

/* ---- what was kept ---- */

/* Documents by their keys, as the reference keeps them. */
function sticky(line) {
	const e = line.experiment, put = (percent, name, make) => {
		if (chance(percent))
			e[name] = make();
	};
	put(e.variations.length > 0 ? 70 : 0, 'meta', () => e.variations.map((_, i) => ({ key: chance(90) ? String(i) : 'x' })));
	put(50, 'bucketVersion', () => random(4));
	put(40, 'fallbackAttribute', () => pick(['id', 'a', 'b', 'deviceId', 'none']));
	put(5, 'disableStickyBucketing', () => chance(50));
	const docs = line.stickyBucketAssignmentDocs = {};
	for (const name of ['id', 'a', 'b', 'deviceId']) {
		if (chance(50))
			continue;
		const v = line.attributes[name], attributeValue = !v ? '' :
			typeof v === 'string' ? v : JSON.stringify(v);
		const assignments = {};
		for (let i = 0; i < 4; i++)
			if (chance(25))
				assignments[`${e.key}__${i}`] = String(random(5));
		docs[`${name}||${attributeValue}`] = { attributeName: name, attributeValue, assignments };
	}
}

/* ---- own operators ---- */

const moments = ['2026-03-29', '2024-02-29', '2023-02-29', '2026-03-29T10:00:00Z',
	'2026-03-29T10:00:00.5+02:00', '2026-03-29t08:00:00.500z', '1970-01-01',
	'1969-12-31T23:59:59-00:30', '2026-03-29T10:00:00', '2026-3-29', '0001-01-01',
	'9999-12-31T23:59:59.25Z', '2026-13-01', '2026-03-29T24:00:00Z',
	'2026-03-29 10:00:00Z', '2000-02-29T00:00:00+23:59', '1900-02-29', '', 'x'];
const addresses = ['192.0.2.1', '192.0.2.255', '192.0.3.1', '10.0.0.1', '010.0.0.1',
	'1.2.3', '256.1.1.1', '0.0.0.0', '255.255.255.255', '::', '::1', '2001:db8::1',
	'2001:DB8:0:0::2', '2001:db8:1::', '::ffff:192.0.2.1', '::192.0.2.1',
	'1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7', '1::2::3', 'fe80::1%eth0', '12345::',
	':::', '1:2:3:4:5:6:1.2.3.4', '192.0.2.1/24', '', 'localhost', '1.2.3.4 '];
const networks = ['192.0.2.0/24', '192.0.2.1', '0.0.0.0/0', '10.0.0.0/8', '::/0',
	'2001:db8::/32', '2001:db8::/33', '::1/128', '192.0.2.128/25', '::/96',
	'::ffff:0:0/96', '10.0.0.0/31', '2001:db8::1'];
const word = () => pick(['', 'a', 'ab', 'b', 'Zo\u00eb', '\u00eb', '\u{1f600}', 'aab',
	'ba', 'A', '\u0308']);

export function drawOwn() {
	const attributes = {};
	const kind = random(3);
	const make = () => chance(15) ? pick([scalar(), random(4e9), 1774778400, 1774771200.5]) :
		kind === 0 ? word() + word() : pick(kind === 1 ? moments : addresses);
	const valid = moments.filter((m) => moment(m) !== null);
	if (chance(95))
		attributes.a = make();
	if (chance(60))
		attributes.b = { c: make(), list: some(4, make) };
	const test = kind === 0 ? { [pick(['$startsWith', '$endsWith', '$contains'])]: word() } :
		kind === 1 ? { [pick(['$before', '$after'])]:
			chance(80) ? pick(valid) : pick([0, 1774778400, 1774771200.5, -1]) } :
		{ $cidr: chance(60) ? pick(networks) : some(4, () => pick(networks)) };
	const field = chance(85) ? test : { $not: test };
	return { condition: pick([{ a: field }, { 'b.c': field }, { 'b.list': { $elemMatch: field } },
		{ 'b.list.1': field }, { $nor: [{ a: field }] }]), attributes };
}
