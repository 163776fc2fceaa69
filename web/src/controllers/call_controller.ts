// A call on the page of its consultation: starting, waiting for the answer, the stage with both pictures, ending.
//
// The server decides what state a call is in; this controller follows its news and the state drawn into the page, so that a
// reload, or answering from another page, lands in the running call. Leaving the page does not end it.

import { Controller } from "@hotwired/stimulus";
import { camera, type MediaProblem, ownMedia, stopAll } from "../call/media";
import { Peer, type PeerState } from "../call/peer";
import { type CallKind, type CallRole, type CallStatus, type HeardOf, live } from "../live";
import { postForm } from "../live/page";
import type { Answered } from "./ring_controller";

const SAY_END_FOR = 2_500;

type Phase = "idle" | "preparing" | "calling" | "ongoing" | "over";

export default class CallController extends Controller<HTMLElement> {
	static override targets = [
		"stage",
		"start",
		"problem",
		"note",
		"status",
		"duration",
		"remote",
		"local",
		"own",
		"initials",
		"remoteMuted",
		"microphone",
		"camera",
		"listen",
		"word",
	];
	static override values = { conversation: String, iceServers: Array, relayOnly: Boolean };
	declare readonly stageTarget: HTMLElement;
	declare readonly hasStageTarget: boolean;
	declare readonly startTargets: HTMLButtonElement[];
	declare readonly problemTarget: HTMLElement;
	declare readonly noteTarget: HTMLElement;
	declare readonly statusTarget: HTMLElement;
	declare readonly durationTarget: HTMLElement;
	declare readonly remoteTarget: HTMLVideoElement;
	declare readonly localTarget: HTMLVideoElement;
	declare readonly ownTarget: HTMLElement;
	declare readonly initialsTarget: HTMLElement;
	declare readonly remoteMutedTarget: HTMLElement;
	declare readonly microphoneTarget: HTMLButtonElement;
	declare readonly cameraTarget: HTMLButtonElement;
	declare readonly listenTarget: HTMLElement;
	declare readonly wordTargets: HTMLElement[];
	declare conversationValue: string;
	declare iceServersValue: RTCIceServer[];
	declare relayOnlyValue: boolean;

	#phase: Phase = "idle";
	#call = "";
	#kind: CallKind = "voice";
	#role: CallRole = "caller";
	#startedAt = 0;
	#early: HeardOf<"call"> | null = null;
	#own: MediaStream | null = null;
	#peer: Peer | null = null;
	#muted = false;
	#cameraOff = false;
	#timer = 0;
	#endTimer = 0;
	#wake: { release(): Promise<void> } | null = null;
	#releases: (() => void)[] = [];

	override connect(): void {
		this.#releases = [
			live.on("call", (news) => this.#news(news)),
			live.on("signal", (news) => {
				if (news.call === this.#call) this.#peer?.signal(news.data);
			}),
			live.on("up", () => this.#peer?.lineBack()),
		];
		document.addEventListener("call:answered", this.#answered);
		window.addEventListener("online", this.#network);
		this.element.addEventListener("turbo:before-morph-element", this.#redrawn);
		this.element.addEventListener("turbo:morph-element", this.#enableStart);
		this.#enableStart();
		if (this.hasStageTarget) this.#follow(this.stageTarget);
	}

	override disconnect(): void {
		for (const release of this.#releases) release();
		this.#releases = [];
		document.removeEventListener("call:answered", this.#answered);
		window.removeEventListener("online", this.#network);
		this.element.removeEventListener("turbo:before-morph-element", this.#redrawn);
		this.element.removeEventListener("turbo:morph-element", this.#enableStart);
		window.clearTimeout(this.#endTimer);
		this.#release();
		this.#phase = "idle";
		this.#call = "";
	}

	// --- what people press

	async start(event: Event & { params: { kind?: CallKind } }): Promise<void> {
		event.preventDefault();
		if (this.#phase !== "idle" && this.#phase !== "over") return;
		this.#begin("", event.params.kind ?? "voice", "caller", "preparing");
		this.#status("calling");
		const ready = await this.#prepare();
		if (!ready || !this.#is("preparing")) return;
		if (!this.#own?.getAudioTracks().length) {
			const sentence = this.noteTarget.textContent ?? "";
			this.#idle();
			this.#problem(sentence);
			return;
		}
		const answer = await this.#post(`/calls/conversations/${this.conversationValue}/initiate`, { type: this.#kind });
		const made = answer.body as { call_session?: string; status?: CallStatus } | null;
		if (!answer.ok || !made?.call_session) {
			this.#idle();
			this.#problem(answer.sentence || this.#word(answer.status === 409 ? "engaged" : "failed"));
			// the page may not know yet what the server knows: another call, or a closed room
			const frame = this.element.closest("turbo-frame");
			if (frame && [409, 410, 425].includes(answer.status)) live.reload(frame);
			return;
		}
		if (!this.#is("preparing")) {
			// ended while it was being made
			void this.#post(`/calls/sessions/${made.call_session}/end`, {});
			return;
		}
		this.#call = made.call_session;
		this.stageTarget.dataset.callId = this.#call;
		this.#set("calling");
		const early: HeardOf<"call"> | null = this.#early;
		this.#early = null;
		if (early) this.#news(early);
		if (made.status === "ongoing") void this.#enter();
	}

	async end(event: Event): Promise<void> {
		event.preventDefault();
		const call = this.#call;
		const wasOngoing = this.#phase === "ongoing";
		if (this.#phase === "idle" || this.#phase === "over") return;
		this.#over("ended", wasOngoing);
		if (call) await this.#post(`/calls/sessions/${call}/end`, {}, true);
	}

	toggleMicrophone(): void {
		this.#muted = !this.#muted;
		for (const track of this.#own?.getAudioTracks() ?? []) track.enabled = !this.#muted;
		this.#drawOwn();
		this.#tell();
	}

	/** Off means off: the track is stopped, and the lamp beside the camera goes out. */
	async toggleCamera(): Promise<void> {
		const own = this.#own;
		if (!own) return;
		const track = own.getVideoTracks()[0];
		if (track) {
			track.stop();
			own.removeTrack(track);
			this.#cameraOff = true;
			this.#drawOwn();
			await this.#peer?.replace("video", null);
		} else {
			const fresh = await camera();
			if (own !== this.#own) {
				fresh.track?.stop();
				return;
			}
			if (!fresh.track) {
				this.#note(this.#problemWord(fresh.problem, true));
				return;
			}
			own.addTrack(fresh.track);
			this.#cameraOff = false;
			this.#note("");
			this.#drawOwn();
			await this.#peer?.replace("video", fresh.track);
		}
		this.#tell();
	}

	shrink(): void {
		this.stageTarget.dataset.size = "small";
		this.stageTarget.querySelector<HTMLElement>('[data-action~="call#enlarge"]')?.focus();
	}

	enlarge(): void {
		this.stageTarget.dataset.size = "full";
		this.stageTarget.querySelector<HTMLElement>('[data-action~="call#shrink"]')?.focus();
	}

	/** Some browsers play no sound until the page was touched, as after answering from another page. */
	listen(): void {
		this.listenTarget.hidden = true;
		void this.#play();
	}

	// --- what the server says

	#news(news: HeardOf<"call">): void {
		if (news.conversation !== this.conversationValue || this.#phase === "over") return;
		// news of a call just made can overtake the answer that names it
		if (this.#phase === "preparing" && !this.#call) this.#early = news;
		if (news.call !== this.#call) return;
		if (news.status === "calling") {
			if (news.reached) this.#status("ringing");
		} else if (news.status === "ongoing") {
			if (this.#phase !== "ongoing") {
				this.#startedAt = live.serverNow() - 1_000 * (news.duration_seconds ?? 0);
				void this.#enter();
			}
		} else {
			this.#over(news.status, this.#phase === "ongoing");
		}
	}

	#answered = (event: Event): void => {
		const { call, kind, conversation } = (event as CustomEvent<Answered>).detail;
		if (conversation !== this.conversationValue) return;
		this.#begin(call, kind === "video" ? "video" : "voice", "receiver", "preparing");
		this.#startedAt = live.serverNow();
		void this.#enter();
	};

	/** The stage itself stays as it is when the frame around it is drawn anew; what the server says of the call counts. */
	#redrawn = (event: Event): void => {
		const { newElement } = (event as CustomEvent<{ newElement?: HTMLElement }>).detail;
		if (event.target === this.stageTarget && newElement) this.#follow(newElement);
	};

	#follow(drawn: HTMLElement): void {
		const { callId, callStatus, callKind, callRole, callStartedAt } = drawn.dataset;
		if (callStatus !== "calling" && callStatus !== "ongoing") {
			// drawn before our own call was made, or after it ended without our hearing of it
			if (this.#phase === "ongoing") this.#over("ended", true);
			return;
		}
		if (callStatus === "ongoing" && this.#phase === "calling" && callId === this.#call) {
			void this.#enter();
			return;
		}
		if (this.#phase !== "idle" || !callId) return;
		const role: CallRole = callRole === "receiver" ? "receiver" : "caller";
		// an unanswered call rings by its dialog on the receiver's side
		if (callStatus === "calling" && role === "receiver") return;
		this.#begin(callId, callKind === "video" ? "video" : "voice", role, callStatus === "ongoing" ? "preparing" : "calling");
		const started = Date.parse(callStartedAt ?? "");
		this.#startedAt = Number.isNaN(started) ? live.serverNow() : started;
		if (callStatus === "ongoing") void this.#enter();
		else {
			this.#status("calling");
			void this.#prepare();
		}
	}

	// --- the call itself

	#begin(call: string, kind: CallKind, role: CallRole, phase: Phase): void {
		window.clearTimeout(this.#endTimer);
		this.#release();
		this.#call = call;
		this.#kind = kind;
		this.#role = role;
		this.#muted = false;
		this.#cameraOff = false;
		this.#early = null;
		this.#problem("");
		this.#note("");
		const stage = this.stageTarget;
		stage.dataset.callId = call;
		stage.dataset.callKind = kind;
		stage.dataset.callRole = role;
		stage.dataset.size = "full";
		stage.hidden = false;
		this.cameraTarget.hidden = kind !== "video";
		this.initialsTarget.hidden = false;
		this.remoteMutedTarget.hidden = true;
		this.durationTarget.textContent = "";
		this.#set(phase);
		this.#drawOwn();
		this.stageTarget.querySelector<HTMLElement>('[data-action~="call#end"]')?.focus();
	}

	async #prepare(): Promise<boolean> {
		if (this.#own) return true;
		const wanted = this.#phase;
		const { stream, problem } = await ownMedia(this.#kind);
		if (this.#own || this.#phase === "idle" || this.#phase === "over" || (wanted === "preparing" && !this.#is("preparing", "ongoing"))) {
			stopAll(stream);
			return this.#own !== null;
		}
		this.#own = stream;
		this.#cameraOff = this.#kind === "video" && stream.getVideoTracks().length === 0;
		if (problem) this.#note(this.#problemWord(problem, stream.getAudioTracks().length > 0));
		this.#drawOwn();
		return true;
	}

	async #enter(): Promise<void> {
		if (this.#phase === "ongoing") return;
		this.#set("ongoing");
		if (!this.#startedAt) this.#startedAt = live.serverNow();
		this.#status("connecting");
		this.#tick();
		void this.#stayAwake();
		if (!(await this.#prepare()) || !this.#own || !this.#is("ongoing")) return;
		const call = this.#call;
		this.#peer?.close();
		this.#peer = new Peer({
			role: this.#role,
			iceServers: this.iceServersValue,
			iceTransportPolicy: this.relayOnlyValue ? "relay" : "all",
			picture: this.#kind === "video",
			own: this.#own,
			send: (data) => live.send({ do: "signal", call, data }),
			state: (state) => this.#connection(state),
			remote: (stream) => this.#remote(stream),
			media: (media) => {
				this.initialsTarget.hidden = this.#kind === "video" && media.camera;
				this.remoteMutedTarget.hidden = media.microphone;
			},
		});
		this.#peer.join();
		this.#tell();
	}

	#connection(state: PeerState): void {
		this.stageTarget.dataset.connection = state;
		this.#status(state);
	}

	#remote(stream: MediaStream): void {
		if (this.remoteTarget.srcObject !== stream) this.remoteTarget.srcObject = stream;
		if (stream.getVideoTracks().length > 0) this.initialsTarget.hidden = true;
		void this.#play();
	}

	async #play(): Promise<void> {
		try {
			await this.remoteTarget.play();
		} catch (error) {
			if (error instanceof DOMException && error.name === "NotAllowedError") this.listenTarget.hidden = false;
		}
	}

	#over(status: Exclude<CallStatus, "calling" | "ongoing">, wasOngoing: boolean): void {
		const call = this.#call;
		this.#release();
		this.#set("over");
		this.stageTarget.dataset.callStatus = status;
		this.#status(status);
		window.clearTimeout(this.#endTimer);
		const missed = status !== "ended";
		if (missed) this.#problem(this.#word(status));
		const close = (): void => {
			const focused = this.stageTarget.contains(document.activeElement);
			this.#idle();
			if (focused) this.startTargets.find((button) => button.offsetParent)?.focus();
		};
		const event = new CustomEvent("call:ended", { bubbles: true, cancelable: true, detail: { call, status } });
		const taken = !this.element.dispatchEvent(event);
		const prescription = wasOngoing && !taken ? document.getElementById("tab-prescription") : null;
		if (!prescription) {
			this.#endTimer = window.setTimeout(close, missed ? 400 : SAY_END_FOR);
			return;
		}
		// on the doctor's side the next thing to do is the prescription
		this.#idle();
		prescription.click();
		document.getElementById("diagnosis")?.focus();
	}

	#idle(): void {
		this.#release();
		this.#call = "";
		this.stageTarget.hidden = true;
		this.stageTarget.dataset.callId = "";
		this.#set("idle");
	}

	#release(): void {
		window.clearInterval(this.#timer);
		this.#timer = 0;
		this.#peer?.close();
		this.#peer = null;
		stopAll(this.#own);
		this.#own = null;
		this.#startedAt = 0;
		void this.#wake?.release().catch(() => undefined);
		this.#wake = null;
		if (!this.hasStageTarget) return;
		this.remoteTarget.srcObject = null;
		this.localTarget.srcObject = null;
		this.listenTarget.hidden = true;
		delete this.stageTarget.dataset.connection;
	}

	async #stayAwake(): Promise<void> {
		try {
			this.#wake = (await navigator.wakeLock?.request("screen")) ?? null;
		} catch {
			// a low battery refuses it; the call goes on
		}
	}

	#network = (): void => this.#peer?.networkChanged();

	#tell(): void {
		this.#peer?.tell({ microphone: !this.#muted, camera: this.#kind === "video" && !this.#cameraOff });
	}

	// --- what one sees

	#is(...phases: Phase[]): boolean {
		return phases.includes(this.#phase);
	}

	#set(phase: Phase): void {
		this.#phase = phase;
		this.stageTarget.dataset.callStatus = phase === "preparing" ? "calling" : phase;
		this.#enableStart();
	}

	#enableStart = (): void => {
		const busy = this.#is("preparing", "calling", "ongoing");
		for (const button of this.startTargets) button.disabled = busy;
	};

	#drawOwn(): void {
		this.microphoneTarget.setAttribute("aria-pressed", String(this.#muted));
		this.cameraTarget.setAttribute("aria-pressed", String(this.#cameraOff));
		const picture = (this.#own?.getVideoTracks().length ?? 0) > 0;
		this.ownTarget.hidden = !picture;
		// set anew: a track that was added later is not shown otherwise everywhere
		this.localTarget.srcObject = picture ? this.#own : null;
		if (picture) void this.localTarget.play().catch(() => undefined);
	}

	#tick(): void {
		window.clearInterval(this.#timer);
		const draw = (): void => {
			const seconds = Math.max(0, Math.floor((live.serverNow() - this.#startedAt) / 1_000));
			this.durationTarget.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
		};
		draw();
		this.#timer = window.setInterval(draw, 500);
	}

	#status(key: string): void {
		const words = this.#word(key);
		if (this.statusTarget.textContent !== words) this.statusTarget.textContent = words;
	}

	#note(sentence: string): void {
		this.noteTarget.textContent = sentence;
		this.noteTarget.hidden = !sentence;
	}

	#problem(sentence: string): void {
		this.problemTarget.textContent = sentence;
		this.problemTarget.hidden = !sentence;
	}

	#problemWord(problem: MediaProblem | null, withSound: boolean): string {
		if (!problem) return "";
		return this.#word(withSound ? (problem === "refused" ? "camera-refused" : "without-camera") : problem);
	}

	#word(key: string): string {
		return this.wordTargets.find((word) => word.dataset.word === key)?.textContent?.trim() ?? "";
	}

	async #post(
		path: string,
		fields: Record<string, string>,
		keepalive = false,
	): Promise<{ ok: boolean; status: number; body: unknown; sentence: string }> {
		const answer = await postForm(path, fields, { keepalive });
		if (!answer) return { ok: false, status: 0, body: null, sentence: "" };
		const body: unknown = await answer.json().catch(() => null);
		const refusal = body as { message?: string; errors?: Record<string, string> } | null;
		const sentence = answer.ok ? "" : (refusal?.message ?? Object.values(refusal?.errors ?? {})[0] ?? "");
		return { ok: answer.ok, status: answer.status, body, sentence };
	}
}
