/*
 * tessera - what runs when a page has been read: the parts, put together.
 *
 * The build writes the site's configuration behind this file, which is the
 * body of a function with the one parameter CONFIG. The page is complete
 * without all of it. WHOLE, false in alone.js, leaves out what decides. Modules
 * are imported in an order that compresses well.
 */
import "./collect.js";
import "./ask.js";
