// The logs of two hosts as one: what both took is there once, whatever was
// killed, and in order; and many random lines against a reckoning by hand.

import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { batch, check, event, files, folder, id, post, start, stop, tessera } from "./harness.mjs";

const read = (text) => text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
const run = (args, more = {}) => spawnSync(tessera, ["events", "merge", ...args], { maxBuffer: 1 << 28, ...more });

// A batch that the first host took, and whose answer was lost, goes to the next.
export async function hosts() {
	const one = await start("host-one"), two = await start("host-two");
	const sent = [];
	for (let i = 0; i < 40; i++) {
		const body = i % 3 ? batch([event("view"), event("scroll", { depth: i })])
			: batch([], { id: id(), c: { view: 2, click: 1 } });
		sent.push(body);
		if (i % 5 !== 1)
			await post(one, body);
		if (i % 2)
			await post(two, body);
	}
	await stop(one);
	await stop(two);
	const taken = sent.filter((body, i) => i % 5 !== 1 || i % 2);
	const all = [one, two].flatMap((host) => [...files(host), ...files(host, "counts")]);
	const lines = read(run(all).stdout.toString());
	const events = lines.filter((line) => line.id), sums = lines.filter((line) => line.minute);
	const wanted = taken.flatMap((body) => body.events.map((e) => e.id)).sort();
	check("every event of two hosts is there once", events.map((e) => e.id).sort().join() === wanted.join());
	check("in the order of time", events.every((e, i) => i === 0 || events[i - 1].at <= e.at));
	const counted = taken.filter((body) => body.c).length;
	const sum = (k) => sums.reduce((n, line) => n + line.counts[k], 0);
	check("counts of both hosts are added up once", sum("view") === 2 * counted && sum("click") === counted, sums);
	check("a sum has no id", sums.length > 0 && sums.every((line) => Object.keys(line).join() === "minute,counts"));
}

// More lines than the memory holds, from packed files and others.
export async function merged() {
	const dir = path.join(folder, "merge"), names = [];
	fs.mkdirSync(dir);
	const first = new Map(), sums = new Map(), ids = Array.from({ length: 60000 }, () => id());
	let twice = 0, written = 0;
	for (let file = 0; file < 6; file++) {
		let text = "";
		for (let i = 0; i < 20000; i++) {
			const one = ids[Math.floor(Math.random() * ids.length)];
			const time = 1790000000000 + Math.floor(Math.random() * 600000);
			const counts = Number.parseInt(one.charCodeAt(0), 10) % 4 === 0;
			const minute = time - time % 60000;
			const line = counts ? { minute, id: one, counts: { view: 1 + i % 3, [`k${i % 7}`]: 1 } }
				: { at: time, release: "0123456789abcdef", id: one, k: "view", n: 1, f: { pad: "x".repeat(i % 300) } };
			const json = JSON.stringify(line), key = counts ? minute : time;
			const seen = first.get(one);
			twice += seen !== undefined;
			if (seen === undefined || key < seen.key || key === seen.key && json < seen.json)
				first.set(one, { key, json, line });
			text += `${json}\n`;
			written++;
		}
		names.push(path.join(dir, `${file}.ndjson${file % 2 ? ".gz" : ""}`));
		fs.writeFileSync(names.at(-1), file % 2 ? zlib.gzipSync(text) : text);
	}
	const wanted = [];
	for (const { key, json, line } of first.values())
		if (line.counts) {
			const sum = sums.get(key) ?? {};
			for (const [kind, n] of Object.entries(line.counts))
				sum[kind] = (sum[kind] ?? 0) + n;
			sums.set(key, sum);
		} else {
			wanted.push({ key, json, line });
		}
	wanted.sort((a, b) => a.key - b.key || Buffer.compare(Buffer.from(a.line.id, "base64url"), Buffer.from(b.line.id, "base64url")));
	const result = path.join(dir, "out");
	const made = run(["--memory", "16", "--json", "--out", result, ...names]);
	const report = JSON.parse(made.stdout.toString());
	check("all lines are read", made.status === 0 && report.lines === written && report.damaged === 0, report);
	check("each comes once", report.events === wanted.length && report.twice === twice, [report, twice]);
	const text = fs.readFileSync(result, "utf8").split("\n").filter(Boolean);
	const events = text.filter((line) => line.startsWith('{"at"'));
	check("they are the earliest of their ids, in order", events.join("\n") === wanted.map(({ json }) => json).join("\n"));
	const got = read(text.filter((line) => line.startsWith('{"minute"')).join("\n"));
	check("sums are right", got.length === sums.size && report.sums === sums.size &&
		got.every(({ minute, counts }) => JSON.stringify(counts) ===
			JSON.stringify(Object.fromEntries(Object.entries(sums.get(minute)).sort()))), got[0]);
	let before = 0;
	check("all is in the order of time", read(text.join("\n")).every((line) =>
		(line.at ?? line.minute) >= before && (before = line.at ?? line.minute)));
	const other = run(["--memory", "256", ...names.reverse()]);
	check("another order of files, and more memory, change nothing", other.stdout.toString() === fs.readFileSync(result, "utf8"));
	check("a place for temporary files is needed", run(["--memory", "16", ...names],
		{ env: { TMPDIR: "/nowhere" } }).status === 3);
	check("nothing is left beside the result", fs.readdirSync(dir).length === 7, fs.readdirSync(dir));
	check("a full disk is no result", execFileSync("sh", ["-c", `"$0" events merge "$1" >/dev/full 2>/dev/null; echo $?`,
		tessera, names[0]]).toString().trim() === "3");
}
