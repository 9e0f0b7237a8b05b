// run - all tests of `tessera serve`.
//
// usage: node run.mjs PROGRAM [FOLDER for screenshots]
import { existsSync } from "node:fs";

import browser from "./browser.mjs";
import { finish } from "./harness.mjs";
import http from "./http.mjs";
import persona from "./persona.mjs";

const [program, shots] = process.argv.slice(2);

await http(program);
await persona(program);
if (existsSync(process.env.CHROMIUM || "/usr/bin/chromium")) {
	const { chromium } = await import("playwright-core");

	await browser(program, chromium, shots);
} else {
	console.log("no chromium: the bar is not tested");
}
finish();
