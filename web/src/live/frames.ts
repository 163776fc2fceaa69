// The frames of a page that change by themselves: which topics they hear (`data-live-topic`), and loading them again.

import type * as Turbo from "@hotwired/turbo";

const RETRY_FIRST = 1_000;
const RETRY_LONGEST = 30_000;
/** After a reconnect all pages of the clinic ask at about the same time: each waits a moment of its own. */
const SPREAD = { hint: 120, reconnect: 1_500 };

interface FrameState {
	timer: number;
	running: boolean;
	again: boolean;
	/** Loads that failed since the last that did not. */
	failures: number;
	/** How long the server wants to be left alone; 0 after an answer. */
	wait: number;
}

export class Frames {
	/** What the page itself declares as live, with the way to give it up. */
	#topics = new Map<string, () => void>();
	#states = new WeakMap<Element, FrameState>();

	constructor(private readonly subscribe: (topic: string) => () => void) {}

	/** Finds what the page declares as live and subscribes to exactly that. */
	scan(): void {
		const found = new Set<string>();
		for (const element of document.querySelectorAll("[data-live-topic]")) {
			for (const topic of topicsOf(element)) found.add(topic);
		}
		for (const topic of found) {
			if (!this.#topics.has(topic)) this.#topics.set(topic, this.subscribe(topic));
		}
		for (const [topic, release] of this.#topics) {
			if (found.has(topic)) continue;
			this.#topics.delete(topic);
			release();
		}
	}

	/** Loads a live frame again, soon and once, however many hints arrive meanwhile. */
	reload(frame: Element, spread = SPREAD.hint): void {
		const state = this.#stateOf(frame);
		if (state.running) state.again = true;
		else this.#schedule(frame, state, 60 + Math.random() * spread);
	}

	/** Those that hear this topic, or, after a reconnect, all of them. */
	reloadAll(topic?: string): void {
		for (const frame of document.querySelectorAll("turbo-frame[data-live-topic]")) {
			if (topic === undefined) this.reload(frame, SPREAD.reconnect);
			else if (topicsOf(frame).includes(topic)) this.reload(frame);
		}
	}

	/**
	 * True of an answer that says "not now": the frame keeps what it shows and is loaded again, as soon as the answer allows. Nothing
	 * of the page around it may go: somebody types there, or talks.
	 */
	putOff(frame: Element, answer: Response): boolean {
		const state = this.#stateOf(frame);
		if (!isNotNow(answer.status)) {
			state.failures = 0;
			return false;
		}
		this.retry(frame, 1_000 * Number(answer.headers.get("Retry-After")));
		return true;
	}

	/** Loads a frame again whose load failed, later each time, and not before `least` milliseconds. */
	retry(frame: Element, least = 0): void {
		const state = this.#stateOf(frame);
		const pause = Math.min(RETRY_LONGEST, RETRY_FIRST * 2 ** state.failures);
		state.failures += 1;
		state.wait = Math.max(least || 0, pause) * (1 + Math.random() / 4);
		if (!state.running) this.#schedule(frame, state, state.wait);
	}

	#stateOf(frame: Element): FrameState {
		const known = this.#states.get(frame);
		if (known) return known;
		const fresh = { timer: 0, running: false, again: false, failures: 0, wait: 0 };
		this.#states.set(frame, fresh);
		return fresh;
	}

	#schedule(frame: Element, state: FrameState, pause: number): void {
		if (!state.timer) state.timer = window.setTimeout(() => void this.#load(frame, state), pause);
	}

	async #load(frame: Element, state: FrameState): Promise<void> {
		state.timer = 0;
		if (!frame.isConnected) return;
		state.running = true;
		state.wait = 0;
		try {
			await loadAgain(frame as Turbo.FrameElement);
		} catch {
			// no answer came: `retry` was told
		} finally {
			state.running = false;
			if (state.wait) this.#schedule(frame, state, state.wait);
			else if (state.again) this.reload(frame);
			state.again = false;
		}
	}
}

/** Answers of a server, or a proxy before it, that is busy or restarts. */
function isNotNow(status: number): boolean {
	return status >= 500 || status === 408 || status === 425 || status === 429;
}

/**
 * Templates draw live frames without `src`: Turbo would load such a frame a second time at once, and refuses an answer whose frame
 * names its own address. So the address is given here, while the frame is switched off, and the first load is a morph already.
 */
async function loadAgain(frame: Turbo.FrameElement): Promise<void> {
	if (frame.src) {
		await frame.reload();
		return;
	}
	frame.disabled = true;
	frame.src = window.location.href;
	void frame.reload();
	frame.disabled = false;
	await frame.loaded;
}

function topicsOf(element: Element): string[] {
	return (element.getAttribute("data-live-topic") ?? "").split(/\s+/).filter(Boolean);
}
