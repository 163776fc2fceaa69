// A gentle ring: two soft notes every three seconds, made here, so that there is no sound file to load.

const NOTES = [659.25, 880];
const EVERY = 3_000;

export class Tone {
	#context: AudioContext | null = null;
	#timer = 0;

	start(): void {
		if (this.#timer || typeof AudioContext === "undefined") return;
		this.#context = new AudioContext();
		// a browser may keep it silent until the page was touched; the dialog is seen anyway
		void this.#context
			.resume()
			.then(() => this.#play())
			.catch(() => undefined);
		this.#timer = window.setInterval(() => this.#play(), EVERY);
	}

	stop(): void {
		window.clearInterval(this.#timer);
		this.#timer = 0;
		void this.#context?.close().catch(() => undefined);
		this.#context = null;
	}

	#play(): void {
		const context = this.#context;
		if (context?.state !== "running") return;
		NOTES.forEach((frequency, index) => {
			const from = context.currentTime + 0.05 + index * 0.35;
			const note = context.createOscillator();
			const loudness = context.createGain();
			note.frequency.value = frequency;
			loudness.gain.setValueAtTime(0, from);
			loudness.gain.linearRampToValueAtTime(0.12, from + 0.04);
			loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.9);
			note.connect(loudness).connect(context.destination);
			note.start(from);
			note.stop(from + 1);
		});
	}
}
