// A demo clinic of its own for each test file: the server on a free port, with a clock that tests can move.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? fileURLToPath(new URL("../../target", import.meta.url));
const PROGRAM = `${TARGET}/debug/examples/movable-clinic`;
export const RESULTS = new URL("../results/", import.meta.url);
const START_MS = 60_000;

export class Clinic {
	private constructor(
		private readonly server: ChildProcess,
		/** Where people go, e.g. `http://127.0.0.1:41234`. */
		readonly origin: string,
		private readonly clock: string,
	) {}

	/**
	 * Starts the program (`PRAKTIK_E2E_PROGRAM` names another) and waits until it says where it listens. At a place it goes on with
	 * what an earlier one left there.
	 */
	static async open(name: string, place?: { folder: string; port: number }): Promise<Clinic> {
		mkdirSync(RESULTS, { recursive: true });
		const program = process.env["PRAKTIK_E2E_PROGRAM"] ?? PROGRAM;
		const server = spawn(program, place ? [place.folder, String(place.port)] : [], { stdio: ["ignore", "pipe", "pipe"] });
		// A test that ends early, by a fault or a signal, must not leave a server behind.
		process.once("exit", () => server.kill("SIGKILL"));
		server.stderr.pipe(createWriteStream(new URL(`${name}.log`, RESULTS)));
		const [origin, clock] = await addresses(server, program);
		return new Clinic(server, origin, clock);
	}

	/** What the clinic takes for now. */
	async now(): Promise<Date> {
		const answer = await fetch(`${this.clock}/now`);
		return new Date(Number(await answer.text()));
	}

	/** Moves the clinic's clock forward. */
	async advance(by: { minutes?: number; seconds?: number; milliseconds?: number }): Promise<void> {
		const ms = Math.ceil((by.minutes ?? 0) * 60_000 + (by.seconds ?? 0) * 1000 + (by.milliseconds ?? 0));
		if (ms <= 0) return;
		const answer = await fetch(`${this.clock}/advance?ms=${ms}`, { method: "POST" });
		if (!answer.ok) throw new Error(`the clock answered ${answer.status}: ${await answer.text()}`);
	}

	/** Moves the clock to an instant that a page showed (RFC 3339), or just past it. */
	async advanceTo(instant: string, past: { seconds: number } = { seconds: 0 }): Promise<void> {
		const now = await this.now();
		await this.advance({ milliseconds: Date.parse(instant) - now.getTime() + past.seconds * 1000 });
	}

	/** Sets the machine's clock forward, as somebody does who corrects it; the clinic's stays until an admin accepts that. */
	async setWall(by: { minutes: number }): Promise<void> {
		const answer = await fetch(`${this.clock}/set-wall?ms=${by.minutes * 60_000}`, { method: "POST" });
		if (!answer.ok) throw new Error(`the clock answered ${answer.status}: ${await answer.text()}`);
	}

	/** Makes an admin as `praktik admin create` does; the path at which they choose a password, once. */
	async admin(email: string, name: string): Promise<string> {
		const answer = await fetch(`${this.clock}/admin?${new URLSearchParams({ email, name })}`, { method: "POST" });
		if (!answer.ok) throw new Error(`no admin was made: ${answer.status}`);
		return answer.text();
	}

	/**
	 * Moves the clock to a moment that begins a test well: shortly after a quarter of an hour, so that the next slot is ten minutes
	 * away, and not so late in the clinic's evening that the next slots are tomorrow's.
	 */
	async settle(): Promise<void> {
		const quarter = 15 * 60_000;
		const now = (await this.now()).getTime();
		if (now % quarter > quarter / 3) await this.advance({ milliseconds: quarter - (now % quarter) + 1000 });
		const late = await this.now();
		const hour = Number(late.toLocaleString("en-GB", { timeZone: "Asia/Makassar", hour: "2-digit", hourCycle: "h23" }));
		if (hour >= 22) await this.advance({ milliseconds: (24 - hour) * 4 * quarter - (late.getTime() % (4 * quarter)) + 1000 });
	}

	/** Ends the program as a lost machine ends it. */
	async kill(): Promise<void> {
		const ended = once(this.server, "exit");
		this.server.kill("SIGKILL");
		await ended;
	}

	async close(): Promise<void> {
		if (this.server.exitCode !== null || this.server.signalCode !== null) return;
		const ended = once(this.server, "exit");
		this.server.kill("SIGTERM");
		const patience = setTimeout(() => this.server.kill("SIGKILL"), 12_000);
		await ended;
		clearTimeout(patience);
	}
}

/** The two lines that the program prints when it is ready. */
function addresses(server: ChildProcess, program: string): Promise<[string, string]> {
	return new Promise((resolve, reject) => {
		const patience = setTimeout(() => reject(new Error(`${program} was not ready within ${START_MS} ms`)), START_MS);
		const fail = (reason: string) => {
			clearTimeout(patience);
			reject(new Error(`${program} ${reason}; its log is in e2e/results`));
		};
		server.once("error", (error) => fail(`did not start: ${error.message}`));
		server.once("exit", (code, signal) => fail(`ended (${code ?? signal})`));
		if (!server.stdout) return fail("has no standard output");
		let origin: string | undefined;
		let clock: string | undefined;
		createInterface(server.stdout).on("line", (line) => {
			origin ??= /^listening on (http:\S+)/.exec(line)?.[1];
			clock ??= /^clock on (http:\S+)/.exec(line)?.[1];
			if (origin && clock) {
				clearTimeout(patience);
				resolve([origin.replace(/\/$/, ""), clock.replace(/\/$/, "")]);
			}
		});
	});
}
