/*
 * signals - what the browser knows about the visit, by name.
 *
 * The sources `browser:NAME` of attributes.json. Numbers of things done are
 * set by collect.js; what the browser can always tell is asked when it is
 * wanted. Who listens is called with the name and the value that changed;
 * once a second, while the page can be seen, time itself is such a change.
 */

const asks = (media) => matchMedia(media).matches;

const live = {
	width: () => innerWidth,
	height: () => innerHeight,
	online: () => navigator.onLine,
	touch: () => asks("(pointer:coarse)"),
	motion: () => asks("(prefers-reduced-motion:reduce)"),
	dark: () => asks("(prefers-color-scheme:dark)"),
};

const values = {
	scroll: 0, velocity: 0, dwell: 0, idle: 0, pages: 1, clicks: 0, cart: 0,
	zoom: 0, exit: false, returned: false, search: false, form: false,
	filter: false,
};

const listeners = [];

/* The value of a signal; undefined for a name that is none. */
export const get = (name) => live[name] ? live[name]() : values[name];

/* Tell all that listen. */
export const tell = (name) => {
	for (const listener of listeners)
		listener(name, get(name));
};

export const set = (name, value) => {
	if (values[name] !== value) {
		values[name] = value;
		tell(name);
	}
};

/* Call f(name, value) at every change from now on. */
export const on = (f) => listeners.push(f);
