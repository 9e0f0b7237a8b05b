/*
 * tessera - what runs when a page has been read: the parts, put together.
 *
 * The build writes the site's configuration behind this file, which is the
 * body of a function with the one parameter CONFIG. The page is complete
 * without all of it.
 */
import { mark } from "./ask.js";
import { collect } from "./collect.js";
import { granted, keep } from "./consent.js";
import { load } from "./fragment.js";
import { field, open, page } from "./page.js";
import { add, hear } from "./queue.js";
import { watch } from "./regions.js";
import { on, read, values } from "./signals.js";
import { report } from "./vitals.js";

const early = [];	/* events before triggers are there */

hear((...event) => early.push(event));
collect(report);
mark(document);
watch();
if (page().triggers[0])
	import(CONFIG.more).then(({ triggers }) => triggers(CONFIG, { add, early,
		field, granted, hear, keep, load, on, open, page, read, values }));
