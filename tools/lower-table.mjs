/*
 * lower-table - src/core/lower_table.h from Node's Unicode tables.
 *
 * usage: node tools/lower-table.mjs > src/core/lower_table.h
 */
const lower = [], every = 0x10ffff;
const surrogate = (c) => c >= 0xd800 && c < 0xe000;

for (let c = 0x80; c <= every; c++) {
	if (surrogate(c))
		continue;
	const to = [...String.fromCodePoint(c).toLowerCase()];
	if (to.length !== 1 || to[0].codePointAt(0) === c)
		continue;
	const by = to[0].codePointAt(0) - c, last = lower.at(-1);
	if (last && last.by === by &&
	    (c - last.to === last.step || last.to === last.from && c - last.to < 3)) {
		last.step = c - last.to;
		last.to = c;
	} else
		lower.push({ from: c, to: c, step: 1, by });
}

function ranges(property) {
	const list = [];
	for (let c = 0; c <= every; c++) {
		if (surrogate(c) || !property.test(String.fromCodePoint(c)))
			continue;
		if (list.length > 0 && list.at(-1)[1] === c - 1)
			list.at(-1)[1] = c;
		else
			list.push([c, c]);
	}
	return list;
}

const hex = (c) => '0x' + c.toString(16);
function table(head, rows) {
	let line = '', text = head;
	for (const row of rows) {
		if (line.length + row.length > 72) {
			text += '\n\t' + line;
			line = '';
		}
		line += (line ? ' ' : '') + row + ',';
	}
	return text + '\n\t' + line + '\n};\n';
}

console.log(`/*
 * lower_table - which characters have a lower case, made by
 * tools/lower-table.mjs from Unicode ${process.versions.unicode}.
 */
#ifndef TSR_CORE_LOWER_TABLE_H
#define TSR_CORE_LOWER_TABLE_H

#include <stdint.h>

/* first, last, step, difference */
${table('static const int32_t lower_runs[][4] = {', lower.map(
	({ from, to, step, by }) => `{${hex(from)}, ${hex(to)}, ${step}, ${by}}`))}
/* Letters of either case, for the final sigma. */
${table('static const uint32_t cased[][2] = {', ranges(/\p{Cased}/u).map(
	(r) => `{${hex(r[0])}, ${hex(r[1])}}`))}
/* What stands in a word without being looked at. */
${table('static const uint32_t case_ignorable[][2] = {',
	ranges(/\p{Case_Ignorable}/u).map((r) => `{${hex(r[0])}, ${hex(r[1])}}`))}
#endif`);
