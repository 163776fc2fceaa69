// The one WebSocket of a signed-in page: what changed, messages, rings and the server's clock.
//
// It outlives Turbo's navigation. Pages say what is live on them (`data-live-topic` on a frame), controllers listen with
// `live.on`, and everything is asked for again after a lost connection, since a hint that got lost is never repeated.

import * as Turbo from "@hotwired/turbo";
import { anyKept, flush, forgetAll, tidy, welcome } from "./drafts";
import { ServerClock } from "./live/clock";
import { Frames } from "./live/frames";
import { Line } from "./live/line";
import { elementFrom, showLine, showNotification, showUnread } from "./live/page";

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
	html: string;
}
export interface Unread {
	is: "unread";
	unread: number;
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
	/** The page of this account that the call belongs to, as it calls itself. */
	device: string | null;
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
export type News = Hello | Beat | Changed | MessageDrawn | Unread | NotificationDrawn | Ring | CallNews | Signal | Refused | Bye;
/** `up` and `down` are not from the server: the line is there (and everything was subscribed again), or it is lost. */
type Heard = News | { is: "up" } | { is: "down" };
export type HeardOf<Kind extends Heard["is"]> = Extract<Heard, { is: Kind }>;
type Handler = (news: Heard) => void;

interface Subscription {
	claims: number;
	after: (() => number) | null;
}

class Live {
	#clock = new ServerClock();
	#line = new Line(this.#clock, {
		heard: (news) => this.#hear(news),
		up: (again) => this.#up(again),
		down: () => this.#tell({ is: "down" }),
		missed: () => this.#showLine(),
		refused: () => void this.leave(),
	});
	#frames = new Frames((topic) => this.subscribe(topic));
	#scanTimer = 0;
	#handlers = new Map<string, Set<Handler>>();
	#subscriptions = new Map<string, Subscription>();
	#rings = new Map<string, string>();
	#listening = false;
	#leaving = false;

	get connected(): boolean {
		return this.#line.isUp;
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

	/** Subscribes a topic; `after` tells up to which number nothing is missing here, asked anew at each reconnect. */
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
		return this.#line.send(message);
	}

	/** Answered or refused here: it does not ring again. */
	forgetRing(call: string): void {
		this.#rings.delete(call);
	}

	start(): void {
		this.#listen();
		welcome();
		this.#line.start();
		this.scan();
		this.#showRings();
		this.#showLine();
	}

	stop(): void {
		this.#rings.clear();
		this.#line.stop();
	}

	/** Loads a live frame again, soon and once, however many hints arrive meanwhile. */
	reload(frame: Element): void {
		this.#frames.reload(frame);
	}

	/** Finds what the page declares as live and subscribes to exactly that. */
	scan(): void {
		this.#frames.scan();
	}

	/** The session is over: what is typed is kept for whoever it is of, and the way back leads through the login. */
	async leave(): Promise<void> {
		if (this.#leaving) return;
		this.#leaving = true;
		this.stop();
		Turbo.cache.clear();
		await flush();
		const { pathname, search } = window.location;
		const ended = anyKept() ? "kept" : "yes";
		window.location.assign(`/login?${new URLSearchParams({ ended, return_to: pathname + search })}`);
	}

	// --- what the line says

	#hear(news: News): void {
		switch (news.is) {
			case "changed":
				this.#frames.reloadAll(news.topic);
				break;
			case "unread":
				showUnread(news.unread);
				break;
			case "notification":
				showNotification(news.html);
				break;
			case "ring":
				this.#rings.set(news.call, news.html);
				this.#showRings();
				break;
			case "call":
				if (news.status !== "calling") this.#rings.delete(news.call);
				break;
			case "bye":
				void this.leave();
				return;
		}
		this.#tell(news);
	}

	#up(again: boolean): void {
		tidy(this.serverNow());
		for (const topic of this.#subscriptions.keys()) this.#tellSubscription(topic);
		if (again) this.#frames.reloadAll();
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

	// --- what the page shows of it

	#showLine(): void {
		showLine(this.#line.isLost, this.#line.newsAt);
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
			welcome();
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
		this.#listenToFrames();
		document.addEventListener("submit", (event) => {
			const form = event.target;
			if (!(form instanceof HTMLFormElement) || new URL(form.action).pathname !== "/logout") return;
			Turbo.cache.clear();
			forgetAll();
			this.stop();
		});
		window.addEventListener("online", () => this.#line.hurry());
		document.addEventListener("visibilitychange", () => {
			if (document.visibilityState === "visible") this.#line.wake();
		});
		// a page that comes back from the browser's own cache may show what was erased meanwhile
		window.addEventListener("pageshow", (event) => {
			if (event.persisted) window.location.reload();
		});
	}

	#listenToFrames(): void {
		const isFrame = (target: EventTarget | null): target is Element => target instanceof Element && target.localName === "turbo-frame";
		document.addEventListener("turbo:before-fetch-response", (event) => {
			const { response } = (event as CustomEvent<{ fetchResponse: { response: Response } }>).detail.fetchResponse;
			if (isFrame(event.target) && this.#frames.putOff(event.target, response)) event.preventDefault();
		});
		document.addEventListener("turbo:fetch-request-error", (event) => {
			if (isFrame(event.target)) this.#frames.retry(event.target);
		});
		// The page leads elsewhere only where the answer says that it is not ours any more (signed out, cancelled, over). Whatever
		// else comes without the frame, as from a proxy, leaves what stands here, with all that is typed on it.
		document.addEventListener("turbo:frame-missing", (event) => {
			const { response } = (event as CustomEvent<{ response: Response }>).detail;
			event.preventDefault();
			if (response.status === 401 || (response.redirected && new URL(response.url).pathname === "/login")) void this.leave();
			else if (response.redirected) window.location.assign(response.url);
			else if ([403, 404, 410].includes(response.status)) window.location.reload();
		});
	}
}

export const live = new Live();
