/*
 * signals - what the browser knows about the visit, by name.
 *
 * The sources `browser:NAME` of attributes.json; collect.js sets what the
 * visitor does. Who listens is called with the name and the value that changed;
 * once a second, while the page can be seen, time itself is such a change.
 */

const asks = (media) => matchMedia(media).matches;

const values = {
	scroll: 0, velocity: 0, dwell: 0, idle: 0, pages: 1, clicks: 0, cart: 0,
	zoom: 0, exit: false, returned: false, search: false, form: false,
	filter: false,
	touch: asks("(pointer:coarse)"),
	motion: asks("(prefers-reduced-motion:reduce)"),
	dark: asks("(prefers-color-scheme:dark)"),
};

const listeners = [];

/* The value of a signal; undefined: there is none, or none yet. */
export const get = (name) => values[name];

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

for (const type of ["online", "offline", "resize"])
	addEventListener(type, look);
look();
