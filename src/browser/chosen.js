/*
 * chosen - what the browser itself shows in a page, and by what.
 *
 * The page says what stands there: data-tessera of a region ends in the file
 * that was put into it, data-trigger names the trigger that shows an element.
 * The page's data and the script's configuration have the conditions, in the
 * form of evaluate.js, and the server's answer (doc/why.md) what the signals
 * are called and what it looked at before it left the rest to the browser. Here
 * they become texts.
 */

/* Words for tests of evaluate.js; all others "match". */
const VERBS = { __proto__: null, "+": "is", "<": "less", "<=": "atMost", ">": "moreThan", ">=": "atLeast",
	in: "oneOf", ini: "oneOf" };

/* Values that one sentence lists. */
const MOST = 8;

/* { words, browser } of an answer; gives what tells of one condition. */
const teller = ({ words, browser = [] }) => {
	const titles = Object.fromEntries(
		browser.map(({ source, title }) => [source, title]));

	const value = (v) => typeof v == "boolean" ? words[v]
		: typeof v == "number" ? `${v}`
		: words.openQuote + v + words.closeQuote;

	const test = ([op, operand], not) => {
		const list = [operand].flat();
		const verb = op == "in" && !list[1] ? "is" : VERBS[op];

		if (verb == "is" && list[0] === null)
			return not ? words.present : words.missing;

		const says = verb === undefined ? words.matches
			: `${words[verb]} ${list.slice(0, MOST).map(value)
				.join(", ")}${list.length > MOST ? ", …" : ""}`;

		return not ? `${words.not}: ${says}` : says;
	};

	/* What holds, a title and texts each. */
	const tell = (condition) => {
		const [op, operand, source] = condition;
		const inner = op == "!" && operand[2] ? operand : condition;

		if (inner[2])
			return [[titles[inner[2]] || inner[2],
				[test(inner, inner != condition)]]];
		if (op == "every")
			return operand.flatMap(tell);
		return [[op == "!" ? words.not : words.any,
			(op == "!" ? [operand] : operand).map((c) => tell(c)
				.map(([title, texts]) => `${title}: ${texts.join("; ")}`)
				.join("; "))]];
	};

	return tell;
};

/* What is said of one signal stands together. */
const gather = (pairs) => {
	const all = new Map();

	for (const [title, texts] of pairs)
		all.set(title, [...all.get(title) || [], ...texts]);
	return [...all].map(([title, texts]) => ({ title, texts }));
};

const shown = ({ words }, name) => name == "default" ? words.own
	: `${words.shows} ${words.openQuote}${name}${words.closeQuote}.`;

/* The page's data, and whether a rule counts, which begins with its bit. */
const data = () => {
	const { textContent, dataset } = document.getElementById("tessera");
	const mask = atob((dataset.mask || "").trim());

	return {
		...JSON.parse(textContent),
		counts: ([bit]) => bit < 0 ||
			mask.charCodeAt(bit >> 3) << bit % 8 & 128,
	};
};

/* Signals, and what the server looked at for rules: each of them once. */
const asked = ({ mask = [] }, rules, signals = []) => {
	const all = new Map();

	for (const signal of [...signals, ...rules.flatMap(([bit]) => mask[bit] || [])])
		if (!all.has(signal.name))
			all.set(signal.name, signal);
	return [...all.values()];
};

/* rules: [bit, condition]; one of them let it be shown. */
const because = (answer, rules) => {
	const tell = teller(answer);
	const conditions = rules.map(([, condition]) => condition);

	return {
		reasons: gather(conditions[1] ? tell(["some", conditions])
			: conditions.flatMap(tell)),
		signals: asked(answer, rules),
	};
};

/*
 * The slots of an answer, with what the server looked at to let the browser
 * choose, too; and those that it leaves to the browser alone. None where it
 * could not tell.
 */
export const told = (answer) => {
	const { regions } = data(), { slots, words } = answer;
	const rules = new Map(), alone = [];

	if (!slots)
		return [];
	for (const e of document.querySelectorAll("[data-tessera$='/']")) {
		const { tessera, personalizedRegion: slot } = e.dataset;
		const omitted = e.tagName == "TEMPLATE";

		if (!rules.has(slot) && !slots.some((one) => one.slot == slot))
			alone.push({ slot, depth: 0, omitted,
				text: omitted ? words.nothing : words.own });
		rules.set(slot, [...rules.get(slot) || [],
			...regions[parseInt(tessera)]]);
	}
	return [...slots, ...alone].map((one) => ({ ...one,
		signals: asked(answer, rules.get(one.slot) || [], one.signals) }));
};

/*
 * All that the browser shows instead of what the server chose: a list of { slot,
 * element, region, text, reasons, signals }. region: it stands in the place of
 * one. reasons have a title and texts; signals are those of the answer.
 */
export const chosen = (answer, { triggers }) => {
	const { counts, ...page } = data();
	const known = new Set(), out = [];
	const first = (name) => !known.has(name) && known.add(name);

	for (const e of document.querySelectorAll("[data-tessera*='/v/']")) {
		const { tessera, variant, personalizedRegion: slot } = e.dataset;
		const at = tessera.indexOf("/");

		if (first(tessera))
			out.push({
				slot, element: e, region: true,
				text: e.tagName == "TEMPLATE" ? answer.words.nothing
					: shown(answer, variant),
				...because(answer, page.regions[tessera.slice(0, at)]
					.filter((rule) => counts(rule) &&
						rule[2] == tessera.slice(at))),
			});
	}
	for (const e of document.querySelectorAll("[data-trigger]")) {
		const { trigger } = e.dataset;
		const i = triggers.list.findIndex(({ id }) => id == trigger);

		if (first(trigger))
			out.push({
				slot: e.closest("[data-t-slot]")?.dataset.tSlot || trigger,
				element: e, region: false, text: shown(answer, trigger),
				...because(answer, page.triggers.filter(counts)
					.filter(([, of]) => of == i)
					.map(([bit, , n]) => [bit, triggers.cases[n]])),
			});
	}
	return out;
};
