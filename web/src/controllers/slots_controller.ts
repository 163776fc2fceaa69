// A doctor's schedule in the booking form: says which slot is chosen, keeps the choice while the schedule changes around it,
// and says at once when somebody else has taken it.

import { Controller } from "@hotwired/stimulus";

export default class SlotsController extends Controller<HTMLElement> {
	static override targets = ["chosen"];
	declare readonly chosenTarget: HTMLElement;
	declare readonly hasChosenTarget: boolean;

	#chosen = "";

	override connect(): void {
		this.#chosen = this.#radios().find((radio) => radio.checked)?.value ?? "";
	}

	choose(event: Event): void {
		const radio = event.target;
		if (!(radio instanceof HTMLInputElement) || radio.name !== "starts_at") return;
		this.#chosen = radio.value;
		this.#say(radio.dataset.words);
		this.#excuse();
	}

	/** The schedule is drawn without knowing what is chosen here: a morph must not take the choice back. */
	keep(event: Event): void {
		const { attributeName } = (event as CustomEvent<{ attributeName?: string }>).detail;
		const radio = event.target;
		if (attributeName === "checked" && radio instanceof HTMLInputElement && radio.name === "starts_at") event.preventDefault();
	}

	/** After the schedule was drawn anew: chosen still, taken by somebody else, or on another day than the one shown. */
	restore(): void {
		if (!this.#chosen) return;
		const radio = this.#radios().find((other) => other.value === this.#chosen);
		if (radio) {
			radio.checked = true;
			this.#say(radio.dataset.words);
			return;
		}
		const gone = [...this.element.querySelectorAll<HTMLElement>("[data-starts-at]")].some((tile) => tile.dataset.startsAt === this.#chosen);
		if (gone) {
			this.#chosen = "";
			this.#say(this.hasChosenTarget ? this.chosenTarget.dataset.taken : "");
		} else {
			this.#say(this.hasChosenTarget ? this.chosenTarget.dataset.nothing : "");
		}
	}

	/** A free slot near the lost one is taken with the complaint as it stands now. */
	carry(event: Event): void {
		const form = event.currentTarget;
		const written = this.element.querySelector<HTMLTextAreaElement>("#complaint");
		if (!(form instanceof HTMLFormElement) || !written) return;
		const hidden = form.elements.namedItem("complaint");
		if (hidden instanceof HTMLInputElement) hidden.value = written.value;
	}

	/** That no slot was chosen is true no more. */
	#excuse(): void {
		this.element.querySelector("#starts_at-error")?.remove();
		const told = this.element.querySelector('[data-focus-target] a[href="#starts_at"]');
		const summary = told?.closest("[data-focus-target]");
		if (summary?.querySelectorAll("li").length === 1) summary.remove();
		else told?.closest("li")?.remove();
	}

	#radios(): HTMLInputElement[] {
		return [...this.element.querySelectorAll<HTMLInputElement>('input[type="radio"][name="starts_at"]')];
	}

	#say(words: string | undefined): void {
		if (this.hasChosenTarget && words && this.chosenTarget.textContent !== words) this.chosenTarget.textContent = words;
	}
}
