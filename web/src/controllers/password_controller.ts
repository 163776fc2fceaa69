import { Controller } from "@hotwired/stimulus";

// Shows and hides what is typed into a password field. The button carries both of its names as values.
export default class extends Controller<HTMLElement> {
	static override targets = ["field", "button", "shown", "hidden"];
	static override values = { show: String, hide: String };

	declare readonly fieldTarget: HTMLInputElement;
	declare readonly buttonTarget: HTMLButtonElement;
	declare readonly shownTarget: HTMLElement;
	declare readonly hiddenTarget: HTMLElement;
	declare readonly showValue: string;
	declare readonly hideValue: string;

	override connect() {
		this.draw(false);
	}

	toggle() {
		this.draw(this.fieldTarget.type === "password");
		this.fieldTarget.focus();
	}

	// A form that comes back refused is morphed into the page, and its button hidden again, as the server drew it. A field left
	// readable would stand so in Turbo's snapshot and in the browser's memory of the form.
	conceal() {
		this.draw(false);
	}

	private draw(readable: boolean) {
		this.buttonTarget.hidden = false;
		this.fieldTarget.type = readable ? "text" : "password";
		this.buttonTarget.setAttribute("aria-label", readable ? this.hideValue : this.showValue);
		this.shownTarget.hidden = !readable;
		this.hiddenTarget.hidden = readable;
	}
}
