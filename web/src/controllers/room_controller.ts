// The room's time: a countdown to the opening, the time left, and the change of state when the moment has come.

import { Controller } from "@hotwired/stimulus";
import { tidy } from "../drafts";
import { live } from "../live";
import { forgetPages } from "../live/page";

const MINUTE = 60_000;
/** The server's own deadline comes first; the page asks only if it has heard nothing. */
const MARGIN = 700;
const LONGEST_RETRY = 5_000;

/** Warnings already spoken, by closing time: a reloaded frame does not say them again. */
const spoken = new Set<string>();

export default class RoomController extends Controller<HTMLElement> {
	static override targets = ["remaining", "waiting", "bar", "strip", "announcement"];
	declare readonly remainingTargets: HTMLElement[];
	declare readonly waitingTargets: HTMLElement[];
	declare readonly barTargets: HTMLProgressElement[];
	declare readonly stripTargets: HTMLElement[];
	declare readonly announcementTargets: HTMLElement[];

	#timer = 0;
	#askAt = 0;
	#pause = 1_000;
	#state = "";
	#before = Number.POSITIVE_INFINITY;
	#observer: MutationObserver | null = null;

	override connect(): void {
		const drawn = Date.parse(this.element.dataset.now ?? "");
		if (!Number.isNaN(drawn)) live.drawnAt(drawn);
		this.#state = this.#room;
		this.#observer = new MutationObserver(() => this.#changed());
		this.#observer.observe(this.element, { attributeFilter: ["data-room", "data-opens-at", "data-closes-at"] });
		this.element.addEventListener("turbo:morph-element", this.#morphed);
		this.#tick();
	}

	override disconnect(): void {
		this.element.removeEventListener("turbo:morph-element", this.#morphed);
		window.clearTimeout(this.#timer);
		this.#observer?.disconnect();
	}

	// what a morph or a new frame brings in shows the right time at once
	remainingTargetConnected(): void {
		this.#draw();
	}
	waitingTargetConnected(): void {
		this.#draw();
	}

	get #room(): string {
		return this.element.dataset.room ?? "";
	}
	get #opensAt(): number {
		return Date.parse(this.element.dataset.opensAt ?? "");
	}
	get #closesAt(): number {
		return Date.parse(this.element.dataset.closesAt ?? "");
	}

	/** A morph puts back what the server drew, which is no time at all. */
	#morphed = (): void => queueMicrotask(() => this.#draw());

	#changed(): void {
		if (this.#room !== this.#state) {
			this.#state = this.#room;
			this.#askAt = 0;
			this.#pause = 1_000;
			this.#before = Number.POSITIVE_INFINITY;
			if (this.#room === "closed") {
				forgetPages();
				tidy(live.serverNow());
			}
		}
		this.#tick();
	}

	#tick(): void {
		window.clearTimeout(this.#timer);
		const now = live.serverNow();
		const end = this.#room === "waiting" ? this.#opensAt : this.#room === "open" ? this.#closesAt : Number.NaN;
		if (Number.isNaN(end)) return;
		this.#draw();
		if (now >= end + MARGIN) this.#ask(now);
		const left = end - now;
		// the next whole second, so that both sides turn at the same moment
		const next = left > 0 ? left % 1_000 || 1_000 : 250;
		this.#timer = window.setTimeout(() => this.#tick(), next + 5);
	}

	#ask(now: number): void {
		if (now < this.#askAt) return;
		this.#askAt = now + this.#pause;
		this.#pause = Math.min(LONGEST_RETRY, this.#pause * 1.6);
		const frame = this.element.closest("turbo-frame") ?? this.element.querySelector("turbo-frame");
		if (frame) live.reload(frame);
	}

	#draw(): void {
		const now = live.serverNow();
		if (this.#room === "waiting") {
			const left = Math.max(0, this.#opensAt - now);
			for (const target of this.waitingTargets) target.textContent = waitWords(left, document.documentElement.lang);
			return;
		}
		if (this.#room !== "open") return;
		const left = Math.max(0, this.#closesAt - now);
		const words = clock(left);
		for (const target of this.remainingTargets) if (target.textContent !== words) target.textContent = words;
		const whole = Math.max(MINUTE, this.#closesAt - this.#opensAt);
		for (const bar of this.barTargets) {
			// in minutes: the bar has a tick for each
			bar.max = Math.round(whole / MINUTE);
			bar.value = left / MINUTE;
		}
		const stage = left <= MINUTE ? "one" : left <= 5 * MINUTE ? "five" : "";
		for (const strip of this.stripTargets) {
			if (stage) strip.dataset.clock = stage;
			else delete strip.dataset.clock;
		}
		this.#announce(left);
	}

	#announce(left: number): void {
		const before = this.#before;
		this.#before = left;
		const marks = [
			{ at: MINUTE, text: this.element.dataset.roomOneText },
			{ at: 5 * MINUTE, text: this.element.dataset.roomFiveText },
		];
		for (const { at, text } of marks) {
			// spoken when the mark is crossed while the page is open, not when one arrives late
			if (!text || !(before > at && left <= at) || !Number.isFinite(before)) continue;
			const key = `${this.element.dataset.closesAt}:${at}`;
			if (spoken.has(key)) continue;
			spoken.add(key);
			for (const target of this.announcementTargets) target.textContent = text;
			return;
		}
	}
}

/** "9:42": minutes and seconds, with hours only where there are some. */
export function clock(milliseconds: number): string {
	const seconds = Math.ceil(milliseconds / 1_000);
	const two = (value: number): string => String(value).padStart(2, "0");
	const hours = Math.floor(seconds / 3_600);
	const minutes = Math.floor(seconds / 60) % 60;
	if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
	return `${minutes}:${two(seconds % 60)}`;
}

/** A long wait in words ("2 hari 3 jam"), the last hour as a clock. */
function waitWords(milliseconds: number, language: string): string {
	const minutes = Math.floor(milliseconds / MINUTE);
	if (minutes < 60) return clock(milliseconds);
	const unit = (value: number, name: string): string =>
		new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return minutes % 60 ? `${unit(hours, "hour")} ${unit(minutes % 60, "minute")}` : unit(hours, "hour");
	const days = Math.floor(hours / 24);
	return hours % 24 ? `${unit(days, "day")} ${unit(hours % 24, "hour")}` : unit(days, "day");
}
