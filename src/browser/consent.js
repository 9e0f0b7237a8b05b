/*
 * consent - to what the visitor has agreed, and what may be kept for it.
 *
 * The server says it in the page's state field. Where a page has none, or the
 * choice was changed since, the site's own cookie counts, unless another source
 * of consent is there that only the server reads. What is unknown is withheld,
 * and so is everything under Global Privacy Control.
 */
import { field } from "./page.js";

export const ANALYTICS = "analytics";
export const PERSONALIZATION = "personalization";

/* Bits of the state field's second byte; all but 128: that it is known. */
const BITS = { functional: 2, [ANALYTICS]: 4, [PERSONALIZATION]: 8 };

/* The cookies that say something. */
const cookies = () => document.cookie.split("; ").filter((pair) =>
	CONFIG.consent.includes(pair.split("=")[0]));

const before = cookies() + "";
/* The third character ends the byte: it is never one that atob does not know. */
const said = atob((field("state") || "AAA").slice(0, 3) + "A").charCodeAt(1);

/* Is this purpose granted at this moment? */
export const granted = (purpose) => {
	const now = cookies();
	const [own, first, ...words] =
		unescape(now[0]).split(/[=+.,]/);

	return !navigator.globalPrivacyControl && (said > 127 && now == before
		? said & BITS[purpose]
		: !now[1] && own == CONFIG.consent[0] &&
			(isNaN(first) || first == 1) && [first, ...words].includes(purpose));
};

/*
 * What is kept under a name as long as the tab is open: read it, or write it.
 * Without the purpose there is nothing, and what was there goes.
 */
export const keep = (name, purpose, value) => {
	try {
		if (!granted(purpose))
			sessionStorage.removeItem(name);
		else if (!value)
			return JSON.parse(sessionStorage[name]);
		else
			sessionStorage[name] = JSON.stringify(value);
	} catch {
		/* Nothing is there, or the browser keeps nothing. */
	}
};
