// The one WebSocket of a signed-in page: what changed, messages, rings and the server's clock.
//
// It outlives Turbo's navigation. Pages say what is live on them (`data-live-topic` on a frame), controllers listen with
// `live.on`, and everything is asked for again after a lost connection, since a hint that got lost is never repeated.

import * as Turbo from "@hotwired/turbo";

export type CallKind = "voice" | "video";
export type CallRole = "caller" | "receiver";
export type CallStatus = "calling" | "ongoing" | "ended" | "missed" | "rejected";

export interface Hello {
	is: "hello";
	now: number;
}
export interface Beat {
	is: "beat";
	now: number;
}
export interface Changed {
	is: "changed";
	topic: string;
}
export interface MessageDrawn {
	is: "message";
	conversation: string;
	seq: number;
	html: string;
}
export interface NotificationDrawn {
	is: "notification";
	unread: number;
	html: string;
}
export interface Ring {
	is: "ring";
	call: string;
	html: string;
}
export interface CallNews {
	is: "call";
	call: string;
	conversation: string;
	status: CallStatus;
	kind: CallKind;
	role: CallRole;
	reached: boolean;
	duration_seconds: number | null;
}
export interface Signal {
	is: "signal";
	call: string;
	data: Record<string, unknown>;
}
export interface Refused {
	is: "refused";
	topic: string;
	status: number;
}
export interface Bye {
	is: "bye";
}
type News = Hello | Beat | Changed | MessageDrawn | NotificationDrawn | Ring | CallNews | Signal | Refused | Bye;
/** `up` and `down` are not from the server: the line is there (and everything was subscribed again), or it is lost. */
type Heard = News | { is: "up" } | { is: "down" };
export type HeardOf<Kind extends Heard["is"]> = Extract<Heard, { is: Kind }>;
type Handler = (news: Heard) => void;

const BEAT_EVERY = 10_000;
/** A beat that is not answered for so long means that the line is cut: with the pause between two beats, 20 s at most (P7). */
const ANSWERED_WITHIN = 10_000;
const GREETED_WITHIN = 15_000;
/** How long a broken line may mend itself before the page says so. */
const SAY_LOST_AFTER = 2_500;
const LONGEST_PAUSE = 15_000;
const SAMPLES_KEPT = 12;
const TOASTS_SHOWN = 3;
const TOAST_STAYS = 12_000;

interface Sample {
	/** Server time minus `performance.now()`, in ms. */
	offset: number;
	/** How wrong the offset can be at most: the round trip. */
	round: number;
}

/** The server's time, however wrong the clock of this device is. */
class ServerClock {
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

interface Subscription {
	claims: number;
	after: (() => number) | null;
}

class Live {
	#socket: WebSocket | null = null;
	#wanted = false;
	#greeted = false;
	#wasUp = false;
	#failures = 0;
	#openedAt = 0;
	/** The server's time when it was last heard. */
	#newsAt = 0;
	#beatSentAt = 0;
	#beatOpen = false;
	#beatTimer = 0;
	#watchTimer = 0;
	#retryTimer = 0;
	#sayTimer = 0;
	#scanTimer = 0;
	#clock = new ServerClock();
	#handlers = new Map<string, Set<Handler>>();
	#subscriptions = new Map<string, Subscription>();
	/** What the page itself declares as live, with the way to give it up. */
	#pageTopics = new Map<string, () => void>();
	#frames = new WeakMap<Element, { timer: number; running: boolean; again: boolean }>();
	#rings = new Map<string, string>();
	#listening = false;

	get connected(): boolean {
		return this.#greeted;
	}

	serverNow(): number {
		return this.#clock.now();
	}

	/** A page tells when it was drawn. The first page's answer began to arrive at a known moment. */
	drawnAt(serverNow: number): void {
		const first = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
		const recent = first && performance.now() - first.responseStart < 10_000;
		this.#clock.drawn(serverNow, recent ? first.responseStart : performance.now());
	}

	on<Kind extends Heard["is"]>(kind: Kind, handler: (news: HeardOf<Kind>) => void): () => void {
		const handlers = this.#handlers.get(kind) ?? new Set<Handler>();
		this.#handlers.set(kind, handlers);
		handlers.add(handler as Handler);
		return () => handlers.delete(handler as Handler);
	}

	/** Subscribes a topic; `after` tells the highest number already shown, asked anew at each reconnect. */
	subscribe(topic: string, after: (() => number) | null = null): () => void {
		const known = this.#subscriptions.get(topic);
		if (known) {
			known.claims += 1;
			if (after) known.after = after;
		} else {
			this.#subscriptions.set(topic, { claims: 1, after });
		}
		if (!known || after) this.#tellSubscription(topic);
		let released = false;
		return () => {
			if (released) return;
			released = true;
			const subscription = this.#subscriptions.get(topic);
			if (!subscription) return;
			subscription.claims -= 1;
			if (subscription.after === after) subscription.after = null;
			if (subscription.claims > 0) return;
			this.#subscriptions.delete(topic);
			this.send({ do: "unsubscribe", topic });
		};
	}

	/** Asks for a topic once more, as after a refusal that came a moment too early. */
	resubscribe(topic: string): void {
		if (this.#subscriptions.has(topic)) this.#tellSubscription(topic);
	}

	/** False when the line is down: nothing is kept for later here. */
	send(message: Record<string, unknown>): boolean {
		if (!this.#greeted || this.#socket?.readyState !== WebSocket.OPEN) return false;
		this.#socket.send(JSON.stringify(message));
		return true;
	}

	/** Answered or refused here: it does not ring again. */
	forgetRing(call: string): void {
		this.#rings.delete(call);
	}

	start(): void {
		this.#listen();
		this.#wanted = true;
		if (!this.#socket && !this.#retryTimer) this.#open();
		this.scan();
		this.#showRings();
		this.#showLine();
	}

	stop(): void {
		this.#wanted = false;
		window.clearTimeout(this.#retryTimer);
		window.clearTimeout(this.#sayTimer);
		this.#retryTimer = 0;
		this.#sayTimer = 0;
		this.#rings.clear();
		this.#drop();
		this.#wasUp = false;
	}

	/** Loads a live frame again, soon and once, however many hints arrive meanwhile. */
	reload(frame: Element): void {
		const state = this.#frames.get(frame) ?? { timer: 0, running: false, again: false };
		this.#frames.set(frame, state);
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

	/** Finds what the page declares as live and subscribes to exactly that. */
	scan(): void {
		const found = new Set<string>();
		for (const element of document.querySelectorAll("[data-live-topic]")) {
			for (const topic of topicsOf(element)) found.add(topic);
		}
		for (const topic of found) {
			if (!this.#pageTopics.has(topic)) this.#pageTopics.set(topic, this.subscribe(topic));
		}
		for (const [topic, release] of this.#pageTopics) {
			if (found.has(topic)) continue;
			this.#pageTopics.delete(topic);
			release();
		}
	}

	// --- the line

	#open(): void {
		if (!this.#wanted || this.#socket) return;
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = 0;
		const address = new URL("/live", window.location.href);
		address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
		this.#openedAt = performance.now();
		const socket = new WebSocket(address);
		this.#socket = socket;
		socket.addEventListener("message", (event) => {
			if (socket === this.#socket && typeof event.data === "string") this.#hear(event.data);
		});
		socket.addEventListener("close", () => {
			if (socket === this.#socket) this.#lost();
		});
		window.clearInterval(this.#watchTimer);
		this.#watchTimer = window.setInterval(() => this.#watch(), 1_000);
	}

	#drop(): void {
		const socket = this.#socket;
		this.#socket = null;
		const wasGreeted = this.#greeted;
		this.#greeted = false;
		this.#beatOpen = false;
		window.clearInterval(this.#beatTimer);
		window.clearInterval(this.#watchTimer);
		socket?.close();
		if (wasGreeted) this.#tell({ is: "down" });
	}

	#lost(): void {
		this.#drop();
		if (!this.#wanted) return;
		if (!this.#sayTimer) this.#sayTimer = window.setTimeout(() => this.#showLine(), SAY_LOST_AFTER);
		const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures);
		this.#failures += 1;
		if (this.#failures % 3 === 0) void this.#stillSignedIn();
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = window.setTimeout(
			() => {
				this.#retryTimer = 0;
				this.#open();
			},
			longest * (0.5 + Math.random() / 2),
		);
	}

	#watch(): void {
		if (this.#clock.slept()) this.#beat();
		// a page in the background may not get to send for a minute: only an unanswered question counts as silence
		const since = performance.now() - (this.#greeted ? this.#beatSentAt : this.#openedAt);
		if (this.#greeted ? this.#beatOpen && since > ANSWERED_WITHIN : since > GREETED_WITHIN) this.#lost();
	}

	#beat(): void {
		if (!this.#beatOpen) this.#beatSentAt = performance.now();
		if (this.send({ do: "beat" })) this.#beatOpen = true;
	}

	#hear(text: string): void {
		let news: News;
		try {
			news = JSON.parse(text) as News;
		} catch {
			return;
		}
		switch (news.is) {
			case "hello":
				this.#clock.heard(news.now, this.#openedAt);
				this.#greet();
				break;
			case "beat":
				if (this.#beatOpen) this.#clock.heard(news.now, this.#beatSentAt);
				this.#beatOpen = false;
				this.#newsAt = this.#clock.now();
				break;
			case "changed":
				this.#reloadFramesOf(news.topic);
				break;
			case "notification":
				this.#notify(news);
				break;
			case "ring":
				this.#rings.set(news.call, news.html);
				this.#showRings();
				break;
			case "call":
				if (news.status !== "calling") this.#rings.delete(news.call);
				break;
			case "bye":
				this.#leave();
				return;
		}
		this.#tell(news);
	}

	#greet(): void {
		const again = this.#wasUp;
		this.#greeted = true;
		this.#wasUp = true;
		this.#failures = 0;
		window.clearTimeout(this.#sayTimer);
		this.#sayTimer = 0;
		for (const topic of this.#subscriptions.keys()) this.#tellSubscription(topic);
		window.clearInterval(this.#beatTimer);
		this.#beatTimer = window.setInterval(() => this.#beat(), BEAT_EVERY);
		this.#beat();
		if (again) for (const frame of document.querySelectorAll("turbo-frame[data-live-topic]")) this.reload(frame);
		this.#showLine();
		this.#tell({ is: "up" });
	}

	#tellSubscription(topic: string): void {
		const after = this.#subscriptions.get(topic)?.after;
		this.send(after ? { do: "subscribe", topic, after: after() } : { do: "subscribe", topic });
	}

	#tell(news: Heard): void {
		for (const handler of [...(this.#handlers.get(news.is) ?? [])]) handler(news);
	}

	/** The socket cannot tell a refused session from a dead server; an ordinary request can. */
	async #stillSignedIn(): Promise<void> {
		try {
			const answer = await fetch("/api/messages/unread-count", { headers: { Accept: "application/json" } });
			if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login")) this.#leave();
		} catch {
			// no network: the retry goes on
		}
	}

	#leave(): void {
		this.stop();
		Turbo.cache.clear();
		window.location.assign("/login");
	}

	// --- what the page shows of it

	#showLine(): void {
		const lost = this.#wanted && !this.#greeted && (this.#wasUp || this.#failures > 1);
		const notice = document.getElementById("connection-lost");
		if (notice) notice.hidden = !lost;
		if (lost) this.#showLastNews();
		if (lost) document.documentElement.dataset.connection = "lost";
		else delete document.documentElement.dataset.connection;
	}

	/** How old what stands here may be: when the server last answered, by the reader's clock. */
	#showLastNews(): void {
		const words = document.getElementById("last-news");
		const time = words?.querySelector("time");
		if (!words || !time || this.#newsAt === 0) return;
		const clock = { timeZone: words.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
		time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, clock).format(this.#newsAt);
		words.hidden = false;
	}

	#reloadFramesOf(topic: string): void {
		for (const frame of document.querySelectorAll("turbo-frame[data-live-topic]")) {
			if (topicsOf(frame).includes(topic)) this.reload(frame);
		}
	}

	#notify(news: NotificationDrawn): void {
		for (const mark of document.querySelectorAll<HTMLElement>("[data-live-unread]")) {
			mark.textContent = news.unread > 99 ? "99+" : String(news.unread);
			mark.hidden = news.unread === 0;
		}
		const toasts = document.getElementById("toasts");
		const item = elementFrom(news.html);
		if (!toasts || !item) return;
		toasts.append(item);
		while (toasts.children.length > TOASTS_SHOWN) toasts.firstElementChild?.remove();
		const close = item.querySelector<HTMLElement>("[data-toast-close]");
		if (close) {
			close.hidden = false;
			close.addEventListener("click", () => item.remove());
		}
		const fade = (): void => {
			// whoever is reading it or stands on its link keeps it
			if (item.matches(":hover, :focus-within")) window.setTimeout(fade, TOAST_STAYS);
			else item.remove();
		};
		window.setTimeout(fade, TOAST_STAYS);
	}

	/** A ring is drawn into the page, and again into the next page while the call is still calling. */
	#showRings(): void {
		for (const [call, html] of this.#rings) {
			const dialog = elementFrom(html);
			if (!dialog) continue;
			dialog.dataset.ringCall = call;
			const shown = document.querySelector(`[data-ring-call="${CSS.escape(call)}"]`);
			if (!shown) (document.getElementById("ring") ?? document.body).append(dialog);
		}
	}

	#listen(): void {
		if (this.#listening) return;
		this.#listening = true;
		const rescan = (): void => {
			window.clearTimeout(this.#scanTimer);
			this.#scanTimer = window.setTimeout(() => this.scan(), 20);
		};
		document.addEventListener("turbo:load", () => {
			if (!document.body.matches('[data-controller~="live"]')) {
				this.stop();
				return;
			}
			this.scan();
			this.#showRings();
			this.#showLine();
		});
		document.addEventListener("turbo:frame-load", rescan);
		new MutationObserver(rescan).observe(document.documentElement, {
			attributeFilter: ["data-live-topic"],
			childList: true,
			subtree: true,
		});
		// a morph must not touch what a controller keeps itself, but it may remove it (there is no new element then)
		document.addEventListener("turbo:before-morph-element", (event) => {
			const { newElement } = (event as CustomEvent<{ newElement?: Element }>).detail;
			const kept = event.target as Element;
			if (newElement?.id === kept.id && kept.hasAttribute("data-keep")) event.preventDefault();
		});
		// a frame that is not in the answer means that this page is not ours any more (signed out, cancelled): go there
		document.addEventListener("turbo:frame-missing", (event) => {
			const { response } = (event as CustomEvent<{ response: Response }>).detail;
			event.preventDefault();
			window.location.assign(response.redirected ? response.url : window.location.href);
		});
		document.addEventListener("submit", (event) => {
			const form = event.target;
			if (!(form instanceof HTMLFormElement) || new URL(form.action).pathname !== "/logout") return;
			Turbo.cache.clear();
			this.stop();
		});
		window.addEventListener("online", () => this.#hurry());
		document.addEventListener("visibilitychange", () => {
			if (document.visibilityState !== "visible") return;
			this.#clock.slept();
			if (this.#greeted) this.#beat();
			else this.#hurry();
		});
		// a page that comes back from the browser's own cache may show what was erased meanwhile
		window.addEventListener("pageshow", (event) => {
			if (event.persisted) window.location.reload();
		});
	}

	#hurry(): void {
		if (!this.#wanted || this.#socket) return;
		this.#failures = 0;
		this.#open();
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

/** The one element that the server drew. */
export function elementFrom(html: string): HTMLElement | null {
	const template = document.createElement("template");
	template.innerHTML = html;
	return template.content.firstElementChild as HTMLElement | null;
}

/** Nothing of a room may come back through the back button once it has closed. */
export function forgetPages(): void {
	Turbo.cache.clear();
}

export function csrfToken(): string {
	return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export const live = new Live();
