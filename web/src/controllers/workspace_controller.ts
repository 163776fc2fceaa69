// The doctor's workspace while a call runs: the complaint folds, so that picture and chat have room, and the picture can fill the window.
//
//   <div data-controller="workspace">
//     <details data-workspace-target="fold" open>…</details>
//     … <section id="call-stage"> … <button data-workspace-target="enlarge" data-action="workspace#enlarge" aria-pressed="false">…

import { Controller } from "@hotwired/stimulus";

export default class WorkspaceController extends Controller<HTMLElement> {
	static override targets = ["fold", "enlarge"];
	declare readonly foldTarget: HTMLDetailsElement;
	declare readonly enlargeTargets: HTMLElement[];

	/** Below this one part is seen at a time, and nothing needs to make room. */
	readonly #wide = window.matchMedia("(min-width: 64rem)");
	#calling = false;
	#observer: MutationObserver | null = null;

	override connect(): void {
		this.#observer = new MutationObserver(this.#look);
		this.#observer.observe(this.element, { attributeFilter: ["hidden"], childList: true, subtree: true });
		this.#wide.addEventListener("change", this.#fold);
		document.addEventListener("keydown", this.#key);
		this.#look();
	}

	override disconnect(): void {
		this.#observer?.disconnect();
		this.#wide.removeEventListener("change", this.#fold);
		document.removeEventListener("keydown", this.#key);
	}

	enlarge(): void {
		this.#show(!this.#enlarged);
	}

	get #enlarged(): boolean {
		return this.element.dataset.enlarged !== undefined;
	}

	#look = (): void => {
		const stage = this.element.querySelector<HTMLElement>("#call-stage");
		const calling = stage !== null && !stage.hidden;
		if (calling === this.#calling) return;
		this.#calling = calling;
		if (!calling) this.#show(false);
		this.#fold();
	};

	#fold = (): void => {
		this.foldTarget.open = !(this.#calling && this.#wide.matches);
	};

	#key = (event: KeyboardEvent): void => {
		if (event.key !== "Escape" || event.defaultPrevented || !this.#enlarged) return;
		this.#show(false);
		this.enlargeTargets[0]?.focus();
	};

	#show(enlarged: boolean): void {
		this.element.toggleAttribute("data-enlarged", enlarged);
		for (const button of this.enlargeTargets) button.setAttribute("aria-pressed", String(enlarged));
	}
}
