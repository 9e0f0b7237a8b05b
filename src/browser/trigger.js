/*
 * trigger - which of the triggers that hold fire, and what keeps the others.
 *
 * core/trigger.c in the browser. A trigger is {priority, cooldown, once, place,
 * holds, active, shown, closed}; once is 1 for a session, 2 for good; place 0 is
 * the dialog. The world is {now, most, remembers, open}: open has by place 1 +
 * the priority of what it shows. For each trigger comes "" when it fires now,
 * else why it does not.
 */

const CLOSED = 2592000;	/* seconds that a closed trigger rests */

export const decide = (list, { now, most, remembers, open }) => {
	const held = [], fired = {};
	const recent = (moment, seconds) =>
		moment && (now < moment || now - moment < seconds);
	let active = list.filter((t) => t.active).length;

	const why = (t) =>
		!t.holds ? "condition"
		: (t.cooldown || t.once) && !remembers ? "consent"
		: t.once == 1 && t.active || t.once == 2 && t.shown ? "once"
		: recent(t.closed, CLOSED) ? "dismissed"
		: recent(t.shown, t.cooldown) ? "cooldown"
		: fired[t.place] || open[t.place] > (t.place && t.priority)
			? "priority"
		: !t.active && active >= most ? "cap"
		: "";

	/* Sorting keeps the order of equal ones. */
	for (const t of [...list].sort((a, b) => b.priority - a.priority)) {
		held[list.indexOf(t)] = why(t);
		if (!held[list.indexOf(t)]) {
			fired[t.place] = true;
			active += !t.active;
		}
	}
	return held;
};
