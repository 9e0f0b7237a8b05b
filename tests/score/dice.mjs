/*
 * dice - random numbers that a seed repeats.
 */
let state = 1n;

export const seed = (n) => { state = BigInt(n); };

/* splitmix64 */
const draw = () => {
	let z;

	state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
	z = state;
	z = BigInt.asUintN(64, (z ^ z >> 30n) * 0xbf58476d1ce4e5b9n);
	z = BigInt.asUintN(64, (z ^ z >> 27n) * 0x94d049bb133111ebn);
	return z ^ z >> 31n;
};

export const below = (n) => Number(draw() % BigInt(n));
export const chance = (n) => below(n) === 0;
export const oneOf = (list) => list[below(list.length)];
