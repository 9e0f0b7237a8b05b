// The same program as a CGI program.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { parse } from "../../lib/fcgi_client.mjs";
import { check, makeSite, makeRelease, program, note } from "./harness.mjs";

function run(env, args = []) {
	const done = spawnSync(program, args, {
		env: { GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "GET", ...env },
		maxBuffer: 1 << 26 });
	return { ...parse(done.stdout), code: done.status, log: done.stderr.toString() };
}

export default async function cgi() {
	const root = makeSite();
	const current = path.join(root, "current");
	let reply = run({ TESSERA_RELEASE: current, REQUEST_URI: "/" });
	check("CGI answers from TESSERA_RELEASE",
		reply.code === 0 && reply.status === 200 && reply.body.toString() === "one", reply.log);
	reply = run({ REQUEST_URI: "/", QUERY_STRING: "a=b" }, [current]);
	check("or from its argument", reply.status === 200);
	reply = run({ REQUEST_URI: "/echo", HTTP_COOKIE: "a=b; c=d", EMPTY: "",
		TESSERA_RELEASE: current });
	check("the environment is the parameters",
		/\nHTTP_COOKIE=a=b; c=d\nEMPTY=\n/.test(reply.body.toString()), reply.body.toString());
	reply = run({ REQUEST_URI: "/big/3000000", TESSERA_RELEASE: current });
	check("large replies are whole", reply.body.length === 3000000);
	reply = run({ REQUEST_URI: "/?--help", QUERY_STRING: "--help" }, ["--help"]);
	check("words of a query are no options", reply.status === 503 && reply.code === 0, reply.status);
	reply = run({ REQUEST_URI: "/", QUERY_STRING: root, }, [current]);
	check("nor a release", reply.status === 503);
	reply = run({ REQUEST_URI: "/?x", QUERY_STRING: "x", TESSERA_RELEASE: current }, ["x"]);
	check("TESSERA_RELEASE counts beside them", reply.status === 200);
	reply = run({ REQUEST_URI: "/", TESSERA_RELEASE: path.join(root, "nothing") });
	check("without a release CGI answers 503", reply.status === 503 && reply.code === 0);
	reply = run({ REQUEST_URI: "/", TESSERA_RELEASE: makeRelease(root, "cut", { damage: "cut" }) });
	check("with a truncated one too", reply.status === 503, reply.status);
	reply = run({ REQUEST_URI: "/", TESSERA_RELEASE: current, BIG: "x".repeat(70000) });
	check("too much environment answers 431", reply.status === 431, reply.status);
	const times = [], base = [];
	for (let i = 0; i < 30; i++) {
		let began = performance.now();
		run({ TESSERA_RELEASE: current, REQUEST_URI: "/" });
		times.push(performance.now() - began);
		began = performance.now();
		spawnSync("/bin/true");
		base.push(performance.now() - began);
	}
	const median = (a) => a.sort((x, y) => x - y)[a.length >> 1];
	note(`CGI ${median(times).toFixed(2)} ms, /bin/true ${median(base).toFixed(2)} ms (median)`);
}
