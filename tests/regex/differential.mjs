/*
 * differential - random patterns and subjects, compiled here and by Node.
 *
 * usage: node differential.mjs RUNNER [PAIRS [SEED]]
 * Prints each difference, then "N passed, N failed". A pair is a pattern with
 * its flags and a subject; a pattern that one side refuses is one pair too.
 * What is not regular for us is only counted; so is what is too large.
 * With u, V8 also tries \B between the two surrogates of one code point, where
 * ECMA-262 (22.2.7.2, AdvanceStringIndex) does not look: a match that begins
 * there is left out. Every sample that the compiler gives is tried in Node, too.
 */
import { spawnSync } from 'node:child_process';

const [runner, wanted = '20000', seed = '1'] = process.argv.slice(2);
const SUBJECTS = 8;
let state = Number(seed) >>> 0;

/* mulberry32 */
function random(n) {
	state = (state + 0x6d2b79f5) >>> 0;
	let t = state;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];
const chance = (percent) => random(100) < percent;

const letters = [...'aabbcxyzABKkSsXZ019_ -,.:/#!&~\u00df\u00e9\u00c9\u0130' +
    '\u0131\u017f\u212a\u00b5\u03bc\u03c3\u03c2\u03a3\u1e9e\u01c4\u01c5\u01c6' +
    '\u0416\u0436\u3042\u4e2d\u2028\ufeff\u00a0\ufffd\ud7ff\ue000',
    '\n', '\r', '\t', '\u{1f600}', '\u{1f601}', '\u{10400}', '\u{10428}',
    '\u{1d7d8}', '\u{10000}', '\u{10ffff}', '\u0345', '\u03b9', '\u1fbe',
    '\u1c80', '\u0432', '\u13a0', '\uab70', '\u{1e900}', '\u{1e922}'];
const escapes = ['\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\n', '\\t', '\\v',
    '\\f', '\\r', '\\0', '\\x41', '\\u0061', '\\u212a', '\\cJ', '\\.', '\\/',
    '\\*', '\\$', '\\^', '\\(', '\\]', '\\}', '\\|', '\\?', '\\\\',
    '\\ud83d\\ude00', '\\ud83d', '\\ude00', '\\ud801\\udc00'];
const annexb = ['\\c', '\\c!', '\\c1', '\\x4', '\\xg', '\\u12', '\\u{61}',
    '\\u{2}', '\\07', '\\101', '\\377', '\\400', '\\8', '\\9', '\\1', '\\12',
    '\\a', '\\-', '\\p{L}', '\\k', '\\k<a>', '\\_', '\\00', '\\08', '{', '}',
    ']', '{,5}', '{a}', '{1', '{1,', 'x{,2}', '\\B', '\\u{1F600}', '\\u{110000}',
    '\\e', '\\ ', '\\\u00e9', '{1}', '{2,1}', '*', '(?', '(?i)', '\\u{0}',
    '\\u{}', '\\ud83d\\u0061', '\\P{Lu}', '\\p{foo}', '\\\u{1f600}'];
const allProperties = ['L', 'Lu', 'Ll', 'N', 'Nd', 'P', 'S', 'Z', 'Cs', 'Cn',
    'Letter', 'gc=Sc', 'General_Category=Uppercase_Letter', 'Script=Greek',
    'sc=Latn', 'sc=Cyrl', 'scx=Hira', 'Script_Extensions=Greek', 'Any', 'ASCII',
    'Alphabetic', 'Alpha', 'White_Space', 'Emoji', 'Uppercase', 'Lower', 'Cased',
    'ID_Start', 'Assigned', 'Hex_Digit', 'Script=Common', 'sc=Zinh',
    'lowercase', 'Lu=Yes', 'Script=', '=', 'InGreek', 'Extended_Pictographic'];
/* Characters change between versions of Unicode: an older Node is asked only
 * for what does not. */
const sameUnicode = process.versions.unicode.startsWith('17.');
const properties = sameUnicode ? allProperties : ['Any', 'ASCII', 'White_Space',
    'Hex_Digit', 'lowercase', 'Lu=Yes', 'Script=', '=', 'InGreek', 'foo'];

if (!sameUnicode)
	console.log(`properties left out: Node has Unicode ${process.versions.unicode}`);

const literal = (c) => '^$\\.*+?()[]{}|/-'.includes(c) && chance(85) ?
    '\\' + c : c;

function classAtom(u) {
	if (chance(65))
		return pick(letters).replace(/[\]\\^-]/, (c) => '\\' + c);
	if (chance(70))
		return pick(escapes);
	if (u && chance(60))
		return `\\${pick(['p', 'P'])}{${pick(properties)}}`;
	return chance(u ? 4 : 60) ?
	    pick([...annexb, '\\b', '\\c1', '\\c_', '\\B', '-', '^', '[']) : 'q';
}

function charClass(u) {
	let text = chance(30) ? '[^' : '[';
	const n = random(4);

	for (let i = 0; i < n; i++) {
		text += classAtom(u);
		if (chance(20)) {
			const [a, b] = [pick(letters), pick(letters)].sort();
			text += `${a}-${b}`.replace(/[\]\\]/, '');
		}
		if (chance(4))
			text += '-' + classAtom(u);
	}
	return text + (chance(3) ? '-]' : ']');
}

function atom(u, depth) {
	const k = random(100);

	if (k < 42)
		return literal(pick(letters));
	if (k < 50)
		return '.';
	if (k < 62)
		return pick(escapes);
	if (k < 76)
		return charClass(u);
	if (k < 79 && u)
		return `\\${pick(['p', 'P'])}{${pick(properties)}}`;
	if (k < 82)
		return chance(u ? 3 : 60) ? pick(annexb) : 'w';
	if (depth <= 0)
		return 'c';
	return pick(['(', '(?:', '(?:', `(?<n${random(1000)}>`]) +
	    choice(u, depth - 1) + ')';
}

function quantifier() {
	return pick(['*', '+', '?', '{0}', '{1}', '{2}', '{0,1}', '{1,}', '{0,}',
	    '{2,3}', '{1,4}', '{0,2}', '{3,}']) + (chance(20) ? '?' : '');
}

function term(u, depth) {
	if (chance(9))
		return pick(['^', '$', '\\b', '\\B', '\\b', '\\B']);
	const text = atom(u, depth);

	return chance(28) ? text + quantifier() : text;
}

function sequence(u, depth) {
	const n = chance(6) ? 0 : 1 + random(4);
	let text = '';

	for (let i = 0; i < n; i++)
		text += term(u, depth);
	return text;
}

function choice(u, depth) {
	const n = chance(25) ? 2 + random(2) : 1;

	return Array.from({ length: n }, () => sequence(u, depth)).join('|');
}

/* Pieces of the pattern itself, so that matches are not rare. */
function subject(pattern) {
	const n = random(7);
	const own = [...pattern].filter((c) => !'()[]{}|?*+^$\\'.includes(c));
	let text = '';

	for (let i = 0; i < n; i++) {
		const k = random(10);

		if (k < 6 && own.length > 0) {
			const at = random(own.length);
			text += own.slice(at, at + 1 + random(3)).join('');
		} else if (k < 9) {
			text += pick(letters);
		} else {
			text += pick(['\ud83d', '\ude00', 'aa', 'ab', '  ']);
		}
		if (chance(10))
			text = text.toUpperCase();
	}
	return text;
}

/* UTF-8 with lone surrogates as WTF-8, in hexadecimal. */
function hex(text) {
	let out = '';

	for (const c of text) {
		const v = c.codePointAt(0);

		out += v >> 11 === 0xd800 >> 11 ?
		    Buffer.from([0xe0 | v >> 12, 0x80 | (v >> 6 & 63),
			0x80 | (v & 63)]).toString('hex') :
		    Buffer.from(c).toString('hex');
	}
	return out === '' ? '-' : out;
}

function insidePair(re, text) {
	const at = re.exec(text)?.index ?? 0;

	return re.unicode && /^[\ud800-\udbff][\udc00-\udfff]$/.test(
	    text.slice(Math.max(at - 1, 0), at + 1));
}

let passed = 0, failed = 0, notRegular = 0, tooLarge = 0, inside = 0,
    refused = 0, matched = 0;

function tell(what, c, more) {
	failed++;
	if (failed <= 40)
		console.log(`${what}: /${c.pattern}/${c.flags} ` +
		    JSON.stringify(c.pattern) + ` ${more}`);
}

function compare(c, line) {
	let re = null;

	try {
		re = new RegExp(c.pattern, c.flags);
	} catch {
		/* refused */
	}
	if (line === 'R' || line === 'L') {
		notRegular += line === 'R';
		tooLarge += line === 'L';
		return;
	}
	if (line === 'S') {
		refused++;
		if (re !== null)
			tell('only node accepts', c, '');
		else
			passed++;
		return;
	}
	if (re === null) {
		tell('only we accept', c, line);
		return;
	}
	const [bits, yes, no] = line.split(' ');

	c.subjects.forEach((s, i) => {
		const want = re.test(s) ? '1' : '0';

		matched += want === '1';
		if (bits[i] === want)
			passed++;
		else if (insidePair(re, s))
			inside++;
		else
			tell(`node says ${want}`, c, JSON.stringify(s));
	});
	for (const [sample, want] of [[yes, true], [no, false]])
		if (sample !== '!' &&
		    re.test(Buffer.from(sample, 'hex').toString()) !== want)
			tell(`sample, not ${want}`, c, sample);
}

while (passed + failed < Number(wanted)) {
	const cases = [];
	const left = Number(wanted) - passed - failed;

	for (let i = 0; i < Math.min(5000, left / SUBJECTS + 50); i++) {
		const u = chance(50);
		const pattern = choice(u, 3);

		cases.push({ pattern,
		    flags: (u ? 'u' : '') + (chance(40) ? 'i' : ''),
		    subjects: Array.from({ length: SUBJECTS },
			() => subject(pattern)) });
	}
	const input = cases.map((c) => [
	    `${c.flags}${chance(30) ? 'p' : ''}` || '-', hex(c.pattern),
	    ...c.subjects.map(hex)].join(' ') + '\n').join('');
	const run = spawnSync(runner, { input, maxBuffer: 1 << 28 });
	const lines = run.stdout.toString().split('\n');

	if (run.status !== 0 || lines.length !== cases.length + 1) {
		console.log(`the runner ended with ${run.status ?? run.signal} ` +
		    `after ${lines.length - 1} lines: ${run.stderr}`);
		failed++;
		break;
	}
	cases.forEach((c, i) => compare(c, lines[i]));
}
console.log(`${matched} subjects matched, ${refused} patterns refused, ` +
    `${notRegular} not regular, ${tooLarge} too large, ` +
    `${inside} inside a pair`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
