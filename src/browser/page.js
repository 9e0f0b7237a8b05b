/*
 * page - what the server wrote about this page.
 */

/*
 * What is of this visitor: `mask`, `why`, `state`; blank where it is unknown.
 * And what is the same for all.
 */
export const { dataset, textContent } = document.getElementById("tessera");

export const page = JSON.parse(textContent);

/* The form of {{>why}}, or null. */
export const form = document.getElementById("tessera-why");

/*
 * May what is listed as [bit, ..] be for this visitor? Bits of the mask, the
 * first the highest of a byte; -1: always.
 */
export const open = ([bit]) => bit < 0 ||
	atob(dataset.mask).charCodeAt(bit >> 3) << bit % 8 & 128;
