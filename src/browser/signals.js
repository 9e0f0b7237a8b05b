/*
 * signals - what the browser knows about the visit, by name.
 *
 * The sources `browser:NAME` of attributes.json. Their first values come with
 * the configuration, where a text is a question to ask of the screen; collect.js
 * sets what the visitor does. Who listens is called with the name and the value
 * that changed; once a second, while the page can be seen, time itself is such a
 * change.
 */
import { granted } from "./consent.js";

/* By name; scores stand beside them, and nobody is told of those. */
export const values = {};

const listeners = [];

/* The value of a signal; undefined: there is none, or none yet. */
export const get = (name) => values[name];

/* The same for a purpose; null: there is none, or it may not be known. */
export const read = (name, purpose) =>
	purpose && !granted(purpose) ? null : get(name) ?? null;

export const set = (name, value) => {
	if (values[name] !== value) {
		values[name] = value;
		listeners.forEach((listener) => listener(name, value));
	}
};

/* Call f(name, value) at every change from now on. */
export const on = (f) => listeners.push(f);

/* Look again at what changes by itself. */
export const look = () => {
	set("online", navigator.onLine);
	set("width", innerWidth);
	set("height", innerHeight);
};

for (const [name, first] of CONFIG.signals)
	set(name, first.big ? matchMedia(first).matches : first);
