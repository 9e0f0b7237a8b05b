/*
 * differential - random conditions, hashes and experiments, answered here and
 * by the reference.
 *
 * usage: node differential.mjs TESSERA [PAIRS [SEED [INTERPRETER]]]
 * With an interpreter, the build's own reading of conditions must agree, too.
 * Each difference is shrunk and printed, unless a written deviation
 * (doc/rules.md) explains it: then it is counted under its number. What the
 * deviation says must happen here is checked, too. Last line: "N passed, N
 * failed".
 */
import { spawnSync } from 'node:child_process';
import { GrowthBook, evalCondition } from '@growthbook/growthbook';
import { chance, drawAssign, drawEval, drawHash, drawOwn, irregular, pick,
	seed } from './draw.mjs';
import { evalOwn } from './own.mjs';
import { assignVectors, hash, hashVectors } from './vectors.mjs';

const [tessera, wanted = '10000', first = '1', interpreter] = process.argv.slice(2);
const BATCH = 20000;
seed(Number(first));
console.error = () => {};

/* Documents are given; what is kept anew is of no interest. */
const keeper = { getAllAssignments: async () => ({}), getAssignments: async () => null,
	saveAssignments: async () => {}, getKey: (a, v) => `${a}||${v}` };

const kinds = {
	eval: { draw: drawEval, answer: (c) =>
		evalCondition(c.attributes, c.condition, c.savedGroups) },
	own: { verb: 'eval', draw: drawOwn, answer: evalOwn },
	hash: { draw: drawHash, answer: (c) => hash(c.seed, c.value, c.version) },
	assign: { draw: drawAssign, answer: (c) => {
		const { experiment, stickyBucketAssignmentDocs: docs, ...context } = c;
		if (docs)
			Object.assign(context, { stickyBucketAssignmentDocs: docs, stickyBucketService: keeper });
		const gb = new GrowthBook(context);
		const r = gb.run(experiment);
		gb.destroy();
		return { inExperiment: r.inExperiment, variation: r.variationId, hashUsed: r.hashUsed,
			...(docs ? { stickyBucketUsed: r.stickyBucketUsed } : {}) };
	} },
};

/* ---- both answers to a text ---- */

/* To us a name is a name; see draw.mjs. */
const real = (text) => text.replaceAll('@', '');

function ours(kind, texts) {
	const verb = kinds[kind].verb ?? kind;
	const ask = (program) => {
		const run = spawnSync(program, [verb], { input: texts.map(real).join('\n') + '\n',
			maxBuffer: 1 << 30, encoding: 'utf8' });
		if (run.status !== 0)
			throw new Error(`${verb} ended with ${run.status} ${run.signal}`);
		return run;
	};
	const run = ask(tessera);
	const out = run.stdout.trim().split('\n').map((answer) => ({ answer, rules: [] }));
	for (const [, line, rule] of run.stderr.matchAll(/^line (\d+): (\w+):/gm))
		out[line - 1].rules.push(rule);
	if (interpreter && verb === 'eval')
		ask(interpreter).stdout.trim().split('\n').forEach((answer, i) => {
			out[i].second = answer;
		});
	return out;
}

function theirs(kind, text) {
	try {
		return JSON.stringify(kinds[kind].answer(JSON.parse(text)));
	} catch (e) {
		return null;
	}
}

/* ---- written deviations ---- */

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

const isTest = (v) => isObject(v) && Object.keys(v).length > 0 &&
	Object.keys(v).every((k) => k[0] === '$');

/*
 * Does `found` say yes to an operator in a condition, or to "" where a
 * condition is none? Only what is compiled is looked at.
 */
function inCondition(c, found) {
	return !isObject(c) ? found('', c) : Object.entries(c).some(([k, v]) =>
		['$and', '$or', '$nor'].includes(k) ?
		!Array.isArray(v) ? found('', v) : v.some((x) => inCondition(x, found)) :
		k === '$not' ? inCondition(v, found) : k !== '$savedGroup' && inField(v, found));
}

function inField(v, found) {
	return isTest(v) && Object.entries(v).some(([o, x]) => found(o, x) ||
		(o === '$elemMatch' ? !isObject(x) ? found('', x) :
		isTest(x) ? inField(x, found) : inCondition(x, found) :
		o === '$all' || o === '$alli' ? Array.isArray(x) && x.some((y) => inField(y, found)) :
		(o === '$not' || o === '$size') && inField(x, found)));
}

const isBad = (c) => inCondition(c, (operator) => operator === '');
const isIrregular = (c) => inCondition(c, (operator, v) =>
	['$regex', '$regexi'].includes(operator) && irregular.includes(v));

/* The number of the deviation that must show, or 0. */
function deviation(text) {
	const c = JSON.parse(text), condition = c.condition ?? c.experiment?.condition;
	const bad = 'condition' in c ? isBad(c.condition) : condition && isBad(condition);
	if (/\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f]|\\u0000/.test(text))
		return 5;
	if (bad)
		return 4;
	if (condition && isIrregular(condition))
		return 3;
	return 0;
}

/* Rules of which one must be reported with a deviation. */
const reported = { 3: ['R006'], 4: ['R002', 'R005'], 5: ['J001', 'J004'] };
const nothing = { eval: 'false', own: 'false', hash: 'null',
	assign: '{"inExperiment":false,"variation":0,"hashUsed":false}' };

/* '' when they agree; a digit: by that deviation; or what is wrong. */
function judge(kind, text, got) {
	const number = deviation(text), want = theirs(kind, text);
	/* A visitor who drops out before the condition does not need it. */
	if (number > 0 && (kind !== 'assign' || got.rules.length > 0)) {
		return got.answer !== nothing[kind] ? `deviation ${number}: not answered as nothing` :
			!got.rules.some((r) => reported[number].includes(r)) ?
			`deviation ${number}: nothing was reported` : String(number);
	}
	if (got.rules.length > 0)
		return `an error without a reason: ${got.rules}`;
	if (want === null)
		return 'the reference throws';
	if (want !== got.answer)
		return `reference ${want}`;
	if ((got.second ?? want) !== want)
		return `the interpreter ${got.second}`;
	return text.includes('@') && theirs(kind, real(text)) !== want ? '2' : '';
}

/* ---- texts ---- */

/*
 * JSON of a value. Now and then a string has half a surrogate pair or a NUL.
 */
function spell(c) {
	const text = JSON.stringify(c);
	if (!chance(1))
		return text;
	return text.replace(/"(a|b)"(?!:)/, `"$1${pick(['\\ud800', '\\udc00x', '\\u0000'])}"`);
}

/* Every way to make a value one step smaller. */
function* smaller(v) {
	if (Array.isArray(v)) {
		for (let i = 0; i < v.length; i++)
			yield v.filter((_, j) => j !== i);
		for (let i = 0; i < v.length; i++)
			for (const s of smaller(v[i]))
				yield v.map((x, j) => j === i ? s : x);
	} else if (isObject(v)) {
		for (const k of Object.keys(v)) {
			const { [k]: _, ...rest } = v;
			yield rest;
		}
		for (const k of Object.keys(v))
			for (const s of smaller(v[k]))
				yield { ...v, [k]: s };
	}
}

const isWrong = (verdict) => verdict.length > 1;
const verdict = (kind, text) => judge(kind, text, ours(kind, [text])[0]);

function shrink(kind, text) {
	let c = JSON.parse(text);
	const said = verdict(kind, text).slice(0, 12);
	for (let again = true, left = 400; again && left > 0;) {
		again = false;
		for (const s of smaller(c)) {
			if (--left < 0)
				break;
			if (((kinds[kind].verb ?? kind) !== 'eval' || s.condition) &&
			    (kind !== 'assign' || (s.experiment?.key && s.experiment.variations && s.attributes)) &&
			    verdict(kind, JSON.stringify(s)).startsWith(said)) {
				c = s;
				again = true;
				break;
			}
		}
	}
	const small = JSON.stringify(c);
	return isWrong(verdict(kind, small)) ? small : text;
}

let passed = 0, failed = 0, shown = 0;
const explained = [0, 0, 0, 0, 0, 0];

function compare(kind, texts) {
	ours(kind, texts).forEach((got, i) => {
		const said = judge(kind, texts[i], got);
		if (!isWrong(said)) {
			passed++;
			explained[said || 0]++;
			return;
		}
		failed++;
		if (shown++ >= 10)
			return;
		const small = shrink(kind, texts[i]), [again] = ours(kind, [small]);
		console.log(`${kind} ${real(small)}\n  here ${again.answer} ${again.rules}; ` +
			judge(kind, small, again));
	});
}

function fuzz(kind, count) {
	for (let done = 0; done < count; done += BATCH)
		compare(kind, Array.from({ length: Math.min(BATCH, count - done) },
			() => spell(kinds[kind].draw())));
}

const pairs = Number(wanted);
compare('hash', hashVectors.map((v) => JSON.stringify(v)));
compare('assign', assignVectors.map((v) => JSON.stringify(v)));
fuzz('eval', pairs);
fuzz('own', Math.ceil(pairs / 10));
fuzz('hash', Math.ceil(pairs / 10));
fuzz('assign', Math.ceil(pairs / 4));
console.log('explained by deviation ' + [2, 3, 4, 5].map((n) =>
	`${n}: ${explained[n]}`).join(', '));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
