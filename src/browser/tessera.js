/*
 * tessera - what runs when a page has been read: the parts, put together.
 *
 * The build writes the site's configuration behind this file, which is the
 * body of a function with the one parameter CONFIG. The page is complete
 * without all of it.
 */
import { collect } from "./collect.js";
import { watch } from "./regions.js";
import { report } from "./vitals.js";

collect(report);
watch();
