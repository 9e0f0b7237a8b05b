// What may go wrong around a build and a server: they are killed, disks are
// full, files are cut, flipped or gone, folders are read-only. The last good
// release goes on being served, and the next build repairs everything.
//
// usage: node run.mjs TESSERA TESSERA-FCGI SITE

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fetchOnce } from "../../lib/fcgi_client.mjs";

const [tessera, fcgi, shop] = process.argv.slice(2).map((p) => path.resolve(p));
const long = process.env.LONG === "1";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tsr-robust-"));
const running = new Set();
let passed = 0, failed = 0, serial = 0;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const name = (what) => path.join(folder, `${what}${++serial}`);

function check(says, good, seen = "") {
	if (good) {
		passed++;
		return;
	}
	failed++;
	console.log(`FAILED: ${says} ${seen === "" ? "" : `(${String(seen).trim()})`}`);
}

async function until(test, ms = 5000) {
	const end = performance.now() + ms;
	while (performance.now() < end) {
		if (await test())
			return true;
		await sleep(10);
	}
	return false;
}

function run(command, args, options = {}) {
	const r = spawnSync(command, args, { encoding: "utf8", ...options });
	return { code: r.status, signal: r.signal, out: r.stdout ?? "", err: r.stderr ?? "" };
}

const build = (site, out, ...more) =>
	run(tessera, ["build", "--quiet", "--level", "1", "--out", out, ...more, site]);
const current = (out) => path.basename(fs.readlinkSync(path.join(out, "current")));
const verify = (out) => run(tessera, ["dump", "--verify", path.join(out, "current")]);
// Index and packs, as the daemon looks at them before it serves.
const whole = (out) => run(fcgi, ["--check", path.join(out, "current")]).code === 0;
const indexOf = (out) => path.join(out, "current", "site.tsr");
const packsOf = (out) => fs.readdirSync(path.join(out, "packs"))
	.filter((f) => f.endsWith(".pack")).map((f) => path.join(out, "packs", f));

function leftovers(out) {
	return run("find", [out, "-name", "*.tmp-*", "-o", "-name", ".new-*", "-o",
		"-name", ".current-*"]).out.trim();
}

// Every file below a folder, with its time of change: what a build wrote.
function times(out) {
	return run("find", [out, "-printf", "%P %T@ %s %l\n"]).out.split("\n").sort().join("\n");
}

function copySite() {
	const site = name("site");
	fs.mkdirSync(site);
	for (const f of ["tessera.json", "content", "templates", "variants"])
		fs.cpSync(path.join(shop, f), path.join(site, f), { recursive: true });
	return site;
}

function smallSite() {
	const site = name("small");
	const r = run(tessera, ["init", site]);
	if (r.code !== 0)
		throw new Error(r.err);
	return site;
}

// Change a word on a page, so that a build has something to publish.
function edit(site, text) {
	const file = path.join(site, "content/pages/index.json");
	const page = JSON.parse(fs.readFileSync(file, "utf8"));
	page.title = text;
	fs.writeFileSync(file, JSON.stringify(page, null, "\t"));
}

async function serve(out) {
	const socket = name("sock");
	const child = spawn(fcgi, ["--listen", socket, "--workers", "1",
		path.join(out, "current")], { stdio: ["ignore", "ignore", "pipe"] });
	child.log = "";
	child.stderr.on("data", (chunk) => { child.log += chunk; });
	child.done = new Promise((resolve) => child.on("exit", (code, signal) => {
		running.delete(child);
		resolve(signal ?? code);
	}));
	running.add(child);
	await until(() => fs.existsSync(socket) || child.exitCode !== null);
	const server = { child, socket };
	server.title = async () => {
		const reply = await fetchOnce(socket, "/");
		return reply?.status === 200
			? /<title>\s*(\w+)/.exec(reply.body.toString())?.[1] ?? "none" : null;
	};
	server.stop = async () => {
		child.kill("SIGTERM");
		return child.done;
	};
	return server;
}

// ---- the same input, the same bytes ----

async function determinism() {
	const one = name("out"), seven = name("out"), other = copySite();
	check("one thread builds", run(tessera, ["build", "--quiet", "--threads", "1",
		"--out", one, shop]).code === 0);
	check("seven threads build from another folder", run(tessera, ["build", "--quiet",
		"--threads", "7", "--out", seven, "."], { cwd: other }).code === 0);
	const r = run("diff", ["-r", one, seven]);
	check("two clean builds are equal, manifests too", r.code === 0, r.out.slice(0, 500));
	const before = times(one);
	check("an unchanged build succeeds", run(tessera, ["build", "--quiet", "--out", one,
		shop]).code === 0);
	check("and writes nothing", times(one) === before);
}

// ---- kill -9 at random moments ----

async function killed() {
	const site = copySite(), out = name("out");
	const first = build(site, out);
	check("the shop builds", first.code === 0, first.err);
	const began = performance.now();
	build(site, name("out"));
	// How long a build takes, as the machine is now: kept up to date.
	let whole_ms = performance.now() - began;
	const rounds = long ? 100 : 30;
	let bad = 0, interrupted = 0, notSame = 0, left = 0;

	for (let i = 0; i < rounds; i++) {
		const old = current(out);
		edit(site, `Round ${i}`);
		const child = spawn(tessera, ["build", "--quiet", "--level", "1", "--out",
			out, site], { stdio: "ignore" });
		const ended = new Promise((resolve) =>
			child.on("exit", (code, signal) => resolve(signal)));
		// More often near the end, where files are written.
		await sleep(whole_ms * (i % 3 === 0 ? Math.random() : 0.7 + Math.random() * 0.5));
		child.kill("SIGKILL");
		const hit = await ended === "SIGKILL";
		interrupted += hit;
		whole_ms *= hit ? 1.1 : 0.7;
		const v = verify(out);
		if (v.code !== 0 || !whole(out)) {
			bad++;
			console.log(`  round ${i}: ${v.err}`);
		}
		if (i % 5 !== 4)
			continue;
		// The next build repairs all, and is what a clean one would be.
		const clean = name("out");
		const again = build(site, out);
		build(site, clean);
		if (again.code !== 0 || current(out) !== current(clean) || !whole(out) ||
		    (current(out) === old && i > 0))
			notSame++;
		if (leftovers(out) !== "")
			left++;
		fs.rmSync(clean, { recursive: true });
	}
	check(`after each of ${rounds} kills the current release is whole`, bad === 0, bad);
	check("most builds were killed before their end", interrupted > rounds / 3, interrupted);
	check("the next build has the id of a clean one", notSame === 0, notSame);
	check("and nothing is left of those that were killed", left === 0, left);
}

// ---- no room on the disk ----

async function full() {
	const site = smallSite(), out = name("out");
	build(site, out);
	const server = await serve(out);
	edit(site, "Too much");
	const id = current(out);
	for (const blocks of [0, 1, 2, 4, 8]) {
		const r = run("sh", ["-c",
			`ulimit -f ${blocks}; exec "$0" "$@"`, tessera, "build", "--out", out,
			"--quiet", site]);
		if (r.code === 0) { // everything fitted
			check("a limit that is kept does no harm", whole(out));
			edit(site, `Too much ${blocks}`);
			continue;
		}
		check(`a file size limit of ${blocks} blocks is exit code 3`, r.code === 3, r.code);
		check("with the system's reason", /File too large/.test(r.err), r.err);
		check("and leaves the current release", whole(out));
		check("and no half files", leftovers(out) === "", leftovers(out));
	}
	check("the server goes on", await server.title() !== null);
	await server.stop();
	check("the first release stays", fs.existsSync(path.join(out, "releases", id)));

	// A small disk of its own, where there may be one.
	const disk = name("disk");
	fs.mkdirSync(disk);
	if (run("unshare", ["-m", "true"]).code !== 0) {
		console.log("  no mount namespaces here: the small disk is left out");
		return;
	}
	for (const kb of [16, 32, 64, 512, 1024, 2048]) {
		const script = `mount -t tmpfs -o size=${kb}k none "$1" || exit 99
			"$2" build --quiet --out "$1" "$3" || exit 98
			head -c 100M /dev/zero > "$1/filler" 2>/dev/null
			"$2" build --quiet --out "$1" "$4"; code=$?
			"$5" --check "$1/current" || exit 97
			find "$1" -name '*.tmp-*' -o -name '.new-*' | grep -q . && exit 96
			rm "$1/filler"
			"$2" build --quiet --out "$1" "$3" || exit 95
			"$5" --check "$1/current" || exit 94
			exit $code`;
		const r = run("unshare", ["-m", "sh", "-c", script, "sh", disk, tessera,
			site, shop, fcgi]);
		if (r.code === 98) {
			check(`a disk of ${kb} KB is too small, and says so`,
				/No space left on device/.test(r.err), r.err);
			continue;
		}
		check(`a full disk of ${kb} KB is exit code 3`, r.code === 3, `${r.code} ${r.err}`);
		check("with the system's reason", /No space left on device/.test(r.err), r.err);
	}
}

// ---- damage ----

const damages = [
	["cut to half", (f) => fs.truncateSync(f, fs.statSync(f).size >> 1)],
	["empty", (f) => fs.truncateSync(f, 0)],
	["with one bit flipped", (f) => {
		const bytes = fs.readFileSync(f);
		bytes[bytes.length * 2 / 3 | 0] ^= 4;
		fs.writeFileSync(f, bytes);
	}],
	["missing", (f) => fs.rmSync(f)],
	["a folder", (f) => { fs.rmSync(f); fs.mkdirSync(f); }],
	["a link that leads nowhere", (f) => { fs.rmSync(f); fs.symlinkSync("nowhere", f); }],
];

async function damaged() {
	const site = smallSite();
	for (const [what, damage] of damages) {
		for (const kind of ["index", "pack"]) {
			const out = name("out");
			build(site, out);
			const id = current(out);
			damage(kind === "index" ? indexOf(out) : packsOf(out)[0]);
			const r = run(fcgi, ["--listen", name("sock"), path.join(out, "current")],
				{ timeout: 5000 });
			check(`${kind === "index" ? "an" : "a"} ${kind} ${what} is refused at start`, r.code === 1 || r.code === 3,
				`${r.code} ${r.signal}`);
			check(`${kind === "index" ? "an" : "a"} ${kind} ${what} is refused in one line`,
				r.err.trim().split("\n").length === 1 && r.err.includes(id), r.err);
			const again = build(site, out);
			if (what === "a folder" && kind === "pack") {
				check("a folder in a pack's place is exit code 3", again.code === 3,
					again.code);
				continue;
			}
			check(`the next build repairs ${kind === "index" ? "an" : "a"} ${kind} ${what}`,
				again.code === 0 && whole(out) && current(out) === id,
				again.code + again.err);
			fs.rmSync(out, { recursive: true });
		}
	}
}

// The same, when it happens to the release that a server is to take up.
async function damagedWhileServing() {
	const site = smallSite();
	for (const [what, damage] of damages.slice(0, 4)) {
		for (const kind of ["index", "pack"]) {
			const out = name("out"), next = name("out");
			edit(site, "Old");
			build(site, out);
			const server = await serve(out);
			check("the server has the old title", await server.title() === "Old",
				server.child.log);
			// A whole new release beside it, damaged, then made current.
			edit(site, "New");
			build(site, next);
			const id = current(next);
			damage(kind === "index" ? indexOf(next) : packsOf(next)[0]);
			fs.cpSync(path.join(next, "releases", id), path.join(out, "releases", id),
				{ recursive: true });
			for (const p of packsOf(next))
				fs.copyFileSync(p, path.join(out, "packs", path.basename(p)));
			fs.symlinkSync(`releases/${id}`, path.join(out, "link"));
			fs.renameSync(path.join(out, "link"), path.join(out, "current"));
			await until(() => server.child.log.split("\n").length > 3, 400);
			check(`a new ${kind} ${what}: the old release is served`,
				await server.title() === "Old", server.child.log);
			check(`a new ${kind} ${what} is told in the log`,
				/damaged|cannot|refus|ends before|not those|No such/.test(server.child.log),
				server.child.log);
			build(site, out);
			check(`a new ${kind} ${what} is repaired and taken up`,
				await until(async () => await server.title() === "New"), server.child.log);
			check("the server stops in peace", await server.stop() === 0);
			fs.rmSync(out, { recursive: true });
			fs.rmSync(next, { recursive: true });
		}
	}
}

// ---- folders that cannot be written ----

function asNobody(args, options = {}) {
	return run("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", ...args],
		options);
}

async function forbidden() {
	if (process.getuid() !== 0 || asNobody(["true"]).code !== 0) {
		console.log("  not the superuser: what another user may not is left out");
		return;
	}
	fs.chmodSync(folder, 0o755);
	const site = smallSite();
	const rows = [
		["an out folder of somebody else", ""],
		["a folder of packs of somebody else", "packs"],
		["a folder of releases of somebody else", "releases"],
	];
	for (const [what, below] of rows) {
		const out = name("out");
		edit(site, "One");
		build(site, out);
		if (below !== "")
			run("chown", ["-R", "65534:65534", out]);
		run("chown", ["-R", "0:0", path.join(out, below)]);
		const id = current(out);
		edit(site, "Two");
		const r = asNobody([tessera, "build", "--quiet", "--out", out, site]);
		check(`${what} is exit code 3`, r.code === 3, `${r.code} ${r.err}`);
		check(`${what}: the reason is told`, /Permission denied/.test(r.err), r.err);
		check(`${what}: the old release stays`, current(out) === id && whole(out));
		check(`${what}: and can be read`,
			asNobody([fcgi, "--check", path.join(out, "current")]).code === 0);
	}
	// Read-only for everybody: a mount, as permissions do not bind the superuser.
	const out = name("out");
	build(site, out);
	edit(site, "Three");
	const r = run("unshare", ["-m", "sh", "-c", `mount --bind "$1" "$1" &&
		mount -o remount,ro,bind "$1" || exit 99
		"$2" build --quiet --out "$1" "$3"`, "sh", out, tessera, site]);
	if (r.code !== 99 && r.code !== 1) {
		check("a read-only folder is exit code 3", r.code === 3, `${r.code} ${r.err}`);
		check("a read-only folder is told", /Read-only file system/.test(r.err), r.err);
	}
	check("a read-only folder keeps its release", whole(out));
}

// ---- several at once, and ends ----

async function together() {
	const site = smallSite(), out = name("out"), servers = [];
	edit(site, "Start");
	build(site, out);
	servers.push(await serve(out));
	const sites = [0, 1, 2].map((i) => {
		const s = smallSite();
		edit(s, `Builder ${i}`);
		return s;
	});
	let codes = [], good = 0, asked = 0, going = true;
	const ask = (async () => {
		while (going) {
			asked++;
			good += await servers[0].title() !== null;
			await sleep(2);
		}
	})();
	// On a machine where builds are quick, more of them: requests must meet them.
	for (let round = 0; round < 5 || (asked <= 50 && round < 50); round++) {
		codes = codes.concat(await Promise.all(sites.map((s, i) => {
			edit(s, `Builder ${i} round ${round}`);
			return new Promise((resolve) => spawn(tessera, ["build", "--quiet",
				"--out", out, "--keep", "1", "--grace", "0", s],
			{ stdio: "ignore" }).on("exit", resolve));
		})));
		check("several builds at once leave a whole release", whole(out) &&
			verify(out).code === 0);
	}
	going = false;
	await ask;
	check("several builds at once all succeed", codes.every((c) => c === 0), codes);
	check("and no request is lost", good === asked && asked > 50, `${good} of ${asked}`);
	check("and nothing is left over", leftovers(out) === "", leftovers(out));
	check("keep 1 and no grace: one release, one pack or two",
		fs.readdirSync(path.join(out, "releases")).length === 1 &&
		packsOf(out).length <= 2);
	await servers[0].stop();
}

async function interruptedByUser() {
	const site = copySite(), out = name("out");
	build(site, out);
	const id = current(out);
	edit(site, "Interrupted");
	const child = spawn(tessera, ["build", "--quiet", "--out", out, site], { stdio: "ignore" });
	const ended = new Promise((resolve) => child.on("exit",
		(c, signal) => resolve(signal === "SIGINT" ? 130 : c)));
	await sleep(60);
	child.kill("SIGINT");
	const code = await ended;
	check("SIGINT ends a build as 130", code === 130, code);
	check("SIGINT publishes nothing half", whole(out) && current(out) === id);
}

// ---- links where none are expected ----

async function links() {
	const site = smallSite();
	const rows = [
		["current leads nowhere", (out) => {
			fs.rmSync(path.join(out, "current"));
			fs.symlinkSync("releases/gone", path.join(out, "current"));
		}, 0],
		["current leads to itself", (out) => {
			fs.rmSync(path.join(out, "current"));
			fs.symlinkSync("current", path.join(out, "current"));
		}, 0],
		["current is a folder", (out) => {
			fs.rmSync(path.join(out, "current"));
			fs.mkdirSync(path.join(out, "current"));
		}, 3],
		["current is a file", (out) => {
			fs.rmSync(path.join(out, "current"));
			fs.writeFileSync(path.join(out, "current"), "x");
		}, 0],
		["packs lie elsewhere", (out) => {
			fs.renameSync(path.join(out, "packs"), `${out}-packs`);
			fs.symlinkSync(`${out}-packs`, path.join(out, "packs"));
		}, 0],
		["a release is a file", (out) => {
			const r = path.join(out, "releases", current(out));
			fs.rmSync(r, { recursive: true });
			fs.writeFileSync(r, "x");
		}, 0],
		["a release is a link to one elsewhere", (out) => {
			const r = path.join(out, "releases", current(out));
			fs.renameSync(r, `${out}-release`);
			fs.symlinkSync(`${out}-release`, r);
		}, 0],
		["the manifest is gone", (out) =>
			fs.rmSync(path.join(out, "current/manifest.json")), 0],
		["a public file is changed", (out) => {
			const f = run("find", [path.join(out, "public"), "-type", "f"]).out
				.split("\n")[0];
			fs.writeFileSync(f, "x");
		}, 0],
	];
	const reference = name("out");
	build(site, reference);
	for (const [what, change, code] of rows) {
		const out = name("out");
		build(site, out);
		change(out);
		const r = build(site, out);
		check(`${what}: exit code ${code}`, r.code === code, `${r.code} ${r.err}`);
		if (code !== 0) {
			check(`${what}: the reason is told`, /current/.test(r.err), r.err);
			continue;
		}
		check(`${what}: repaired`, verify(out).code === 0 &&
			current(out) === current(reference), verify(out).err);
		const d = run("diff", ["-rq", path.join(reference, "public"),
			path.join(out, "public")]);
		check(`${what}: public files as they should be`, d.code === 0, d.out);
	}
}

const parts = { determinism, killed, full, damaged, damagedWhileServing, forbidden,
	together, interruptedByUser, links };
for (const [title, part] of Object.entries(parts)) {
	if (process.env.ONLY && process.env.ONLY !== title)
		continue;
	const began = performance.now();
	try {
		await part();
	} catch (error) {
		check(title, false, error.stack);
	}
	console.log(`  ${title}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
for (const child of running)
	child.kill("SIGKILL");
fs.rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
