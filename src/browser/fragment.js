/*
 * fragment - what stands in a file of its own, as nodes.
 *
 * The browser reads the file as a document, in which nothing runs: no text
 * becomes mark-up here, and no Trusted Types policy is needed. The build writes
 * its content into a <template>, which may hold parts of a table, too, and
 * nothing stands before that: a page that says why there is no file has another
 * beginning.
 */

/* The nodes at url; rejected when they cannot be had. */
export const load = (url) => new Promise((done) => {
	const request = new XMLHttpRequest();

	request.open("GET", url);
	request.responseType = "document";
	request.onloadend = () => done(request.response);
	request.send();
}).then((file) => file.head.firstChild.content);
