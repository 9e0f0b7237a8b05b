/*
 * show - what a trigger shows: in the element of its slot, or in a dialog.
 *
 * Nothing moves: a dialog lies above the page, and a slot has its space from the
 * page's styles; what needs more there is not shown. The browser moves the focus
 * into a dialog and back, and closes it at Escape; we animate nothing.
 */
/* How many dialogs there are, ours and others. */
export const busy = () => document.querySelectorAll("dialog[open]").length;

const inSlot = (slot, fragment) => {
	const place = document.querySelector(`[data-t-slot="${slot}"]`);
	const old = [...place.childNodes], tall = place.offsetHeight;

	place.replaceChildren(fragment);
	if (place.offsetHeight == tall ||
			place.getBoundingClientRect().top >= innerHeight)
		return place;
	place.replaceChildren(...old);
};

const inDialog = (fragment) => {
	const dialog = document.createElement("dialog");
	const title = fragment.querySelector("h1,h2,h3");

	if (title) {
		title.id ||= "tessera-title";
		dialog.setAttribute("aria-labelledby", title.id);
	}
	dialog.append(fragment);
	document.body.append(dialog);
	dialog.showModal();
	return dialog;
};

/*
 * Show a fragment. done("acted") when the visitor follows what it
 * offers, and done("closed") when they close it, or "" when they had acted.
 * False: it could not be shown.
 */
export const show = (fragment, slot, done) => {
	const place = slot ? inSlot(slot, fragment)
		: !busy() && inDialog(fragment);
	let acted;
	const end = () => {
		done(acted ? "" : "closed");
		slot ? place.replaceChildren() : place.remove();
	};

	if (!place)
		return false;
	place.onclose = end;
	place.onclick = ({ target }) => {
		if (target.closest("[data-t-close]"))
			slot ? end() : place.close();
		else if (!acted && target.closest("a,button"))
			done(acted = "acted");
	};
	return true;
};
