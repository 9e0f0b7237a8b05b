/*
 * why - the dialog that says why a region shows what it shows.
 *
 * Loaded when it is asked for. The server says what it chose and why, in the
 * page's language: /_tessera/why as JSON (doc/why.md); chosen.js what the
 * browser has put in its place since. Here both become elements. The browser's
 * own modal dialog keeps the focus, gives it back, and closes with Escape.
 * Nothing is animated.
 */
import { chosen, told } from "./chosen.js";

const sheet = new CSSStyleSheet();

sheet.replaceSync(`
	:where(.tessera-why) {
		box-sizing: border-box; inline-size: min(34rem, 100vw - 2rem);
		max-block-size: calc(100vh - 4rem); overflow: auto;
		padding: 1.25rem; border: 1px solid; border-radius: .5rem;
		background: Canvas; color: CanvasText;
		font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark
	}
	:where(.tessera-why)::backdrop { background: rgb(0 0 0 / .5) }
	:where(.tessera-why :is(h2, h3, p, dl)) { margin: 0 0 .5rem }
	:where(.tessera-why h2) { font-size: 1.25rem }
	:where(.tessera-why h3) { margin-block-start: 1rem; font-size: 1rem }
	:where(.tessera-why dt) { font-weight: 600 }
	:where(.tessera-why dd) { margin: 0 0 .25rem 1rem }
	:where(.tessera-why button) {
		margin-inline-end: .5rem; padding: .4rem .9rem;
		border: 1px solid; border-radius: .25rem; cursor: pointer;
		background: Canvas; color: CanvasText; font: inherit
	}
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/* An element with its properties and what is in it. */
const make = (name, properties, ...content) => {
	const element = Object.assign(document.createElement(name), properties);

	element.append(...content);
	return element;
};

/* An event of the kind `why`: the page's script counts clicks on such elements. */
const count = (dialog, what) => {
	dialog.dataset.tWhy = what;
	dialog.click();
	delete dialog.dataset.tWhy;
};

const ask = async (page) => {
	const reply = await fetch("/_tessera/why?page=" + encodeURIComponent(page),
		{ headers: { Accept: "application/json" } });

	return reply.json();
};

const paragraph = (textContent) => make("p", { textContent });

const list = (signals) => make("dl", {}, ...signals.flatMap(
	({ title, text, texts = [text] }) => [
		make("dt", { textContent: title }),
		...texts.map((textContent) => make("dd", { textContent })),
	]));

/* What stands in a slot, and what was looked at for it: by the browser, too. */
const tell = ({ slot, text, reasons, signals }, words, named) => [
	...named ? [make("h3", { textContent: slot })] : [],
	paragraph(text),
	...reasons ? [paragraph(words.browser), list(reasons)] : [],
	...signals.length > 0
		? [paragraph(words.because), list(signals)]
		: reasons ? [] : [paragraph(words.noSignal)],
];

/* The opt-out: personalization alone is withdrawn, other purposes stay. */
const offer = (withdraw, words) => {
	const says = make("p", { textContent: words.optOutText });
	const button = make("button",
		{ type: "button", textContent: words.optOut });

	if (!withdraw)
		return [make("p", { textContent: words.notIn })];
	says.setAttribute("role", "status");
	button.onclick = async () => {
		const reply = await fetch("/_tessera/consent", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ purposes: withdraw }),
		}).catch(() => ({}));

		says.textContent = reply.ok ? words.optedOut : words.failed;
		button.disabled = reply.ok;
		if (reply.ok) {
			const dialog = says.closest("dialog");

			dialog.querySelector("button:last-child").focus();
			count(dialog, "opted-out");
		}
	};
	return [says, button];
};

/*
 * What the page shows now, in the server's order: what it chose, but for the
 * regions in which the browser has put something else, with all slots in them.
 */
const present = (slots, instead) => {
	const out = [], left = new Set(instead);
	let gone = Infinity;	/* slots deeper than that are not there any more */

	for (const slot of slots) {
		const swapped = instead.filter((one) =>
			one.region && one.slot == slot.slot);
		const stays = document.querySelector("[data-personalized-region=" +
			`"${CSS.escape(slot.slot)}"]:not([data-tessera*="/v/"])`);

		if (slot.depth > gone)
			continue;
		gone = Infinity;
		swapped.forEach((one) => left.delete(one) && out.push(one));
		if (swapped.length > 0 && !stays)
			gone = slot.depth;
		else if (!slot.omitted || slot.signals.length > 0)
			out.push(slot);
	}
	return [...out, ...left];
};

/* The same of one region, of which the button stands in `element`. */
const within = (slots, instead, element) => {
	const { personalizedRegion: name, tessera } = element.dataset;
	const swapped = instead.find((one) =>
		one.region && one.element.dataset.tessera == tessera);
	const inside = instead.filter((one) => !one.region &&
		one.element.closest(`[data-personalized-region="${name}"]`));

	return [...swapped ? [swapped]
		: slots.filter(({ slot }) => slot == name), ...inside];
};

const fill = (dialog, answer, wanted, all) => {
	const { words, text, withdraw, locale } = answer;
	const named = all || wanted.some(({ slot }) => slot != wanted[0].slot);
	const alike = new Set();

	dialog.lang = locale || "";
	dialog.append(make("h2", { id: "tessera-why-title",
		textContent: words.title }));
	if (text || wanted.length == 0)
		dialog.append(paragraph(text || words.noSignal));
	for (const slot of wanted) {
		/* Entries of a list are often decided alike. */
		const key = JSON.stringify(
			[slot.slot, slot.text, slot.reasons, slot.signals]);

		if (!alike.has(key))
			dialog.append(...tell(slot, words, named));
		alike.add(key);
	}
	if (withdraw !== undefined)
		dialog.append(...offer(withdraw, words));
	dialog.append(make("button", { type: "button", autofocus: true,
		textContent: words.close, onclick: () => dialog.close() }));
};

/*
 * The form of {{>why}} was sent: it has the page's signed text, or its path. By
 * a button in a region, it is about this region; otherwise about all of them.
 */
export const show = async ({ target: form, submitter }, config) => {
	const page = form.page.value;
	const dialog = make("dialog", { className: "tessera-why" });
	const answer = await ask(page).catch(() => null);
	const element = submitter?.closest("[data-personalized-region]");

	if (!answer) {
		/* Without the server nothing can be said: its own page says so. */
		location = "/_tessera/why?page=" + encodeURIComponent(page);
		return;
	}

	const slots = told(answer), instead = chosen(answer, config);

	dialog.setAttribute("aria-labelledby", "tessera-why-title");
	fill(dialog, answer, element ? within(slots, instead, element)
		: present(slots, instead), !element);
	dialog.onclose = () => {
		dialog.remove();
		/* The region may have changed meanwhile, and its button with it. */
		if (submitter && !submitter.isConnected)
			document.querySelector("[data-personalized-region=" +
				`"${element.dataset.personalizedRegion}"] > .tessera-ask`)
				?.focus();
	};
	document.body.append(dialog);
	dialog.showModal();
	count(dialog, "opened");
};
