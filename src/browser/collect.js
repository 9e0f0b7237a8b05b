/*
 * collect - what a visitor does becomes signals and events.
 *
 * Elements say what they are by attributes, data-t-KIND="name", with further
 * fields as JSON in data-t-fields; doc/events.md has the table. One listener on
 * the document hears them all: a form counts when it is sent, a control when it
 * has changed, everything else when it is clicked, by whatever means.
 */
import { ANALYTICS, keep } from "./consent.js";
import { add, check, flush, resume } from "./queue.js";
import { get, set } from "./signals.js";
import { again, report } from "./vitals.js";

const SESSION = "tessera.session";
const FAST = 1e3;	/* px in a second upwards: a finger that wants to leave */

const root = document.documentElement;
const now = () => performance.now();

let acted = 0;		/* when the visitor last did something */
let since = 0;		/* since when the page is seen; 0: it is not */
let seen;		/* ms that it was seen before that */
let left;		/* when it was hidden, or another one was left */
let y = 0;		/* where it stood a second ago */
let fastest, forms, exits, measured;

const listen = (types, f, target = document) => types.split(" ").forEach(
	(type) => target.addEventListener(type, f, true));

/* ---- what elements mean ---- */

const hears = { FORM: "submit", INPUT: "change", SELECT: "change" };

/* A kind's signal: yes, one more, or the name itself. */
const signal = (name, text, more) => {
	const old = get(name);

	set(name, old === false || (old >= 0 ? old + more : text));
};

const act = ({ type, target }) => {
	for (const kind in CONFIG.events) {
		const element = target.closest(`[data-t-${kind}]`);

		if (!element || (hears[element.tagName] || "click") != type)
			continue;
		const text = element.getAttribute("data-t-" + kind) || element.value;
		const f = {
			[CONFIG.events[kind][0]]: text,
			...JSON.parse(element.dataset.tFields || "{}"),
		};

		if (kind == "search")
			f.length = element.querySelector("[type=search]").value.length;
		if (kind == "filter")
			f.value ||= element.value;
		add(kind, f);
		signal(kind == "click" ? "clicks" : kind, text,
			kind != "cart" || (f.quantity || 1) * (text == "add" ? 1 : -1));
	}
};

const fill = ({ type, target }) => {
	const form = target.closest("[data-t-form]")?.dataset.tForm;

	if (!form)
		return;
	if (!forms[form])
		add("form", { form, step: "start" });
	forms[form] = type;
	set("form", true);
	if (type != "focusin")
		add("form", { form, step: type == "submit" ? type : "field" });
};

/* ---- views ---- */

const leave = (intent) => {
	if (!exits[intent])
		add("exit", { intent });
	exits[intent] = true;
	set("exit", true);
};

/* The page can be seen: for the first time, or again. */
const show = () => {
	if (since || document.hidden)
		return;
	since = now();
	if (left) {
		add("return", { after: Date.now() - left });
		set("returned", true);
	}
};

/* It is hidden, or goes away: this may be the last that is heard of it. */
const hide = (last) => {
	if (since) {
		if (!last)
			leave("tab");
		add("time", { visible: Math.round(now() - since) });
		add("scroll", { depth: get("scroll"), velocity: fastest });
		if (!measured)
			add("vitals", report());
		measured = true;
		seen += now() - since;
		since = 0;
		left = Date.now();
	}
	if (last)
		for (const form in forms)
			if (forms[form] != "submit")
				add("form", { form, step: "abandon" });
	flush(last);
};

const from = () => {
	const host = document.referrer.split("/")[2];

	return !host ? "none" : host == location.host ? "same"
		: RegExp(CONFIG.search).test(host) ? "search" : "other";
};

const view = (back) => {
	const [pages, cart, at] = keep(SESSION, ANALYTICS) || [0, 0];

	resume();
	forms = {};
	exits = {};
	seen = fastest = 0;
	measured = false;
	left = back && at;
	set("pages", pages + 1);
	set("cart", cart);
	set("scroll", 0);
	add("view", { referrer: from(), first: !pages });
	show();
	tick();
};

/* Once a second. */
const tick = () => {
	check();
	keep(SESSION, ANALYTICS, [get("pages"), get("cart"), Date.now()]);
	if (!since)
		return;
	const way = scrollY - y;

	y += way;
	fastest = Math.max(fastest, Math.abs(way));
	set("velocity", Math.abs(way));
	set("dwell", (seen + now() - since) / 1e3 | 0);
	set("idle", (now() - acted) / 1e3 | 0);
	if (way < -FAST && get("touch"))
		leave("scroll");
};

/* Begin with this page. */
export const collect = () => {
	listen("click change submit", act);
	listen("focusin change submit", fill);
	listen("click keydown pointermove scroll", () => {
		const rest = root.scrollHeight - innerHeight;

		acted = now();
		set("scroll", Math.max(get("scroll"),
			Math.min(100, scrollY * 100 / rest | 0)));
	});
	listen("mouseout", ({ relatedTarget, clientY }) =>
		relatedTarget || clientY > 0 || leave("mouse"));
	listen("visibilitychange", () => document.hidden ? hide() : show());
	listen("pagehide", () => hide(true), window);
	listen("pageshow", ({ persisted }) => {
		if (persisted) {
			again();
			view(true);
		}
	}, window);
	view(performance.getEntriesByType("navigation")[0]?.type ==
		"back_forward");
	setInterval(tick, 1e3);
};
