import { Controller } from "@hotwired/stimulus";

// Says on the button that a form is being sent, and lets it be sent only once. The words come with the form:
//   <form data-controller="submit" data-submit-waiting-value="…">
export default class extends Controller<HTMLFormElement> {
	static override values = { waiting: String };

	declare readonly waitingValue: string;

	private restore: (() => void) | undefined;

	override connect() {
		this.element.addEventListener("submit", this.wait);
		this.element.addEventListener("turbo:submit-end", this.done);
		// A page that comes back from the browser's memory would else stand there waiting for ever.
		window.addEventListener("pageshow", this.done);
		document.addEventListener("turbo:before-cache", this.done);
	}

	override disconnect() {
		this.element.removeEventListener("submit", this.wait);
		this.element.removeEventListener("turbo:submit-end", this.done);
		window.removeEventListener("pageshow", this.done);
		document.removeEventListener("turbo:before-cache", this.done);
		this.done();
	}

	private readonly wait = (event: SubmitEvent) => {
		if (this.restore) {
			event.preventDefault();
			event.stopImmediatePropagation();
			return;
		}
		const button = event.submitter ?? this.element.querySelector<HTMLElement>("button:not([type=button])");
		if (!(button instanceof HTMLButtonElement)) return;
		const before = [...button.childNodes];
		this.restore = () => {
			button.replaceChildren(...before);
			button.removeAttribute("aria-disabled");
			this.element.removeAttribute("aria-busy");
		};
		// After the form's data is gathered, so that the button's own name and value are sent too.
		queueMicrotask(() => {
			if (event.defaultPrevented && !this.element.isConnected) return;
			this.element.setAttribute("aria-busy", "true");
			button.setAttribute("aria-disabled", "true");
			if (this.waitingValue) button.replaceChildren(document.createTextNode(this.waitingValue));
		});
	};

	private readonly done = () => {
		this.restore?.();
		this.restore = undefined;
	};
}
