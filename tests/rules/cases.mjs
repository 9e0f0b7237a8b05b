/*
 * cases - the published cases of GrowthBook's SDKs (cases.json, not ours), with
 * what answers here.
 *
 * usage: node cases.mjs TESSERA CASES.JSON
 * Fetches the file when it is not there; without a network nothing is checked,
 * which is said. Left out: what is no condition, assignment or feature
 * (decrypt, urlRedirect), and contextual bandits.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hash } from './vectors.mjs';

const [tessera, file] = process.argv.slice(2);
const source = 'https://raw.githubusercontent.com/growthbook/growthbook/' +
	'05fe635c749bf7bac92cc5221cf523b69d572ada/packages/sdk-js/test/cases.json';
const sum = '1422cb1bfc6f6035f78aa21e5181ab91f758e37f1688e2c6142aface7d953886';

if (!existsSync(file))
	try {
		const got = await fetch(source, { signal: AbortSignal.timeout(20000) });
		if (!got.ok)
			throw new Error(`status ${got.status}`);
		writeFileSync(file, await got.text());
	} catch (e) {
		console.log(`published cases: SKIPPED, they cannot be fetched (${e.cause?.code ?? e.message})`);
		process.exit(0);
	}
const text = readFileSync(file);
if (createHash('sha256').update(text).digest('hex') !== sum) {
	console.log('published cases: the file is not the one that was meant');
	process.exit(1);
}
const cases = JSON.parse(text);

/* All lines of a verb at once. */
function ask(verb, lines) {
	const run = spawnSync(tessera, [verb], { encoding: 'utf8', maxBuffer: 1 << 28,
		input: lines.map((l) => JSON.stringify(l)).join('\n') + '\n' });
	return run.stdout.trim().split('\n').map((l) => JSON.parse(l));
}

let failed = 0;

/* list: [name, line, what is wanted of the answer] */
function section(name, verb, list, told = list.length) {
	const answers = ask(verb, list.map(([, line]) => line));
	let wrong = 0;
	list.forEach(([what, line, wanted], i) => {
		const got = JSON.stringify(answers[i]);
		if (wanted(answers[i]))
			return;
		if (wrong++ < 5)
			console.log(`  ${name}: ${what}: ${JSON.stringify(line).slice(0, 400)}\n    here ${got}`);
	});
	console.log(`${name}: ${told} cases${told === list.length ? '' :
		` in ${list.length} questions`}, ${wrong} wrong`);
	failed += wrong;
}

const same = (want) => (got) => JSON.stringify(got) === JSON.stringify(want);
const variation = (v) => (got) => v < 0 ? !got.inExperiment :
	got.inExperiment && got.variation === v;

section('evalCondition', 'eval', cases.evalCondition.map(
	([name, condition, attributes, want, savedGroups]) =>
		[name, { condition, attributes, savedGroups }, same(want)]));
section('hash', 'hash', cases.hash.map(([seed, value, version, want]) =>
	[`${seed} ${value}`, { seed, value, version }, same(want)]));
section('run', 'assign', cases.run.map(([name, context, experiment, value, inExperiment, hashUsed]) =>
	[name, { ...context, experiment }, (got) => got.inExperiment === inExperiment &&
		got.hashUsed === hashUsed && same(value)(experiment.variations[got.variation])]));

/* Ranges are seen by who falls into them: 400 visitors each. */
const ids = Array.from({ length: 400 }, (_, i) => `v${i}`);
const choose = (n, ranges) => ranges.findIndex(([a, b]) => n >= a && n < b);
const spread = (name, experiment, ranges) => ids.map((id) => [name,
	{ experiment: { key: 'k', hashVersion: 2, ...experiment }, attributes: { id } },
	variation(choose(hash('k', id, 2), ranges))]);
const many = (n) => Array.from({ length: n }, (_, i) => i);

/* A published range is rounded; one variation alone is no experiment. */
section('getBucketRange', 'assign', cases.getBucketRange.flatMap(
	([name, [n, coverage, weights], ranges]) => n < 2 ? [] :
		spread(name, { variations: many(n), coverage, ...(weights ? { weights } : {}) }, ranges)),
	cases.getBucketRange.length);
section('getEqualWeights', 'assign', cases.getEqualWeights.flatMap(([n, weights]) => {
	let sum = 0;
	return n < 2 ? [] : spread(`${n}`, { variations: many(n) },
		weights.map(() => [sum, sum += 1 / n]));
}), cases.getEqualWeights.length);

/* A visitor who has the number: found by trying. */
const having = (n) => {
	for (let i = 0; i < 1e6; i++)
		if (hash('k', `n${i}`, 2) === n)
			return `n${i}`;
};
section('chooseVariation', 'assign', cases.chooseVariation.flatMap(([name, n, ranges, want]) =>
	n >= 1 || n < 0 || ranges.length < 2 ? [] :
	[[name, { experiment: { key: 'k', hashVersion: 2, ranges, variations: many(ranges.length) },
		attributes: { id: having(n) } }, variation(want)]]));
section('inNamespace', 'assign', cases.inNamespace.map(([name, id, namespace, want]) =>
	[name, { experiment: { key: 'k', variations: [0, 1], namespace, ranges: [[0, 1], [1, 1]] },
		attributes: { id } }, (got) => got.inExperiment === want]));
section('getQueryStringOverride', 'assign', cases.getQueryStringOverride.map(
	([name, key, url, n, want]) => [name, { url, attributes: { id: 'x' }, experiment: { key,
		variations: many(n), status: 'draft' } }, variation(want ?? -1)]));
const bandit = (c) => JSON.stringify(c).includes('contextualBanditRef');
console.log(`contextual bandits among the features, left out: ${cases.feature.filter(bandit).length}`);
section('feature', 'assign', cases.feature.filter((c) => !bandit(c)).map(
	([name, context, feature, want]) => [name, { ...context, feature }, same(want.value)]));
section('stickyBucket', 'assign', cases.stickyBucket.map(
	([name, context, documents, feature, want]) => [name, { ...context, feature,
		stickyBucketAssignmentDocs: documents },
		same(want === null ? context.features[feature].defaultValue : want.value)]));
process.exit(failed === 0 ? 0 : 1);
