/*
 * collect - what a visitor does becomes signals and events.
 *
 * Elements say what they are by attributes, data-t-KIND="name", with further
 * fields as JSON in data-t-fields; doc/events.md has the table. One listener on
 * the document hears them all: a form counts when it is sent, a control when it
 * has changed, everything else when it is clicked, by whatever means.
 */
import { ANALYTICS, keep } from "./consent.js";
import { add, check, flush, now, resume, send } from "./queue.js";
import { get, look, set } from "./signals.js";


let acted;		/* when the visitor last did something */
let since;		/* since when the page is seen; 0: it is not */
let seen;		/* ms that it was seen before that */
let left;		/* when it was hidden, or another one was left */
let begun;		/* the form that is being filled in */
let fastest, y, atEnd;

/* ---- what elements mean ---- */

const fill = (form, type) => {
	if (begun != form)
		add("form", { form, step: "start" });
	if (type != "focusin")
		add("form", { form, step: type == "change" ? "field" : type });
	begun = type != "submit" && form;
	set("form", true);
};

/* Once for each kind that an element is of. */
const act = (kind, type, element) => {
	const [first, , name] = CONFIG.events[kind];
	const text = element.getAttribute("data-t-" + kind) || element.value;
	const f = {
		[first]: text,
		...JSON.parse(element.dataset.tFields || "{}"),
	};
	const old = get(name);

	if (kind == "form")
		return type == "click" || fill(text, type);
	if (type != ({ FORM: "submit", INPUT: "change", SELECT: "change" }[
		element.tagName] || "click"))
		return;
	if (kind == "search")
		f.length = element[0].value.length;
	if (kind == "filter")
		f.value ||= element.value;
	add(kind, f);
	/* The kind's signal: yes, so many more, or what was chosen. */
	set(name, old === false || (old >= 0
		? old + (f.quantity || 1) * (text == "remove" ? -1 : 1) : text));
};

/* ---- views ---- */

const leave = (intent) => {
	if (!get("exit"))
		add("exit", { intent });
	set("exit", true);
};

/* The page can be seen: for the first time, or again. */
const show = () => {
	since = now();
	if (left) {
		add("return", { after: Date.now() - left });
		set("returned", true);
	}
};

/* It is hidden, or goes away: this may be the last that is heard of it. */
const hide = (last) => {
	if (since) {
		tick();
		if (!last)
			leave("tab");
		add("time", { visible: now() - since });
		add("scroll", { depth: get("scroll"), velocity: fastest });
		atEnd?.();
		seen += now() - since;
		since = 0;
		left = Date.now();
	}
	if (last && begun)
		add("form", { form: begun, step: "abandon" });
	flush(last);
};

const view = (back) => {
	const [pages, cart, at] = keep("tessera.session", ANALYTICS) || [0, 0];
	const from = document.referrer.replace(location.origin, "");

	resume();
	seen = fastest = y = begun = 0;
	left = back && at;
	set("pages", pages + 1);
	set("cart", cart);
	set("scroll", 0);
	set("exit", false);
	add("view", {
		referrer: CONFIG.referrers.find(([, like]) => from.match(like))[0],
		first: !pages,
	});
	/* The browser's cache says first that it is seen, then that it is back. */
	document.hidden || since || show();
	tick();
};

/* Once a second. */
const tick = () => {
	const way = scrollY - y, speed = Math.abs(way);

	check();
	keep("tessera.session", ANALYTICS, [get("pages"), get("cart"), Date.now()]);
	if (!since)
		return;
	y += way;
	fastest = Math.max(fastest, speed);
	set("velocity", speed);
	set("dwell", (seen + now() - since) / 1e3 | 0);
	set("idle", (now() - acted) / 1e3 | 0);
	/* A finger that wants to the address, or out. */
	if (way < -1e3 && get("touch"))
		leave("scroll");
};

const handlers = {
	online: send,
	pagehide: () => hide(1),
	pageshow: ({ persisted }) => persisted && view(1),
	visibilitychange: () => document.hidden ? hide() : since || show(),
	mouseout: ({ relatedTarget, clientY }) =>
		relatedTarget || clientY > 0 || leave("mouse"),
	scroll: () => set("scroll", Math.max(get("scroll"), Math.min(100, 100 *
		scrollY / (document.body.scrollHeight - innerHeight) | 0))),
	offline: 0, resize: 0, keydown: 0, pointermove: 0,
	click: 0, change: 0, submit: 0, focusin: 0,
};

/* Begin with this page; f adds what is to be said at the end of a view. */
export const collect = (f) => {
	atEnd = f;
	for (const type in handlers)
		addEventListener(type, (event) => {
			acted = now();
			look();
			if (handlers[type])
				handlers[type](event);
			else for (const kind in CONFIG.events) {
				const element = event.target.closest?.(`[data-t-${kind}]`);

				if (element)
					act(kind, type, element);
			}
		}, true);
	view(performance.getEntriesByType("navigation")[0]?.type == "back_forward");
	setInterval(tick, 1e3);
};
