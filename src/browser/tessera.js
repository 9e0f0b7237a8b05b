/*
 * tessera - what runs when a page has been read: the parts, put together.
 *
 * The build writes the site's configuration behind this file, which is the
 * body of a function with the one parameter CONFIG. The page is complete
 * without all of it.
 */
import * as signals from "./signals.js";

const element = document.getElementById("tessera");

/* The page's data: what is the same for every visitor, and their fields. */
const page = { ...JSON.parse(element.textContent), ...element.dataset };

for (const name of ["online", "offline", "resize"])
	addEventListener(name, () => signals.tell(name == "resize" ? "width" : "online"));
