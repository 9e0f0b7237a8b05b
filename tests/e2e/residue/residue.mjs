/*
 * residue - the server's choice and the browser's together are the build's.
 *
 * usage: node residue.mjs LINES SITE OUT VISITORS SEED RESIDUE.JS
 *
 * LINES (lines.c) asks core for pages and the build's interpreter, which knows
 * all signals, for what they should show. What core chose, changed by the
 * script's own module from the page's mask and JSON, must be the same; and so
 * with the reference's evaluator in its place. Then faults are put in, and must
 * be noticed. Last line: "N passed, N failed".
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { evalCondition } from '@growthbook/growthbook';

const [lines, site, out, visitors, seed, script] = process.argv.slice(2);
const { decider: decide } = await import(pathToFileURL(resolve(script)));
/* As page.js gives the field: a character for each byte. */
const decider = (data, mask) => decide(data, Buffer.from(mask, 'base64url').toString('latin1'));
console.error = () => {};

/* What a browser gives for a signal: null without consent. */
const reader = ({ signals, granted }) => (name, purpose) =>
	purpose === undefined || granted.includes(purpose) ? signals[name] ?? null : null;

/* The same decision by another way: bits as a list, the reference's evaluator. */
function second(given, mask) {
	/* To the reference a dot in a name is a path, and $contains is unknown. */
	const names = Object.keys(given.signals);
	const text = names.reduce((all, name) => all.replaceAll(
		`"${name}":`, `"${name.replaceAll('.', '_')}":`), JSON.stringify(given));
	const data = JSON.parse(text, (key, v) => v?.$contains === undefined ? v
		: { $type: 'string', $regex: v.$contains });
	const bits = [...Buffer.from(mask, 'base64url')].flatMap((byte) =>
		[...byte.toString(2).padStart(8, '0')].map(Number));
	return (read) => {
		const known = Object.fromEntries(Object.entries(data.signals)
			.map(([name, { source, purpose }]) => [name, read(source, purpose)])
			.filter(([, value]) => value !== null));
		return data.regions.map(({ rules }) => rules.find((rule) =>
			(rule.bit === undefined || bits[rule.bit] === 1) &&
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
	const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
	const at = Math.floor(bit / 6);
	return mask.slice(0, at) + all[all.indexOf(mask[at]) ^ 32 >> bit % 6] + mask.slice(at + 1);
};

/* A change of one rule of a page's data, in a copy. */
const alter = (data, change) => {
	const copy = structuredClone(data);
	const most = Math.max(...copy.regions.map(({ rules }) => rules.length));
	const region = copy.regions.find(({ rules }) => rules.length === most);
	change(region.rules[0], region, copy);
	return copy;
};

const faults = [
	['a bit of the mask', (data, mask) => [data, mask === '' ? mask : flip(mask, 0)]],
	['a condition', (data, mask) =>
		[alter(data, (rule) => { rule.if = { $not: rule.if }; }), mask]],
	['a bit that is asked', (data, mask) =>
		[alter(data, (rule) => { rule.bit = rule.bit === undefined ? 383 : undefined; }), mask]],
	['an address', (data, mask) =>
		[alter(data, (rule) => { rule.url = '/v/0.html'; }), mask]],
	['an order', (data, mask) =>
		[alter(data, (rule, region) => { region.rules.reverse(); }), mask]],
	['a signal\'s source', (data, mask) => [alter(data, (rule, region, copy) => {
		copy.signals[Object.keys(copy.signals)[0]].source = 'nothing';
	}), mask]],
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
			const rank = Math.min(...data.regions[n].rules
				.filter((rule) => rule.url === url).map((rule) => rule.rank));
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
