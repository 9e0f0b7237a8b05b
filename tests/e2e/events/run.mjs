// The collector of events as it runs: see the other files here.
//
// usage: node run.mjs TESSERA TESSERA-FCGI LOAD SITE [PART...]

import fs from "node:fs";
import { folder, prepare, total } from "./harness.mjs";
import * as hostile from "./hostile.mjs";
import * as load from "./load.mjs";
import * as merge from "./merge.mjs";
import * as rows from "./rows.mjs";

const token = prepare(), only = process.argv.slice(6);
for (const [name, part] of Object.entries({ ...rows, ...hostile, ...merge, ...load }))
	if (only.length === 0 || only.includes(name))
		await part(token);
fs.rmSync(folder, { recursive: true, force: true });
console.log(`collector: ${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
