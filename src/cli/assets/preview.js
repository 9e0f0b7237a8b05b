/*
 * preview - the bar of `tessera serve`, reloading, and the build's mistakes.
 *
 * Stands in a shadow root beside the page, so that neither's styles reach the
 * other. What the visitor is, the server decides; the bar only writes the
 * cookie tessera_preview and loads the page again.
 */
(() => {
"use strict";

const script = document.currentScript;
const own = "/_tessera/preview/";
const cookieName = "tessera_preview";
const wantsBar = "bar" in script.dataset;
const isErrorPage = "tesseraError" in document.documentElement.dataset;
let generation = Number(script.dataset.generation);
let release = script.dataset.release;

/* ---- small things ---- */

function make(tag, properties, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(properties || {})) {
		if (value === undefined || value === null || value === false)
			continue;
		if (name.startsWith("on"))
			element.addEventListener(name.slice(2), value);
		else
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.filter((child) => child !== null));
	return element;
}

function icon(path, className) {
	const ns = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(ns, "svg");
	const line = document.createElementNS(ns, "path");

	for (const [name, value] of Object.entries({ viewBox: "0 0 24 24",
		fill: "none", stroke: "currentColor", "stroke-width": 2,
		"stroke-linecap": "round", "stroke-linejoin": "round",
		"aria-hidden": "true", class: className || "" }))
		svg.setAttribute(name, value);
	line.setAttribute("d", path);
	svg.append(line);
	return svg;
}

const eye = "M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7Zm7 0a3 3 0 1 0 6 0 3 3 0 0 0-6 0Z";
const down = "m6 9 6 6 6-6";
const cross = "M6 6l12 12M18 6 6 18";

/* What outlives a load of the page in this tab; a page may forbid it. */
const memory = {
	get(name) {
		try {
			return JSON.parse(sessionStorage.getItem(own + name));
		} catch {
			return null;
		}
	},
	set(name, value) {
		try {
			sessionStorage.setItem(own + name, JSON.stringify(value));
		} catch { /* it is only a comfort */ }
	},
};

function here() {
	return location.pathname + location.search;
}

function reload(focus) {
	memory.set("place", { path: here(), x: scrollX, y: scrollY,
		focus: focus || null });
	location.reload();
}

/* ---- the shadow root ---- */

const host = make("div", { id: "tessera-preview" });
const root = host.attachShadow({ mode: "open" });
const sheet = make("link", { rel: "stylesheet", href: own + "preview.css" });
const styled = new Promise((done) => {
	sheet.addEventListener("load", done);
	sheet.addEventListener("error", done);
});

root.append(sheet);
document.documentElement.append(host);

/* ---- the visitor ---- */

function readVisitor() {
	const found = document.cookie.split("; ")
		.find((pair) => pair.startsWith(cookieName + "="));

	try {
		const value = JSON.parse(decodeURIComponent(
			found.slice(cookieName.length + 1)));

		return value !== null && typeof value === "object" ? value : {};
	} catch {
		return {};
	}
}

function writeVisitor(visitor, focus) {
	const text = Object.keys(visitor).length > 0
		? encodeURIComponent(JSON.stringify(visitor)) : "";

	document.cookie = cookieName + "=" + text + "; Path=/; SameSite=Strict" +
		(text === "" ? "; Max-Age=0" : "");
	reload(focus);
}

function setAttribute(name, value, focus) {
	const visitor = readVisitor();

	if (value === undefined)
		delete visitor[name];
	else
		visitor[name] = value;
	writeVisitor(visitor, focus);
}

/* ---- the bar ---- */

function say(value) {
	return value === null ? "missing"
		: value === true ? "yes" : value === false ? "no" : String(value);
}

function segmentSwitch(segment) {
	const id = "segment:" + segment.name;
	const reads = segment.reads.join(", ") || "nothing";
	const why = segment.change !== null ? segment.title
		: "cannot be switched here; it reads " + reads;
	const press = () => {
		const visitor = readVisitor();

		if (segment.change === null)
			return;
		Object.assign(visitor, segment.change.set);
		for (const name of segment.change.clear)
			delete visitor[name];
		writeVisitor(visitor, id);
	};

	return make("li", null, make("button", { type: "button", id,
		class: "switch", role: "switch",
		"aria-checked": String(segment.holds),
		"aria-disabled": segment.change === null ? "true" : null,
		title: "reads " + reads, onclick: press },
	make("span", { class: "track", "aria-hidden": "true" }),
	make("span", { class: "text" },
		make("span", { class: "name" }, segment.name),
		why ? make("span", { class: "title" }, why) : null)));
}

function personaRow(state) {
	const id = "persona";
	const select = make("select", { id, onchange: () => {
		/* Somebody else altogether: what was set goes. */
		writeVisitor(select.value === "" ? {}
			: { _persona: select.value }, id);
	} });

	select.append(make("option", { value: "",
		selected: state.persona === null }, "nobody in particular"));
	for (const { name, title } of state.personas)
		select.append(make("option", { value: name,
			selected: state.persona === name }, title || name));
	return make("div", { class: "attribute" +
		(state.persona === null ? "" : " set"),
	title: "variants/personas.json" },
	make("label", { for: id }, "persona"), select);
}

/* The values one can choose for an attribute, beside any other. */
function choices(attribute) {
	const list = attribute.type === "boolean" ? [true, false]
		: (attribute.values || []).slice();

	if (attribute.set && attribute.value !== null &&
	    !list.includes(attribute.value))
		list.push(attribute.value);
	return list;
}

function attributeRow(attribute, persona) {
	const id = "attribute:" + attribute.name;
	const list = choices(attribute);
	const number = attribute.type === "number";
	const free = attribute.type === "boolean" ? null : make("input", { class: "free", hidden: true,
		type: number ? "number" : "text", step: number ? "any" : null,
		"aria-label": attribute.name + ", other value",
		onchange: () => {
			if (!number)
				setAttribute(attribute.name, free.value, id);
			else if (free.value !== "")
				setAttribute(attribute.name, Number(free.value), id);
		} });
	const select = make("select", { id, onchange: () => {
		const choice = select.value;

		if (free !== null)
			free.hidden = choice !== "other";
		if (choice === "other")
			free.focus();
		else if (choice === "sent")
			setAttribute(attribute.name, undefined, id);
		else if (choice === "missing")
			setAttribute(attribute.name, null, id);
		else
			setAttribute(attribute.name, list[Number(choice)], id);
	} });

	select.append(make("option", { value: "sent", selected: !attribute.set },
		persona ? "as the persona" : "as sent: " + say(attribute.sent)));
	list.forEach((value, i) => select.append(make("option", { value: i,
		selected: attribute.set && value === attribute.value },
	say(value))));
	select.append(make("option", { value: "missing",
		selected: attribute.set && attribute.value === null }, "missing"));
	if (free !== null)
		select.append(make("option", { value: "other" }, "other…"));
	return make("div", { class: "attribute" +
		(attribute.set ? " set" : "") + (attribute.read ? "" : " unread"),
	title: [attribute.source + (attribute.key ? " " + attribute.key : ""),
		attribute.purpose && "needs consent: " + attribute.purpose,
		attribute.read ? "this page asks for it"
			: "this page did not ask for it"]
		.filter(Boolean).join("\n") },
	make("label", { for: id }, attribute.name,
		attribute.read ? make("span", { class: "dot" }) : null),
	select, free);
}

/* 2026-03-01T09:30 in this machine's time zone. */
function localTime(seconds) {
	const at = new Date(seconds * 1000);

	return new Date(at.getTime() - at.getTimezoneOffset() * 60000)
		.toISOString().slice(0, 16);
}

function timeRow(time) {
	const id = "attribute:_time";
	const shown = localTime(time.now);
	const commit = () => {
		if (input.value !== shown)
			setAttribute("_time", input.value === "" ? undefined
				: Math.floor(new Date(input.value).getTime() / 1000), id);
	};
	/* Its value changes with each part that is typed: wait for the end. */
	const input = make("input", { id, type: "datetime-local", onblur: commit,
		onkeydown: (event) => {
			if (event.key === "Enter")
				commit();
		} });

	input.value = shown;
	return make("div", { class: "attribute" + (time.set ? " set" : ""),
		title: "for variants with a start or an end" },
	make("label", { for: id }, "date and time"), input,
	time.set ? make("button", { type: "button", class: "plain free",
		onclick: () => setAttribute("_time", undefined, id) }, "now")
		: null);
}

/* ---- slots ---- */

const frames = make("div", { "aria-hidden": "true" });

function regions(slot) {
	return [...document.querySelectorAll("[data-personalized-region]")]
		.filter((element) => element.dataset.personalizedRegion === slot);
}

function showFrames(slot) {
	frames.replaceChildren();
	for (const element of regions(slot)) {
		const box = element.getBoundingClientRect();
		const frame = make("div", { class: "frame" },
			make("span", null, slot));

		if (box.width === 0 || box.height === 0)
			continue;
		frame.style.left = box.left + "px";
		frame.style.top = box.top + "px";
		frame.style.width = box.width + "px";
		frame.style.height = box.height + "px";
		frames.append(frame);
	}
}

function slotRow(place) {
	const original = place.shown === "default";
	const show = () => showFrames(place.slot);
	const hide = () => frames.replaceChildren();
	const go = () => {
		const element = regions(place.slot).find((e) => e.offsetHeight > 0);

		if (element === undefined)
			return;
		hide();
		element.scrollIntoView({ block: "center", behavior: "instant" });
		show();
	};

	return make("li", null, make("button", { type: "button",
		class: "slot depth" + place.depth,
		title: "in this order: " + place.variants.join(", "),
		onmouseenter: show, onmouseleave: hide, onfocus: show, onblur: hide,
		onclick: go },
	make("span", { class: "slot-name" }, place.slot +
		(place.rows > 1 ? " × " + place.rows : "")),
	make("span", { class: "shown" + (original ? "" : " other") },
		place.shown + (place.omitted ? " (nothing)" : "")),
	make("span", { class: "of" }, "of " + place.variants.length)));
}

/* The places of a list are one slot to who looks at it. */
function joinLists(places) {
	const joined = [];

	for (const place of places) {
		const last = joined[joined.length - 1];

		if (last !== undefined && place.position > 1 &&
		    last.slot === place.slot && last.depth === place.depth) {
			last.rows++;
			if (!last.shown.split(", ").includes(place.shown))
				last.shown += ", " + place.shown;
		} else {
			joined.push({ ...place, rows: 1 });
		}
	}
	return joined;
}

/* ---- the bar as a whole ---- */

const bar = make("div", { class: "bar", hidden: true, role: "region",
	"aria-label": "Preview as another visitor" });

function column(title, ...children) {
	return make("section", null, make("h3", null, title), ...children);
}

function slotColumn(state) {
	const notes = [];

	if (state.page !== null && state.page.editions > 1)
		notes.push(make("p", { class: "none" },
			"whole page: " + state.page.edition + " of " +
				count(state.page.editions, "edition")));
	if (state.slots.length === 0 && notes.length === 0)
		notes.push(make("p", { class: "none" },
			"Everyone sees the same here."));
	return column("What this page shows", ...notes,
		make("ul", { class: "list" }, ...joinLists(state.slots).map(slotRow)));
}

function headOf(state, close) {
	const changed = Object.keys(readVisitor()).length;
	const path = state.page !== null ? state.page.path : location.pathname;
	const locales = state.locales.length < 2 ? null
		: make("ul", { class: "locales", "aria-label": "Languages" },
			...state.locales.map((l) => make("li", null, make("a", {
				href: l.path + location.search, lang: l.tag,
				"aria-current": l.current ? "page" : null }, l.tag))));

	return make("div", { class: "head" },
		make("h2", null, "Looking as"),
		make("span", { class: "path" }, path), locales,
		make("span", { class: "grow" }),
		state.warnings > 0 ? make("button", { type: "button",
			class: "plain", onclick: () => showMessages(state) },
		count(state.warnings, "warning")) : null,
		make("button", { type: "button", class: "plain", id: "reset",
			disabled: changed === 0,
			onclick: () => writeVisitor({}, "close") }, "Reset"),
		close);
}

function pillOf(state, open) {
	const persona = state.personas.find((p) => p.name === state.persona);
	const names = persona !== undefined ? [persona.title || persona.name]
		: state.segments.filter((s) => s.holds).map((s) => s.name);
	const changed = Object.keys(readVisitor()).length;

	return make("button", { type: "button", class: "pill", id: "open",
		"aria-expanded": "false", onclick: open },
	icon(eye, "eye"),
	make("span", { class: "who" }, "Looking as ",
		make("b", null, names.join(", ") || "anyone")),
	changed > 0 ? make("span", { class: "count" }, changed + " set") : null);
}

const settableSources = ["header", "cookie", "query", "hint", "language",
	"device", "address", "state", "profile", "score", "experiment",
	"holdout"];

function drawBar(state) {
	const settable = (state.attributes || [])
		.filter((a) => settableSources.includes(a.source) &&
			a.type !== "json");
	const show = (isOpen, focus) => {
		memory.set("open", isOpen);
		pill.hidden = isOpen;
		panel.hidden = !isOpen;
		frames.replaceChildren();
		if (focus)
			(isOpen ? close : pill).focus();
	};
	const close = make("button", { type: "button", id: "close",
		class: "plain round", "aria-expanded": "true",
		"aria-label": "Close the bar", title: "Close (Esc)",
		onclick: () => show(false, true) }, icon(down));
	const pill = pillOf(state, () => show(true, true));
	const panel = make("div", { class: "sheet", onkeydown: (event) => {
		if (event.key === "Escape")
			show(false, true);
	} }, headOf(state, close), make("div", { class: "columns" },
		column("Segments", state.segments.length === 0
			? make("p", { class: "none" }, "The site has no segments.")
			: make("ul", { class: "list" },
				...state.segments.map(segmentSwitch))),
		column("What is known",
			state.personas.length === 0 ? null : personaRow(state),
			...settable.map((a) =>
				attributeRow(a, state.persona !== null)),
			timeRow(state.time), make("p", { class: "legend" },
				make("span", { class: "dot" }), "this page asks for it")),
		slotColumn(state)));

	bar.replaceChildren(pill, panel);
	show(memory.get("open") === true, false);
}

async function fetchState() {
	const answer = await fetch(own + "state?path=" +
		encodeURIComponent(here()), { cache: "no-store" });

	return answer.json();
}

/* ---- mistakes ---- */

let mistakes = null;

function count(n, what) {
	return n + " " + what + (n === 1 ? "" : "s");
}

/* "file:1:2: error[X001]: text", then the code with a caret and the hint. */
function messageOf(message) {
	const end = message.text.indexOf("\n");
	const first = end < 0 ? message.text : message.text.slice(0, end);
	const rest = end < 0 ? "" : message.text.slice(end + 1).trimEnd();
	const mark = ": " + message.severity + "[" + message.rule + "]: ";
	const at = first.indexOf(mark);

	return make("div", { class: "message " + message.severity },
		make("span", { class: "place" }, at < 0 ? "" : first.slice(0, at)),
		make("span", { class: "what" },
			make("span", { class: "rule" }, message.rule),
			at < 0 ? first : first.slice(at + mark.length)),
		rest === "" ? null : make("pre", { tabindex: "0" }, rest));
}

function hideMessages() {
	if (mistakes !== null)
		mistakes.remove();
	mistakes = null;
}

function showMessages(state) {
	const bad = state.errors > 0;

	hideMessages();
	mistakes = make("dialog", { class: "mistakes" + (bad ? "" : " mild"),
		open: true, "aria-labelledby": "mistakes-title", role: "alertdialog",
		onkeydown: (event) => {
			if (event.key === "Escape")
				hideMessages();
		} },
	make("div", { class: "title" },
		make("h2", { id: "mistakes-title" },
			[bad ? count(state.errors, "mistake") : null,
				state.warnings > 0 ? count(state.warnings, "warning")
					: null].filter(Boolean).join(", ")),
		make("button", { type: "button", class: "plain round",
			"aria-label": "Hide", onclick: hideMessages }, icon(cross))),
	bad ? make("p", { class: "why" }, "You see the site as it was before. " +
		"This goes away as soon as a build has no mistakes.") : null,
	make("div", { class: "body" }, ...state.messages.map(messageOf)));
	root.append(mistakes);
}

/* ---- builds ---- */

async function onBuild(news) {
	if (news.generation === generation)
		return;
	generation = news.generation;
	if (isErrorPage || (news.errors === 0 && news.release !== release)) {
		reload();
		return;
	}
	const state = await fetchState();

	if (state.errors > 0)
		showMessages(state);
	else
		hideMessages();
	if (wantsBar && state.page !== undefined)
		drawBar(state);
}

/*
 * Browsers open few connections to one server, so one page of all that are
 * open listens and tells the others; when it goes, the next one takes over.
 * What happened between is in the first event. Where pages may not agree on
 * one (locks want localhost or https), each listens while it is looked at.
 */
const others = new BroadcastChannel(own);
let events = null;

function hear(news) {
	onBuild(news).catch(() => {});
}

function open() {
	events = new EventSource(own + "events");
	events.addEventListener("build", (event) => {
		const news = JSON.parse(event.data);

		others.postMessage(news);
		hear(news);
	});
}

function openWhileSeen() {
	const seen = document.visibilityState === "visible";

	if (seen && events === null) {
		open();
	} else if (!seen && events !== null) {
		events.close();
		events = null;
	}
}

function listen() {
	others.addEventListener("message", (event) => hear(event.data));
	if (navigator.locks === undefined) {
		document.addEventListener("visibilitychange", openWhileSeen);
		openWhileSeen();
		return;
	}
	navigator.locks.request(own + "events", () => {
		open();
		return new Promise(() => {}); /* until the page goes */
	}).catch(() => {});
}

/* ---- begin ---- */

function restorePlace() {
	const place = memory.get("place");

	memory.set("place", null);
	if (place === null || place.path !== here())
		return null;
	const go = () => scrollTo({ left: place.x, top: place.y,
		behavior: "instant" });

	go();
	if (document.readyState !== "complete")
		addEventListener("load", go, { once: true });
	return place.focus;
}

async function begin() {
	const focus = restorePlace();

	listen();
	addEventListener("scroll", () => frames.replaceChildren(),
		{ passive: true });
	if (!isErrorPage)
		root.append(frames, bar);
	const state = await fetchState();

	/* A build that ended while this page was on its way. */
	await onBuild(state);
	if (isErrorPage)
		return;
	await styled;
	if (state.errors > 0)
		showMessages(state);
	if (!wantsBar || state.page === undefined)
		return;
	drawBar(state);
	bar.hidden = false;
	if (focus !== null) {
		const element = root.getElementById(focus);

		if (element !== null)
			element.focus({ preventScroll: true });
	}
}

begin().catch((error) => console.error("tessera preview:", error));
})();
