// The socket itself: opened, kept awake by beats, opened again after it was cut.

import type { News } from "../live";
import type { ServerClock } from "./clock";

const BEAT_EVERY = 10_000;
/** A beat that is not answered for so long means that the line is cut: with the pause between two beats, 20 s at most (P7). */
const ANSWERED_WITHIN = 10_000;
const GREETED_WITHIN = 15_000;
/** How long a broken line may mend itself before the page says so. */
const SAY_LOST_AFTER = 2_500;
const LONGEST_PAUSE = 15_000;
/** A server that comes back is not asked by all open pages in the same moment. */
const ASK_WITHIN = 10_000;

/** Who is told what happens on the line. */
export interface LineEnds {
	heard(news: News): void;
	/** The server has greeted; `again` if it is not for the first time. */
	up(again: boolean): void;
	down(): void;
	/** It has been lost for so long that the page says so. */
	missed(): void;
	/** The server knows this visit no more. */
	refused(): void;
}

export class Line {
	#socket: WebSocket | null = null;
	#wanted = false;
	#greeted = false;
	#wasUp = false;
	#failures = 0;
	#openedAt = 0;
	#newsAt = 0;
	#beatSentAt = 0;
	#beatOpen = false;
	#beatTimer = 0;
	#watchTimer = 0;
	#retryTimer = 0;
	#askTimer = 0;
	#sayTimer = 0;

	constructor(
		private readonly clock: ServerClock,
		private readonly ends: LineEnds,
	) {}

	get isUp(): boolean {
		return this.#greeted;
	}

	/** True when whoever looks at the page should know that it hears nothing. */
	get isLost(): boolean {
		return this.#wanted && !this.#greeted && (this.#wasUp || this.#failures > 1);
	}

	/** The server's time when it was last heard; 0 if it never was. */
	get newsAt(): number {
		return this.#newsAt;
	}

	start(): void {
		this.#wanted = true;
		if (!this.#socket && !this.#retryTimer) this.#open();
	}

	stop(): void {
		this.#wanted = false;
		window.clearTimeout(this.#retryTimer);
		window.clearTimeout(this.#askTimer);
		window.clearTimeout(this.#sayTimer);
		this.#retryTimer = 0;
		this.#askTimer = 0;
		this.#sayTimer = 0;
		this.#drop();
		this.#wasUp = false;
	}

	/** False when the line is down: nothing is kept for later here. */
	send(message: Record<string, unknown>): boolean {
		if (!this.#greeted || this.#socket?.readyState !== WebSocket.OPEN) return false;
		this.#socket.send(JSON.stringify(message));
		return true;
	}

	/** There may be a network again: no pause is worth keeping. */
	hurry(): void {
		if (!this.#wanted || this.#socket) return;
		this.#failures = 0;
		this.#open();
	}

	/** Somebody looks at the page again. */
	wake(): void {
		this.clock.slept();
		if (this.#greeted) this.#beat();
		else this.hurry();
	}

	#open(): void {
		if (!this.#wanted || this.#socket) return;
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = 0;
		const address = new URL("/live", window.location.href);
		address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
		this.#openedAt = performance.now();
		const socket = new WebSocket(address);
		this.#socket = socket;
		socket.addEventListener("message", (event) => {
			if (socket === this.#socket && typeof event.data === "string") this.#hear(event.data);
		});
		socket.addEventListener("close", () => {
			if (socket === this.#socket) this.#lost();
		});
		window.clearInterval(this.#watchTimer);
		this.#watchTimer = window.setInterval(() => this.#watch(), 1_000);
	}

	#drop(): void {
		const socket = this.#socket;
		this.#socket = null;
		const wasGreeted = this.#greeted;
		this.#greeted = false;
		this.#beatOpen = false;
		window.clearInterval(this.#beatTimer);
		window.clearInterval(this.#watchTimer);
		socket?.close();
		if (wasGreeted) this.ends.down();
	}

	#lost(): void {
		this.#drop();
		if (!this.#wanted) return;
		if (!this.#sayTimer) this.#sayTimer = window.setTimeout(() => this.ends.missed(), SAY_LOST_AFTER);
		const longest = Math.min(LONGEST_PAUSE, 1_000 * 2 ** this.#failures);
		this.#failures += 1;
		if (this.#failures % 3 === 0) this.#askWhetherSignedIn();
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = window.setTimeout(
			() => {
				this.#retryTimer = 0;
				this.#open();
			},
			longest * (0.2 + 0.8 * Math.random()),
		);
	}

	#watch(): void {
		if (this.clock.slept()) this.#beat();
		// a page in the background may not get to send for a minute: only an unanswered question counts as silence
		const since = performance.now() - (this.#greeted ? this.#beatSentAt : this.#openedAt);
		if (this.#greeted ? this.#beatOpen && since > ANSWERED_WITHIN : since > GREETED_WITHIN) this.#lost();
	}

	#beat(): void {
		if (!this.#beatOpen) this.#beatSentAt = performance.now();
		if (this.send({ do: "beat" })) this.#beatOpen = true;
	}

	#hear(text: string): void {
		let news: News;
		try {
			news = JSON.parse(text) as News;
		} catch {
			return;
		}
		if (news.is === "hello") {
			this.clock.heard(news.now, this.#openedAt);
			this.#newsAt = this.clock.now();
			this.#greet();
		} else if (news.is === "beat") {
			if (this.#beatOpen) this.clock.heard(news.now, this.#beatSentAt);
			this.#beatOpen = false;
			this.#newsAt = this.clock.now();
		}
		this.ends.heard(news);
	}

	#greet(): void {
		const again = this.#wasUp;
		this.#greeted = true;
		this.#wasUp = true;
		this.#failures = 0;
		window.clearTimeout(this.#sayTimer);
		this.#sayTimer = 0;
		window.clearInterval(this.#beatTimer);
		this.#beatTimer = window.setInterval(() => this.#beat(), BEAT_EVERY);
		this.#beat();
		this.ends.up(again);
	}

	#askWhetherSignedIn(): void {
		if (this.#askTimer) return;
		this.#askTimer = window.setTimeout(() => {
			this.#askTimer = 0;
			if (this.#wanted && !this.#greeted) void this.#stillSignedIn();
		}, ASK_WITHIN * Math.random());
	}

	/** The socket cannot tell a refused session from a dead server; an ordinary request can. */
	async #stillSignedIn(): Promise<void> {
		try {
			const answer = await fetch("/api/messages/unread-count", { headers: { Accept: "application/json" } });
			if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login")) this.ends.refused();
		} catch {
			// no network: the retry goes on
		}
	}
}
