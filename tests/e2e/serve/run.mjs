// run.mjs SERVER NOMALLOC [TEST...] - the serving side against a stub release.

import { finish, check } from "./harness.mjs";

const all = ["protocol", "crowd", "workers", "release", "cgi", "start", "cost", "nginx"];
const chosen = process.argv.slice(4);

for (const test of chosen.length > 0 ? chosen : all) {
	const began = performance.now();
	try {
		await (await import(`./${test}.mjs`)).default();
	} catch (error) {
		check(`${test} runs to its end`, false, error.stack);
	}
	console.log(`${test}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
finish();
