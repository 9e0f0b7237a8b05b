/*
 * queue - events on their way to the collector, each of them once.
 *
 * Events of a visitor who agreed to measurement have an id each, by which the
 * collector knows those that come twice; of all others there is nothing but how
 * often each kind came, and the batch's own id says the same of that. A batch
 * leaves when the page is left or hidden, or when it is full; one that was not
 * taken waits, in the tab's storage where that is allowed, and is tried again.
 */
import { decide } from "./regions.js";
import { granted, keep } from "./consent.js";
import { signals } from "./signals.js";
import { max } from "./number.js";
import { dataset, form } from "./page.js";
import { heard } from "./triggers.js";

const COLLECTOR = "/_tessera/events";
const REST = 3e4;	/* ms until what was not taken is tried again */

let events = [], waiting = [], counts;
let under, agreed;	/* under: the batch that is under way, or rests */

/* Whole ms since the page began. */
export const now = () => performance.now() | 0;

/*
 * Keep what the next page of the tab must know. Where the visitor has withdrawn,
 * what was not sent yet never will be.
 */
const save = () => {
	if (agreed && !granted("analytics"))
		events = waiting = [];
	agreed = granted("analytics");
	keep("analytics", [signals.pages, signals.cart, Date.now(), waiting]);
};

/* What was refused as wrong is not tried again; all else that failed is. */
export const send = async () => {
	save();
	if (under || !navigator.onLine || !(under = waiting[0]))
		return;

	const { status } = await fetch(COLLECTOR,
		{ method: "POST", body: under, keepalive: true }).catch(() => ({}));

	if (status < 500 && status != 429) {
		waiting = waiting.filter((body) => body != under);
		under = 0;
		send();
	} else
		setTimeout(() => under = 0, REST);
};

/*
 * Send what there is, and of what could not be sent the last 16 batches. last:
 * the page goes away, and no answer is heard.
 */
export const flush = (last) => {
	save();
	if (events[0] || counts)
		waiting = [...waiting, JSON.stringify({ v: 1, id: crypto.randomUUID?.(),
			page: location.pathname, events, c: counts,
			why: form?.page.value ?? dataset.why })]
			.slice(-16);
	events = [];
	counts = undefined;
	if (last && navigator.onLine)
		waiting = waiting.filter((body) => body == under ||
			!navigator.sendBeacon(COLLECTOR, body));
	send();
};

/*
 * An event of a kind with its fields. It changes the kind's signal: yes, so many
 * more, or what was chosen.
 */
export const add = (k, f) => {
	const [first, n, signal] = CONFIG.events[k], old = signals[signal];

	if (WHOLE)
		heard(k, f);
	if (granted("analytics"))
		events.push({ id: crypto.randomUUID?.(), k, n, t: now(), f });
	else
		counts = { ...counts, [k]: -~counts?.[k] };	/* one more */
	/* A batch may have 64, and 64 KiB. */
	if (events.length > 49)
		flush();
	if (signal) {
		signals[signal] = old === !!old || (old === +old
			? max(0, old +
				(f.quantity || 1) * (f.op == "remove" ? -1 : 1))
			: f[first]);
		if (WHOLE)
			decide();
	}
};

/* A page begins, or comes back: what others of this tab could not send. */
export const resume = (kept = waiting) => waiting = kept;
