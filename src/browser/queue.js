/*
 * queue - events on their way to the collector, each of them once.
 *
 * Events of a visitor who agreed to measurement have an id each, by which the
 * collector knows those that come twice; of all others there is nothing but how
 * often each kind came, and the batch's own id says the same of that. A batch leaves when the page is left or hidden, or when
 * it is full; one that was not taken waits, in the tab's storage where that is
 * allowed, and is tried again, later and later, or when the browser is online.
 */
import { ANALYTICS, granted, keep } from "./consent.js";
import { field, form } from "./page.js";

const COLLECTOR = "/_tessera/events";

let events = [], waiting = [], counts;
let under, delay, timer, agreed;	/* under: the batch that is under way */
let heard;

/* Whole ms since the page began. */
export const now = () => performance.now() | 0;

/* Where the visitor has withdrawn, what was not sent yet never will be. */
export const check = () => {
	if (agreed && !granted(ANALYTICS)) {
		events = [];
		waiting = [];
	}
	agreed = granted(ANALYTICS);
	keep("tessera.events", ANALYTICS, waiting);
};

/* As good as 128 random bits: two of 64 characters are one. */
const id = () => btoa(String.fromCharCode(
	...crypto.getRandomValues(new Uint8Array(16))))
	.replace(/\W/g, "_").slice(0, 22);

/*
 * What was refused as wrong is not tried again; all else that failed is, after
 * 5 seconds first and 5 minutes at last.
 */
export const send = async () => {
	clearTimeout(timer);
	check();
	if (under || !navigator.onLine || !(under = waiting[0]))
		return;

	const { status } = await fetch(COLLECTOR,
		{ method: "POST", body: under, keepalive: true }).catch(() => ({}));
	const done = status < 500 && status != 429;

	if (done)
		waiting = waiting.filter((body) => body != under);
	delay = done ? 0 : Math.min(delay * 2 || 5e3, 3e5);
	timer = setTimeout(send, delay);
	under = 0;
	check();
};

/*
 * Send what there is, and of what could not be sent the last 16 batches. last:
 * the page goes away, and no answer is heard.
 */
export const flush = (last) => {
	check();
	if (events[0] || counts)
		waiting = [...waiting, JSON.stringify({ v: 1, id: id(),
			page: location.pathname, events, c: counts,
			why: form?.page.value ?? field("why") })]
			.slice(-16);
	events = [];
	counts = undefined;
	if (last && navigator.onLine)
		waiting = waiting.filter((body) => body == under ||
			!navigator.sendBeacon(COLLECTOR, body));
	send();
};

/* Call f(kind, fields) at every event. */
export const hear = (f) => heard = f;

/* An event of a kind with its fields. */
export const add = (k, f) => {
	heard?.(k, f);
	if (granted(ANALYTICS))
		events.push({ id: id(), k, n: CONFIG.events[k][1], t: now(), f });
	else
		counts = { ...counts, [k]: (counts?.[k] || 0) + 1 };
	/* A batch may have 64, and 64 KiB. */
	if (events.length > 49)
		flush();
};

/* A page begins, or comes back: what others of this tab could not send. */
export const resume = () => {
	waiting = [...new Set([...keep("tessera.events", ANALYTICS) || [], ...waiting])];
	send();
};
