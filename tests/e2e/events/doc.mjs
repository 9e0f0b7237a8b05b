/*
 * doc - the table of kinds in doc/events.md says what their schemas say.
 *
 * usage: node doc.mjs ROOT
 */
import { readdirSync, readFileSync } from "node:fs";

const root = process.argv[2];
const folder = `${root}/src/build/schemas/events`;
const doc = readFileSync(`${root}/doc/events.md`, "utf8");
let passed = 0;
let failed = 0;

const number = (n) => n.toLocaleString("en-US");

const values = (f) => {
	if (f.enum)
		return f.enum.map((c) => `\`${c}\``).join(" \\| ");
	if (f.pattern)
		return `\`${f.pattern}\``;
	if (f.type === "string")
		return `text, ${f.maxLength} at most`;
	if (f.type === "boolean")
		return f.type;
	return (f.type === "integer" ? "whole, " : "") +
		`${number(f.minimum)} to ${number(f.maximum)}`;
};

for (const file of readdirSync(folder).sort()) {
	const kind = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
	const fields = Object.entries(kind.properties).map(([name, f]) =>
		`\`${name}\`${kind.required?.includes(name) ? "\\*" : ""}: ${values(f)}`);
	const row = `| \`${file.slice(0, -5)}\` | ` +
		`${kind.description.replace(/\.$/, "")} | ${kind.from} | ` +
		`${kind.category} | ${fields.join("; ")} |`;

	if (doc.includes(`\n${row}\n`)) {
		passed++;
	} else {
		failed++;
		console.log(`doc/events.md lacks:\n${row}`);
	}
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
