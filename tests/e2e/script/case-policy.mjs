// The policy of doc/nginx.conf in a browser: what it forbids does not run. That
// every page of every case comes with it is asked in kit.mjs.

import { laxities } from "./kit.mjs";

// What a fault of the site, or a text of a stranger, could try.
const tries = {
	"a script in the page": () => {
		const script = document.createElement("script");
		script.append("globalThis.ran = true");
		document.body.append(script);
		return globalThis.ran;
	},
	"a handler in the page": () => {
		const button = document.createElement("button");
		button.setAttribute("onclick", "globalThis.ran = true");
		button.click();
		return globalThis.ran;
	},
	"an address that is a script": () => {
		const link = document.createElement("a");
		link.href = "javascript:globalThis.ran = true";
		document.body.append(link);
		link.click();
		return new Promise((resolve) => setTimeout(() => resolve(globalThis.ran), 100));
	},
	// Later: what drives the browser may do what the page may not.
	"eval": () => new Promise((resolve) => {
		setTimeout(() => resolve(globalThis.eval("true")));
		setTimeout(resolve, 100);
	}),
	"Function": () => new Promise((resolve) => {
		setTimeout(() => resolve(globalThis.Function("return true")()));
		setTimeout(resolve, 100);
	}),
	"a timer of text": () => {
		setTimeout("globalThis.ran = true");
		return new Promise((resolve) => setTimeout(() => resolve(globalThis.ran), 100));
	},
	"innerHTML": () => {
		document.createElement("p").innerHTML = "<b>x</b>";
		return true;
	},
	"another policy": () => trustedTypes.createPolicy("another", { createHTML: (text) => text }) && true,
	"the one policy once more": () => trustedTypes.createPolicy("tessera", { createHTML: (text) => text }) && true,
	"a style in the page": () => {
		const style = document.createElement("style");
		style.append("h1 { display: none }");
		document.body.append(style);
		return getComputedStyle(document.querySelector("h1")).display === "none";
	},
	"a script of a stranger": () => new Promise((resolve) => {
		const script = document.createElement("script");
		script.onload = () => resolve(true);
		script.onerror = () => resolve(false);
		try {
			script.src = "https://127.0.0.1:1/x.js";
		} catch {
			return resolve(false);
		}
		document.body.append(script);
	}),
};

// In any browser: what of these runs.
export async function breach(tab) {
	const ran = [];
	for (const [what, f] of Object.entries(tries))
		if (await tab.evaluate(f).catch(() => false))
			ran.push(what);
	return ran;
}

const strict = "script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'self'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'";
const lax = [undefined, "", strict.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
	strict.replace("trusted-types 'none'", "trusted-types tessera"), strict.replace("; require", "; x"),
	`${strict}; connect-src *`, strict.replace("'none'", "'self'")];

export async function run({ visit, tally }) {
	const visitor = await visit();
	await visitor.go("/");
	tally.check(visitor.complaints.length === 0, "the page itself needs none of it", visitor.complaints.join("; "));
	const ran = await breach(visitor.tab);
	tally.check(ran.length === 0, "runs under the policy:", ran.join(", "));
	await visitor.close();

	// The tries themselves: without a policy each of them gets through.
	const free = await visit();
	await free.context.route(/\/about$/, (route) => route.fulfill({ contentType: "text/html",
		body: "<!doctype html><title>Free</title><h1>Free</h1>" }));
	await free.context.route(/x\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
	await free.go("/about");
	const all = await breach(free.tab);
	tally.check(all.length === Object.keys(tries).length, "all get through without it", all.join(", "));
	tally.check(free.complaints.length > 0, "a page without a policy is noticed");
	await free.close();

	const of = (policy) => laxities({ url: () => "http://x/", headers: () => ({ "content-security-policy": policy }),
		request: () => ({ isNavigationRequest: () => true }) }, "http://x");
	tally.check(of(strict).length === 0, "a strict policy is one", of(strict));
	for (const policy of lax)
		tally.check(of(policy).length > 0, "is noticed:", policy);
}
