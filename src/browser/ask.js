/*
 * ask - a small button in every personalised region: why am I seeing this?
 *
 * They are copies of the button of the form that {{>why}} writes, which asks
 * without a script; the build says where they have their place, and how they
 * look. The dialog itself is another file, CONFIG.why, loaded when somebody asks;
 * where it cannot be had, the form asks as it does without a script.
 */
import { form } from "./page.js";

/* The regions of a document or fragment get their buttons, once. */
export const mark = (root) =>
	form && root.querySelectorAll("[data-why]").forEach((element) =>
		element.append(form.lastChild.cloneNode()));

if (form)
	form.onsubmit = (event) =>
		!import(CONFIG.why).then((why) => why.show(event, CONFIG))
			.catch(() => form.submit());
mark(document);
