import { Controller } from "@hotwired/stimulus";

// Asks before a form is sent that cannot be undone. On the form:
//   data-controller="confirm" data-confirm-title-value data-confirm-body-value data-confirm-yes-value data-confirm-no-value
export default class extends Controller<HTMLFormElement> {
	static override values = { title: String, body: String, yes: String, no: String };

	declare readonly titleValue: string;
	declare readonly bodyValue: string;
	declare readonly yesValue: string;
	declare readonly noValue: string;

	private dialog: HTMLDialogElement | undefined;
	private confirmed = false;

	override connect() {
		// In the capturing phase: the question comes before Turbo, or any other listener, sends the form.
		this.element.addEventListener("submit", this.ask, { capture: true });
	}

	override disconnect() {
		this.element.removeEventListener("submit", this.ask, { capture: true });
		this.dialog?.remove();
		this.dialog = undefined;
	}

	private readonly ask = (event: SubmitEvent) => {
		if (this.confirmed) {
			this.confirmed = false;
			return;
		}
		event.preventDefault();
		event.stopImmediatePropagation();
		const submitter = event.submitter;
		const dialog = this.draw();
		dialog.addEventListener(
			"close",
			() => {
				const agreed = dialog.returnValue === "yes";
				dialog.remove();
				this.dialog = undefined;
				if (!agreed) {
					if (submitter instanceof HTMLElement) submitter.focus();
					return;
				}
				this.confirmed = true;
				this.element.requestSubmit(submitter instanceof HTMLElement ? submitter : null);
				// A form that the browser itself refused (an empty required field) asks again the next time.
				this.confirmed = false;
			},
			{ once: true },
		);
		dialog.showModal();
	};

	private draw(): HTMLDialogElement {
		this.dialog?.remove();
		const dialog = document.createElement("dialog");
		dialog.className = "modal modal-bottom sm:modal-middle";
		dialog.setAttribute("role", "alertdialog");
		dialog.setAttribute("aria-labelledby", "confirm-title");
		dialog.setAttribute("aria-describedby", "confirm-body");

		const form = document.createElement("form");
		form.method = "dialog";
		form.className = "modal-box";
		const title = document.createElement("h2");
		title.id = "confirm-title";
		title.className = "text-lg";
		title.textContent = this.titleValue;
		const body = document.createElement("p");
		body.id = "confirm-body";
		body.className = "mt-2 wrap-anywhere";
		body.textContent = this.bodyValue;
		const actions = document.createElement("div");
		actions.className = "mt-5 flex flex-col gap-2 sm:flex-row-reverse";
		actions.append(this.button("yes", this.yesValue, "btn btn-error"), this.button("no", this.noValue, "btn"));
		form.append(title, body, actions);
		dialog.append(form);
		document.body.append(dialog);
		this.dialog = dialog;
		return dialog;
	}

	private button(value: string, text: string, className: string): HTMLButtonElement {
		const button = document.createElement("button");
		button.value = value;
		button.textContent = text;
		button.className = className;
		// Enter pressed out of habit keeps what there is.
		button.autofocus = value === "no";
		return button;
	}
}
