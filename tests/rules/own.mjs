/*
 * own - what Tessera's own operators mean, worked out once more with what Node
 * has: Date for moments, BigInt and its address parser for networks.
 */
import { isIP } from 'node:net';

/* Seconds since 1970 of a moment as RFC 3339 writes it, or null. */
export function moment(text) {
	const m = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/
		.exec(text);
	if (m === null)
		return null;
	const [year, month, day, hour = 0, minute = 0, second = 0] =
		m.slice(1, 7).map((x) => x === undefined ? undefined : Number(x));
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day ||
	    hour > 23 || minute > 59 || second > 60)
		return null;
	let offset = 0;
	if (m[8] !== undefined && m[8].length > 1) {
		const [h, min] = m[8].slice(1).split(':').map(Number);
		if (h > 23 || min > 59)
			return null;
		offset = (h * 60 + min) * (m[8][0] === '-' ? -1 : 1);
	}
	return date.getTime() / 1000 + (hour * 60 + minute - offset) * 60 + second +
		Number(m[7] ?? 0);
}

/* An address as a number of 128 bits, or null; IPv4 stands in ::ffff:0:0/96. */
function address(text) {
	if (typeof text !== 'string' || text.includes('%') || isIP(text) === 0)
		return null;
	const v4 = (t) => t.split('.').reduce((n, part) => n << 8n | BigInt(part), 0n);
	if (isIP(text) === 4)
		return 0xffff00000000n | v4(text);
	const dotted = /[^:]*\.[^:]*$/.exec(text);
	if (dotted !== null) {
		const n = v4(dotted[0]);
		text = text.slice(0, dotted.index) + (n >> 16n).toString(16) + ':' +
			(n & 0xffffn).toString(16);
	}
	const [front, back] = text.split('::').map((t) => t === '' ? [] : t.split(':'));
	const groups = back === undefined ? front :
		[...front, ...Array(8 - front.length - back.length).fill('0'), ...back];
	return groups.reduce((n, g) => n << 16n | BigInt('0x' + g), 0n);
}

function inNetwork(value, network) {
	const a = address(value), [text, bits] = network.split('/');
	const all = isIP(text) === 4 ? 32 : 128;
	const left = BigInt(all - Number(bits ?? all));
	return a !== null && a >> left === address(text) >> left;
}

function apply(operator, operand, value) {
	const seconds = (v) => typeof v === 'number' ? v :
		typeof v === 'string' ? moment(v) : null;
	switch (operator) {
	case '$startsWith':
		return typeof value === 'string' && value.startsWith(operand);
	case '$endsWith':
		return typeof value === 'string' && value.endsWith(operand);
	case '$contains':
		return typeof value === 'string' && value.includes(operand);
	case '$before':
		return seconds(value) !== null && seconds(value) < seconds(operand);
	case '$after':
		return seconds(value) !== null && seconds(value) > seconds(operand);
	case '$cidr':
		return [operand].flat().some((n) => inNetwork(value, n));
	case '$not':
		return !holds(operand, value);
	case '$elemMatch':
		return Array.isArray(value) && value.some((v) => v !== null && holds(operand, v));
	default:
		throw new Error(operator);
	}
}

const holds = (field, value) =>
	Object.entries(field).every(([o, v]) => apply(o, v, value));

/* Whether a condition that drawOwn made holds. */
export function evalOwn({ condition, attributes }) {
	if (condition.$nor)
		return !condition.$nor.some((c) => evalOwn({ condition: c, attributes }));
	return Object.entries(condition).every(([path, field]) => holds(field,
		path.split('.').reduce((v, step) => v?.[step], attributes) ?? null));
}
