/*
 * The segment key that nginx (and Varnish, where it is installed) computes from
 * a request is core's, for random requests full of oddities. Only a value that
 * core refuses (no UTF-8, NUL, too long) may give another key: then the reply
 * is not stored. Takes the `keys` program; prints "N passed, N failed".
 */
'use strict';
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const {execFileSync, spawn} = require('child_process');

const keys = path.resolve(process.argv[2]);
const count = Number(process.argv[3] || 6000);
let seed = Number(process.argv[4] || 1);

function pick(n)
{
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
	return Math.floor(seed / 4294967296 * n);
}

function some(list)
{
	return list[pick(list.length)];
}

const texts = ['a', 'A', 'ab', 'a b', ' a', 'a ', '50%', '%41', '\u00e9',
	'"q"', '"', 'a+b', '', ';', 'a;b', 'x&y=z', '$host', '\\', '{x}', "'",
	'null', 'a,b', '=', '~^a', 'zzz', 'value-7', 'value-399', 'value-4000',
	'b', 'aa', '""a""', '"a', 'a"', '%', '%4', '%%41', '%2541'];
const booleans = ['1', 'true', '?1', 'yes', '0', 'false', '?0', 'no', 'TRUE',
	'', '2', 'y', ' 1', '1 '];
const agents = ['Mobile', 'x Tablet y', 'ping', 'pingx', 'xping', '2026-12-25',
	'12-25-', 'aaabc.d', 'acxd', 'abbc.d', 'null', 'mobile', 'M'];
let odd = false;

/* Bytes of a value, some of them encoded. */
function encode(text, query)
{
	let out = [];
	for (const c of Buffer.from(text)) {
		const ch = String.fromCharCode(c);
		const must = query ? '&# '.includes(ch) || c < 33
			: ch === ';' || c < 32;
		if (query && ch === ' ' && pick(2))
			out.push(43);
		else if (must || pick(6) === 0)
			out.push(...Buffer.from('%' + (pick(2)
				? c.toString(16).padStart(2, '0')
				: c.toString(16).padStart(2, '0').toUpperCase())));
		else
			out.push(c);
	}
	if (pick(60) === 0) {
		odd = true;
		out = some([[0xff], [0xc3], [37, 48, 48], [37, 70, 70],
			new Array(1025).fill(97), [0xed, 0xa0, 0x80]]);
	}
	return Buffer.from(out);
}

function join(parts, separator)
{
	const out = [];
	parts.forEach((p, i) => {
		if (i > 0)
			out.push(Buffer.from(separator()));
		out.push(p);
	});
	return Buffer.concat(out);
}

function pairs(names, lists, query)
{
	const n = pick(5), parts = [];
	for (let i = 0; i < n; i++) {
		const k = pick(names.length);
		const value = encode(some(lists[k]), query);
		const blank = query ? '' : some(['', '', '', ' ', '\t ']);
		const quote = !query && pick(6) === 0 ? '"' : '';
		parts.push(Buffer.concat([Buffer.from(names[k] +
			(pick(12) === 0 ? '' : '=') + blank + quote), value,
			Buffer.from(quote + blank)]));
	}
	return join(parts, () => query ? '&' : some(['; ', '; ', ';', ' ;\t']));
}

function header(list)
{
	if (pick(4) === 0)
		return null;
	const v = Buffer.from(some(list));
	return pick(60) === 0 ? (odd = true,
		Buffer.concat([v, Buffer.alloc(1100, 'b')])) : v;
}

function request()
{
	odd = false;
	const r = {
		query: pairs(['q.s', 'qb', 'Q.S', 'qxs', 'q.s2', 'x'],
			[texts, booleans, texts, texts, texts, texts], true),
		cookie: pick(8) === 0 ? null
			: pairs(['c-s', 'cb', 'C-S', 'xc-s', 'c-s2', 'c'],
			[texts, booleans, texts, texts, texts, texts], false),
		s: header(texts), b: header(booleans), u: header(agents)};
	r.odd = odd;
	/* Servers cut blanks (and nginx no tabs) off values. */
	for (const k of ['cookie', 's', 'b', 'u'])
		if (r[k] !== null)
			r[k] = Buffer.from(r[k].toString('latin1')
				.replace(/^[ \t]+|[ \t]+$/g, ''), 'latin1');
	return r;
}

function hex(b)
{
	return b === null ? '-' : b.toString('hex');
}

function wire(r, last)
{
	const parts = [Buffer.from('GET /'),
		r.query.length > 0 || pick(2) ? Buffer.from('?') : Buffer.alloc(0),
		r.query, Buffer.from(' HTTP/1.1\r\nHost: x\r\n')];
	for (const [name, v] of [['Cookie', r.cookie], ['X-S', r.s],
		['X-B', r.b], ['X-U', r.u]])
		if (v !== null)
			parts.push(Buffer.from(name + ': '), v,
				Buffer.from('\r\n'));
	parts.push(Buffer.from(
		last ? 'Connection: close\r\n\r\n' : '\r\n'));
	return Buffer.concat(parts);
}

/* Send all over one connection; the header X-Key of each reply. */
function ask(port, list)
{
	return new Promise((resolve, reject) => {
		let got = '';
		const socket = net.connect(port, '127.0.0.1');
		socket.on('data', d => { got += d.toString('latin1'); });
		socket.on('error', reject);
		socket.on('close', () => resolve(
			got.split('HTTP/1.1 ').slice(1).map(s => {
				const m = /^x-key: ?(.*)\r$/mi.exec(s);
				return m ? m[1] : 'status ' + s.slice(0, 3);
			})));
		list.forEach((r, i) =>
			socket.write(wire(r, i + 1 === list.length)));
	});
}

function wait(port, tries)
{
	return new Promise((resolve, reject) => {
		const socket = net.connect(port, '127.0.0.1');
		socket.on('connect', () => { socket.destroy(); resolve(); });
		socket.on('error', () => tries === 0
			? reject(new Error('no server on ' + port))
			: setTimeout(() => wait(port, tries - 1)
				.then(resolve, reject), 100));
	});
}

function freePort()
{
	return new Promise(resolve => {
		const server = net.createServer().listen(0, '127.0.0.1', () => {
			const port = server.address().port;
			server.close(() => resolve(port));
		});
	});
}

function startNginx(dir, port)
{
	fs.writeFileSync(path.join(dir, 'maps.conf'),
		execFileSync(keys, ['nginx']));
	const temp = ['client_body', 'fastcgi', 'proxy', 'uwsgi', 'scgi']
		.map(n => `${n}_temp_path ${dir}/${n};`).join(' ');
	fs.writeFileSync(path.join(dir, 'nginx.conf'), `
daemon off; master_process off; pid ${dir}/pid; error_log ${dir}/error.log;
events {}
http { access_log off; ${temp} keepalive_requests 1000000;
variables_hash_max_size 4096;
large_client_header_buffers 8 32k;
include ${dir}/maps.conf;
server { listen 127.0.0.1:${port}; merge_slashes off;
location / { add_header X-Key $tessera_segment always; return 204; } } }
`);
	return spawn('nginx', ['-c', path.join(dir, 'nginx.conf'), '-p', dir],
		{stdio: ['ignore', 'inherit', 'inherit']});
}

function startVarnish(dir, port)
{
	fs.writeFileSync(path.join(dir, 'x.vcl'), 'vcl 4.1;\n' +
		'backend none none;\n' + execFileSync(keys, ['varnish']) + `
sub vcl_recv { call tessera_segment; return (synth(204)); }
sub vcl_synth { set resp.http.X-Key = req.http.X-Tessera-Segment;
	set resp.body = ""; return (deliver); }
`);
	return spawn('varnishd', ['-F', '-n', path.join(dir, 'varnish'), '-a',
		`127.0.0.1:${port}`, '-f', path.join(dir, 'x.vcl'), '-s',
		'malloc,10m', '-p', 'http_req_hdr_len=32k', '-p',
		'workspace_client=512k', '-j', 'none'],
		{stdio: 'ignore'});
}

async function compare(name, start)
{
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tessera-segment-'));
	const port = await freePort();
	const server = start(dir, port);
	let passed = 0, failed = 0, apart = 0;
	try {
		await wait(port, 100);
		const list = Array.from({length: count}, request);
		const want = execFileSync(keys, [], {maxBuffer: 1 << 28,
			input: list.map(r => [r.query, r.cookie, r.s, r.b, r.u]
				.map(hex).join(' ')).join('\n') + '\n'})
			.toString().split('\n');
		const got = await ask(port, list);
		list.forEach((r, i) => {
			if (got[i] === want[i])
				passed++;
			else if (r.odd)
				apart++;
			else if (failed++ < 5)
				console.log(`${name}: ${got[i]}\nnot    ${want[i]}\n` +
					`query ${r.query}\ncookie ${r.cookie}\n` +
					`s ${r.s} b ${r.b} u ${r.u}`);
		});
	} finally {
		server.kill();
		await new Promise(done => server.on('exit', done));
		fs.rmSync(dir, {recursive: true, force: true});
	}
	console.log(`segment key by ${name}: ${passed + apart} passed ` +
		`(${apart} told apart), ${failed} failed`);
	return failed;
}

function has(program)
{
	return (process.env.PATH + ':/usr/sbin').split(':')
		.some(d => fs.existsSync(path.join(d, program)));
}

async function main()
{
	let failed = 0;

	/* Once from a proxy of the site, and once from a stranger. */
	for (const stranger of ['', '1']) {
		if (stranger)
			process.env.TESSERA_STRANGER = stranger;
		failed += await compare('nginx', startNginx);
		if (has('varnishd'))
			failed += await compare('Varnish', startVarnish);
	}
	process.exit(failed > 0 ? 1 : 0);
}

main().catch(e => { console.error(e); process.exit(1); });
