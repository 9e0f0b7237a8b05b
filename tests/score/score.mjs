/*
 * score - scores in core and in the script, for random visitors.
 *
 * usage: node score.mjs RUNNER SCORE.MJS [VISITORS [SEED]]
 * Last line: "N passed, N failed".
 */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { below, chance, oneOf, seed } from './dice.mjs';

const [runner, script, wanted = '20000', first = '1'] = process.argv.slice(2);
const { scoreNow, take } = await import(pathToFileURL(resolve(script)));
const CHUNK = 500;
const START = 1781524800;

seed(Number(first));

const kinds = ['view', 'time', 'scroll', 'click', 'cart', 'search', 'return', 'exit'];
const words = ['add', 'remove', 'start', 'ü', 'a"b\\', ''];

/* Fields have one type each, as the collector lets them through. */
const fields = {
	op: () => oneOf(words),
	yes: () => chance(2),
	depth: drawNumber,
	constructor: drawNumber,
	['__proto__']: drawNumber,
};

function drawNumber() {
	return oneOf([0, -0, -5, 74.999, 75, 1e12, 1e300, below(200000), below(200000) / 7, 2999.9999999999995,
		8.999999999999998]);
}

function drawGain() {
	const gain = { event: oneOf(kinds),
		points: oneOf([1, 2, 0.5, -1, 7, 0.003, 1 / 3, 10000, -10000, below(100), below(2000) / 256]) };

	if (chance(5))
		return gain;
	gain.field = oneOf(Object.keys(fields));
	if (gain.field == 'op' || gain.field == 'yes')
		gain.is = fields[gain.field]();
	else if (chance(3))
		gain.atLeast = oneOf([0, 1, 75, 2147483647, below(100)]);
	else
		gain.per = oneOf([1, 3, 1000, 2147483647, 1 + below(100)]);
	return gain;
}

function drawScore(vectors) {
	const out = { vectors: {}, tiers: {} };
	let left = 100, from = 0;

	for (let i = 0; i < vectors; i++) {
		const weight = i == vectors - 1 ? left : 1 + below(left - (vectors - 1 - i));

		left -= weight;
		out.vectors['v' + i] = { weight, cap: oneOf([1, 10, 10000, 1 + below(999), 1.004]),
			halfLife: oneOf([60, 61, 3600, 86400, 34560000, 60 + below(100000)]),
			events: [...Array(1 + below(6))].map(drawGain) };
	}
	for (let i = 0; i < 8 && from <= 100; i++, from += 1 + below(40))
		out.tiers['t' + i] = from;
	return out;
}

function drawSite() {
	const n = 1 + below(5);
	const out = { a: drawScore(n) };

	if (chance(2))
		out.b = drawScore(1 + below(5));
	return out;
}

function drawVisitor() {
	const events = [], moments = [];
	let at = START + below(1000000);

	for (let i = below(14); i > 0; i--) {
		const f = {};

		for (let k = below(3); k > 0; k--) {
			const name = oneOf(Object.keys(fields));

			Object.defineProperty(f, name,
				{ value: fields[name](), enumerable: true, configurable: true, writable: true });
		}
		events.push([oneOf(kinds), f, at]);
		at += chance(3) ? below(30) : chance(2) ? below(100000) : oneOf([0, 1, 59, 60, 34560000]);
		at = Math.min(at, 2147483647);
	}
	for (let i = 1 + below(3); i > 0; i--)
		moments.push(Math.min(4294967295, Math.max(0, at + below(200000) - 100)));
	return [events, moments];
}

/* What the script keeps and gives. */
function answer(told, [events, moments]) {
	const vectors = told[0].map((vector) => [...vector, 0, 0]);

	for (const [kind, f, at] of events)
		take(vectors, kind, f, at);
	/* Nothing is nothing, whenever it was counted. */
	return JSON.stringify([vectors.map(([, , , , points, at]) => points ? [points, at] : [0, 0]), moments.map((at) =>
		Object.fromEntries(told[1].flatMap(([name, from, end, tiers]) => {
			const score = scoreNow(vectors.slice(from, end), at);

			return [[name, score], [name + ':tier', tiers.findLast(([, least]) => least <= score)[0]]];
		})))]);
}

const core = spawn(runner, { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: core.stdout })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
let passed = 0, failed = 0, seen = new Set();

for (let n = Number(wanted); n > 0;) {
	const scores = drawSite();

	core.stdin.write(JSON.stringify({ scores }) + '\n');
	const told = JSON.parse(await next());
	const some = [...Array(Math.min(CHUNK, n))].map(drawVisitor);

	if (!core.stdin.write(some.map((v) => JSON.stringify(v)).join('\n') + '\n'))
		await once(core.stdin, 'drain');
	for (const visitor of some) {
		const line = await next(), mine = answer(told, visitor);

		for (const m of mine.matchAll(/:(\d+),"score/g))
			seen.add(m[1]);
		if (line === mine)
			passed++;
		else if (failed++ < 5)
			console.error(`${JSON.stringify(scores)}\n${JSON.stringify(visitor)}\n` +
				`core   ${line}\nscript ${mine}`);
	}
	n -= some.length;
}
core.stdin.end();
/* Comparing zeros would say nothing. */
if (seen.size < 80) {
	console.error(`only ${seen.size} different scores were seen`);
	failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
