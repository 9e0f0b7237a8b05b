// Behind a real nginx over a unix socket, with doc/nginx.conf's own lines.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { check, folder, makeRelease, name, note, publish, serve, sleep, stop, until, workers }
	from "./harness.mjs";

const sample = new URL("../../../doc/nginx.conf", import.meta.url);

function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

// The sample, with our places instead of its own.
async function startNginx(server) {
	const root = name("nginx"), port = await freePort();
	fs.mkdirSync(path.join(root, "public"), { recursive: true });
	fs.writeFileSync(path.join(root, "public/style.css"), "body{}");
	fs.chmodSync(folder, 0o755);
	const site = fs.readFileSync(sample, "utf8")
		.replaceAll("unix:/run/tessera/www.sock", `unix:${server.socket}`)
		.replaceAll("/srv/site/out/public", path.join(root, "public"))
		.replaceAll("listen 80;", `listen 127.0.0.1:${port};`)
		.replaceAll("listen [::]:80;", "");
	const params = "/etc/nginx/fastcgi_params";
	fs.writeFileSync(path.join(root, "nginx.conf"), `
daemon off; user root; worker_processes 1; pid ${root}/pid; error_log ${root}/error.log;
events { worker_connections 512; }
http {
	access_log off; types { text/css css; }
	client_body_temp_path ${root}/b; fastcgi_temp_path ${root}/f; proxy_temp_path ${root}/p;
	uwsgi_temp_path ${root}/u; scgi_temp_path ${root}/s;
	${site.replaceAll("include fastcgi_params;", `include ${params};`)}
}`);
	const child = spawn("nginx", ["-e", `${root}/error.log`, "-c", `${root}/nginx.conf`, "-p", root],
		{ stdio: ["ignore", "ignore", "inherit"] });
	const log = () => fs.existsSync(`${root}/error.log`) ? fs.readFileSync(`${root}/error.log`, "utf8") : "";
	return { child, port, log };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

function get(port, uri, { headers = {}, method = "GET" } = {}) {
	return new Promise((resolve) => {
		const request = http.request({ port, path: uri, headers, method, agent }, (reply) => {
			const parts = [];
			reply.on("data", (chunk) => parts.push(chunk));
			reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers,
				body: Buffer.concat(parts) }));
		});
		request.on("error", () => resolve({ status: 0, body: Buffer.alloc(0) }));
		request.end();
	});
}

export default async function nginx() {
	if (spawnSync("nginx", ["-v"]).status !== 0) {
		note("nginx is not installed: not tried");
		return;
	}
	const server = await serve(["--workers", "2"]);
	const { child, port, log } = await startNginx(server);
	check("nginx answers", await until(async () => (await get(port, "/")).status === 200), log());
	check("static files come first", (await get(port, "/style.css")).body.toString() === "body{}");
	const echo = (await get(port, "/echo?a=b", { headers: { Cookie: "x=y",
		"X-Forwarded-For": "6.6.6.6", "Accept-Encoding": "gzip" } })).body.toString();
	for (const line of ["REQUEST_URI=/echo?a=b", "QUERY_STRING=a=b", "HTTP_COOKIE=x=y",
		"HTTP_ACCEPT_ENCODING=gzip", "REMOTE_ADDR=127.0.0.1"])
		check(`nginx passes ${line}`, echo.includes(`${line}\n`), echo);
	/* core believes X-Forwarded-For from the site's proxies alone. */
	check("a client cannot set its address", !/^REMOTE_ADDR=6\.6\.6\.6/m.test(echo), echo);
	const head = await get(port, "/big/5000", { method: "HEAD" });
	check("HEAD", head.status === 200 && head.headers["content-length"] === "5000");
	for (const n of [0, 65535, 65536, 1000000])
		check(`a page of ${n} bytes`, (await get(port, `/big/${n}`)).body.length === n);

	// Load on kept connections while releases change and a worker is killed.
	let good = 0, going = true;
	const bad = [];
	const ask = async () => {
		while (going) {
			const reply = await get(port, "/big/3000");
			if (reply.status === 200 && reply.body.length === 3000)
				good++;
			else
				bad.push(reply.status);
		}
	};
	const all = Array.from({ length: 16 }, ask);
	for (let i = 0; i < 5; i++) {
		makeRelease(server.root, `n${i}`);
		publish(server.root, `n${i}`);
		await sleep(200);
	}
	check("no request through nginx failed while releases changed", bad.length === 0, bad);
	const before = good;
	const killed = workers(server)[0];
	process.kill(killed, "SIGKILL");
	await sleep(1500);
	going = false;
	await Promise.all(all);
	check("nginx goes on after kill -9 of a worker", good > before && bad.length <= 16, bad.join());
	note(`${good} requests through nginx; kill -9 of a worker lost ${bad.length}`);
	const connections = fs.readFileSync("/proc/net/unix", "latin1").split("\n")
		.filter((line) => line.includes(server.socket) && / 03 /.test(line)).length;
	check("nginx keeps connections", connections > 0 && connections <= 32, connections);
	agent.destroy();
	child.kill("SIGTERM");
	check("no worker ended otherwise", (server.child.log.match(/ended/g) ?? []).length === 1,
		server.child.log);
	await stop(server);
}
