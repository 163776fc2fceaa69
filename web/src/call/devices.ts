// Microphone and camera of one call: asks for them, notices when one is lost or taken away, takes the next, and says what is missing.

import type { CallKind } from "../live";

/** Why something is missing; the page has a sentence for each. */
export type MediaProblem = "insecure" | "refused" | "no-microphone" | "no-camera" | "busy";

type TrackKind = "audio" | "video";

/** What the other side is told: what is on, and what this side has not got at the moment. */
export interface Media {
	microphone: boolean;
	camera: boolean;
	lacks?: ("microphone" | "camera")[];
}

/** Who hears what happens to the devices. */
export interface DeviceEnds {
	/** What is on, or there, changed. */
	changed(): void;
	/** Another track, or none, is to be sent. */
	replaced(kind: TrackKind, track: MediaStreamTrack | null): void;
	/** The next device was taken by itself. */
	taken(kind: TrackKind, label: string): void;
}

const SOUND: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** Enough for a throat by a window, small enough for a cheap phone. */
const PICTURE: MediaTrackConstraints = {
	facingMode: "user",
	width: { ideal: 640 },
	height: { ideal: 480 },
	frameRate: { ideal: 24, max: 30 },
};
const KINDS = { audio: { audio: SOUND }, video: { video: PICTURE } } as const;

export class Devices {
	readonly stream = new MediaStream();
	readonly #call: CallKind;
	readonly #ends: DeviceEnds;
	#muted: boolean;
	#cameraOff: boolean;
	#problems: Record<TrackKind, MediaProblem | null> = { audio: null, video: null };
	#asking = new Set<TrackKind>();
	#permissions: PermissionStatus[] = [];
	#closed = false;

	constructor(call: CallKind, wish: { muted: boolean; cameraOff: boolean }, ends: DeviceEnds) {
		this.#call = call;
		this.#muted = wish.muted;
		this.#cameraOff = wish.cameraOff;
		this.#ends = ends;
	}

	get muted(): boolean {
		return this.#muted;
	}

	get cameraOff(): boolean {
		return this.#cameraOff;
	}

	/** Whether a microphone, or a camera, is there and gives something. */
	has(kind: TrackKind): boolean {
		return this.#tracks(kind).some((track) => track.readyState === "live" && !track.muted);
	}

	/** Why something is missing that is wanted. */
	problem(kind: TrackKind): MediaProblem | null {
		if (kind === "video" && (this.#call === "voice" || this.#cameraOff)) return null;
		if (this.has(kind)) return null;
		return this.#tracks(kind).length > 0 ? "busy" : this.#problems[kind];
	}

	get media(): Media {
		const lacks: Media["lacks"] = [];
		if (!this.has("audio")) lacks.push("microphone");
		if (this.problem("video")) lacks.push("camera");
		return { microphone: this.has("audio") && !this.#muted, camera: this.#call === "video" && this.has("video"), lacks };
	}

	/** Never throws: one may listen without a microphone. */
	async open(): Promise<void> {
		navigator.mediaDevices?.addEventListener?.("devicechange", this.#look);
		void this.#watchPermissions();
		if (this.#call === "video" && !this.#cameraOff) {
			try {
				this.#add(await this.#ask({ audio: SOUND, video: PICTURE }));
				return;
			} catch (error) {
				this.#problems = { audio: problemOf(error, "no-microphone"), video: problemOf(error, "no-camera") };
			}
		}
		await this.#take("audio");
		if (this.#call === "video" && !this.#cameraOff) await this.#take("video");
	}

	/** Off, on, or asked for once more where there is none. */
	async toggleMicrophone(): Promise<void> {
		if (!this.has("audio")) {
			this.#muted = false;
			this.#drop("audio");
			await this.#take("audio");
		} else {
			this.#muted = !this.#muted;
			for (const track of this.#tracks("audio")) track.enabled = !this.#muted;
		}
		this.#ends.changed();
	}

	/** Off means off: the track is stopped, and the lamp beside the camera goes out. */
	async toggleCamera(): Promise<void> {
		if (this.has("video")) {
			this.#cameraOff = true;
			this.#drop("video");
			this.#ends.replaced("video", null);
		} else {
			this.#cameraOff = false;
			this.#drop("video");
			await this.#take("video");
		}
		this.#ends.changed();
	}

	close(): void {
		this.#closed = true;
		navigator.mediaDevices?.removeEventListener?.("devicechange", this.#look);
		for (const permission of this.#permissions) permission.onchange = null;
		for (const track of this.stream.getTracks()) track.stop();
	}

	#tracks(kind: TrackKind): MediaStreamTrack[] {
		return this.stream.getTracks().filter((track) => track.kind === kind);
	}

	/** Takes whatever device of this kind there is; says whether it got one. */
	async #take(kind: TrackKind): Promise<boolean> {
		if (this.#closed || this.#asking.has(kind)) return false;
		this.#asking.add(kind);
		try {
			const stream = await this.#ask(KINDS[kind]);
			this.#add(stream);
			return !this.#closed;
		} catch (error) {
			this.#problems[kind] = problemOf(error, kind === "audio" ? "no-microphone" : "no-camera");
			return false;
		} finally {
			this.#asking.delete(kind);
		}
	}

	async #ask(wanted: MediaStreamConstraints): Promise<MediaStream> {
		if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no secure address", INSECURE);
		return navigator.mediaDevices.getUserMedia(wanted);
	}

	#add(stream: MediaStream): void {
		for (const track of stream.getTracks()) {
			const kind = track.kind as TrackKind;
			// the call ended, or the camera was switched off, while the browser asked
			if (this.#closed || (kind === "video" && this.#cameraOff)) {
				track.stop();
				continue;
			}
			this.#drop(kind);
			this.#problems[kind] = null;
			if (kind === "audio") track.enabled = !this.#muted;
			this.stream.addTrack(track);
			track.addEventListener("ended", () => void this.#lost(track));
			// another application, or a telephone call, has it for a while
			for (const change of ["mute", "unmute"]) track.addEventListener(change, () => this.#told(track));
			this.#ends.replaced(kind, track);
		}
	}

	#drop(kind: TrackKind): void {
		for (const track of this.#tracks(kind)) {
			track.stop();
			this.stream.removeTrack(track);
		}
	}

	#told(track: MediaStreamTrack): void {
		if (!this.#closed && this.stream.getTracks().includes(track)) this.#ends.changed();
	}

	/** A headset was unplugged, a permission taken back: the next device, or none. */
	async #lost(track: MediaStreamTrack): Promise<void> {
		const kind = track.kind as TrackKind;
		if (this.#closed || !this.#tracks(kind).includes(track)) return;
		this.#drop(kind);
		this.#ends.replaced(kind, null);
		await this.#next(kind);
	}

	async #next(kind: TrackKind): Promise<void> {
		const isTaken = await this.#take(kind);
		if (this.#closed) return;
		this.#ends.changed();
		if (isTaken) this.#ends.taken(kind, this.#tracks(kind)[0]?.label ?? "");
	}

	/** Something was plugged in, or allowed: what is missing is looked for again, as long as nobody has to be asked. */
	#look = async (): Promise<void> => {
		for (const kind of ["audio", "video"] as const) {
			const problem = this.problem(kind);
			if (!problem || problem === "insecure" || this.#tracks(kind).length > 0) continue;
			if (problem === "refused" && !this.#isGranted(kind)) continue;
			await this.#next(kind);
		}
	};

	#isGranted(kind: TrackKind): boolean {
		const name = kind === "audio" ? /microphone|audio/ : /camera|video/;
		return this.#permissions.some((permission) => name.test(permission.name) && permission.state === "granted");
	}

	async #watchPermissions(): Promise<void> {
		for (const name of ["microphone", "camera"]) {
			try {
				const permission = await navigator.permissions.query({ name: name as PermissionName });
				if (this.#closed) return;
				permission.onchange = () => void this.#look();
				this.#permissions.push(permission);
			} catch {
				// some browsers do not tell; the button asks again
			}
		}
	}
}

const INSECURE = "InsecureAddress";

function problemOf(error: unknown, missing: MediaProblem): MediaProblem {
	const name = error instanceof DOMException ? error.name : "";
	if (name === INSECURE) return "insecure";
	if (name === "NotAllowedError" || name === "SecurityError") return "refused";
	if (name === "NotReadableError" || name === "AbortError") return "busy";
	return missing;
}
