/*
 * rules - conditions and visitors for the bench of rules, and the reference's
 * times for them.
 *
 * usage: node rules.mjs make > DATA; node rules.mjs measure DATA
 * "make" writes what both measure: ten clauses as authors write them, and many
 * decisions of three rules. "measure" prints nanoseconds, a line each.
 */
import { readFileSync } from 'node:fs';

const cookie = (type) => ({ type, source: 'cookie:x', purpose: 'functional' });
const attributes = {
	country: { type: 'string', source: 'header:X-Land' },
	language: { type: 'string', source: 'header:Accept-Language' },
	mobile: { type: 'boolean', source: 'header:Sec-CH-UA-Mobile' },
	campaign: { type: 'string', source: 'query:utm_campaign' },
	tier: { ...cookie('string'), source: 'cookie:tier' },
	activity: { ...cookie('string'), source: 'cookie:activity' },
	visits: { ...cookie('number'), source: 'cookie:visits' },
	cart: { ...cookie('number'), source: 'cookie:cart' },
	returning: { ...cookie('boolean'), source: 'cookie:returning' },
	version: { ...cookie('string'), source: 'cookie:version' },
};
const visitor = { country: 'DE', language: 'de-DE', mobile: false, campaign: 'spring-sale',
	tier: 'gold', activity: 'climbing', visits: 7, cart: 189.5, returning: true,
	version: '4.12.0' };
/* All ten hold, so that all ten are asked. */
const clauses = {
	country: { $in: ['DE', 'AT', 'CH', 'NL', 'BE'] }, language: 'de-DE', mobile: false,
	campaign: { $exists: true, $in: ['spring-sale', 'workshop-week'] },
	tier: { $ne: 'silver' }, activity: { $in: ['hiking', 'climbing'] },
	visits: { $gte: 3, $lt: 100 }, cart: { $gt: 150 }, returning: true,
};

const countries = ['DE', 'AT', 'CH', 'GB', 'FR', 'NL', 'BE', 'DK'];
const activities = ['hiking', 'climbing', 'running', 'camping'];
/* Three rules: the last one sometimes holds, the others seldom. */
const chain = (i) => [
	{ country: countries[1 + i % 7], visits: { $gt: i % 20 } },
	{ activity: activities[i % 4], cart: { $gte: 100 + i % 100 }, tier: 'silver' },
	{ returning: true, tier: { $in: ['gold', 'black'] }, visits: { $gt: i % 9 } },
];
const pieces = (i) => ({ $or: [
	{ country: countries[i % 8], visits: { $gt: i % 50 } },
	{ campaign: 'campaign-' + i % 400, cart: { $gte: i % 300 } }] });

const [, , verb, file] = process.argv;
if (verb === 'make') {
	const segments = {};
	for (let i = 0; i < 1000; i++)
		segments['segment-' + i] = { audience: pieces(i) };
	const names = Object.keys(segments);
	process.stdout.write(JSON.stringify({ attributes, visitor, clauses,
		chains: Array.from({ length: 100 }, (_, i) => chain(i)), segments,
		/* Each of 10,000 rules names a segment and asks for one thing more. */
		many: Array.from({ length: 2500 }, (_, i) => Array.from({ length: 4 }, (_, j) =>
			({ $segment: names[(i * 4 + j) * 7 % 1000], activity: activities[(i + j) % 4],
				cart: { $exists: true, $lt: 1 + (i * 4 + j) % 500 } }))) }));
} else {
	const { evalCondition } = await import('@growthbook/growthbook');
	const data = JSON.parse(readFileSync(file, 'utf8'));
	let kept = 0;
	const measure = (name, run, times) => {
		let best = Infinity;
		for (let round = 0; round < 7; round++) {
			const start = process.hrtime.bigint();
			for (let i = 0; i < times; i++)
				kept += run();
			best = Math.min(best, Number(process.hrtime.bigint() - start) / times);
		}
		console.log(`${name} ${best.toFixed(1)}`);
	};
	const { createRequire } = await import('node:module');
	const { dirname, join } = await import('node:path');
	const require = createRequire(import.meta.url);
	const { hash } = require(join(dirname(require.resolve('@growthbook/growthbook')), 'util.js'));
	const { randomUUID } = await import('node:crypto');
	const decide = (count) => {
		let sum = 0;
		for (let i = 0; i < count; i++)
			sum += data.chains[i].findIndex((c) => evalCondition(data.visitor, c));
		return sum;
	};
	measure('clauses', () => evalCondition(data.visitor, data.clauses) ? 1 : 0, 200000);
	measure('decisions', () => decide(100), 2000);
	measure('slots', () => decide(30), 5000);
	measure('hash', () => hash('checkout-button', '6f1b7b0e-9d0a-4d7e-8a43-2f6f2c1d9b10', 2), 200000);
	/* There a list is looked through. */
	const savedGroups = { g: Array.from({ length: 1000000 }, () => randomUUID()) };
	let at = 0;
	measure('group', () => evalCondition({ id: savedGroups.g[(at += 7919) % 1000000] },
		{ id: { $inGroup: 'g' } }, savedGroups) ? 1 : 0, 20);
}
