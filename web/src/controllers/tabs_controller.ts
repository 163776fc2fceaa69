import { Controller } from "@hotwired/stimulus";

// Panels of which one is seen at a time: the doctor's workspace on a phone. Without a script all panels are seen.
//
//   <div data-controller="tabs" data-tabs-wide-value="(min-width: 64rem)">
//     <div role="tablist" data-tabs-target="list" hidden>
//       <button type="button" role="tab" id="tab-room" aria-controls="panel-room" data-tabs-target="tab">…</button> …
//     </div>
//     <section id="panel-room" role="tabpanel" aria-labelledby="tab-room" data-tabs-target="panel">…</section> …
//   </div>
// Where the media query of `wide` holds, all panels are shown and the list of tabs is hidden.
export default class extends Controller<HTMLElement> {
	static override targets = ["list", "tab", "panel"];
	static override values = { wide: { type: String, default: "(min-width: 64rem)" }, chosen: String };

	declare readonly listTarget: HTMLElement;
	declare readonly tabTargets: HTMLElement[];
	declare readonly panelTargets: HTMLElement[];
	declare readonly wideValue: string;
	declare chosenValue: string;

	private query: MediaQueryList | undefined;

	override connect() {
		this.query = window.matchMedia(this.wideValue);
		this.query.addEventListener("change", this.draw);
		this.listTarget.addEventListener("keydown", this.keys);
		this.listTarget.addEventListener("click", this.click);
		this.draw();
	}

	override disconnect() {
		this.query?.removeEventListener("change", this.draw);
		this.listTarget.removeEventListener("keydown", this.keys);
		this.listTarget.removeEventListener("click", this.click);
	}

	chosenValueChanged() {
		if (this.query) this.draw();
	}

	private readonly click = (event: Event) => {
		const tab = this.tabTargets.find((candidate) => candidate.contains(event.target as Node));
		if (tab) this.chosenValue = this.panelOf(tab);
	};

	private readonly keys = (event: KeyboardEvent) => {
		const tabs = this.tabTargets;
		const index = tabs.indexOf(document.activeElement as HTMLElement);
		if (index < 0) return;
		const next = { ArrowRight: index + 1, ArrowLeft: index - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
		if (next === undefined) return;
		event.preventDefault();
		const tab = tabs[next % tabs.length];
		if (!tab) return;
		this.chosenValue = this.panelOf(tab);
		tab.focus();
	};

	private readonly draw = () => {
		const wide = this.query?.matches ?? true;
		const first = this.tabTargets[0];
		const chosen = this.chosenValue || (first ? this.panelOf(first) : "");
		this.listTarget.hidden = wide;
		for (const tab of this.tabTargets) {
			const selected = this.panelOf(tab) === chosen;
			tab.setAttribute("aria-selected", String(selected));
			tab.tabIndex = selected ? 0 : -1;
		}
		for (const panel of this.panelTargets) panel.hidden = !wide && panel.id !== chosen;
	};

	private panelOf(tab: HTMLElement): string {
		return tab.getAttribute("aria-controls") ?? "";
	}
}
