/*
 * trigger - which of the triggers that hold fire, and what keeps the others.
 *
 * core/trigger.c in the browser. A trigger is {priority, cooldown, once, place,
 * holds, active, shown, closed}, and the most important comes first; once is 1
 * for a session, 2 for good; place "" is the dialog. open has by place 1 + the
 * priority of what it shows, and then also of what fires. At most `most` are
 * active; remembers: what has been shown may be kept. For each trigger comes
 * null when it does not hold, "" when it fires now, else why it does not.
 */
const CLOSED = 2592000;	/* seconds that a closed trigger rests */

export const decide = (list, open, now, most, remembers) => {
	let active = list.filter((t) => t.active).length;

	return list.map((t) => {
		const why = !t.holds ? null
			: (t.cooldown || t.once) && !remembers ? "consent"
			: [0, t.active, t.shown][t.once] ? "once"
			: now - t.closed < CLOSED ? "dismissed"
			: now - t.shown < t.cooldown ? "cooldown"
			: open[t.place] > (t.place && t.priority) ? "priority"
			: !t.active && active >= most ? "cap"
			: "";

		if (why == "") {
			open[t.place] = 1 + t.priority;
			active += !t.active;
		}
		return why;
	});
};
