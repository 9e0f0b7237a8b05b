/*
 * score - what a visitor did becomes scores from 0 to 100.
 *
 * core/score.c in the browser: whole numbers and divisions rounded down, so
 * that both come to the same. What is told of the site's scores is [vectors,
 * scores]: a vector is [weight, cap, half-life, [event, points, field, is, at
 * least, per]...], a score [name, first vector, end, [tier, from]...]. What is
 * kept is [points, moment] for each vector; points are in 1/256.
 */

/* 65536 * 2^(-k/32): what 1/32 half-lives leave. */
const left = [...Array(32)].map((_, k) => Math.round(65536 / 2 ** (k / 32)));

/* Below 2^32: the shortest half-life is a minute. */
const steps = (at, half) => at * 32 / half >>> 0;

/* What is left of a vector's points at a moment (seconds). */
const pointsNow = ([points, at], [, cap, half], now) => {
	const k = Math.max(0, steps(now, half) - steps(at, half));

	return Math.min(cap,
		points * left[k % 32] / 2 ** (16 + (k >>> 5)) | 0);
};

/* How often an event with these fields gives the points of a rule. */
const times = ([, , field, is, least, per], fields) => {
	const v = fields[field];

	return field == null ? 1
		: is != null ? +(v === is)
		: typeof v != "number" ? 0
		: least != null ? +(v >= least)
		: Math.min(1000, Math.floor(Math.floor(Math.max(v, 0)) / per));
};

/* An event: what is kept afterwards is another one. */
export const take = ([vectors], kept, kind, fields, now) =>
	vectors.forEach((vector, i) => {
		let some = 0, sum = 0;

		for (const gain of vector[3]) {
			const n = gain[0] == kind && times(gain, fields);

			some |= n;
			sum += n * gain[1];
		}
		if (some)
			kept[i] = [Math.min(vector[1], Math.max(0,
				sum + pointsNow(kept[i], vector, now))), now];
	});

/* Write {"score:intent": 62, "score:intent:tier": "warm"}, at a moment. */
export const scoresNow = ([vectors, scores], kept, now, out) => {
	for (const [name, first, end, tiers] of scores) {
		let sum = 0;

		for (let i = first; i < end; i++)
			sum += pointsNow(kept[i], vectors[i], now) *
				vectors[i][0] * 256 / vectors[i][1] | 0;
		sum >>= 8;
		out["score:" + name] = sum;
		out["score:" + name + ":tier"] =
			tiers.findLast(([, from]) => from <= sum)[0];
	}
};
