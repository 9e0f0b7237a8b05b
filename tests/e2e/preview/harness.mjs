// harness - a small site in a folder of its own, and the real program on it.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

export const files = {
	"tessera.json": { name: "Try", baseUrl: "https://try.example",
		locales: { default: "en", en: { name: "English" },
			de: { name: "Deutsch", fallback: ["en"] } },
		notFound: "404", consent: {} },
	"content/models/hero.json": { type: "object",
		properties: { title: { type: "string", "x-translate": false } },
		required: ["title"] },
	"content/models/layouts/default.json": { type: "object", properties: {} },
	"content/pages/index.json": { title: "Home", slots: {
		hero: { component: "hero", fields: { title: "For everyone" } },
		aside: { component: "hero", fields: { title: "Beside" } } } },
	"content/pages/index.de.json": { title: "Start" },
	"content/pages/about.json": { title: "About", locales: ["en"] },
	"content/pages/404.json": { title: "Nothing here", locales: ["en"] },
	"content/redirects.json": { "/old": "/about" },
	"templates/layouts/default.html": `<!DOCTYPE html>
<html lang="{{page.locale}}"><head><meta charset="utf-8">
<title>{{page.title}}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="icon" href="{{'icon.svg'|asset}}">
<link rel="stylesheet" href="{{'site.css'|asset}}"></head>
<body><main><h1>{{page.title}}</h1>
{{>slot:hero}}
{{>slot:aside}}
</main></body></html>
`.replace("{{'icon.svg'|asset}}", "{{site.fields.icon|asset}}")
		.replace("{{'site.css'|asset}}", "{{site.fields.css|asset}}"),
	"templates/components/hero.html":
		"<section class=\"hero\"><h2>{{title}}</h2></section>\n",
	"templates/assets/site.css":
		"* { outline: 9px solid lime !important } .hero { color: #123 }\n" +
		"main { height: 3000px }\n",
	"templates/assets/icon.svg":
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">" +
		"<path d=\"M0 0h8v8z\"/></svg>\n",
	"variants/attributes.json": {
		tier: { type: "string", source: "cookie:tier",
			purpose: "personalization", values: ["gold", "silver"] },
		mobile: { type: "boolean", source: "header:X-Mobile" },
		cart: { type: "number", source: "cookie:cart" } },
	"variants/segments.json": {
		vip: { audience: { tier: "gold" }, title: "Gold customers" },
		rich: { audience: { cart: { $exists: true, $gt: 100 } } } },
	"variants/index/hero/vip.json": { audience: "vip", priority: 80,
		fields: { title: "For gold" } },
	"variants/index/hero/mobile.json": { audience: { mobile: true },
		priority: 70, fields: { title: "For phones" } },
	"variants/index/aside/winter.json": { audience: {}, priority: 10,
		fields: { title: "For the winter" },
		startsAt: "2030-01-01T00:00:00Z", endsAt: "2030-02-01T00:00:00Z" },
};
files["tessera.json"].fields = { css: "site.css", icon: "icon.svg" };

export function write(folder, name, content) {
	const path = join(folder, name);

	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, typeof content === "string" ? content
		: JSON.stringify(content, null, "\t") + "\n");
}

export function makeSite(changes = {}) {
	const folder = mkdtempSync(join(tmpdir(), "tessera-preview-"));

	for (const [name, content] of Object.entries({ ...files, ...changes }))
		if (content !== null)
			write(folder, name, content);
	return folder;
}

export function removeSite(folder) {
	rmSync(folder, { recursive: true, force: true });
}

/* Start `tessera serve`; resolves when it says that it is ready. */
export async function serve(program, folder, ...options) {
	const port = options.includes("--listen") ? [] : ["--port", "0"];
	const child = spawn(program, ["serve", "--json", ...port, ...options,
		folder], { stdio: ["ignore", "pipe", "pipe"] });
	const server = { child, events: [], waiting: [], stderr: "" };
	const ended = new Promise((done) => child.on("exit",
		(code, signal) => done(code ?? signal)));

	child.stderr.on("data", (data) => { server.stderr += data; });
	createInterface({ input: child.stdout }).on("line", (line) => {
		const event = JSON.parse(line);

		event.at = performance.now();
		server.events.push(event);
		server.waiting = server.waiting.filter((wake) => !wake());
	});
	/* The n-th event of a kind, counted from 1. */
	server.event = (kind, n = 1) => within(10000, kind + " " + n,
		new Promise((done) => {
			const look = () => {
				const all = server.events.filter((e) => e.event === kind);

				if (all.length < n)
					return false;
				done(all[n - 1]);
				return true;
			};

			if (!look())
				server.waiting.push(look);
		}));
	server.stop = (signal = "SIGINT") => {
		child.kill(signal);
		return within(10000, "end", ended);
	};
	const early = ended.then((code) => {
		throw new Error(`ended early (${code}): ${server.stderr}`);
	});

	early.catch(() => {});
	server.url = (await Promise.race([server.event("ready"), early])).url
		.replace(/\/$/, "");
	server.port = Number(new URL(server.url).port);
	return server;
}

export function within(ms, what, promise) {
	let timer;

	return Promise.race([promise, new Promise((_, fail) => {
		timer = setTimeout(() => fail(new Error("too late: " + what)), ms);
	})]).finally(() => clearTimeout(timer));
}

/* One request, its target sent as it is written. */
export function get(server, path, { method = "GET", headers = {} } = {}) {
	return within(10000, path, new Promise((done, fail) => {
		const r = request({ host: "127.0.0.1", port: server.port, path, method,
			headers, agent: false }, (answer) => {
			const parts = [];

			answer.on("data", (part) => parts.push(part));
			answer.on("end", () => done({ status: answer.statusCode,
				headers: answer.headers,
				body: Buffer.concat(parts).toString() }));
		});

		r.on("error", fail);
		r.end();
	}));
}

export const visitor = (values) => ({ cookie: "tessera_preview=" +
	encodeURIComponent(JSON.stringify(values)) });

export async function state(server, path = "/", headers = {}) {
	const answer = await get(server, "/_tessera/preview/state?path=" +
		encodeURIComponent(path), { headers });

	return JSON.parse(answer.body);
}

/* The server's events as they come. */
export async function listen(server) {
	const controller = new AbortController();
	const answer = await fetch(server.url + "/_tessera/preview/events",
		{ signal: controller.signal });
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";

	return {
		type: answer.headers.get("content-type"),
		close: () => controller.abort(),
		next: () => within(8000, "event", (async () => {
			for (;;) {
				const found = /event: build\ndata: (.*)\n\n/.exec(text);

				if (found !== null) {
					text = text.slice(found.index + found[0].length);
					return JSON.parse(found[1]);
				}
				const { value, done } = await reader.read();

				if (done)
					return null;
				text += value;
			}
		})()),
	};
}

export function build(program, folder, out) {
	execFileSync(program, ["build", "--quiet", "--out", out, folder],
		{ stdio: ["ignore", "ignore", "inherit"] });
}

let passed = 0, failed = 0;

export async function test(name, run) {
	try {
		await run();
		passed++;
	} catch (error) {
		failed++;
		console.log(`not ok: ${name}\n${error.stack}`);
	}
}

export function finish() {
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed === 0 ? 0 : 1);
}
