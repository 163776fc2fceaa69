import { Controller } from "@hotwired/stimulus";

// Rows of a form that can be added and removed: the medicines of a prescription. Each row's fields are named
// PREFIX[0][field], PREFIX[1][field] … without a gap; ids, labels and descriptions that carry the same name follow.
//
//   <div data-controller="items" data-items-prefix-value="items" data-items-least-value="1" data-items-most-value="20">
//     <ol data-items-target="list"><li data-items-target="row">…<button type="button" data-action="items#remove">…</li></ol>
//     <template data-items-target="blank"><li data-items-target="row"> … name="items[0][dosage]" … </li></template>
//     <button type="button" data-items-target="add" data-action="items#add">…</button>
//   </div>
// An element [data-items-number] in a row shows the row's number.
export default class extends Controller<HTMLElement> {
	static override targets = ["list", "row", "blank", "add"];
	static override values = {
		prefix: { type: String, default: "items" },
		least: { type: Number, default: 1 },
		most: { type: Number, default: 20 },
	};

	declare readonly listTarget: HTMLElement;
	declare readonly rowTargets: HTMLElement[];
	declare readonly blankTarget: HTMLTemplateElement;
	declare readonly addTargets: HTMLButtonElement[];
	declare readonly prefixValue: string;
	declare readonly leastValue: number;
	declare readonly mostValue: number;

	override connect() {
		document.addEventListener("turbo:render", this.wake);
		this.wake();
	}

	override disconnect() {
		document.removeEventListener("turbo:render", this.wake);
	}

	// A refused form is morphed into the page: its buttons are then hidden again, as the server drew them.
	private readonly wake = () => {
		for (const button of this.addTargets) button.hidden = false;
		this.renumber();
	};

	add() {
		if (this.rowTargets.length >= this.mostValue) return;
		const copy = this.blankTarget.content.cloneNode(true) as DocumentFragment;
		const row = copy.firstElementChild;
		this.listTarget.append(copy);
		this.renumber();
		row?.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus();
	}

	remove(event: Event) {
		const row = (event.currentTarget as HTMLElement).closest<HTMLElement>("[data-items-target~='row']");
		if (!row || this.rowTargets.length <= this.leastValue) return;
		const index = this.rowTargets.indexOf(row);
		row.remove();
		this.renumber();
		const next = this.rowTargets[Math.min(index, this.rowTargets.length - 1)];
		const focus = next?.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea") ?? this.addTargets[0];
		focus?.focus();
		this.dispatch("removed");
	}

	private renumber() {
		const rows = this.rowTargets;
		rows.forEach((row, index) => {
			for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby], [aria-labelledby], [list]")) {
				for (const attribute of ["name", "id", "for", "aria-describedby", "aria-labelledby", "list"]) {
					const value = element.getAttribute(attribute);
					if (value) element.setAttribute(attribute, this.numbered(value, index));
				}
			}
			for (const number of row.querySelectorAll("[data-items-number]")) number.textContent = String(index + 1);
			for (const button of row.querySelectorAll<HTMLButtonElement>("[data-action~='items#remove'], [data-action~='click->items#remove']")) {
				button.hidden = rows.length <= this.leastValue;
			}
		});
		for (const button of this.addTargets) button.disabled = rows.length >= this.mostValue;
	}

	// One attribute may hold several names ("items[0][dosage]-hint items[0][dosage]-error").
	private numbered(value: string, index: number): string {
		const start = `${this.prefixValue}[`;
		return value
			.split(" ")
			.map((name) => {
				const end = name.indexOf("]", start.length);
				return name.startsWith(start) && end > 0 ? `${start}${index}${name.slice(end)}` : name;
			})
			.join(" ");
	}
}
