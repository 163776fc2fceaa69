// A clinic as an operator runs it (`praktik serve`), for what a demo does not ask for. Its clock is the machine's own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { RESULTS } from "./clinic.ts";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? fileURLToPath(new URL("../../target", import.meta.url));
export const PROGRAM = `${TARGET}/debug/praktik`;

export class ServedClinic {
	private constructor(
		private readonly server: ChildProcess,
		private readonly folder: string,
		/** Under the name that passkeys of a clinic without a name of its own are bound to. */
		readonly origin: string,
		/** Where the first admin chooses a password. */
		readonly link: string,
	) {}

	/** Makes a clinic with one admin and serves it. */
	static async open(name: string, admin: { email: string; name: string }): Promise<ServedClinic> {
		mkdirSync(RESULTS, { recursive: true });
		const folder = mkdtempSync(join(tmpdir(), "praktik-"));
		const env = { ...process.env, PRAKTIK_DATA: join(folder, "clinic") };
		const link = execFileSync(PROGRAM, ["admin", "create", "--email", admin.email, "--name", admin.name], { env, encoding: "utf8" });
		const server = spawn(PROGRAM, ["serve", "--listen", "127.0.0.1:0"], { env, stdio: ["ignore", "pipe", "pipe"] });
		process.once("exit", () => server.kill("SIGKILL"));
		server.stderr.pipe(createWriteStream(new URL(`${name}.log`, RESULTS)));
		for await (const line of createInterface(server.stdout)) {
			const port = /^listening on http:\S+:(\d+)/.exec(line)?.[1];
			if (port) return new ServedClinic(server, folder, `http://localhost:${port}`, new URL(link.trim()).pathname);
		}
		throw new Error(`${PROGRAM} ended before it listened; its log is in e2e/results`);
	}

	async close(): Promise<void> {
		if (this.server.exitCode === null && this.server.signalCode === null) {
			const ended = once(this.server, "exit");
			this.server.kill("SIGTERM");
			const patience = setTimeout(() => this.server.kill("SIGKILL"), 12_000);
			await ended;
			clearTimeout(patience);
		}
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** The code of six digits (RFC 6238) that an app with this secret shows so many steps of 30 s from now, or from another moment. */
export function code(secret: string, steps = 0, now = Date.now()): string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const bits = [...secret.replaceAll(" ", "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
	const hash = createHmac("sha1", key).update(counter).digest();
	const offset = hash.readUInt8(19) & 15;
	return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
