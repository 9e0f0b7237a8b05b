/*
 * triggers - the site's triggers on this page: asked at every change, shown when
 * they fire, and remembered as far as the visitor allows it.
 *
 * Loaded by tessera.js on pages that have some; what it needs of the parts that
 * run already, it is given.
 */
import { holds } from "./evaluate.js";
import { scoresNow, take } from "./score.js";
import { busy, show } from "./show.js";
import { decide } from "./trigger.js";

const FUNCTIONAL = "functional";
const PERSONALIZATION = "personalization";
const SHOWN = "tessera.shown";	/* in this session: ids */
const MEMORY = "tessera.triggers"; /* {id: [shown, closed]} */

/* A number of 32 bits in a text of bytes; 0 where it is not. */
const number = (text, at) => [3, 2, 1, 0].reduce((sum, i) =>
	sum * 256 + (text.charCodeAt(at + i) || 0), 0);

/*
 * Begin. here: what may fire on this page, [case, bit]; mask and state: bytes
 * of the page's fields, empty where they are not known.
 */
export const triggers = (
	{ scores, triggers: { active: most, signals, list, cases } },
	here, mask, state,
	{ add, early, get, granted, hear, keep, load, on }) => {
	const start = number(state, 2) - performance.now() / 1e3;
	const kept = scores[0].map((_, i) =>
		[number(state, 6 + i * 8), number(state, 10 + i * 8)]);
	const shown = keep(SHOWN, FUNCTIONAL) || [];
	const store = (value) => {
		try {
			if (!granted(FUNCTIONAL))
				localStorage.removeItem(MEMORY);
			else if (value)
				localStorage[MEMORY] = JSON.stringify(value);
			else
				return JSON.parse(localStorage[MEMORY]);
		} catch {
			/* Nothing is there, or the browser keeps nothing. */
		}
	};
	const memory = store() || {};
	const open = [], said = {};
	/* The server's clock, for scores; late where the browser kept the page. */
	const now = () => Math.floor(start + performance.now() / 1e3);
	/* The visitor's own, for what is remembered from page to page. */
	const today = () => Math.floor(Date.now() / 1e3);

	const remember = (id, i) => {
		(memory[id] ??= [0, 0])[i] = today();
		keep(SHOWN, FUNCTIONAL, shown);
		store(memory);
	};

	/* What conditions ask; null: it is not known, or may not be. */
	const known = () => {
		const at = state ? scoresNow(scores, kept, now()) : {};
		const out = {};

		for (const name in signals) {
			const [source, purpose] = signals[name];

			out[name] = purpose && !granted(purpose) ? null
				: at[source] ?? get(source) ?? null;
		}
		return out;
	};

	const fire = (t) => {
		const { id, place, slot, files } = t;
		const over = () => t.up = open[place] = 0;

		t.up = true;
		open[place] = 1 + t.priority;
		load(files[document.documentElement.lang] || Object.values(files)[0])
			.then((fragment) => show(fragment, slot, (what) => {
				if (what)
					add("trigger", { id, what });
				if (what == "closed")
					remember(id, 1);
				/* One dialog on a page is enough. */
				if (what != "acted" && place)
					over();
			})).catch(() => false).then((done) => {
				if (done) {
					shown.push(id);
					remember(id, 0);
					add("trigger", { id, what: "shown" });
				} else
					t.gone = over() == 0;
			});
	};

	const check = () => {
		const is = known();

		/* Other pages may have shown some meanwhile. */
		Object.assign(memory, store());
		for (const id of keep(SHOWN, FUNCTIONAL) || [])
			shown.includes(id) || shown.push(id);

		const all = list.map((t, i) => ({
			...t,
			holds: !t.up && !t.gone && here.some(([n, bit]) =>
				cases[n][0] == i && (bit === undefined ||
					mask.charCodeAt(bit >> 3) << bit % 8 & 128) &&
				holds(cases[n][1], is)),
			active: shown.includes(t.id),
			shown: memory[t.id]?.[0],
			closed: memory[t.id]?.[1],
		}));

		decide(all, {
			now: today(), most, remembers: granted(FUNCTIONAL),
			open: [open[0] || busy() && 1, ...open.slice(1)],
		}).forEach((why, i) => {
			const { id } = list[i];

			if (!why)
				fire(list[i]);
			else if (why != "condition" && said[id] != why)
				add("trigger", { id, what: "held", why });
			said[id] = why;
		});
	};

	const heard = (kind, fields) => granted(PERSONALIZATION) &&
		take(scores, kept, kind, fields || {}, now());

	early.forEach((event) => heard(...event));
	hear(heard);
	on(check);
	check();
};
