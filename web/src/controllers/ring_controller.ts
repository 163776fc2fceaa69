// Somebody calls: a dialog over whatever page is open, with a gentle tone. Its two forms work as they are; on the page of
// that conversation the answer goes by fetch, so that the call begins without loading the page anew.

import { Controller } from "@hotwired/stimulus";
import { session } from "../call/session";
import { Tone } from "../call/tone";
import { type HeardOf, live } from "../live";
import { postForm } from "../live/page";

export interface Answered {
	call: string;
	kind: string;
	conversation: string;
}

export default class RingController extends Controller<HTMLDialogElement> {
	static override values = { call: String, conversation: String, kind: String };
	static override targets = ["title"];
	declare callValue: string;
	declare conversationValue: string;
	declare kindValue: string;
	declare readonly titleTarget: HTMLElement;

	#tone = new Tone();
	#release: (() => void) | null = null;
	#before: Element | null = null;
	#sent = false;
	#over = false;

	override connect(): void {
		this.#release = live.on("call", (news) => this.#news(news));
		this.#before = document.activeElement;
		// moved into the next page by Turbo it still says that it is open, but no longer covers anything
		if (this.element.open) this.element.removeAttribute("open");
		this.element.showModal();
		// not on a button: whoever is typing at this moment would answer without meaning to
		this.titleTarget.focus();
		this.#tone.start();
	}

	override disconnect(): void {
		this.#release?.();
		this.#tone.stop();
	}

	/** Escape refuses nobody: the dialog stays until one of its buttons is pressed or the call is over. */
	stay(event: Event): void {
		if (event instanceof KeyboardEvent && event.key !== "Escape") return;
		event.preventDefault();
	}

	/** A browser closes it all the same when it is asked twice (Escape, or "back" on a phone). */
	again(): void {
		if (this.#over || !this.element.isConnected) return;
		this.element.showModal();
		this.titleTarget.focus();
	}

	async answer(event: Event): Promise<void> {
		if (this.#sent) {
			event.preventDefault();
			return;
		}
		this.#sent = true;
		this.#tone.stop();
		live.forgetRing(this.callValue);
		const form = event.target as HTMLFormElement;
		this.#name(form);
		const here = document.querySelector(`[data-call-conversation-value="${CSS.escape(this.conversationValue)}"]`);
		if (!here) return;
		event.preventDefault();
		const status = await this.#post(form);
		if (status === "ongoing") {
			const detail: Answered = { call: this.callValue, kind: this.kindValue, conversation: this.conversationValue };
			document.dispatchEvent(new CustomEvent("call:answered", { detail }));
		} else if (status === null) {
			// what went wrong is said by the page that the form leads to
			form.submit();
			return;
		}
		this.#close();
	}

	/** The call belongs to this tab: to this page, or to the one that the form leads to. */
	#name(form: HTMLFormElement): void {
		const device = document.createElement("input");
		device.type = "hidden";
		device.name = "device";
		device.value = session.name;
		form.append(device);
		session.remember({ call: this.callValue, muted: false, cameraOff: false });
	}

	async reject(event: Event): Promise<void> {
		event.preventDefault();
		if (this.#sent) return;
		this.#sent = true;
		this.#tone.stop();
		live.forgetRing(this.callValue);
		await this.#post(event.target as HTMLFormElement);
		this.#close();
	}

	async #post(form: HTMLFormElement): Promise<string | null> {
		const fields = new URLSearchParams();
		for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
		// the dialog was drawn for the socket, the token belongs to this page
		const answer = await postForm(form.action, fields);
		if (!answer?.ok) return null;
		const body = (await answer.json().catch(() => null)) as { status: string } | null;
		return body?.status ?? null;
	}

	#news(news: HeardOf<"call">): void {
		if (news.call === this.callValue && news.status !== "calling" && !this.#sent) this.#close();
	}

	#close(): void {
		this.#tone.stop();
		this.#over = true;
		this.element.close();
		this.element.remove();
		if (this.#before instanceof HTMLElement && this.#before.isConnected && document.activeElement === document.body) this.#before.focus();
	}
}
