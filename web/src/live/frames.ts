// The frames of a page that change by themselves: which topics they hear (`data-live-topic`), and loading them again.

import type * as Turbo from "@hotwired/turbo";

export class Frames {
	/** What the page itself declares as live, with the way to give it up. */
	#topics = new Map<string, () => void>();
	#states = new WeakMap<Element, { timer: number; running: boolean; again: boolean }>();

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
	reload(frame: Element): void {
		const state = this.#states.get(frame) ?? { timer: 0, running: false, again: false };
		this.#states.set(frame, state);
		if (state.running) {
			state.again = true;
			return;
		}
		if (state.timer) return;
		state.timer = window.setTimeout(
			async () => {
				state.timer = 0;
				if (!frame.isConnected) return;
				state.running = true;
				try {
					await loadAgain(frame as Turbo.FrameElement);
				} catch {
					// the next hint, or the reconnect, loads it again
				} finally {
					state.running = false;
					if (state.again) {
						state.again = false;
						this.reload(frame);
					}
				}
			},
			60 + Math.random() * 120,
		);
	}

	/** Those that hear this topic, or all of them. */
	reloadAll(topic?: string): void {
		for (const frame of document.querySelectorAll("turbo-frame[data-live-topic]")) {
			if (topic === undefined || topicsOf(frame).includes(topic)) this.reload(frame);
		}
	}
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
