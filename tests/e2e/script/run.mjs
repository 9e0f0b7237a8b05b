// The browser's script on the example site, in real browsers against nginx with
// the policy of doc/nginx.conf and tessera-fcgi. Each case-*.mjs beside this
// file exports run(kit).
//
// usage: node run.mjs BUILD [CASE...]

import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { closeStand, openStand, Tally } from "../site/stand.mjs";
import { flags, openCollector, openVisitor } from "./kit.mjs";

const here = path.dirname(new URL(import.meta.url).pathname);
const wanted = process.argv.slice(3);
const cases = fs.readdirSync(here).filter((name) => /^case-.*\.mjs$/.test(name))
	.map((name) => name.slice(5, -4))
	.filter((name) => wanted.length === 0 || wanted.includes(name)).sort();
const began = performance.now();
const tally = new Tally();
const collector = await openCollector();
const stand = await openStand({ name: "script", extra: `
	location = /_tessera/events { proxy_pass http://127.0.0.1:${collector.port}; }` });
stand.gone = collector.gone;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });

try {
	for (const name of cases) {
		const { run } = await import(`./case-${name}.mjs`);
		const before = tally.passed;
		collector.clear();
		await run({ browser, stand, collector, tally,
			visit: (options) => openVisitor(browser, stand, options) });
		console.log(`  ${name}: ${tally.passed - before} passed`);
	}
} finally {
	await browser.close();
	await closeStand(stand);
	collector.close();
}
tally.close((performance.now() - began) / 1000);
process.exit();
