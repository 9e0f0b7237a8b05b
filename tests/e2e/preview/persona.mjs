// persona - the preview as somebody else: personas, visits, arms, weights.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import * as h from "./harness.mjs";

const attributes = {
	...h.files["variants/attributes.json"],
	"visitor-id": { type: "string", source: "state:id", purpose: "analytics" },
	visits: { type: "number", source: "state:visits", purpose: "personalization" },
	device: { type: "string", source: "device" },
	points: { type: "number", source: "profile:points" },
	shelf: { type: "string", source: "fact:shelf" },
};
const variant = (audience, priority, title) => ({ audience, priority, fields: { title } });
const changes = {
	"tessera.json": { ...h.files["tessera.json"], consent: { cookie: "consent" } },
	"variants/attributes.json": attributes,
	"variants/experiments.json": { experiments: {
		words: { arms: ["plain", "bold"] } } },
	"variants/groups.json": { gold: { type: "list", attributeKey: "tier", values: ["gold"] } },
	"variants/groups/friends.txt": "ann\nbob\n",
	"variants/segments.json": { ...h.files["variants/segments.json"],
		rich: { audience: { points: { $exists: true, $gt: 100 } } },
		member: { audience: { $savedGroup: { id: "gold" } } },
		friend: { audience: { "visitor-id": { $inGroup: "friends" } } } },
	"variants/index/hero/back.json": variant({ visits: { $gt: 1 } }, 50, "Seen before"),
	"variants/index/hero/bot.json": variant({ device: "bot" }, 90, "For robots"),
	"variants/index/hero/rich.json": variant("rich", 60, "For the rich"),
	"variants/index/hero/bold.json": { experiment: { id: "words", arm: "bold" },
		priority: 10, fields: { title: "In bold" } },
	"variants/personas.json": {
		gold: { title: "A gold member", attributes: { tier: "gold", points: 500 } },
		quiet: { title: "Gold, and has granted nothing",
			attributes: { tier: "gold", mobile: true }, consent: [] },
		winter: { title: "In January", attributes: {}, time: "2030-01-15T10:00:00Z" },
		bold: { attributes: { "experiment.words": "bold" } } },
};

export default async function run(program) {
	const folder = h.makeSite(changes);
	const server = await h.serve(program, folder);
	const { test } = h;
	const all = { cookie: "consent=functional.analytics.personalization" };
	const title = async (headers) => {
		const { body } = await h.get(server, "/", { headers });

		return /<h2>(.*?)<\/h2/.exec(body)[1];
	};
	const as = (visitor, cookie) => {
		const own = h.visitor(visitor);

		return cookie === undefined ? own : { cookie: `${own.cookie}; ${cookie}` };
	};

	await test("the bar is told of the personas", async () => {
		const { personas, persona } = await h.state(server, "/");

		assert.deepEqual(personas, [
			{ name: "gold", title: "A gold member" },
			{ name: "quiet", title: "Gold, and has granted nothing" },
			{ name: "winter", title: "In January" },
			{ name: "bold", title: "" }]);
		assert.equal(persona, null);
		assert.equal((await h.state(server, "/", as({ _persona: "gold" }))).persona, "gold");
		assert.equal((await h.state(server, "/", as({ _persona: "nobody" }))).persona, null);
	});
	await test("a persona is somebody else altogether", async () => {
		const rows = [
			[{ _persona: "gold" }, undefined, "For gold", "as it says"],
			[{ _persona: "gold" }, "tier=silver", "For gold", "whatever is sent"],
			[{ _persona: "gold", tier: null }, undefined, "For the rich",
				"without what is taken away"],
			[{ _persona: "quiet" }, all.cookie, "For phones", "consent is withheld"],
			[{ _persona: "bold" }, undefined, "In bold", "an arm"],
			[{ _persona: "bold", device: "bot" }, undefined, "For robots",
				"with something set over it"],
			[{ _persona: "winter" }, "tier=gold; " + all.cookie, "For everyone",
				"what is not named is missing"],
			[{ _persona: "nobody" }, "tier=gold; " + all.cookie, "For gold",
				"an unknown one is nobody"],
		];

		for (const [visitor, cookie, want, why] of rows)
			assert.equal(await title(as(visitor, cookie)), want, why);
		const { body, headers } = await h.get(server, "/", { headers: as({ _persona: "winter" }) });

		assert.match(body, /For the winter/);
		assert.equal(headers["set-cookie"], undefined);
	});
	await test("visits are remembered, with keys of this run", async () => {
		const first = await h.get(server, "/", { headers: all });
		const [cookie] = first.headers["set-cookie"][0].split(";");

		assert.match(cookie, /^tessera=[\w-]+$/);
		assert.match(first.headers["set-cookie"][0], /; HttpOnly; SameSite=Lax$/);
		const [state, page] = [await h.state(server, "/", { cookie: `${all.cookie}; ${cookie}` }),
			await h.get(server, "/", { headers: { cookie: `${all.cookie}; ${cookie}` } })];
		const by = (name) => state.attributes.find((a) => a.name === name);

		assert.equal(page.status, 200);
		assert.equal(by("visits").value, 1);
		assert.match(by("visitor-id").value, /^[\w-]{22}$/);
		assert.ok(["plain", "bold"].includes(by("experiment.words").value));
		assert.deepEqual(by("experiment.words").values, ["plain", "bold"]);
		assert.equal(await title({ cookie: all.cookie + "; tessera=" + "A".repeat(100) }) ===
			"Seen before", false);
	});
	await test("what the bar sets leaves what is remembered", async () => {
		const first = await h.get(server, "/", { headers: all });
		const [cookie] = first.headers["set-cookie"][0].split(";");
		const both = `${all.cookie}; ${cookie}`;
		const state = await h.state(server, "/", as({ mobile: true }, both));
		const reply = await h.get(server, "/", { headers: as({ mobile: true }, both) });

		assert.equal(state.attributes.find((a) => a.name === "visits").value, 1);
		assert.match(reply.body, /For phones/);
		assert.equal(reply.headers["set-cookie"], undefined);
		assert.equal(await title(as({ visits: 2 }, both)), "Seen before");
		assert.equal(await title(as({ "experiment.words": "bold" }, all.cookie)), "In bold");
		assert.equal(await title(as({ "experiment.words": "plain" }, all.cookie)), "For everyone");
		assert.equal(await title(as({ device: "bot" })), "For robots");
		assert.equal(await title(as({ shelf: "x", page: "y", _time: -1 })), "For everyone");
	});
	await test("segments of groups and profiles can be switched", async () => {
		const { segments } = await h.state(server, "/");
		const by = (name) => segments.find((s) => s.name === name);

		assert.deepEqual(by("member").change, { set: { tier: "gold" }, clear: [] });
		assert.deepEqual(by("friend").reads, ["visitor-id"]);
		assert.ok(by("rich").change.set.points > 100);
	});
	await test("the program ends", async () => assert.equal(await server.stop(), 0));

	const state = join(folder, "state");

	h.write(folder, "weights.json", { experiments: { words: { version: 0, weights: [0, 1] } } });
	await test("weights below --state count", async () => {
		try {
			execFileSync(program, ["weights", "put", "--state", state, "--release",
				join(folder, ".tessera/preview/current"), join(folder, "weights.json")],
			{ stdio: "pipe" });
		} catch (error) {
			assert.fail(String(error.stderr));
		}
		const other = await h.serve(program, folder, "--state", state);

		for (let i = 0; i < 8; i++)
			assert.match((await h.get(other, "/", { headers: all })).body, /In bold/);
		assert.equal(await other.stop(), 0);
	});
	h.removeSite(folder);
}
