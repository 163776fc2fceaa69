// One side of a call between two browsers: joins, offers or answers, mends the connection, and carries sound and picture.
//
// The caller always makes the offer, so offers never cross. Each join has a nonce of its own, and every later signal names
// whom it is from and for: what was meant for a page that has been reloaded meanwhile is left alone.

import type { CallRole } from "../live";
import type { Media } from "./devices";
import { drawn } from "./session";

export type PeerState = "connecting" | "connected" | "reconnecting";

export interface PeerOptions {
	role: CallRole;
	iceServers: RTCIceServer[];
	iceTransportPolicy: RTCIceTransportPolicy;
	/** Whether this call carries a picture at all. */
	picture: boolean;
	own: MediaStream;
	send(data: Record<string, unknown>): boolean;
	state(state: PeerState): void;
	remote(stream: MediaStream): void;
	media(media: Media): void;
}

interface SignalData {
	join?: string;
	ready?: string;
	from?: string;
	to?: string;
	description?: RTCSessionDescriptionInit;
	candidate?: RTCIceCandidateInit;
	media?: Media;
	restart?: boolean;
}

/** The receiver waits a little longer, so that both do not begin anew at the same time. */
const JOIN_AGAIN = { caller: 6_000, receiver: 9_000 } as const;
/** Once the two have found each other, a slow network gets its time. */
const PATIENCE = 15_000;
const RESTART_AFTER = 3_000;
const RESTARTS_BEFORE_JOIN = 3;

export class Peer {
	#options: PeerOptions;
	#nonce = "";
	#other = "";
	#connection: RTCPeerConnection | null = null;
	#remote = new MediaStream();
	#candidates: RTCIceCandidateInit[] = [];
	#media: Media = { microphone: true, camera: true };
	#joinTimer = 0;
	#restartTimer = 0;
	#restarts = 0;
	#closed = false;
	#wasConnected = false;
	/** Signals are worked through one after another: a description must be set before the candidates that follow it. */
	#queue: Promise<void> = Promise.resolve();

	constructor(options: PeerOptions) {
		this.#options = options;
	}

	/** Enters the call, or enters it again after the line was lost. */
	join(): void {
		if (this.#closed) return;
		this.#other = "";
		this.#nonce = drawn();
		this.#reset();
		this.#say(this.#wasConnected ? "reconnecting" : "connecting");
		this.#options.send({ join: this.#nonce });
		this.#joinAgainIn(JOIN_AGAIN[this.#options.role]);
	}

	/** The signalling line is back: what was signalled meanwhile is lost, unless sound and picture flow anyway. */
	lineBack(): void {
		if (this.#connection?.connectionState !== "connected") this.join();
		else this.tell(this.#media);
	}

	/** The device changed networks. */
	networkChanged(): void {
		if (this.#connection) this.#restart();
	}

	signal(data: Record<string, unknown>): void {
		this.#queue = this.#queue
			.then(() => this.#take(data as SignalData))
			.catch(() => {
				// a description that no longer fits: begin anew
				if (!this.#closed) this.#later(RESTART_AFTER, () => this.join());
			});
	}

	/** Tells the other side what is switched on, so that it shows a name instead of a black picture. */
	tell(media: Media): void {
		this.#media = media;
		if (this.#other) this.#send({ media });
	}

	async replace(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
		for (const transceiver of this.#connection?.getTransceivers() ?? []) {
			if (transceiver.receiver.track.kind === kind) await transceiver.sender.replaceTrack(track);
		}
	}

	close(): void {
		this.#closed = true;
		window.clearTimeout(this.#joinTimer);
		window.clearTimeout(this.#restartTimer);
		this.#drop();
	}

	async #take(data: SignalData): Promise<void> {
		if (this.#closed) return;
		if (data.join) {
			this.#other = data.join;
			this.#reset();
			if (this.#options.role === "caller") await this.#offer(false);
			else this.#options.send({ ready: this.#nonce, to: this.#other });
			return;
		}
		if (data.to !== this.#nonce) return;
		if (data.ready) {
			if (this.#options.role !== "caller" || data.ready === this.#other) return;
			this.#other = data.ready;
			this.#reset();
			await this.#offer(false);
			return;
		}
		if (!data.from) return;
		if (!this.#other && data.description?.type === "offer") this.#other = data.from;
		if (data.from !== this.#other) return;
		if (data.description) await this.#describe(data.description);
		if (data.candidate) await this.#candidate(data.candidate);
		if (data.media) this.#options.media(data.media);
		if (data.restart && this.#options.role === "caller") await this.#offer(true);
	}

	async #offer(iceRestart: boolean): Promise<void> {
		const connection = this.#connection ?? this.#reset();
		if (iceRestart && connection.signalingState !== "stable") return;
		await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
		this.#sendDescription(connection);
		this.tell(this.#media);
	}

	async #describe(description: RTCSessionDescriptionInit): Promise<void> {
		const connection = this.#connection ?? this.#reset();
		if (connection.connectionState !== "connected") this.#joinAgainIn(PATIENCE);
		await connection.setRemoteDescription(description);
		if (description.type === "offer") {
			for (const transceiver of connection.getTransceivers()) {
				const kind = transceiver.receiver.track.kind;
				const track = this.#options.own.getTracks().find((own) => own.kind === kind) ?? null;
				transceiver.direction = "sendrecv";
				transceiver.sender.setStreams?.(this.#options.own);
				if (transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
			}
			await connection.setLocalDescription(await connection.createAnswer());
			this.#sendDescription(connection);
			this.tell(this.#media);
		}
		const waiting = this.#candidates;
		this.#candidates = [];
		for (const candidate of waiting) await this.#candidate(candidate);
	}

	async #candidate(candidate: RTCIceCandidateInit): Promise<void> {
		if (!this.#connection?.remoteDescription) {
			this.#candidates.push(candidate);
			return;
		}
		try {
			await this.#connection.addIceCandidate(candidate);
		} catch {
			// one way of many: it belonged to a description that has been replaced
		}
	}

	#reset(): RTCPeerConnection {
		this.#drop();
		const { iceServers, iceTransportPolicy, own, picture, role } = this.#options;
		const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy, bundlePolicy: "max-bundle" });
		this.#connection = connection;
		this.#remote = new MediaStream();
		connection.addEventListener("track", ({ track }) => {
			if (connection !== this.#connection) return;
			this.#remote.addTrack(track);
			this.#options.remote(this.#remote);
		});
		connection.addEventListener("icecandidate", ({ candidate }) => {
			if (connection === this.#connection && candidate && this.#other) this.#send({ candidate: candidate.toJSON() });
		});
		connection.addEventListener("connectionstatechange", () => {
			if (connection === this.#connection) this.#changed(connection.connectionState);
		});
		if (role === "caller") {
			for (const kind of picture ? (["audio", "video"] as const) : (["audio"] as const)) {
				const track = own.getTracks().find((candidate) => candidate.kind === kind);
				connection.addTransceiver(track ?? kind, { direction: "sendrecv", streams: [own] });
			}
		}
		return connection;
	}

	#drop(): void {
		const connection = this.#connection;
		this.#connection = null;
		this.#candidates = [];
		connection?.close();
	}

	#changed(state: RTCPeerConnectionState): void {
		if (state === "connected") {
			window.clearTimeout(this.#joinTimer);
			window.clearTimeout(this.#restartTimer);
			this.#restarts = 0;
			this.#wasConnected = true;
			this.#say("connected");
			return;
		}
		if (state === "disconnected") {
			this.#say("reconnecting");
			this.#later(RESTART_AFTER, () => this.#restart());
		}
		if (state === "failed") {
			this.#say(this.#wasConnected ? "reconnecting" : "connecting");
			this.#restart();
		}
	}

	#restart(): void {
		this.#restarts += 1;
		if (this.#restarts > RESTARTS_BEFORE_JOIN) {
			this.#restarts = 0;
			this.join();
			return;
		}
		if (this.#options.role === "receiver") this.#send({ restart: true });
		else this.#queue = this.#queue.then(() => this.#offer(true)).catch(() => this.join());
		this.#later(2 * RESTART_AFTER, () => {
			if (this.#connection?.connectionState !== "connected") this.#restart();
		});
	}

	#joinAgainIn(pause: number): void {
		window.clearTimeout(this.#joinTimer);
		this.#joinTimer = window.setTimeout(() => this.join(), pause);
	}

	#later(pause: number, act: () => void): void {
		window.clearTimeout(this.#restartTimer);
		this.#restartTimer = window.setTimeout(() => {
			if (!this.#closed) act();
		}, pause);
	}

	#sendDescription(connection: RTCPeerConnection): void {
		if (connection.localDescription) this.#send({ description: connection.localDescription.toJSON() });
	}

	#send(data: Record<string, unknown>): void {
		this.#options.send({ ...data, from: this.#nonce, to: this.#other });
	}

	#say(state: PeerState): void {
		if (!this.#closed) this.#options.state(state);
	}
}
