// http - the preview as programs see it: requests, events, rebuilding.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import * as h from "./harness.mjs";

export default async function run(program) {
	const folder = h.makeSite();
	const server = await h.serve(program, folder);
	const { test } = h;

	await test("a page comes with the script, and as it was built", async () => {
		const { status, headers, body } = await h.get(server, "/");

		assert.equal(status, 200);
		assert.equal(headers["content-type"], "text/html; charset=utf-8");
		assert.equal(headers["cache-control"], "no-store");
		assert.equal(headers.etag, undefined);
		assert.match(body, /<h2>For everyone<\/h2/);
		assert.match(body, /<script src="\/_tessera\/preview\/preview.js" defer [^>]*data-bar><\/script><\/body>/);
		assert.equal(Number(headers["content-length"]), Buffer.byteLength(body));
	});
	await test("HEAD has the same length and no body", async () => {
		const full = await h.get(server, "/");
		const head = await h.get(server, "/", { method: "HEAD" });

		assert.equal(head.status, 200);
		assert.equal(head.body, "");
		assert.equal(head.headers["content-length"],
			full.headers["content-length"]);
	});
	await test("404, 308 and 405 are the site's own", async () => {
		const none = await h.get(server, "/nothing");
		const old = await h.get(server, "/old?a=1");
		const slash = await h.get(server, "/about/");
		const post = await h.get(server, "/", { method: "POST" });

		assert.equal(none.status, 404);
		assert.match(none.body, /<h1>Nothing here<\/h1>/);
		assert.equal(old.status, 308);
		assert.equal(old.headers.location, "/about?a=1");
		assert.equal(old.headers["cache-control"], "no-store");
		assert.equal(slash.status, 308);
		assert.equal(slash.headers.location, "/about");
		assert.equal(post.status, 405);
		assert.equal(post.headers.allow, "GET, HEAD");
	});
	await test("a foreign Host is refused everywhere", async () => {
		for (const path of ["/", "/_tessera/preview/state",
			"/_tessera/preview/events", "/robots.txt"])
			for (const host of ["evil.example", "evil.example:" + server.port,
				"127.0.0.1", "127.0.0.1:" + (server.port + 1)]) {
				const answer = await h.get(server, path, { headers: { host } });

				assert.equal(answer.status, 421, path + " " + host);
				assert.doesNotMatch(answer.body, /everyone|generation/);
			}
		for (const name of ["localhost:", "127.0.0.1:", "[::1]:"])
			assert.equal((await h.get(server, "/", { headers:
				{ host: name + server.port } })).status, 200, name);
	});
	await test("nothing outside out/public is given out", async () => {
		for (const path of ["/../tessera.json", "/../../../tessera.json",
			"/%2e%2e/%2e%2e/%2e%2e/tessera.json", "/..%2f..%2f..%2ftessera.json",
			"/assets/../../current/site.tsr", "//etc/passwd",
			"/..%5c..%5ctessera.json", "/assets", "/assets/",
			"/robots.txt%00", "/_tessera/preview/../state",
			"/_tessera/preview/error.html", "/_tessera/preview/"]) {
			const { status, body } = await h.get(server, path);

			assert.ok([308, 400, 404].includes(status), path + " " + status);
			assert.doesNotMatch(body, /baseUrl|root:|TESSERA/);
		}
	});
	await test("files come with their types", async () => {
		const { body } = await h.get(server, "/");
		const css = /href="([^"]*\.css)"/.exec(body)[1];
		const svg = /href="([^"]*\.svg)"/.exec(body)[1];

		assert.equal((await h.get(server, css)).headers["content-type"],
			"text/css; charset=utf-8");
		assert.equal((await h.get(server, svg)).headers["content-type"],
			"image/svg+xml");
		assert.equal((await h.get(server, "/_tessera/preview/preview.js"))
			.headers["content-type"], "text/javascript; charset=utf-8");
		assert.equal((await h.get(server, "/_tessera/preview/preview.css"))
			.headers["content-type"], "text/css; charset=utf-8");
	});
	await test("the bar's cookie shows another variant", async () => {
		const rows = [
			[{ tier: "gold" }, "For gold", "vip"],
			[{ mobile: true }, "For phones", "mobile"],
			[{ tier: "gold", mobile: true }, "For gold", "vip"],
			[{ tier: "silver" }, "For everyone", "default"],
			[{ tier: null }, "For everyone", "default"],
			[{ tier: 7, unknown: "x", mobile: "true" }, "For everyone",
				"default"],
		];

		for (const [values, title, variant] of rows) {
			const headers = h.visitor(values);
			const page = await h.get(server, "/", { headers });
			const { slots } = await h.state(server, "/", headers);

			assert.match(page.body, new RegExp(`<h2>${title}</h2`));
			assert.equal(slots.find((s) => s.slot === "hero").shown, variant);
		}
		for (const cookie of ["tessera_preview=", "tessera_preview=%7b",
			"tessera_preview=[]", "tessera_preview=%00", "tessera_preview=%ff",
			"tessera_preview=" + "%7b%22a%22:".repeat(400)])
			assert.match((await h.get(server, "/", { headers: { cookie } })).body,
				/<h2>For everyone<\/h2/);
	});
	await test("the bar's cookie stands above what is sent, and another time",
		async () => {
			const winter = Date.UTC(2030, 0, 15) / 1000;
			const sent = await h.get(server, "/", { headers:
				{ "x-mobile": "?1" } });
			const off = await h.get(server, "/", { headers:
				{ "x-mobile": "?1", ...h.visitor({ mobile: null }) } });
			const later = await h.get(server, "/", { headers:
				h.visitor({ _time: winter }) });

			assert.match(sent.body, /For phones/);
			assert.match(off.body, /For everyone/);
			assert.doesNotMatch(off.body, /For the winter/);
			assert.match(later.body, /For the winter/);
		});
	await test("the state says who looks and what would change it", async () => {
		const headers = { ...h.visitor({ cart: 120.5 }), "x-mobile": "?0" };
		const all = await h.state(server, "/de", headers);
		const by = (list, name) => list.find((x) => x.name === name);

		assert.equal(all.page.id, "index");
		assert.equal(all.page.locale, "de");
		assert.deepEqual(all.locales, [
			{ tag: "en", path: "/", current: false },
			{ tag: "de", path: "/de", current: true }]);
		assert.deepEqual(by(all.attributes, "cart"), { name: "cart",
			type: "number", source: "cookie", key: "cart", purpose: "",
			tier: "request", values: null, value: 120.5, sent: null, set: true,
			read: false });
		assert.equal(by(all.attributes, "mobile").sent, false);
		assert.deepEqual(by(all.attributes, "tier").values, ["gold", "silver"]);
		assert.equal(by(all.segments, "rich").holds, true);
		assert.deepEqual(by(all.segments, "rich").change,
			{ set: {}, clear: ["cart"] });
		assert.equal(by(all.segments, "vip").holds, false);
		assert.equal(by(all.segments, "vip").title, "Gold customers");
		assert.deepEqual(by(all.segments, "vip").change,
			{ set: { tier: "gold" }, clear: [] });
		assert.deepEqual(by(all.segments, "vip").reads, ["tier"]);
		assert.deepEqual(all.slots.map((s) => [s.slot, s.variants]), [
			["hero", ["vip", "mobile", "default"]],
			["aside", ["winter", "default"]]]);
	});

	const listener = await h.listen(server);
	const other = await h.listen(server);
	let first;

	await test("a listener is told the state at once", async () => {
		first = await listener.next();
		assert.equal(listener.type, "text/event-stream");
		assert.equal(first.errors, 0);
		assert.deepEqual(await other.next(), first);
	});
	await test("a saved file is shown within a second, to all", async () => {
		const before = performance.now();

		h.write(folder, "content/pages/index.json", { ...h.files[
			"content/pages/index.json"], title: "Changed" });
		const news = await listener.next();

		assert.ok(performance.now() - before < 1000);
		assert.notEqual(news.release, first.release);
		assert.deepEqual(await other.next(), news);
		assert.match((await h.get(server, "/")).body, /<h1>Changed<\/h1>/);
	});
	await test("a file that is renamed into place, and a new folder, too",
		async () => {
			h.write(folder, "new.tmp", { title: "Renamed",
				locales: ["en"] });
			renameSync(join(folder, "new.tmp"),
				join(folder, "content/pages/about.json"));
			await listener.next();
			assert.match((await h.get(server, "/about")).body, /Renamed/);
			h.write(folder, "content/pages/deep/er/page.json", { title: "Deep",
				locales: ["en"] });
			await listener.next();
			h.write(folder, "content/pages/deep/er/page.json", { title: "Deeper",
				locales: ["en"] });
			await listener.next();
			assert.match((await h.get(server, "/deep/er/page")).body,
				/<h1>Deeper/);
		});
	await test("mistakes keep the last site and are told", async () => {
		const { release } = await h.state(server);

		h.write(folder, "variants/index/hero/vip.json", { audience: "vpi",
			priority: 80, fields: { titel: "x" } });
		const news = await listener.next();
		const page = await h.get(server, "/");
		const { errors, messages } = await h.state(server);

		assert.ok(news.errors >= 1);
		assert.equal(news.release, release);
		assert.equal(page.status, 200);
		assert.match(page.body, /<h1>Changed<\/h1>/);
		assert.match(page.body, /data-errors="[1-9]/);
		assert.equal(errors, news.errors);
		const text = messages.map((m) => m.text).join("");

		assert.match(text, /^variants\/index\/hero\/vip\.json:\d+:\d+: error\[[A-Z]\d{3}\]: /m);
		assert.match(text, /vpi/);
		assert.match(text, /^ +\d+ \| .*vpi.*\n +\| +\^~*/m);
		assert.deepEqual((await server.event("mistakes")).errors, errors);
	});
	await test("mended, the mistakes are gone", async () => {
		h.write(folder, "variants/index/hero/vip.json",
			h.files["variants/index/hero/vip.json"]);
		assert.equal((await listener.next()).errors, 0);
		assert.deepEqual((await h.state(server)).messages, []);
	});
	await test("listeners end with the program, which ends with 0", async () => {
		const end = listener.next().catch(() => null);

		assert.equal(await server.stop("SIGINT"), 0);
		assert.equal(await end, null);
		other.close();
	});

	await test("the published release is untouched", () => {
		const out = join(folder, "out");
		const list = (root) => readdirSync(root, { recursive: true,
			withFileTypes: true }).filter((e) => e.isFile())
			.map((e) => join(e.parentPath ?? e.path, e.name)).sort();

		assert.throws(() => readdirSync(out), { code: "ENOENT" });
		h.build(program, folder, out);
		const again = join(folder, "again");

		h.build(program, folder, again);
		const a = list(out), b = list(again);

		assert.deepEqual(a.map((p) => p.slice(out.length)),
			b.map((p) => p.slice(again.length)));
		a.forEach((p, i) => {
			const bytes = readFileSync(p);

			assert.ok(bytes.equals(readFileSync(b[i])), p);
			assert.ok(!bytes.includes("_tessera/preview"), p);
		});
	});
	h.removeSite(folder);
	await firstBuild(program);
	await options(program);
}

async function firstBuild(program) {
	const folder = h.makeSite({ "content/models/hero.json": "{ \"type\": 7 <" });
	const server = await h.serve(program, folder);

	await h.test("a first build with mistakes serves them", async () => {
		const { status, body } = await h.get(server, "/any");

		assert.equal(status, 503);
		assert.match(body, /content\/models\/hero\.json:1:\d+: error\[J001\]/);
		assert.match(body, /"type": 7 &lt;/);
		assert.match(body, /preview\.js/);
		assert.equal((await h.state(server)).page, undefined);
		assert.equal((await h.get(server, "/any", { method: "POST" })).status,
			405);
	});
	await h.test("and becomes the site when they are mended", async () => {
		const listener = await h.listen(server);

		await listener.next();
		h.write(folder, "content/models/hero.json",
			h.files["content/models/hero.json"]);
		assert.equal((await listener.next()).errors, 0);
		assert.match((await h.get(server, "/")).body, /For everyone/);
		listener.close();
	});
	await h.test("a site's folder that goes away is a mistake, not an end",
		async () => {
			rmSync(join(folder, "content"), { recursive: true });
			await server.event("mistakes", 2);
			assert.match((await h.get(server, "/")).body, /For everyone/);
		});
	assert.equal(await server.stop("SIGTERM"), 0);
	h.removeSite(folder);
}

async function options(program) {
	const folder = h.makeSite();
	const out = join(folder, "elsewhere");
	const server = await h.serve(program, folder, "--no-bar", "--out", out);

	await h.test("--no-bar: no bar, but pages are reloaded", async () => {
		const { body } = await h.get(server, "/");

		assert.match(body, /preview\.js/);
		assert.doesNotMatch(body, /data-bar/);
	});
	await h.test("--out: releases go there", () => {
		assert.ok(readdirSync(out).includes("current"));
		assert.throws(() => readdirSync(join(folder, ".tessera")));
	});
	await h.test("a port that is taken and was asked for is refused", () => {
		const failure = (...args) => {
			try {
				execFileSync(program, ["serve", ...args, folder],
					{ stdio: "pipe" });
			} catch (error) {
				return [error.status, String(error.stderr)];
			}
			return null;
		};

		assert.match(failure("--port", String(server.port))[1],
			/Address already in use/);
		assert.equal(failure("--port", String(server.port))[0], 3);
		assert.equal(failure("--port", "65536")[0], 2);
		assert.equal(failure("--listen", "nowhere")[0], 2);
		assert.equal(failure("--listen", "127.0.0.1:1", "--port", "1")[0], 2);
	});
	assert.equal(await server.stop(), 0);
	await h.test("--listen beyond this machine warns, and takes addresses",
		async () => {
			const wide = await h.serve(program, folder, "--listen",
				"0.0.0.0:0");
			const status = async (host) => (await h.get(wide, "/", { headers:
				{ host: host + ":" + wide.port } })).status;

			assert.match(wide.stderr, /warning: http:\/\/0\.0\.0\.0/);
			assert.equal(await status("192.0.2.7"), 200);
			assert.equal(await status("evil.example"), 421);
			assert.equal(await wide.stop(), 0);
		});
	h.removeSite(folder);
}
