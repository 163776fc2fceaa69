// What this tab knows of calls: what it calls itself, which call it is in, and what its person ended. All of it outlives a
// reload, and none of it this tab.

import { type CallKind, type CallStatus, live } from "../live";
import { postForm } from "../live/page";

/** A page that was away for less than this is in its call again by itself. */
const BACK_WITHIN = 10_000;
const TRIED_AGAIN_AFTER = 1_000;
const LONGEST_PAUSE = 15_000;
const ENDED_KEPT = 20;

const NAME = "praktik-tab";
const CALL = "praktik-call";
const ENDED = "praktik-calls-ended";

/** How somebody is in a call. */
export interface InCall {
	call: string;
	muted: boolean;
	cameraOff: boolean;
}

interface Made {
	call: string;
	status: CallStatus;
}

/** Nothing was begun: with what status, 0 if no answer came, and in which words. */
interface NotMade {
	refused: number;
	sentence: string;
}

interface Answer {
	call_session?: string;
	status?: CallStatus;
	message?: string;
	errors?: Record<string, string>;
}

interface Ended {
	call: string;
	answered: boolean;
}

class CallSession {
	/** What this tab calls itself. */
	readonly name = read<string>(NAME) ?? drawn();
	#inCall: InCall | null = null;
	#retries = new Map<string, number>();
	#isListening = false;

	constructor() {
		// a tab that is duplicated takes a copy of what is kept along: two tabs of one name would both be in the call
		write(NAME, null);
		window.addEventListener("pagehide", () => {
			write(NAME, this.name);
			this.leave();
		});
		document.addEventListener("visibilitychange", () => {
			write(NAME, document.visibilityState === "hidden" ? this.name : null);
		});
	}

	/** Begins a call that belongs to this tab, or says why not. */
	async initiate(conversation: string, kind: CallKind): Promise<Made | NotMade> {
		const fields = { type: kind, device: this.name };
		const answer = await postForm(`/calls/conversations/${conversation}/initiate`, fields);
		const body = (await answer?.json().catch(() => null)) as Answer | null | undefined;
		if (answer?.ok && body?.call_session) return { call: body.call_session, status: body.status ?? "calling" };
		const sentence = body?.message ?? Object.values(body?.errors ?? {})[0] ?? "";
		return { refused: answer?.status ?? 0, sentence };
	}

	/** This tab is in a call, or was pressed to be. */
	remember(inCall: InCall): void {
		this.#inCall = inCall;
		write(CALL, { ...inCall, at: Date.now() });
	}

	/** How this tab was in the call, and whether it was so until a moment ago. */
	recall(call: string): (InCall & { isRecent: boolean }) | null {
		const kept = read<InCall & { at: number }>(CALL);
		if (kept?.call !== call) return null;
		const away = Date.now() - kept.at;
		return { ...kept, isRecent: away >= 0 && away < BACK_WITHIN };
	}

	/** The page goes; from now on it is away. */
	leave(): void {
		if (this.#inCall) this.remember(this.#inCall);
		this.#inCall = null;
	}

	/** This tab is in no call any more. */
	forget(): void {
		this.#inCall = null;
		write(CALL, null);
	}

	/** Whether the person ended it here: it is not entered again, whatever the server says of it. */
	hasEnded(call: string): boolean {
		return ended().some((one) => one.call === call);
	}

	/** Ends a call for good. It is asked for until it is answered. */
	hangUp(call: string): void {
		this.forget();
		if (!this.hasEnded(call)) write(ENDED, [...ended(), { call, answered: false }].slice(-ENDED_KEPT));
		this.resume();
		void this.#send(call, 0);
	}

	/** Asks again for what was not answered, on this page or the one before. */
	resume(): void {
		if (!this.#isListening) {
			this.#isListening = true;
			const again = (): void => {
				for (const { call } of ended().filter((one) => !one.answered)) void this.#send(call, 0);
			};
			live.on("up", again);
			window.addEventListener("online", again);
			again();
		}
	}

	async #send(call: string, attempt: number): Promise<void> {
		window.clearTimeout(this.#retries.get(call));
		const answer = await postForm(`/calls/sessions/${call}/end`, {}, { keepalive: true });
		if (answer && answer.status !== 429 && answer.status < 500) {
			write(
				ENDED,
				ended().map((one) => (one.call === call ? { call, answered: true } : one)),
			);
			return;
		}
		const asked = 1_000 * Number(answer?.headers.get("Retry-After") ?? 0) || 0;
		const pause = Math.max(asked, Math.min(LONGEST_PAUSE, TRIED_AGAIN_AFTER * 2 ** attempt));
		window.clearTimeout(this.#retries.get(call));
		this.#retries.set(
			call,
			window.setTimeout(() => void this.#send(call, attempt + 1), pause),
		);
	}
}

function ended(): Ended[] {
	return read<Ended[]>(ENDED) ?? [];
}

/** A browser may keep nothing at all: then a reload begins anew. */
function read<Kept>(key: string): Kept | null {
	try {
		return JSON.parse(window.sessionStorage.getItem(key) ?? "null") as Kept | null;
	} catch {
		return null;
	}
}

function write(key: string, value: unknown): void {
	try {
		if (value === null) window.sessionStorage.removeItem(key);
		else window.sessionStorage.setItem(key, JSON.stringify(value));
	} catch {
		// as above
	}
}

/** Drawn by chance; nobody else's. */
export function drawn(): string {
	return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const session = new CallSession();
