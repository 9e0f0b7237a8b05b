/*
 * signals - what the browser knows about the visit, by name.
 *
 * The sources `browser:NAME` of attributes.json; rules/signal.h has the list.
 * Their first values come with the configuration, where a text is a question to
 * ask of the screen. collect.js sets what the visitor does, triggers.js the
 * scores. There is none, or none yet: undefined.
 */
export const signals = {};

/* How the page was loaded, as far as the browser says. */
export const [loaded = {}] = performance.getEntriesByType("navigation");

for (const [name, first] of CONFIG.signals)
	signals[name] = first.big ? matchMedia(first).matches : first;
