// New releases, damaged releases, and releases that are cut off while served.

import fs from "node:fs";
import path from "node:path";
import { Client, fetchOnce } from "../../lib/fcgi_client.mjs";
import { check, serve, stop, sleep, until, load, makeRelease, publish, nomalloc, note,
	start, name }
	from "./harness.mjs";

const make = (where) => new Client(where);
const served = async (server) => (await fetchOnce(server.socket, "/"))?.body?.toString();

// Every worker serves id: many fresh connections in a row say so.
async function everywhere(server, id) {
	return until(async () => {
		for (let i = 0; i < 12; i++)
			if (await served(server) !== id)
				return false;
		return true;
	}, 2000);
}

// Taking a release is done while serving, so it must not allocate either.
async function swaps() {
	const server = await serve(["--workers", "2"],
		{ env: nomalloc ? { LD_PRELOAD: nomalloc } : {} });
	const end = load(server.socket, make, 4);
	const times = [];
	for (let i = 0; i < 12; i++) {
		const id = `r${i}`;
		makeRelease(server.root, id, { size: 2000000 });
		await sleep(37 * i % 100);
		const began = performance.now();
		publish(server.root, id);
		if (!await until(async () => await served(server) === id, 2000))
			check("a new release is served", false, server.child.log);
		times.push(performance.now() - began);
		check("by all workers", await everywhere(server, id));
	}
	const seen = await end();
	check("no request failed while releases changed",
		seen.bad === 0 && (seen.again ?? 0) === 0, seen.why);
	// The slowest one also measures what else the machine has to do.
	const usual = times.sort((a, b) => a - b)[times.length >> 1];
	check("within 200 ms", usual < 200, usual.toFixed(0));
	note(`12 releases under load of ${seen.good} requests: new one served after ` +
		`${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)} ms`);
	// Old mappings are given back.
	const maps = fs.readFileSync(`/proc/${await pidOf(server)}/maps`, "latin1");
	check("one release is mapped", maps.match(/site\.tsr/g).length === 1);
	check("no worker ended", !/ended/.test(server.child.log), server.child.log);
	await stop(server);
}

const pidOf = async (server) => Number((await fetchOnce(server.socket, "/pid")).body);

async function damage() {
	const server = await serve(["--workers", "2"]);
	let end = load(server.socket, make, 4);
	for (const kind of ["flip", "cut", "missing"]) {
		makeRelease(server.root, kind, { damage: kind });
		publish(server.root, kind);
		await sleep(300);
		check(`a release with a ${kind} is not served`, await served(server) === "one");
	}
	check("each is logged once", server.child.log.match(/still serving/g)?.length === 3,
		server.child.log);
	fs.unlinkSync(path.join(server.root, "current"));
	await sleep(300);
	check("without a release the old one is served", await served(server) === "one");
	makeRelease(server.root, "good");
	publish(server.root, "good");
	check("a good one is taken again", await everywhere(server, "good"));
	// A release that is repaired in its place by a new file.
	makeRelease(server.root, "late", { damage: "missing" });
	publish(server.root, "late");
	await sleep(200);
	makeRelease(server.root, "late");
	check("a release that becomes whole is served", await everywhere(server, "late"));
	const seen = await end();
	check("no request failed meanwhile", seen.bad === 0 && (seen.again ?? 0) === 0, seen.why);
	await stop(server);
}

async function cutOff() {
	const server = await serve(["--workers", "2"], { size: 100000 });
	makeRelease(server.root, "two", { size: 100000 });
	publish(server.root, "two");
	check("the second is served", await everywhere(server, "two"));
	check("its end can be read", (await fetchOnce(server.socket, "/end"))?.body.toString() === "xxxxxxxxxx");
	const end = load(server.socket, make, 4);
	fs.truncateSync(path.join(server.root, "releases/two/site.tsr"), 5000);
	const reply = await fetchOnce(server.socket, "/end");
	check("a page whose bytes are cut off answers 500", reply?.status === 500, reply?.status);
	check("the release before is served again", await everywhere(server, "one"));
	check("and its pages are whole", (await fetchOnce(server.socket, "/end"))?.status === 200);
	fs.truncateSync(path.join(server.root, "releases/one/site.tsr"), 5000);
	check("with nothing to fall back to, that page answers 500",
		(await fetchOnce(server.socket, "/end"))?.status === 500);
	await sleep(300);
	check("and the others are answered", await served(server) === "one");
	makeRelease(server.root, "three", { size: 100000 });
	publish(server.root, "three");
	check("a new release heals it", await everywhere(server, "three"));
	check("in all its pages", (await fetchOnce(server.socket, "/end"))?.status === 200);
	const seen = await end();
	check("no request for other pages failed", seen.bad === 0 && (seen.again ?? 0) === 0, seen.why);
	check("no worker ended", !/ended/.test(server.child.log), server.child.log);
	await stop(server);
}

// A worker that is started again when its release was cut off meanwhile.
async function reborn() {
	const server = await serve(["--workers", "1"], { size: 100000 });
	makeRelease(server.root, "two", { size: 100000 });
	publish(server.root, "two");
	check("the second is served here too", await everywhere(server, "two"));
	fs.truncateSync(path.join(server.root, "releases/two/site.tsr"), 5000);
	process.kill(await pidOf(server), "SIGKILL");
	check("a new worker falls back to the release before", await everywhere(server, "one"),
		server.child.log);
	fs.truncateSync(path.join(server.root, "releases/one/site.tsr"), 5000);
	process.kill(await pidOf(server), "SIGKILL");
	check("a worker without any release answers 503", await until(async () =>
		(await fetchOnce(server.socket, "/"))?.status === 503));
	makeRelease(server.root, "three");
	publish(server.root, "three");
	check("until there is one", await everywhere(server, "three"));
	await stop(server);
}

async function hangup() {
	const server = await serve();
	server.child.kill("SIGHUP");
	check("SIGHUP looks again", await until(() =>
		(server.child.log.match(/serving/g) ?? []).length >= 2), server.child.log);
	check("and all goes on", await served(server) === "one");
	await stop(server);
	const none = start(["--listen", name("sock"), name("nothing")]);
	check("without a release it ends with 1", await none.done === 1);
	const root = name("site");
	makeRelease(root, "bad", { damage: "flip" });
	const bad = start(["--listen", name("sock"), path.join(root, "releases/bad")]);
	check("with a damaged one too", await bad.done === 1);
	check("and says why", /checksum/.test(bad.log), bad.log);
	const checked = start(["--check", path.join(root, "releases/bad")]);
	check("--check finds it", await checked.done === 1 && /checksum/.test(checked.log));
	const fine = start(["--check", makeRelease(root, "fine")]);
	check("--check of a good one is 0", await fine.done === 0, fine.log);
}

export default async function release() {
	await swaps();
	await damage();
	await cutOff();
	await reborn();
	await hangup();
}
