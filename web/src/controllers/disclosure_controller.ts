import { Controller } from "@hotwired/stimulus";

// A <details> that serves as a menu: Escape, a click elsewhere or the focus going elsewhere closes it.
export default class extends Controller<HTMLDetailsElement> {
	override connect() {
		document.addEventListener("click", this.outside);
		document.addEventListener("turbo:before-cache", this.close);
		this.element.addEventListener("keydown", this.escape);
		this.element.addEventListener("focusout", this.left);
	}

	override disconnect() {
		document.removeEventListener("click", this.outside);
		document.removeEventListener("turbo:before-cache", this.close);
		this.element.removeEventListener("keydown", this.escape);
		this.element.removeEventListener("focusout", this.left);
	}

	private readonly close = () => {
		this.element.open = false;
	};

	private readonly outside = (event: Event) => {
		if (!this.element.contains(event.target as Node)) this.close();
	};

	private readonly left = (event: FocusEvent) => {
		if (event.relatedTarget instanceof Node && !this.element.contains(event.relatedTarget)) this.close();
	};

	private readonly escape = (event: KeyboardEvent) => {
		if (event.key !== "Escape" || !this.element.open) return;
		this.close();
		this.element.querySelector("summary")?.focus();
	};
}
