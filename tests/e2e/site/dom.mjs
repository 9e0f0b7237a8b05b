// Whether two HTML texts are one document to an HTML5 parser.

import { parse } from "parse5";

const attributes = (node) => (node.attrs ?? [])
	.map(({ namespace, prefix, name, value }) => [namespace, prefix, name, value]);

const own = (node) => JSON.stringify([node.nodeName, node.namespaceURI, node.value,
	node.data, node.name, node.publicId, node.systemId, node.mode, attributes(node)]);

function same(a, b) {
	if (own(a) !== own(b))
		return false;
	if ((a.content === undefined) !== (b.content === undefined) ||
	    (a.content !== undefined && !same(a.content, b.content)))
		return false;
	const left = a.childNodes ?? [], right = b.childNodes ?? [];
	return left.length === right.length && left.every((node, i) => same(node, right[i]));
}

export function sameDocument(a, b) {
	return same(parse(a), parse(b));
}

function textOf(node) {
	return node.nodeName === "#text" ? node.value : (node.childNodes ?? []).map(textOf).join("");
}

// Name and text of every element that a decision chose, in order.
export function regionsOf(text) {
	const found = [];
	const visit = (node) => {
		const region = node.attrs?.find(({ name }) => name === "data-personalized-region");
		if (region !== undefined)
			found.push([region.value, textOf(node)]);
		(node.childNodes ?? []).forEach(visit);
	};
	visit(parse(text));
	return found;
}
