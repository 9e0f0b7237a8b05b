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
const FOR_GOOD = "localStorage";

/* Begin with what may fire on this page. */
export const triggers = (
	{ scores, triggers: { active: most, list, cases } },
	{ add, early, field, granted, hear, keep, load, on, open, page, read, values }) => {
	const here = page().triggers.filter(([bit]) => open(bit))
		.map(([, n]) => cases[n]);
	/* core/tell.h: behind two bytes, numbers as browsers' machines have them. */
	const [at, ...numbers] = new Uint32Array(Uint8Array.from(
		atob(field("state")).slice(2), (c) => c.charCodeAt()).buffer);
	const start = at - performance.now() / 1e3;
	const kept = scores[0].map(() => numbers.splice(0, 2));
	const shown = new Set(), memory = { __proto__: null }, places = {};
	/* The server's clock, for scores; late where the browser kept the page. */
	const now = () => start + performance.now() / 1e3 >>> 0;
	/* The visitor's own, for what is remembered from page to page. */
	const today = () => Date.now() / 1e3 >>> 0;

	const tell = ({ id }, what, why) => add("trigger", { id, what, why });

	const remember = ({ id }, i) => {
		(memory[id] = memory[id] || [0, 0])[i] = today();
		keep(SHOWN, FUNCTIONAL, [...shown]);
		keep(MEMORY, FUNCTIONAL, memory, FOR_GOOD);
	};

	const fire = (t) => {
		const { place } = t;

		t.up = true;
		places[place] = 1 + t.priority;
		load(t.files[page().locale])
			.then((fragment) => show(fragment, t.slot, (what) => {
				if (what)
					tell(t, what);
				if (what == "closed")
					remember(t, 1);
				/* One dialog on a page is enough. */
				if (what != "acted" && place)
					t.up = places[place] = 0;
			})).catch(() => {}).then((done) => {
				if (done) {
					shown.add(t.id);
					remember(t, 0);
					tell(t, "shown");
				} else	/* It is not tried again on this page. */
					places[place] = 0;
			});
	};

	const check = () => {
		/* Where nothing is known of the visitor, there are no scores. */
		if (at)
			scoresNow(scores, kept, now(), values);
		/* Other pages may have shown some meanwhile. */
		(keep(SHOWN, FUNCTIONAL) || []).forEach((id) => shown.add(id));
		Object.assign(memory, keep(MEMORY, FUNCTIONAL, 0, FOR_GOOD));
		list.forEach((t, i) => {
			t.holds = !t.up &&
				here.some(([n, c]) => n == i && holds(c, read));
			t.active = shown.has(t.id);
			[t.shown, t.closed] = memory[t.id] || [];
		});
		decide(list, {
			now: today(), most, remembers: granted(FUNCTIONAL),
			open: { ...places, 0: places[0] || busy() },
		}).forEach((why, i) => {
			const t = list[i];

			if (!why)
				fire(t);
			else if (why != "condition" && t.said != why)
				tell(t, "held", why);
			t.said = why;
		});
	};

	const heard = (kind, fields) => granted(PERSONALIZATION) &&
		take(scores, kept, kind, fields || {}, now());

	early.forEach((event) => heard(...event));
	hear(heard);
	on(check);
	check();
};
