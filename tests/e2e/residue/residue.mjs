/*
 * residue - the server's choice and the browser's together are the build's.
 *
 * usage: node residue.mjs LINES SITE OUT VISITORS SEED SCRIPTS
 *
 * LINES (lines.c) asks core for pages and the build's interpreter, which knows
 * all signals, for what they should show. What core chose, changed by the
 * script's own modules from the page's mask and JSON, must be the same; and so
 * with the reference's evaluator in its place. Then faults are put in, and must
 * be noticed. Last line: "N passed, N failed".
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { evalCondition } from '@growthbook/growthbook';

const [lines, site, out, visitors, seed, scripts] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(resolve(scripts, name)));
/* All of the page that page.js asks. */
const element = { dataset: {}, textContent: '{}' };
globalThis.document = { getElementById: () => element };
const { open } = await load('page.js');
const { decider: decide } = await load('residue.js');
function decider(data, mask) {
	element.dataset.mask = mask;
	return decide(data.regions, open);
}
console.error = () => {};

/* What a browser gives for a signal: null without consent. */
const reader = ({ signals, granted }) => (name, purpose) =>
	purpose === undefined || granted.includes(purpose) ? signals[name] ?? null : null;

/* All leaves of a condition. */
const leaves = (c) => c.length > 2 ? [c] : c[0] === '!' ? leaves(c[1]) : c[1].flatMap(leaves);

/* A condition of the browser's in the reference's language, over `source purpose`. */
const quote = (text) => text.replace(/[^a-z0-9]/gi, (c) => `\\u${c.charCodeAt().toString(16).padStart(4, '0')}`);
const named = (source, purpose = '') => `${source} ${purpose}`;
const groups = {
	every: (list) => ({ $and: list.map(translate) }),
	some: (list) => list.length ? { $or: list.map(translate) } : { $not: {} },
	'!': (c) => ({ $not: translate(c) }),
};
const tests = {
	'+': (v) => v,
	'<': (v) => ({ $lt: v }), '<=': (v) => ({ $lte: v }), '>': (v) => ({ $gt: v }), '>=': (v) => ({ $gte: v }),
	in: (list) => ({ $in: list }), ini: (list) => ({ $ini: list }),
	'~': ([pattern, caseless]) => ({ [caseless ? '$regexi' : '$regex']: pattern }),
	startsWith: (v) => ({ $type: 'string', $regex: `^${quote(v)}` }),
	endsWith: (v) => ({ $type: 'string', $regex: `${quote(v)}$` }),
	includes: (v) => ({ $type: 'string', $regex: quote(v) }),
};

function translate([op, operand, ...from]) {
	return from.length ? { [named(...from)]: tests[op](operand) } : groups[op](operand);
}

/* The same decision by another way: bits as a list, the reference's evaluator. */
function second({ regions }, mask) {
	const bits = [...Buffer.from(mask, 'base64')].flatMap((byte) =>
		[...byte.toString(2).padStart(8, '0')].map(Number));
	const asked = regions.flat().flatMap(([, c]) => leaves(c));
	const rules = regions.map((list) => list.map(([bit, c, url]) => ({ bit, if: translate(c), url })));
	return (read) => {
		const known = Object.fromEntries(asked.map(([, , ...from]) => [named(...from), read(...from)])
			.filter(([, value]) => value !== null));
		return rules.map((list) => list.find((rule) => (rule.bit === -1 || bits[rule.bit] === 1) &&
			evalCondition(known, rule.if, {}))?.url);
	};
}

/* The name of the variant in each region, as it then stands; or what is wrong. */
function settle(decide, said, page) {
	const urls = decide(reader(said));
	return page.regions.map(({ n, slot, names }, i) => {
		if (urls[n] === undefined)
			return names[said.shown[i][0]];
		/* Variants with the same text are one file. */
		const those = page.files.filter(([url, s]) => url === urls[n] && s === slot)
			.map(([, , name]) => name);
		const wanted = names[said.shown[i][1]];
		return those.includes(wanted) ? wanted : those[0] ?? `no file ${urls[n]}`;
	});
}

const wanted = (said, page) => page.regions.map(({ names }, i) => names[said.shown[i][1]]);

const flip = (mask, bit) => {
	const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
	const at = Math.floor(bit / 6);
	return mask.slice(0, at) + all[all.indexOf(mask[at]) ^ 32 >> bit % 6] + mask.slice(at + 1);
};

/* A change of the first rule of a page's longest region, in a copy. */
const alter = (data, change) => {
	const copy = structuredClone(data);
	const most = Math.max(...copy.regions.map((rules) => rules.length));
	const rules = copy.regions.find(({ length }) => length === most);
	change(rules[0], rules);
	return copy;
};

const faults = [
	['a bit of the mask', (data, mask) => [data, mask === '' ? mask : flip(mask, 0)]],
	['a condition', (data, mask) => [alter(data, (rule) => { rule[1] = ['!', rule[1]]; }), mask]],
	['a bit that is asked', (data, mask) => [alter(data, (rule) => { rule[0] = rule[0] < 0 ? 383 : -1; }), mask]],
	['an address', (data, mask) => [alter(data, (rule) => { rule[2] = '/v/0.html'; }), mask]],
	['an order', (data, mask) => [alter(data, (rule, rules) => { rules.reverse(); }), mask]],
	['a signal\'s source', (data, mask) => [alter(data, (rule) => { leaves(rule[1])[0][2] = 'nothing'; }), mask]],
];
const noticed = faults.map(() => 0);
const pages = [], datas = [];
let passed = 0, failed = 0, swaps = 0, masked = 0, chains = 0;
const took = [];

function check(good, ...says) {
	if (good)
		passed++;
	else if (++failed <= 10)
		console.log('FAILED:', ...says);
}

/* Signals come one after the other: never down the chain, and to the same end. */
function climb(data, said, page) {
	const decide = decider(data, said.mask);
	const names = Object.keys(said.signals);
	const ranks = new Map(page.regions.map(({ n }) => [n, Infinity]));
	for (let i = 0; i <= names.length; i++) {
		const known = Object.fromEntries(names.slice(0, i)
			.map((name) => [name, said.signals[name]]));
		for (const [n, url] of decide(reader({ ...said, signals: known })).entries()) {
			if (url === undefined)
				continue;
			/* The same text may stand twice in a chain. */
			const rank = data.regions[n].findIndex((rule) => rule[2] === url);
			if (!(rank < ranks.get(n)))
				return `region ${n} goes down to ${rank}`;
			ranks.set(n, rank);
		}
	}
	return '';
}

function judge(said) {
	const page = pages[said.regions], data = datas[said.data];
	const want = wanted(said, page).join();
	const before = performance.now();
	const got = settle(decider(data, said.mask), said, page).join();
	took.push(performance.now() - before);
	check(got === want, got, 'instead of', want, JSON.stringify(said));
	const other = settle(second(data, said.mask), said, page).join();
	check(other === want, 'by the reference', other, 'instead of', want, JSON.stringify(said));
	const fault = climb(data, said, page);
	check(fault === '', fault, JSON.stringify(said));
	swaps += said.shown.some(([before, after]) => before !== after);
	masked += said.mask !== '';
	chains += page.regions.length;
	if (passed < 30000)
		for (const [i, [, spoil]] of faults.entries())
			noticed[i] += settle(decider(...spoil(data, said.mask)), said, page).join() !== want;
}

const child = spawn(lines, [site, out, visitors, seed], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise((done) => child.on('close', done));
for await (const line of createInterface({ input: child.stdout })) {
	const said = JSON.parse(line);
	if ('files' in said)
		pages.push(said);
	else if ('mask' in said)
		judge(said);
	else
		datas.push(said.data);
}
check(await ended === 0, 'the server\'s part failed');
check(swaps > 100 && masked > 100, 'too little was asked', swaps, masked);
for (const [i, [name]] of faults.entries())
	check(noticed[i] > 0, 'a fault is not noticed:', name);
/* 50 ms are the budget; other programs share the machine now and then. */
took.sort((a, b) => a - b);
const slow = took[Math.floor(took.length * 0.999)];
check(slow < 50, 'a decision took', slow, 'ms');
console.log(`residue: ${datas.length} pages' data, ${chains} regions, ${swaps} visitors with a swap, ` +
	`999 of 1,000 decisions within ${slow.toFixed(2)} ms\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
