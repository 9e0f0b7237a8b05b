/*
 * queue - events on their way to the collector, each of them once.
 *
 * Events of a visitor who agreed to measurement have an id each, by which the
 * collector knows those that come twice; of all others there is nothing but how
 * often each kind came. A batch leaves when the page is left or hidden, or when
 * it is full; one that was not taken waits, in the tab's storage where that is
 * allowed, and is tried again, later and later, or when the browser is online.
 */
import { ANALYTICS, granted, keep } from "./consent.js";
import { field } from "./page.js";

const COLLECTOR = "/_tessera/events";
const KEPT = "tessera.events";
const FULL = 50;	/* events; a batch may have 64 */
const WAITING = 16;	/* batches, of 64 KiB at most */
const FIRST = 5e3;	/* ms until the first retry */
const LAST = 3e5;

let events = [];
let counts;
let waiting = [];
let away;		/* the batch that is under way */
let delay, timer, agreed;

/* Where the visitor has withdrawn, what was not sent yet never will be. */
export const check = () => {
	if (agreed && !granted(ANALYTICS)) {
		events = [];
		waiting = [];
	}
	agreed = granted(ANALYTICS);
	keep(KEPT, ANALYTICS, waiting);
};

/* As good as 128 random bits: two of 64 characters are one. */
const id = () => btoa(String.fromCharCode(
	...crypto.getRandomValues(new Uint8Array(16))))
	.replace(/\W/g, "_").slice(0, 22);

/* What was refused as wrong is not tried again; all else that failed is. */
const send = async () => {
	clearTimeout(timer);
	check();
	if (away || !waiting[0] || !navigator.onLine)
		return;
	away = waiting[0];

	const { status } = await fetch(COLLECTOR,
		{ method: "POST", keepalive: true, body: away }).catch(() => ({}));

	const done = status < 500 && status != 429;

	if (done)
		waiting = waiting.filter((body) => body != away);
	delay = done ? 0 : Math.min(delay * 2 || FIRST, LAST);
	timer = setTimeout(send, delay);
	away = 0;
	check();
};

/* Send what there is; last: the page goes away, and no answer is heard. */
export const flush = (last) => {
	check();
	if (events[0] || counts)
		waiting.push(JSON.stringify({ v: 1, page: location.pathname,
			why: field("why"), events, c: counts }));
	events = [];
	counts = undefined;
	waiting = waiting.slice(-WAITING);
	if (last && navigator.onLine)
		waiting = waiting.filter((body) => body == away ||
			!navigator.sendBeacon(COLLECTOR, body));
	send();
};

/* An event of a kind with its fields. */
export const add = (k, f) => {
	if (granted(ANALYTICS))
		events.push({ id: id(), k, n: CONFIG.events[k]?.[1] || 1,
			t: Math.round(performance.now()), f });
	else {
		counts ||= {};
		counts[k] = (counts[k] || 0) + 1;
	}
	if (events.length == FULL)
		flush();
};

/* A page begins, or comes back: what others of this tab could not send. */
export const resume = () => {
	waiting = [...new Set([...keep(KEPT, ANALYTICS) || [], ...waiting])];
	send();
};

addEventListener("online", send);
