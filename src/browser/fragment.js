/*
 * fragment - a variant that stands in a file of its own, as nodes.
 *
 * Files of this site's release alone come here: that is the one way from a
 * text to mark-up, and the one Trusted Types policy.
 */

const policy = globalThis.trustedTypes?.createPolicy("tessera",
	{ createHTML: (text) => text });

const known = {};

const read = async (url) => {
	const template = document.createElement("template");
	const reply = await fetch(url);
	const text = await reply.text();

	if (!reply.ok)
		throw url;
	template.innerHTML = policy ? policy.createHTML(text) : text;
	return template.content;
};

/* A new copy of the nodes at url; rejected when they cannot be had. */
export const load = async (url) =>
	document.importNode(await (known[url] ??= read(url)), true);
