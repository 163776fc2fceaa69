// A call on the page of its consultation: starting, waiting for the answer, the stage with both pictures, ending.
//
// The server decides what state a call is in, and to which page it belongs; what the person ended here stays ended here. Camera and
// microphone are asked for after a press on this page alone, or when a page that was in the call is loaded again. Leaving the page does
// not end a call.

import { Controller } from "@hotwired/stimulus";
import { Awake } from "../call/awake";
import { Devices } from "../call/devices";
import { Peer, type PeerState } from "../call/peer";
import { session } from "../call/session";
import { Stage } from "../call/stage";
import { type CallKind, type CallRole, type CallStatus, type HeardOf, live } from "../live";
import type { Answered } from "./ring_controller";

const SAY_END_FOR = 2_500;

/** `elsewhere`: the call belongs to another page of this account; `asked`: this page was in it, and is asked whether it goes on. */
type Phase = "idle" | "elsewhere" | "asked" | "preparing" | "calling" | "ongoing" | "over";

/** A call that rings or runs, as the server says it. */
interface Running {
	call: string;
	status: "calling" | "ongoing";
	kind: CallKind;
	role: CallRole;
	device: string;
	startedAt: number;
}

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
		"remoteSilent",
		"remoteCameraOff",
		"remoteUnseen",
		"microphone",
		"camera",
		"listen",
		"waits",
		"waitsWords",
		"take",
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
	declare readonly remoteSilentTarget: HTMLElement;
	declare readonly remoteCameraOffTarget: HTMLElement;
	declare readonly remoteUnseenTarget: HTMLElement;
	declare readonly microphoneTarget: HTMLButtonElement;
	declare readonly cameraTarget: HTMLButtonElement;
	declare readonly listenTarget: HTMLElement;
	declare readonly waitsTarget: HTMLElement;
	declare readonly waitsWordsTarget: HTMLElement;
	declare readonly takeTarget: HTMLElement;
	declare readonly wordTargets: HTMLElement[];
	declare conversationValue: string;
	declare iceServersValue: RTCIceServer[];
	declare relayOnlyValue: boolean;

	#stage = new Stage(this);
	#phase: Phase = "idle";
	#call = "";
	#kind: CallKind = "voice";
	#role: CallRole = "caller";
	#startedAt = 0;
	#early: HeardOf<"call"> | null = null;
	#waiting: Running | null = null;
	#devices: Devices | null = null;
	#peer: Peer | null = null;
	#endTimer = 0;
	#awake = new Awake();
	#releases: (() => void)[] = [];

	override connect(): void {
		this.#releases = [
			live.on("call", (news) => this.#news(news)),
			live.on("signal", (news) => {
				if (news.call === this.#call) this.#peer?.signal(news.data);
			}),
			live.on("up", () => this.#up()),
		];
		document.addEventListener("call:answered", this.#answered);
		window.addEventListener("online", this.#network);
		this.element.addEventListener("turbo:before-morph-element", this.#redrawn);
		this.element.addEventListener("turbo:morph-element", this.#enableStart);
		this.#enableStart();
		session.resume();
		if (!this.hasStageTarget) return;
		this.#follow(this.stageTarget);
		if (!this.#is("idle")) return;
		// drawn as running, and ended here
		this.#set("idle");
		live.send({ do: "calls" });
	}

	override disconnect(): void {
		for (const release of this.#releases) release();
		this.#releases = [];
		document.removeEventListener("call:answered", this.#answered);
		window.removeEventListener("online", this.#network);
		this.element.removeEventListener("turbo:before-morph-element", this.#redrawn);
		this.element.removeEventListener("turbo:morph-element", this.#enableStart);
		window.clearTimeout(this.#endTimer);
		session.leave();
		this.#release();
		this.#phase = "idle";
		this.#call = "";
	}

	// --- what people press

	async start(event: Event & { params: { kind?: CallKind } }): Promise<void> {
		event.preventDefault();
		if (!this.#is("idle", "over")) return;
		this.#begin("", event.params.kind ?? "voice", "caller", "preparing");
		this.#stage.status("calling");
		const devices = await this.#prepare();
		if (!devices || !this.#is("preparing")) return;
		if (!devices.has("audio")) {
			const sentence = this.#stage.missing(devices);
			this.#idle();
			this.#stage.problem(sentence);
			return;
		}
		const made = await session.initiate(this.conversationValue, this.#kind);
		if ("refused" in made) {
			this.#notMade(made.refused, made.sentence);
			return;
		}
		if (devices !== this.#devices) {
			// ended while it was being made
			session.hangUp(made.call);
			return;
		}
		this.#call = made.call;
		this.stageTarget.dataset.callId = this.#call;
		this.#set("calling");
		this.#hold();
		this.#remember();
		const early: HeardOf<"call"> | null = this.#early;
		this.#early = null;
		if (early) this.#news(early);
		if (made.status === "ongoing") void this.#enter();
	}

	end(event: Event): void {
		event.preventDefault();
		const call = this.#call;
		if (this.#is("idle", "over")) return;
		if (this.#is("elsewhere", "asked")) this.#idle();
		else this.#over("ended", this.#phase === "ongoing");
		if (call) session.hangUp(call);
	}

	/** Into a call that runs: from another page of this account, or once more after this one was away. */
	take(): void {
		const waiting = this.#waiting;
		if (!waiting) return;
		this.#stage.problem("");
		const before = session.recall(waiting.call);
		const kept = { muted: before?.muted ?? false, cameraOff: before?.cameraOff ?? false };
		session.remember({ call: waiting.call, ...kept });
		if (waiting.device === session.name) this.#runs(waiting);
		else if (!live.send({ do: "hold", call: waiting.call, device: session.name, takes: true }))
			this.#stage.problem(this.#stage.word("no-line"));
	}

	async toggleMicrophone(): Promise<void> {
		await this.#devices?.toggleMicrophone();
	}

	async toggleCamera(): Promise<void> {
		await this.#devices?.toggleCamera();
	}

	shrink(): void {
		this.#stage.size("small");
	}

	enlarge(): void {
		this.#stage.size("full");
	}

	/** Some browsers play no sound until the page was touched, as after answering from another page. */
	listen(): void {
		this.listenTarget.hidden = true;
		void this.#stage.play();
	}

	// --- what the server says

	#news(news: HeardOf<"call">): void {
		if (news.conversation !== this.conversationValue || this.#is("over") || session.hasEnded(news.call)) return;
		// news of a call just made can overtake the answer that names it
		if (this.#is("preparing") && !this.#call && news.device === session.name) this.#early = news;
		if (news.status === "calling" || news.status === "ongoing") {
			const startedAt = live.serverNow() - 1_000 * (news.duration_seconds ?? 0);
			const { call, kind, role, status } = news;
			this.#runs({ call, status, kind, role, device: news.device ?? "", startedAt });
			if (news.call === this.#call && this.#is("calling") && news.reached) this.#stage.status("ringing");
		} else if (news.call === this.#call) {
			if (this.#is("elsewhere", "asked")) this.#idle();
			else this.#over(news.status, this.#phase === "ongoing");
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
		const { callId, callStatus, callKind, callRole, callDevice, callStartedAt } = drawn.dataset;
		if (!callId || (callStatus !== "calling" && callStatus !== "ongoing")) {
			// drawn before our own call was made, or after it ended without our hearing of it
			if (this.#is("ongoing")) this.#over("ended", true);
			if (this.#is("elsewhere", "asked")) this.#idle();
			return;
		}
		if (session.hasEnded(callId)) return;
		// a page may have been drawn before the call was moved here: the server is asked
		if (callId === this.#call && this.#is("calling", "ongoing") && callDevice !== session.name) {
			this.#hold();
			return;
		}
		const started = Date.parse(callStartedAt ?? "");
		this.#runs({
			call: callId,
			status: callStatus,
			kind: callKind === "video" ? "video" : "voice",
			role: callRole === "receiver" ? "receiver" : "caller",
			device: callDevice ?? "",
			startedAt: Number.isNaN(started) ? live.serverNow() : started,
		});
	}

	/** A call rings or runs: ours, one that this page was in until a moment ago, or one that is another page's. */
	#runs(running: Running): void {
		const { call, device, kind, role, startedAt, status } = running;
		const isHere = device === session.name;
		if (this.#is("preparing", "calling", "ongoing")) {
			if (call !== this.#call) return;
			if (!isHere) {
				this.#release();
				session.forget();
				this.#wait(running, "elsewhere");
			} else if (status === "ongoing" && !this.#is("ongoing")) {
				this.#startedAt = startedAt;
				void this.#enter();
			}
			return;
		}
		// an unanswered call rings by its dialog on the receiver's side
		if (this.#is("over") || (status === "calling" && role === "receiver")) return;
		if (!isHere || !session.recall(call)?.isRecent) {
			this.#wait(running, isHere ? "asked" : "elsewhere");
			return;
		}
		this.#begin(call, kind, role, status === "ongoing" ? "preparing" : "calling");
		this.#startedAt = startedAt;
		if (status === "ongoing") {
			void this.#enter();
			return;
		}
		this.#stage.status("calling");
		this.#hold();
		void this.#prepare();
	}

	#wait(running: Running, phase: "elsewhere" | "asked"): void {
		this.#waiting = running;
		this.#call = running.call;
		this.stageTarget.hidden = true;
		this.#set(phase);
		this.#stage.asks(phase === "elsewhere" ? "elsewhere" : "go-on");
	}

	/** The line is there again. */
	#up(): void {
		if (!this.#is("calling", "ongoing")) {
			live.send({ do: "calls" });
			return;
		}
		this.#hold();
		this.#peer?.lineBack();
	}

	// --- the call itself

	#begin(call: string, kind: CallKind, role: CallRole, phase: Phase): void {
		window.clearTimeout(this.#endTimer);
		this.#release();
		this.#call = call;
		this.#kind = kind;
		this.#role = role;
		this.#early = null;
		this.#waiting = null;
		this.#set(phase);
		this.#stage.open(call, kind, role);
		this.#stage.own(null);
	}

	/** The server hears that this page is in the call, and says how that stands. */
	#hold(): void {
		live.send({ do: "hold", call: this.#call, device: session.name });
	}

	#remember(): void {
		const devices = this.#devices;
		if (this.#call && devices) session.remember({ call: this.#call, muted: devices.muted, cameraOff: devices.cameraOff });
	}

	#notMade(status: number, sentence: string): void {
		this.#idle();
		this.#stage.problem(sentence || this.#stage.word(status === 409 ? "engaged" : "failed"));
		// the page may not know yet what the server knows: another call, or a closed room
		if (![409, 410, 425].includes(status)) return;
		const frame = this.element.closest("turbo-frame");
		if (frame) live.reload(frame);
		else live.send({ do: "calls" });
	}

	/** Microphone and camera as they were wished; nothing if the call is over before they are there. */
	async #prepare(): Promise<Devices | null> {
		if (this.#devices) return this.#devices;
		const before = this.#call ? session.recall(this.#call) : null;
		const wish = { muted: before?.muted ?? false, cameraOff: before?.cameraOff ?? false };
		const devices = new Devices(this.#kind, wish, {
			changed: () => {
				if (devices === this.#devices) this.#changed(devices);
			},
			replaced: (kind, track) => void this.#peer?.replace(kind, track),
			taken: (kind, label) => {
				if (devices === this.#devices) this.#stage.note(`${this.#stage.word(`taken-${kind}`)} ${label}`);
			},
		});
		this.#devices = devices;
		await devices.open();
		// released while the browser asked
		if (devices !== this.#devices) return null;
		this.#changed(devices);
		return devices;
	}

	#changed(devices: Devices): void {
		this.#stage.own(devices);
		this.#remember();
		this.#peer?.tell(devices.media);
	}

	async #enter(): Promise<void> {
		if (this.#is("ongoing")) return;
		this.#set("ongoing");
		if (!this.#startedAt) this.#startedAt = live.serverNow();
		this.#stage.status("connecting");
		this.#stage.tick(this.#startedAt);
		this.#hold();
		void this.#awake.keep();
		const devices = await this.#prepare();
		if (!devices || !this.#is("ongoing")) return;
		const call = this.#call;
		this.#peer?.close();
		this.#peer = new Peer({
			role: this.#role,
			iceServers: this.iceServersValue,
			iceTransportPolicy: this.relayOnlyValue ? "relay" : "all",
			picture: this.#kind === "video",
			own: devices.stream,
			send: (data) => live.send({ do: "signal", call, data }),
			state: (state) => this.#connection(state),
			remote: (stream) => this.#stage.remote(stream),
			media: (media) => this.#stage.remoteMedia(media, this.#kind),
		});
		this.#peer.join();
		this.#changed(devices);
	}

	#connection(state: PeerState): void {
		this.stageTarget.dataset.connection = state;
		this.#stage.status(state);
	}

	#over(status: Exclude<CallStatus, "calling" | "ongoing">, wasOngoing: boolean): void {
		const call = this.#call;
		session.forget();
		this.#release();
		this.#set("over");
		this.stageTarget.dataset.callStatus = status;
		this.#stage.status(status);
		window.clearTimeout(this.#endTimer);
		const missed = status !== "ended";
		if (missed) this.#stage.problem(this.#stage.word(status));
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
		this.#waiting = null;
		this.#stage.close();
		this.#set("idle");
	}

	#release(): void {
		if (this.#is("preparing", "calling", "ongoing")) live.send({ do: "let_go" });
		this.#peer?.close();
		this.#peer = null;
		this.#devices?.close();
		this.#devices = null;
		this.#startedAt = 0;
		this.#awake.release();
		this.#stage.clear();
	}

	#network = (): void => this.#peer?.networkChanged();

	#is(...phases: Phase[]): boolean {
		return phases.includes(this.#phase);
	}

	#set(phase: Phase): void {
		this.#phase = phase;
		this.stageTarget.dataset.callStatus = phase === "preparing" ? "calling" : phase;
		this.#enableStart();
	}

	#enableStart = (): void => {
		for (const button of this.startTargets) button.disabled = !this.#is("idle", "over");
	};
}
