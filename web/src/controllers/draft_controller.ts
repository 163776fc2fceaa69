// What is typed into a long form is kept on the device until the form is sent, and stands in it again afterwards:
//   <form data-controller="draft">
// A field gets its text back only while it says what it said when one began to type: what was changed elsewhere meanwhile is not
// overwritten. Passwords and numbers of people are not kept.

import { Controller } from "@hotwired/stimulus";
import { keep, type Place, recall } from "../drafts";

type Field = HTMLTextAreaElement | HTMLInputElement;
type Draft = Record<string, { was: string; is: string }>;

const TYPED = 'textarea, input:is([type="text"], [type="search"], [type="tel"], [type="email"], :not([type]))';
const NOT_KEPT = /nik|bpjs|password|code|email/;

export default class DraftController extends Controller<HTMLFormElement> {
	/** What each field said before somebody typed. */
	#before = new Map<string, string>();

	override connect(): void {
		for (const field of this.#fields()) this.#before.set(field.name, field.value);
		this.element.addEventListener("input", this.#typed);
		this.element.addEventListener("turbo:submit-end", this.#sent);
		void this.#bringBack();
	}

	override disconnect(): void {
		this.element.removeEventListener("input", this.#typed);
		this.element.removeEventListener("turbo:submit-end", this.#sent);
	}

	async #bringBack(): Promise<void> {
		const draft = (await recall(this.#place)) as Draft | null;
		if (!draft || !this.element.isConnected) return;
		let brought = false;
		for (const field of this.#fields()) {
			const kept = draft[field.name];
			if (!kept) continue;
			if (field.value === kept.was) {
				field.value = kept.is;
				field.dispatchEvent(new Event("input", { bubbles: true }));
				brought = true;
			}
			// drawn again after a refusal, as it was typed
			if (field.value === kept.is) this.#before.set(field.name, kept.was);
		}
		if (brought) this.#say();
	}

	#typed = (): void => {
		const draft: Draft = {};
		for (const { name, value } of this.#fields()) {
			const was = this.#before.get(name) ?? "";
			if (value !== was) draft[name] = { was, is: value };
		}
		keep(this.#place, Object.keys(draft).length > 0 ? draft : null);
	};

	#sent = (event: Event): void => {
		if ((event as CustomEvent<{ success?: boolean }>).detail.success) keep(this.#place, null);
	};

	#say(): void {
		const words = document.querySelector<HTMLTemplateElement>("#draft-restored");
		if (words && !this.element.querySelector("[data-draft-restored]")) this.element.prepend(words.content.cloneNode(true));
	}

	get #place(): Place {
		return { name: `form ${window.location.pathname} ${this.element.id || this.element.getAttribute("action")}` };
	}

	#fields(): Field[] {
		return [...this.element.querySelectorAll<Field>(TYPED)].filter(
			({ name, readOnly }) => name !== "" && !readOnly && !NOT_KEPT.test(name),
		);
	}
}
