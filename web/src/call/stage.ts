// What one sees of a call: the stage with both pictures, what is said on it, and the question before it.

import type { CallKind, CallRole } from "../live";
import { live } from "../live";
import type { Devices, Media, MediaProblem } from "./devices";

/** The parts of the page, as the controller finds them. */
export interface StageParts {
	readonly stageTarget: HTMLElement;
	readonly hasStageTarget: boolean;
	readonly problemTarget: HTMLElement;
	readonly noteTarget: HTMLElement;
	readonly statusTarget: HTMLElement;
	readonly durationTarget: HTMLElement;
	readonly remoteTarget: HTMLVideoElement;
	readonly localTarget: HTMLVideoElement;
	readonly ownTarget: HTMLElement;
	readonly initialsTarget: HTMLElement;
	readonly remoteMutedTarget: HTMLElement;
	readonly remoteSilentTarget: HTMLElement;
	readonly remoteCameraOffTarget: HTMLElement;
	readonly remoteUnseenTarget: HTMLElement;
	readonly microphoneTarget: HTMLButtonElement;
	readonly cameraTarget: HTMLButtonElement;
	readonly listenTarget: HTMLElement;
	readonly waitsTarget: HTMLElement;
	readonly waitsWordsTarget: HTMLElement;
	readonly takeTarget: HTMLElement;
	readonly wordTargets: HTMLElement[];
}

export class Stage {
	#timer = 0;

	constructor(private readonly parts: StageParts) {}

	open(call: string, kind: CallKind, role: CallRole): void {
		const { stageTarget: stage, cameraTarget, initialsTarget, durationTarget } = this.parts;
		this.problem("");
		this.note("");
		this.asks(null);
		stage.dataset.callId = call;
		stage.dataset.callKind = kind;
		stage.dataset.callRole = role;
		stage.dataset.size = "full";
		stage.hidden = false;
		cameraTarget.hidden = kind !== "video";
		initialsTarget.hidden = false;
		for (const note of this.#remoteNotes()) note.hidden = true;
		durationTarget.textContent = "";
		this.#focus("call#end");
	}

	close(): void {
		this.parts.stageTarget.hidden = true;
		this.parts.stageTarget.dataset.callId = "";
		this.asks(null);
	}

	/** Whatever was shown of a call that is left. */
	clear(): void {
		window.clearInterval(this.#timer);
		this.#timer = 0;
		if (!this.parts.hasStageTarget) return;
		this.parts.remoteTarget.srcObject = null;
		this.parts.localTarget.srcObject = null;
		this.parts.listenTarget.hidden = true;
		delete this.parts.stageTarget.dataset.connection;
	}

	/** A call that runs, and that this page is not in: on another page, or here before. */
	asks(why: "elsewhere" | "go-on" | null): void {
		const { waitsTarget, waitsWordsTarget, takeTarget } = this.parts;
		waitsTarget.hidden = why === null;
		waitsWordsTarget.textContent = why ? this.word(why) : "";
		takeTarget.textContent = why ? this.word(why === "elsewhere" ? "take-here" : "take-again") : "";
	}

	size(size: "full" | "small"): void {
		this.parts.stageTarget.dataset.size = size;
		this.#focus(size === "full" ? "call#shrink" : "call#enlarge");
	}

	status(key: string): void {
		const words = this.word(key);
		const { statusTarget } = this.parts;
		if (statusTarget.textContent !== words) statusTarget.textContent = words;
	}

	note(sentence: string): void {
		this.parts.noteTarget.textContent = sentence;
		this.parts.noteTarget.hidden = !sentence;
	}

	problem(sentence: string): void {
		this.parts.problemTarget.textContent = sentence;
		this.parts.problemTarget.hidden = !sentence;
	}

	/** One's own picture, what is switched off, and why something is missing. */
	own(devices: Devices | null): void {
		const { microphoneTarget, cameraTarget, ownTarget, localTarget } = this.parts;
		microphoneTarget.setAttribute("aria-pressed", String(devices !== null && (devices.muted || !devices.has("audio"))));
		cameraTarget.setAttribute("aria-pressed", String(devices !== null && !devices.has("video")));
		const picture = devices?.has("video") ?? false;
		ownTarget.hidden = !picture;
		// set anew: a track that was added later is not shown otherwise everywhere
		localTarget.srcObject = picture ? (devices?.stream ?? null) : null;
		if (picture) void localTarget.play().catch(() => undefined);
		if (devices) this.note(this.missing(devices));
	}

	/** What is missing on this side, in a sentence. */
	missing(devices: Devices): string {
		const sound = devices.problem("audio");
		if (sound) return this.word(sound);
		const picture = devices.problem("video");
		return picture ? this.word(cameraWord(picture)) : "";
	}

	remote(stream: MediaStream): void {
		const { remoteTarget, initialsTarget } = this.parts;
		if (remoteTarget.srcObject !== stream) remoteTarget.srcObject = stream;
		if (stream.getVideoTracks().length > 0) initialsTarget.hidden = true;
		void this.play();
	}

	/** What the other side says that it has switched on, and has not got. */
	remoteMedia(media: Media, kind: CallKind): void {
		const { initialsTarget, remoteMutedTarget, remoteSilentTarget, remoteCameraOffTarget, remoteUnseenTarget } = this.parts;
		const lacks = media.lacks ?? [];
		const [silent, unseen] = [lacks.includes("microphone"), lacks.includes("camera")];
		initialsTarget.hidden = kind === "video" && media.camera;
		remoteMutedTarget.hidden = media.microphone || silent;
		remoteSilentTarget.hidden = !silent;
		remoteCameraOffTarget.hidden = kind === "voice" || media.camera || unseen;
		remoteUnseenTarget.hidden = kind === "voice" || !unseen;
	}

	/** Some browsers play no sound until the page was touched, as after answering from another page. */
	async play(): Promise<void> {
		try {
			await this.parts.remoteTarget.play();
		} catch (error) {
			if (error instanceof DOMException && error.name === "NotAllowedError") this.parts.listenTarget.hidden = false;
		}
	}

	tick(startedAt: number): void {
		window.clearInterval(this.#timer);
		const draw = (): void => {
			const seconds = Math.max(0, Math.floor((live.serverNow() - startedAt) / 1_000));
			this.parts.durationTarget.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
		};
		draw();
		this.#timer = window.setInterval(draw, 500);
	}

	word(key: string): string {
		return this.parts.wordTargets.find((word) => word.dataset.word === key)?.textContent?.trim() ?? "";
	}

	#remoteNotes(): HTMLElement[] {
		const { remoteMutedTarget, remoteSilentTarget, remoteCameraOffTarget, remoteUnseenTarget } = this.parts;
		return [remoteMutedTarget, remoteSilentTarget, remoteCameraOffTarget, remoteUnseenTarget];
	}

	#focus(action: string): void {
		this.parts.stageTarget.querySelector<HTMLElement>(`[data-action~="${action}"]`)?.focus();
	}
}

function cameraWord(problem: MediaProblem): string {
	return problem === "refused" ? "camera-refused" : "without-camera";
}
