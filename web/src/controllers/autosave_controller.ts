// Keeps what is typed into the prescription as its draft, soon after the typing stops (P12): no button is needed, half-filled rows are kept
// as they are, and nothing is issued. What another tab has kept meanwhile is not overwritten until somebody says so.
//
//   <form data-controller="autosave" data-autosave-path-value="…/draft">
//     <input type="hidden" name="revision" data-autosave-target="revision">  what the form was drawn from
//     <span data-autosave-target="mark" hidden><span data-autosave-target="kept"></span></span>  "Draf 14.22"
//     <p data-autosave-target="unkept" hidden>…</p>
//     <template data-autosave-target="elsewhere"><div data-autosave-target="conflict">…</div></template>
//     <button data-action="autosave#keepNow">…</button>

import { Controller } from "@hotwired/stimulus";
import { postForm } from "../live/page";

/** Typing has stopped. */
const PAUSE = 900;
const RETRY = 5_000;

export default class AutosaveController extends Controller<HTMLFormElement> {
	static override targets = ["revision", "mark", "kept", "unkept", "elsewhere", "conflict"];
	static override values = { path: String };
	declare readonly revisionTarget: HTMLInputElement;
	declare readonly markTarget: HTMLElement;
	declare readonly keptTarget: HTMLElement;
	declare readonly unkeptTarget: HTMLElement;
	declare readonly elsewhereTarget: HTMLTemplateElement;
	declare readonly hasConflictTarget: boolean;
	declare readonly conflictTarget: HTMLElement;
	declare readonly pathValue: string;

	#timer = 0;
	/** Something was typed that no draft has yet. */
	#changed = false;
	#saving: Promise<void> | null = null;

	override connect(): void {
		for (const event of ["input", "items:removed"]) this.element.addEventListener(event, this.#typed);
		this.element.addEventListener("submit", this.#sending, { capture: true });
		this.element.addEventListener("turbo:submit-end", this.#sent);
		window.addEventListener("pagehide", this.#leave);
		document.addEventListener("visibilitychange", this.#hide);
		// a form that came back as wrong holds what no draft has yet
		if (this.element.querySelector("[aria-invalid=true]")) this.#typed();
	}

	override disconnect(): void {
		for (const event of ["input", "items:removed"]) this.element.removeEventListener(event, this.#typed);
		this.element.removeEventListener("submit", this.#sending, { capture: true });
		this.element.removeEventListener("turbo:submit-end", this.#sent);
		window.removeEventListener("pagehide", this.#leave);
		document.removeEventListener("visibilitychange", this.#hide);
		this.#leave();
	}

	/** The button: what is here is kept, whatever another tab has kept before. */
	keepNow(event: Event): void {
		event.preventDefault();
		if (this.hasConflictTarget) {
			// said by its own button alone: Enter in a field, or the form's other button, would overwrite unread
			if (!this.conflictTarget.contains(event.currentTarget as Node)) {
				this.conflictTarget.focus();
				return;
			}
			this.conflictTarget.remove();
		}
		this.#changed = true;
		this.#save();
	}

	#typed = (): void => {
		this.#changed = true;
		this.#later(PAUSE);
	};

	/** A draft on its way is waited for: the form would else be sent as drawn from the one before. */
	#sending = (event: SubmitEvent): void => {
		window.clearTimeout(this.#timer);
		if (!this.#saving) {
			this.#changed = false;
			return;
		}
		event.preventDefault();
		event.stopImmediatePropagation();
		const { submitter } = event;
		void this.#saving.then(() => {
			if (this.element.isConnected && !this.hasConflictTarget) this.element.requestSubmit(submitter);
		});
	};

	/** No answer came: what is typed is still here alone. */
	#sent = (event: Event): void => {
		const { fetchResponse } = (event as CustomEvent<{ fetchResponse?: unknown }>).detail;
		if (!fetchResponse) this.#typed();
	};

	#hide = (): void => {
		if (document.visibilityState === "hidden" && this.#changed) this.#save();
	};

	#leave = (): void => {
		window.clearTimeout(this.#timer);
		if (!this.#changed || this.hasConflictTarget) return;
		this.#changed = false;
		void postForm(this.pathValue, this.#fields(), { keepalive: true });
	};

	#later(milliseconds: number): void {
		window.clearTimeout(this.#timer);
		this.#timer = window.setTimeout(() => this.#save(), milliseconds);
	}

	#save(): void {
		window.clearTimeout(this.#timer);
		if (this.#saving || this.hasConflictTarget || !this.element.isConnected) return;
		this.#changed = false;
		this.#saving = this.#post().finally(() => {
			this.#saving = null;
			if (this.#changed && this.element.isConnected) this.#later(this.unkeptTarget.hidden ? PAUSE : RETRY);
		});
	}

	async #post(): Promise<void> {
		const answer = await postForm(this.pathValue, this.#fields());
		const said = (await answer?.json().catch(() => null)) as { draft?: string; revision?: string } | null | undefined;
		this.unkeptTarget.hidden = said?.revision !== undefined;
		if (!said?.revision) {
			this.#changed = true;
			return;
		}
		this.revisionTarget.value = said.revision;
		if (said.draft) {
			this.keptTarget.textContent = said.draft;
			this.markTarget.hidden = false;
		} else {
			// it is announced; whoever types elsewhere goes on there
			this.unkeptTarget.after(this.elsewhereTarget.content.cloneNode(true));
		}
	}

	#fields(): URLSearchParams {
		const fields = new URLSearchParams();
		for (const [name, value] of new FormData(this.element)) if (typeof value === "string") fields.append(name, value);
		return fields;
	}
}
