/*
 * triggers - which triggers hold and fire: by build and core, and in the script.
 *
 * usage: node triggers.mjs RUNNER SCRIPTS [VISITORS [SEED]]
 * Random sites with attributes of the server, of the browser, and scores;
 * random visitors. The server's part comes from the interpreter, as bits.
 * Last line: "N passed, N failed".
 */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { below, chance, oneOf, seed } from './dice.mjs';

const [runner, scripts, wanted = '20000', first = '1'] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(resolve(scripts, name)));
const { holds } = await load('evaluate.js');
const { decide } = await load('trigger.js');
const CHUNK = 200;
const NOW = 1781524800;

seed(Number(first));

const attributes = {
	land: { type: 'string', source: 'header:X-Land' },
	items: { type: 'number', source: 'cookie:items' },
	gold: { type: 'boolean', source: 'cookie:gold' },
	dwell: { type: 'number', source: 'browser:dwell' },
	depth: { type: 'number', source: 'browser:scroll' },
	leaving: { type: 'boolean', source: 'browser:exit' },
	tab: { type: 'string', source: 'browser:tab' },
	intent: { type: 'number', source: 'score:intent', purpose: 'personalization' },
	tier: { type: 'string', source: 'score:intent.tier', purpose: 'personalization' },
};
const words = { land: ['DE', 'AT', 'FR'], tab: ['facts', 'reviews'], tier: ['low', 'warm', 'hot'] };
/* Where the script finds what is asked. */
const live = { intent: 'score:intent', tier: 'score:intent:tier' };
const server = ['land', 'items', 'gold'];

const drawNumber = () => oneOf([0, 1, 2, 30, 60, 85, 90, below(120)]);

function drawTest() {
	const name = oneOf(Object.keys(attributes));
	const { type } = attributes[name];

	if (chance(8))
		return { [name]: { $exists: !chance(3) } };
	if (type === 'boolean')
		return { [name]: oneOf([true, false, { $eq: true }, { $ne: true }]) };
	if (type === 'number')
		return { [name]: oneOf([
			{ [oneOf(['$gt', '$gte', '$lt', '$lte', '$eq', '$ne'])]: drawNumber() },
			{ $gte: drawNumber(), $lt: drawNumber() }, { $in: [drawNumber(), drawNumber()] }, drawNumber()]) };
	return { [name]: oneOf([oneOf(words[name]), { $in: [oneOf(words[name]), 'x'] },
		{ $ne: oneOf(words[name]) }, { $regex: '^' + oneOf(words[name])[0] }, { $nin: words[name].slice(1) }]) };
}

function drawCondition(depth) {
	const some = () => [...Array(1 + below(3))].map(() => drawCondition(depth - 1));

	return depth === 0 || chance(2) ? Object.assign({}, ...[...Array(1 + below(2))].map(drawTest))
		: oneOf([() => ({ $and: some() }), () => ({ $or: some() }), () => ({ $not: drawCondition(depth - 1) }),
			() => ({ $nor: some() })])();
}

function drawSite() {
	const triggers = {};
	let slots = 0;

	for (let i = 0, n = 1 + below(7); i < n; i++) {
		const t = triggers['t' + i] = { audience: drawCondition(2), priority: i * 7 % 8 * 10, entry: 'a/b' };

		if (chance(2))
			t.cooldown = oneOf([1, 60, 3600, 86400]);
		if (chance(2))
			t.once = oneOf(['session', 'visitor']);
		if (chance(2))
			t.slot = 's' + (slots < 3 && chance(2) || !slots ? ++slots : 1 + below(slots));
	}
	return { attributes, scores: { intent: {} }, triggers: { active: 1 + below(5), triggers } };
}

function drawVisitor(list) {
	const visitor = {}, moment = () => oneOf([0, 0, NOW, NOW - 59, NOW - 60, NOW - 3600, NOW - 86400 + below(3),
		NOW - 2592000, NOW - 2591999, NOW + 7, NOW - below(10000000)]);

	for (const [name, { type }] of Object.entries(attributes))
		if (!chance(5))
			visitor[name] = type === 'boolean' ? chance(2) : type === 'number' ? drawNumber()
				: oneOf(name === 'tier' ? words.tier : [...words[name], 'other']);
	return { visitor, server: Object.fromEntries(Object.entries(visitor).filter(([name]) => server.includes(name))),
		memory: list.map(() => ({ active: chance(5), shown: chance(2) ? 0 : moment(), closed: chance(3) ? moment() : 0 })),
		world: { now: NOW, most: 1 + below(5), remembers: !chance(4),
			open: [...Array(4)].map(() => chance(3) ? 1 + below(80) : 0) } };
}

/* As the script asks: by source, with the purpose of the attribute. */
const read = (visitor) => (source, purpose) => {
	const of = Object.keys(attributes).find((a) => !server.includes(a) &&
		(live[a] ?? attributes[a].source.split(':')[1]) === source);

	if (attributes[of]?.purpose !== purpose)
		throw Error(`${source} for ${purpose}`);
	return visitor[of] ?? null;
};

/* What the script comes to; the build lists triggers by falling priority. */
function answer([told, here], bits, { visitor, memory, world }) {
	const list = told.list.map((t, i) => ({ ...t, ...memory[t.id.slice(1)],
		holds: here.some(([of, n], k) => bits[k] && of === i && holds(told.cases[n], read(visitor))) }));
	/* Slots are numbered as they are met; here they have their names. */
	const open = Object.fromEntries(world.open.map((n, i) => [i ? 's' + i : '', n]));
	const held = decide(list, open, world.now, world.most, world.remembers).map((why) => why ?? 'condition');
	const as = (of) => memory.map((_, k) => of(told.list.findIndex((t) => t.id === 't' + k)));

	if (told.list.some((t, i) => t.priority > told.list[i - 1]?.priority))
		throw Error('not in order');
	return { bits, holds: as((i) => +list[i].holds), held: as((i) => held[i]) };
}

const core = spawn(runner, { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: core.stdout })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const seen = {};
let passed = 0, failed = 0, sites = 0, refused = 0;

for (let n = Number(wanted); n > 0;) {
	const site = drawSite();

	core.stdin.write(JSON.stringify(site) + '\n');
	const told = JSON.parse(await next());

	sites++;
	if (told === null) {
		refused++;
		continue;
	}
	const some = [...Array(Math.min(CHUNK, n))].map(() => drawVisitor(told[0].list));

	if (!core.stdin.write(some.map((v) => JSON.stringify(v)).join('\n') + '\n'))
		await once(core.stdin, 'drain');
	for (const visitor of some) {
		const line = await next(), mine = JSON.stringify(answer(told, JSON.parse(line).bits, visitor));

		for (const why of JSON.parse(line).held)
			seen[why] = (seen[why] ?? 0) + 1;
		if (line === mine)
			passed++;
		else if (failed++ < 5)
			console.error(`${JSON.stringify(site.triggers)}\n${JSON.stringify(visitor)}\n` +
				`told   ${JSON.stringify(told)}\ncore   ${line}\nscript ${mine}`);
	}
	n -= some.length;
}
core.stdin.end();
console.log(`  ${sites} sites, ${refused} refused: ${JSON.stringify(seen)}`);
/* Each reason must have been met, and most sites built. */
if (Object.keys(seen).length < 8 || refused * 4 > sites)
	failed++;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
