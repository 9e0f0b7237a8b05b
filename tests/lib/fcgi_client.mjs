// A small FastCGI client: records by hand, so that tests can also send what no
// web server would.

import net from "node:net";

export const BEGIN = 1, ABORT = 2, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6,
	DATA = 8, GET_VALUES = 9, GET_VALUES_RESULT = 10, UNKNOWN_TYPE = 11;

export function record(type, id, content = "", padding = 0) {
	const body = Buffer.from(content);
	const head = Buffer.from([1, type, id >> 8, id & 255, body.length >> 8,
		body.length & 255, padding, 0]);
	return Buffer.concat([head, body, Buffer.alloc(padding)]);
}

export function begin(id = 1, { role = 1, keep = true } = {}) {
	return record(BEGIN, id,
		Buffer.from([role >> 8, role & 255, keep ? 1 : 0, 0, 0, 0, 0, 0]));
}

function length(n) {
	if (n < 128)
		return Buffer.from([n]);
	const b = Buffer.alloc(4);
	b.writeUInt32BE(n + 0x80000000);
	return b;
}

export function pairs(params) {
	const parts = [];
	for (const [name, value] of Object.entries(params)) {
		const n = Buffer.from(name), v = Buffer.from(value);
		parts.push(length(n.length), length(v.length), n, v);
	}
	return Buffer.concat(parts);
}

// The bytes of a whole request.
export function request(params, { id = 1, keep = true, body = "", cut = 65535,
	padding = 0 } = {}) {
	const parts = [begin(id, { keep })];
	const bytes = pairs({ REQUEST_METHOD: "GET", ...params });
	for (let i = 0; i < bytes.length; i += cut)
		parts.push(record(PARAMS, id, bytes.subarray(i, i + cut), padding));
	parts.push(record(PARAMS, id));
	for (let i = 0; i < body.length; i += 65535)
		parts.push(record(STDIN, id, body.slice(i, i + 65535)));
	parts.push(record(STDIN, id));
	return Buffer.concat(parts);
}

// One connection; get() and next() wait for replies in order.
export class Client {
	constructor(where) {
		this.records = [];
		this.waiting = [];
		this.parts = [];
		this.have = 0;
		this.ended = false;
		this.socket = net.connect(where);
		this.socket.on("data", (chunk) => this.#take(chunk));
		this.socket.on("error", (error) => { this.error = error; });
		this.socket.on("close", () => {
			this.ended = true;
			for (const wait of this.waiting.splice(0))
				wait();
		});
	}

	#take(chunk) {
		this.parts.push(chunk);
		this.have += chunk.length;
		let all = null, at = 0;
		for (;;) {
			if (this.have - at < 8)
				break;
			all ??= this.parts.length === 1 ? this.parts[0]
				: Buffer.concat(this.parts);
			const n = all.readUInt16BE(at + 4), padding = all[at + 6];
			if (this.have - at < 8 + n + padding)
				break;
			this.records.push({ version: all[at], type: all[at + 1],
				id: all.readUInt16BE(at + 2),
				content: all.subarray(at + 8, at + 8 + n) });
			at += 8 + n + padding;
		}
		if (all) {
			this.parts = [all.subarray(at)];
			this.have -= at;
		}
		for (const wait of this.waiting.splice(0))
			wait();
	}

	send(bytes) {
		this.socket.write(bytes);
		return this;
	}

	// The next record, or null when the connection has ended.
	async next() {
		while (this.records.length === 0 && !this.ended)
			await new Promise((resolve) => this.waiting.push(resolve));
		return this.records.shift() ?? null;
	}

	async closed() {
		while (!this.ended)
			await new Promise((resolve) => this.waiting.push(resolve));
	}

	// A reply: { status, headers, body, end } or null when cut off.
	async reply() {
		const parts = [];
		for (;;) {
			const r = await this.next();
			if (r === null)
				return null;
			if (r.type === STDOUT) {
				parts.push(r.content);
				continue;
			}
			if (r.type !== END)
				throw new Error(`unexpected record ${r.type}`);
			return { ...parse(Buffer.concat(parts)), id: r.id,
				end: r.content[4] };
		}
	}

	get(uri, options = {}) {
		this.send(request({ REQUEST_URI: uri, ...options.params }, options));
		return this.reply();
	}

	close() {
		this.socket.destroy();
	}
}

// A CGI reply taken apart.
export function parse(bytes) {
	const at = bytes.indexOf("\r\n\r\n");
	const headers = {};
	let status = 0;
	for (const line of bytes.subarray(0, at < 0 ? 0 : at).toString("latin1").split("\r\n")) {
		const colon = line.indexOf(":");
		if (line.startsWith("Status: "))
			status = Number(line.slice(8, 11));
		headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
	}
	return { status, headers, body: bytes.subarray(at + 4) };
}

// One request on a connection of its own.
export async function fetchOnce(where, uri, options = {}) {
	const client = new Client(where);
	const reply = await client.get(uri, { keep: false, ...options });
	client.close();
	return reply;
}
