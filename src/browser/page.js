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

/* What base64url says, a character for each byte. */
export const bytes = (text) =>
	atob(text.replace(/-/g, "+").replace(/_/g, "/"));
