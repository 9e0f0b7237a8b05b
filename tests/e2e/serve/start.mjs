// How it is started: sockets, options, systemd.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fetchOnce } from "../../lib/fcgi_client.mjs";
import { check, makeSite, name, program, serve, start, stop, until, sleep } from "./harness.mjs";

function freePort(host) {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, host, () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

async function sockets(current) {
	for (const [text, host] of [["", "127.0.0.1"], ["localhost", "127.0.0.1"],
		["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]) {
		const port = await freePort(host);
		const child = start(["--listen", `${text}:${port}`, current]);
		check(`--listen ${text}:PORT answers on ${host}`, await until(async () =>
			(await fetchOnce({ host, port }, "/"))?.status === 200), child.log);
		await stop({ child });
	}
	const server = await serve(["--mode", "0600"]);
	check("the socket has its mode", (fs.statSync(server.socket).mode & 0o777) === 0o600);
	const second = start(["--listen", server.socket, current]);
	check("a socket in use is not taken", await second.done === 3 &&
		/another process/.test(second.log), second.log);
	check("and still answers", (await fetchOnce(server.socket, "/"))?.status === 200);
	server.child.kill("SIGKILL");
	await server.child.done;
	await sleep(200);
	check("a killed server leaves its socket", fs.existsSync(server.socket));
	const third = start(["--listen", server.socket, current]);
	check("which the next one replaces", await until(async () =>
		(await fetchOnce(server.socket, "/"))?.status === 200), third.log);
	await stop({ child: third });
	const file = name("file");
	fs.writeFileSync(file, "precious");
	const fourth = start(["--listen", file, current]);
	check("a file is not replaced", await fourth.done === 3 &&
		fs.readFileSync(file, "latin1") === "precious", fourth.log);
}

// A listening socket handed over, as descriptor 0 or 3.
async function inherited(current) {
	for (const at of [0, 3]) {
		const socket = name("given");
		const child = start(["-c", `
import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(10)
fd = int(sys.argv[2])
os.dup2(s.fileno(), fd); os.set_inheritable(fd, True)
if fd == 3: os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[3], sys.argv[3:])`, socket, String(at), program, current],
		{ command: "python3" });
		check(`a socket handed over as descriptor ${at} is used`, await until(async () =>
			fs.existsSync(socket) && (await fetchOnce(socket, "/"))?.status === 200), child.log);
		check("and stays when it ends", await stop({ child }) === 0 && fs.existsSync(socket));
	}
	// READY=1, with python as systemd: node has no unix datagrams.
	const socket = name("notify"), out = name("notified");
	const listener = spawn("python3", ["-c", `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
print("bound", flush=True)
while True: print(s.recv(100).decode(), flush=True)`, socket]);
	let heard = "";
	listener.stdout.on("data", (chunk) => { heard += chunk; });
	await until(() => heard.includes("bound"));
	const server = await serve([], { env: { NOTIFY_SOCKET: socket } });
	check("systemd is told READY=1", await until(() => heard.includes("READY=1")), heard);
	await stop(server);
	check("and STOPPING=1", await until(() => heard.includes("STOPPING=1")), heard);
	listener.kill();
}

async function options(current) {
	const run = (...args) => {
		const done = spawnSync(program, args, { encoding: "latin1", timeout: 5000,
			stdio: ["ignore", "pipe", "pipe"] });
		return { code: done.status, out: done.stdout, err: done.stderr };
	};
	check("--help", run("--help").code === 0 && /usage/.test(run("--help").out));
	check("--version", /^tessera-fcgi \d/.test(run("--version").out));
	for (const args of [["--workers", "0", current], ["--workers", "65", current],
		["--workers", "x", current], ["--nonsense", current], ["--listen"], [current, current],
		["--mode", "0999", current], ["--listen", "example.org:80", current],
		["--listen", ":70000", current], ["--connections=16385", current], [current], []])
		check(`${args.join(" ") || "nothing"} is a usage error`, run(...args).code === 2, run(...args).err);
	const keys = name("keys");
	fs.writeFileSync(keys, "k", { mode: 0o644 });
	let seen = run("--listen", name("sock"), "--keys", keys, current);
	check("keys that all may read are refused", seen.code === 3 && /everybody/.test(seen.err), seen.err);
	seen = run("--listen", name("sock"), "--keys", name("none"), current);
	check("keys that are not there too", seen.code === 3);
	seen = run("--listen", name("sock"), "--state", keys, current);
	check("a state folder must be one", seen.code === 3 && /not a folder/.test(seen.err));
	seen = run("--listen", name("sock"), "--user", "no-such-user", current);
	check("a user must exist", seen.code === 3);
	fs.chmodSync(keys, 0o600);
	seen = run("--listen", name("sock"), "--keys", keys, current);
	check("so is what is no key, with its line", seen.code === 3 && /keys\d*:1: the purpose is/.test(seen.err), seen.err);
	fs.writeFileSync(keys, `# ours\nstate 7 ${"5a".repeat(32)}\n`);
	const server = await serve(["--keys", keys, "--state", path.dirname(keys), "--connections=10"]);
	check("good ones are taken", (await fetchOnce(server.socket, "/"))?.status === 200);
	await stop(server);
}

export default async function () {
	const current = path.join(makeSite(), "current");
	await sockets(current);
	await inherited(current);
	await options(current);
	if (process.getuid() === 0) {
		const root = makeSite();
		fs.chmodSync(path.dirname(root), 0o755);
		const server = await serve(["--user", "nobody"], { root });
		const pid = Number((await fetchOnce(server.socket, "/pid")).body);
		check("--user gives up all rights",
			/Uid:\s+65534\s+65534\s+65534\s+65534/.test(fs.readFileSync(`/proc/${pid}/status`, "latin1")));
		await stop(server);
	}
}
