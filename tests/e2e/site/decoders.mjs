// The other decoders: Python, gzip and curl, each fed with many bodies at
// once. Items: { body, gz, want, request }: the compressed bytes, the names of
// files with them and with what they should be, and how to ask for them.
// Each function gives the set of items that came out wrong.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const most = { maxBuffer: 1 << 30 };

export function byNode(items) {
	return new Set(items.filter(({ body, want }) => {
		try {
			return !zlib.gunzipSync(body).equals(fs.readFileSync(want));
		} catch {
			return true;
		}
	}));
}

export function byPython(items) {
	const script = path.join(new URL(".", import.meta.url).pathname, "decode.py");
	const run = spawnSync("python3", [script], { ...most,
		input: items.map(({ gz, want }) => `${gz} ${want}\n`).join("") });
	if (run.status !== 0)
		throw new Error(`python3: ${run.stderr}`);
	const wrong = new Set(run.stdout.toString().split("\n"));
	return new Set(items.filter(({ gz }) => wrong.has(gz)));
}

// gzip says nothing about which file is wrong: halve until it is alone.
function gzipAll(items) {
	const run = spawnSync("gzip", ["-dc", ...items.map(({ gz }) => gz)], most);
	const want = Buffer.concat(items.map((item) => fs.readFileSync(item.want)));
	if (run.status === 0 && run.stdout.equals(want))
		return [];
	if (items.length === 1)
		return items;
	const half = items.length >> 1;
	return [...gzipAll(items.slice(0, half)), ...gzipAll(items.slice(half))];
}

export function byGzip(items) {
	const wrong = [];
	for (let i = 0; i < items.length; i += 500)
		wrong.push(...gzipAll(items.slice(i, i + 500)));
	return new Set(wrong);
}

const quote = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

// curl asks again by itself, over kept connections, and checks the CRC.
export function byCurl(items, stand) {
	const config = [];
	const out = (item) => `${item.gz}.curl`;
	for (const item of items) {
		const { target, headers } = item.request;
		config.push(config.length > 0 ? "next" : "",
			`url = ${quote(`http://127.0.0.1:${stand.port}${target}`)}`,
			"compressed", "globoff", "path-as-is", "silent", "show-error",
			`output = ${quote(out(item))}`,
			...headers.map(([name, value]) =>
				`header = ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`));
	}
	const file = path.join(stand.folder, "curl.conf");
	fs.writeFileSync(file, config.join("\n") + "\n", "latin1");
	const run = spawnSync("curl", ["--config", file], most);
	const broken = run.status !== 0 ? run.stderr.toString() : "";
	const wrong = new Set();
	for (const item of items) {
		const got = fs.existsSync(out(item)) ? fs.readFileSync(out(item)) : null;
		fs.rmSync(out(item), { force: true });
		if (got === null || !got.equals(fs.readFileSync(item.want)))
			wrong.add(item);
	}
	if (broken !== "" && wrong.size === 0)
		throw new Error(`curl: ${broken}`);
	return wrong;
}
