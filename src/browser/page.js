/*
 * page - what the server wrote about this page.
 */

const element = document.getElementById("tessera");

/* The form of {{>why}}, or null. */
export const form = document.getElementById("tessera-why");

/* What is the same for every visitor. */
export const page = () => JSON.parse(element.textContent);

/* A field of this visitor: `mask`, `why`, `state`; "" where it is not known. */
export const field = (name) => (element.dataset[name] || "").trim();

/* Is this bit of the visitor's mask set, the first the highest? -1 is. */
export const open = (bit) => bit < 0 ||
	atob(field("mask")).charCodeAt(bit >> 3) << bit % 8 & 128;
