/*
 * browser - the browser's evaluator of conditions against the reference.
 *
 * usage: node browser.mjs EVALUATE.MJS [PAIRS [SEED]]
 * The same random pairs as differential.mjs draws, without what the build does
 * not leave to the browser: saved groups, dates and addresses; and without
 * conditions that are none. Last line: "N passed, N failed".
 */
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { evalCondition } from '@growthbook/growthbook';
import { drawEval, drawOwn, seed } from './draw.mjs';
import { evalOwn } from './own.mjs';

const [script, wanted = '10000', first = '1'] = process.argv.slice(2);
const { holds } = await import(pathToFileURL(resolve(script)));
const left = /\$(inGroup|notInGroup|savedGroup|cidr|before|after)"/;
/* Attributes that hide what JavaScript needs to make a text of a value. */
const methods = /"@?(toString|valueOf)"/;
seed(Number(first));
console.error = () => {};

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

/* Is each part a condition where there must be one? */
function sound(condition) {
	return isObject(condition) && Object.entries(condition).every(([name, want]) =>
		/^\$(and|or|nor)$/.test(name) ? Array.isArray(want) && want.every(sound) :
		name === '$not' ? sound(want) : soundField(want));
}

function soundField(want) {
	if (Array.isArray(want))
		return want.every(soundField);
	if (!isObject(want))
		return true;
	return Object.entries(want).every(([name, w]) =>
		/^\$regexi?$/.test(name) ? typeof w === 'string' :
		name !== '$elemMatch' ? soundField(w) : isObject(w) &&
		(Object.keys(w).some((k) => k[0] === '$') ? soundField(w) : sound(w)));
}

function theirs(answer, pair) {
	try {
		return answer(pair);
	} catch {
		return null;
	}
}

/* To us a name is a name; see draw.mjs. */
const real = (pair) => JSON.parse(JSON.stringify(pair).replaceAll('@', ''));

let passed = 0, failed = 0, drawn = 0;
while (passed + failed < Number(wanted)) {
	const own = ++drawn % 5 === 0;
	/* As text: nothing may be equal by being the same object. */
	const text = JSON.stringify(own ? drawOwn() : drawEval());
	const pair = JSON.parse(text);
	if (left.test(text.slice(0, text.indexOf('"attributes"'))) ||
	    methods.test(text) || !sound(pair.condition))
		continue;
	const want = theirs(own ? evalOwn : (p) =>
		evalCondition(p.attributes, p.condition, {}), pair);
	if (want === null)
		continue;
	const { condition, attributes } = real(pair);
	let got;
	try {
		got = holds(condition, attributes);
	} catch (e) {
		got = e.message;
	}
	if (got === want) {
		passed++;
		continue;
	}
	if (++failed <= 5)
		console.log(`differs: ${JSON.stringify({ condition, attributes })}\n` +
			`  reference ${want}, browser ${got}`);
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
