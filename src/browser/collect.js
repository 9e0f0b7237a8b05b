/*
 * collect - what a visitor does becomes signals and events.
 *
 * Elements say what they are by attributes, data-t-KIND="name", with further
 * fields as JSON in data-t-fields; doc/events.md has the table. One listener on
 * the document hears them all: a form counts when it is sent, a control when it
 * has changed, everything else when it is clicked, by whatever means.
 */
import { decide } from "./regions.js";
import { keep } from "./consent.js";
import { measure } from "./vitals.js";
import { max, min } from "./number.js";
import { loaded, signals } from "./signals.js";
import { add, flush, now, resume, send } from "./queue.js";

let acted;		/* when the visitor last did something */
let since;		/* since when the page is seen; 0: it is not */
let seen;		/* ms that it was seen before that */
let left;		/* when it was hidden, or another one was left */
let begun;		/* the form that is being filled in */
let fastest, y;
let report;		/* what is to be called at the end of the view */

/* An element of a kind has heard something. */
const act = (kind, type, element) => {
	const text = element.getAttribute("data-t-" + kind) || element.value;
	const form = (step) => add(kind, { form: text, step });
	const f = {
		[CONFIG.events[kind][0]]: text,
		...JSON.parse(element.dataset.tFields || null),
	};

	if (kind == "form") {
		if (type == "click")
			return;
		if (begun != text)
			form("start");
		if (type != "focusin")
			form(type == "change" ? "field" : type);
		begun = type != "submit" && text;
	} else if (type == ({ FORM: "submit", INPUT: "change", SELECT: "change" }[
			element.tagName] || "click")) {
		if (kind == "search")
			f.length = element[0].value.length;
		if (kind == "filter")
			f.value ||= element.value;
		add(kind, f);
	}
};

const leave = (intent) => signals.exit || add("exit", { intent });

/* The page may be seen now: for the first time, or again. */
const show = () => {
	if (document.hidden || since)
		return;
	since = now();
	if (left)
		add("return", { after: Date.now() - left });
	if (WHOLE)
		decide();
};

/* It is hidden, or goes away: this may be the last that is heard of it. */
const hide = (last) => {
	if (since) {
		tick();
		if (!last)
			leave("tab");
		add("time", { visible: now() - since });
		add("scroll", { depth: signals.scroll, velocity: fastest });
		if (WHOLE)
			report = report?.();
		seen += now() - since;
		since = 0;
		left = Date.now();
	}
	if (last && begun)
		add("form", { form: begun, step: "abandon" });
	flush(last);
};

const view = (back) => {
	const [pages, cart, at, waiting] = keep("analytics") || [0, 0];
	const from = document.referrer.replace(location.origin, "");

	resume(waiting);
	seen = fastest = y = begun = 0;
	if (WHOLE)
		report = measure(left);
	left = back && at;
	signals.pages = pages + 1;
	signals.cart = cart;
	signals.scroll = 0;
	signals.exit = false;
	add("view", {
		referrer: CONFIG.referrers.find(([, like]) => from.match(like))[0],
		first: !pages,
	});
	tick();
	show();
};

/* Once a second. */
const tick = () => {
	const way = scrollY - y;

	send();
	signals.online = navigator.onLine;
	signals.width = innerWidth;
	signals.height = innerHeight;
	if (since) {
		y = scrollY;
		fastest = max(fastest, signals.velocity = Math.abs(way));
		signals.dwell = (seen + now() - since) / 1e3 | 0;
		signals.idle = (now() - acted) / 1e3 | 0;
		/* A finger that wants to the address, or out. */
		if (way < -1e3 && signals.touch)
			leave("scroll");
		if (WHOLE)
			decide();
	}
};

const handlers = {
	pagehide: () => hide(1),
	pageshow: ({ persisted }) => persisted && view(1),
	visibilitychange: () => document.hidden ? hide() : show(),
	mouseout: ({ relatedTarget, clientY }) =>
		relatedTarget || clientY > 0 || leave("mouse"),
	scroll() {
		const depth = min(100, 100 *
			scrollY / (document.body.scrollHeight - innerHeight) | 0);

		if (depth > signals.scroll) {
			signals.scroll = depth;
			if (WHOLE)
				decide();
		}
	},
	/* These say no more than that the visitor does something. */
	keydown: now, pointermove: now,
	click: 0, change: 0, submit: 0, focusin: 0,
};

for (const type in handlers)
	addEventListener(type, (event) => {
		acted = now();
		if (handlers[type])
			handlers[type](event);
		/* Once for each kind that an element is of. */
		else for (const kind in CONFIG.events) {
			const element = event.target.closest?.(`[data-t-${kind}]`);

			if (element)
				act(kind, type, element);
		}
	}, true);
view(loaded.type == "back_forward");
setInterval(tick, 1e3);
