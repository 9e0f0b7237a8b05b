/*
 * triggers - the site's triggers on this page: asked at every change, shown when
 * they fire, and remembered as far as the visitor allows it.
 *
 * Nothing moves: a dialog lies above the page, and a slot has its space from the
 * page's styles; what needs more there is not shown. The browser moves the focus
 * into a dialog and back, and closes it at Escape; we animate nothing.
 */
import { scoreNow, take } from "./score.js";
import { signals } from "./signals.js";
import { dataset, open, page } from "./page.js";
import { add } from "./queue.js";
import { granted, keep } from "./consent.js";
import { decide } from "./trigger.js";
import { holds } from "./evaluate.js";
import { load } from "./fragment.js";
import { read } from "./regions.js";

const { vectors, scores, triggers: { active, list, cases } } = CONFIG;

/* Seconds on the visitor's clock, or on one that is ahead of it. */
const now = (ahead = 0) => Date.now() / 1e3 + ahead >>> 0;

/*
 * core/tell.h: behind two bytes, the server's time and the points and moments
 * of all vectors, as browsers' machines have numbers. There is nothing where
 * nothing is known of the visitor: no scores, either.
 */
const [at, ...numbers] = new Uint32Array(Uint8Array.from(
	atob(dataset.state).slice(2), (c) => c.charCodeAt()).buffer);
const ahead = at - now();

vectors.forEach((vector) => vector.push(...numbers.splice(0, 2)));

/* {id: {shown, closed, acted}}: when. A session is as long as the tab is open. */
let memory = {};
const began = keep("functional") || now();
const places = {};	/* what they show: see trigger.js */

/* An event counts for scores. */
export const heard = (kind, fields) => {
	if (granted("personalization"))
		take(vectors, kind, fields, now(ahead));
};

const fire = async (t) => {
	const { id, place } = t;
	let what = "closed";	/* until the visitor has followed the offer */

	const tell = (what) => {
		add("trigger", { id, what });
		(memory[id] ??= {})[what] = now();
		keep("functional", began);
		keep("functional", memory, "local");
	};

	t.open = true;
	try {
		const fragment = await load(t.files[page.locale]);
		let [element] = fragment.children;

		if (place) {
			element = document.querySelector(`[data-t-slot="${place}"]`);
			const old = [...element.childNodes];
			const { offsetHeight } = element;

			element.replaceChildren(fragment);
			if (element.offsetHeight != offsetHeight) {
				element.replaceChildren(...old);
				throw 0;
			}
		} else {
			document.body.append(element);
			element.showModal();
		}
		element.onclose = () => {
			element.replaceChildren();
			if (place)
				t.open = places[place] = 0;
			if (what)
				tell(what);
		};
		if (place)
			element.close = element.onclose;
		element.onclick = ({ target }) => {
			if (target.closest("[data-t-close]"))
				element.close();
			else if (what && target.closest("a,button"))
				what = tell("acted");
		};
		tell("shown");
	} catch {
		/* It is not tried again on this page. */
		places[place] = 0;
	}
};

export const check = () => {
	/* Other pages may have shown some meanwhile. */
	memory = keep("functional", 0, "local") || memory;
	if (at)
		for (const [name, first, end, tiers] of scores) {
			const score = scoreNow(vectors.slice(first, end), now(ahead));

			signals[name] = score;
			signals[name + ":tier"] =
				tiers.findLast(([, from]) => from <= score)[0];
		}
	/* One dialog on a page is enough, ours or another. */
	places[""] ||= document.querySelector("dialog[open]");
	list.forEach((t, i) => {
		t.holds = !t.open && page.triggers.some((use) => use[1] == i &&
			open(use) && holds(cases[use[2]], read));
		Object.assign(t, memory[t.id]);
		t.active = t.shown >= began;
	});
	decide(list, places, now(), active, granted("functional"))
		.forEach((why, i) => {
			const t = list[i], { id } = t;

			if (why == "")
				fire(t);
			/* Once on a page for each reason. */
			if (why)
				t[id + why] ||= !add("trigger",
					{ id, what: "held", why });
		});
};
