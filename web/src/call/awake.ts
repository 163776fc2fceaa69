// Keeps the screen on while people talk.

interface Lock {
	released?: boolean;
	release(): Promise<void>;
}

export class Awake {
	#wanted = false;
	#lock: Lock | null = null;

	/** From now on; the browser lets go when the page is out of sight, and is asked again when it is back. */
	async keep(): Promise<void> {
		this.#wanted = true;
		document.addEventListener("visibilitychange", this.#again);
		await this.#ask();
	}

	release(): void {
		this.#wanted = false;
		document.removeEventListener("visibilitychange", this.#again);
		void this.#lock?.release().catch(() => undefined);
		this.#lock = null;
	}

	#again = (): void => {
		if (document.visibilityState === "visible") void this.#ask();
	};

	async #ask(): Promise<void> {
		if (this.#lock && !this.#lock.released) return;
		try {
			const lock = (await navigator.wakeLock?.request("screen")) ?? null;
			if (this.#wanted) this.#lock = lock;
			else void lock?.release();
		} catch {
			// a low battery refuses it; the call goes on
		}
	}
}
