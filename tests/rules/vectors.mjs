/*
 * vectors - ids and experiments chosen by hand: of any script, numbers, at the
 * ends of ranges. The answers are the reference's, taken when the test runs.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/* The hash is not exported; it stands in a file of the package. */
const require = createRequire(import.meta.url);
const util = require(join(dirname(require.resolve('@growthbook/growthbook')), 'util.js'));

export const hash = (seed, value, version) => util.hash(seed, String(value), version);

const ids = ['1', '0', '-1', '007', '1e21', '123456789012345678', 'user-1', 'a', ' ',
	'\u00fc', 'u\u0308', 'Zo\u00eb', '\u4e2d\u6587\u7528\u6237', '\u0645\u0633\u062a\u062e\u062f\u0645',
	'\u{1f600}', '\u{1f469}\u200d\u{1f4bb}', '\ufeffbom', '\uffff', '\u{10ffff}',
	'6f1b7b0e-9d0a-4d7e-8a43-2f6f2c1d9b10', 'x'.repeat(300), 'tab\t', '"', '\\', '\u007f'];
/* Numbers are hashed as JavaScript writes them. */
const numbers = [1, 10, 1.5, -3, 1e21, 1e-7, 123456789012, 0.1, 9007199254740993];
const seeds = ['', 'my-test', 'holdout-2026', '\u00fcber', '\u{1f680}'];

export const hashVectors = seeds.flatMap((s) => [...ids, ...numbers].flatMap((v) =>
	[1, 2, 3].map((version) => ({ seed: s, value: v, version }))));

const experiments = [
	{ key: 'halves', variations: [0, 1] },
	{ key: 'halves', variations: [0, 1], hashVersion: 2 },
	{ key: 'three', variations: [0, 1, 2], weights: [0.1, 0.3, 0.6], hashVersion: 2 },
	{ key: 'part', variations: [0, 1], coverage: 0.2, hashVersion: 2 },
	{ key: 'none', variations: [0, 1], coverage: 0, hashVersion: 2 },
	{ key: 'uneven', variations: [0, 1], weights: [0.5, 0.6], hashVersion: 2 },
	{ key: 'ranges', variations: [0, 1], ranges: [[0, 0.1], [0.9, 1]], hashVersion: 2 },
	{ key: 'seeded', seed: '\u00fcber', variations: [0, 1, 2, 3], hashVersion: 2 },
	{ key: 'space', variations: [0, 1], namespace: ['pricing', 0.2, 0.7] },
	{ key: 'kept', variations: [0, 1], hashVersion: 2,
		filters: [{ seed: 'holdout', ranges: [[0.1, 1]], hashVersion: 2 }] },
	{ key: 'device', variations: [0, 1], hashAttribute: 'device', hashVersion: 2 },
	{ key: 'one', variations: [0] },
];

export const assignVectors = experiments.flatMap((experiment) =>
	[...ids, ...numbers, '', 0, null, true, [1, 2]].map((id) =>
		({ experiment, attributes: { id, device: id } })));
