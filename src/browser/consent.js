/*
 * consent - to what the visitor has agreed, and what may be kept for it.
 *
 * The server says it in the page's state field. Where a page has none, or the
 * choice was changed since, the site's own cookie counts, unless another source
 * of consent is there that only the server reads. What is unknown is withheld,
 * and so is everything under Global Privacy Control.
 */
import { dataset } from "./page.js";

/*
 * What the site's own cookie says. The pattern is the build's: there is nothing
 * where another source is, or a later version (doc/consent.md).
 */
const cookie = () => document.cookie.match(CONFIG.consent)?.[1];

const before = cookie();

/* The state field's second byte: bits of purposes, and 128: consent is known. */
const said = atob(dataset.state).charCodeAt(1);

/* Is this purpose granted at this moment? */
export const granted = (purpose) => !navigator.globalPrivacyControl &&
	(said > 127 && cookie() == before
		? said & CONFIG.purposes[purpose]
		: unescape(cookie()).split(/[+.,]/).includes(purpose));

/*
 * What is kept for a purpose, as long as the tab is open ("session") or for good
 * ("local"): read it, or write it. Without the purpose there is nothing, and
 * what was there goes.
 */
export const keep = (purpose, value, store = "session") => {
	try {
		const name = "tessera." + purpose;

		store = self[store + "Storage"];
		if (!granted(purpose))
			store.removeItem(name);
		else if (value)
			store[name] = JSON.stringify(value);
		else
			return JSON.parse(store[name]);
	} catch {
		/* Nothing is there, or the browser keeps nothing. */
	}
};
