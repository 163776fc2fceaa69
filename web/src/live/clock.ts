// The server's time, however wrong the clock of this device is.

const SAMPLES_KEPT = 12;

interface Sample {
	/** Server time minus `performance.now()`, in ms. */
	offset: number;
	/** How wrong the offset can be at most: the round trip. */
	round: number;
}

export class ServerClock {
	#samples: Sample[] = [];
	#fallback: Sample | null = null;
	/** Wall clock minus monotonic clock: it jumps when the device slept, as some monotonic clocks stop meanwhile. */
	#drift = Date.now() - performance.now();

	now(): number {
		const best = this.#best();
		return best ? performance.now() + best.offset : Date.now();
	}

	heard(serverNow: number, sentAt: number): void {
		const receivedAt = performance.now();
		const round = Math.max(0, receivedAt - sentAt);
		this.#samples.push({ offset: serverNow + round / 2 - receivedAt, round });
		if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift();
	}

	/** A page carries the server's time too: better than nothing until the socket has answered. */
	drawn(serverNow: number, at: number): void {
		if (!this.#fallback) this.#fallback = { offset: serverNow - at, round: 5_000 };
	}

	/** True when the device slept (or its clock was set): the samples are worth nothing then. */
	slept(): boolean {
		const drift = Date.now() - performance.now();
		const jumped = Math.abs(drift - this.#drift) > 1_500;
		this.#drift = drift;
		if (jumped) {
			// keeps counting roughly right until the next answer: most jumps are sleep, not a corrected clock
			const best = this.#best();
			this.#samples = [];
			if (best) this.#fallback = best;
		}
		return jumped;
	}

	#best(): Sample | null {
		let best = this.#fallback;
		for (const sample of this.#samples) if (!best || sample.round < best.round) best = sample;
		return best;
	}
}
