/*
 * score - what a visitor did becomes scores from 0 to 100.
 *
 * core/score.c in the browser: whole numbers and divisions rounded down, so
 * that both come to the same. A vector is [weight, cap, half-life, gains,
 * points, moment], of which the last two change; points are in 1/256. A gain is
 * [event, points], and perhaps what evaluate.js has to test, [.., test, operand,
 * field]: what comes of it says how often the points are given.
 */
import { max, min } from "./number.js";
import { tests } from "./evaluate.js";

/*
 * What is left of a vector's points at a moment (seconds): 2^(-k/32) after k
 * 32nds of a half-life, of which 65536 parts are counted. There are less than
 * 2^32: the shortest half-life is a minute.
 */
const points = ([, cap, half, , points, at], now) => {
	const steps = (at) => at * 32 / half >>> 0;
	const k = max(0, steps(now) - steps(at));

	return min(cap, points * Math.round(65536 / 2 ** (k % 32 / 32)) /
		2 ** (16 + (k >>> 5)) | 0);
};

/* An event with its fields. */
export const take = (vectors, kind, fields, now) =>
	vectors.forEach((vector) => {
		let some = 0, sum = 0;

		for (const [event, gain, op, operand, field] of vector[3]) {
			const n = event == kind &&
				(!op || tests[op](fields[field], operand));

			some |= n;
			sum += n * gain;
		}
		if (some) {
			vector[4] = min(vector[1],
				max(0, sum + points(vector, now)));
			vector[5] = now;
		}
	});

/* The score that some vectors make at a moment. */
export const scoreNow = (vectors, now) => vectors.reduce((sum, vector) => sum +
	(points(vector, now) * vector[0] * 256 / vector[1] | 0), 0) >> 8;
