import { Controller } from "@hotwired/stimulus";

// A phone's photo is many times larger than what is kept of it: it is made smaller before it is sent, which saves data
// and fits the limit. A browser that cannot, or a file that is no picture, is sent as it is; the server decides.
// Once it is kept it is no longer chosen: the page is morphed and would keep it.
//   <form data-controller="photo" data-action="turbo:submit-end->photo#sent"><input type="file" data-photo-target="file" data-action="photo#shrink">

const LONGEST_SIDE = 1200;
const SMALL_ENOUGH = 600_000;
const QUALITY = 0.9;

export default class extends Controller<HTMLFormElement> {
	static override targets = ["file"];

	declare readonly fileTarget: HTMLInputElement;

	sent(event: CustomEvent<{ success: boolean }>): void {
		if (event.detail.success) this.fileTarget.value = "";
	}

	async shrink(): Promise<void> {
		const file = this.fileTarget.files?.[0];
		if (!file || file.size <= SMALL_ENOUGH) return;
		const smaller = await shrunk(file).catch(() => undefined);
		// Another may have been chosen meanwhile.
		if (!smaller || smaller.size >= file.size || this.fileTarget.files?.[0] !== file) return;
		const files = new DataTransfer();
		files.items.add(new File([smaller], "photo.jpg", { type: smaller.type }));
		this.fileTarget.files = files.files;
	}
}

async function shrunk(file: File): Promise<Blob | undefined> {
	const picture = await createImageBitmap(file);
	const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
	const canvas = document.createElement("canvas");
	canvas.width = Math.max(1, Math.round(picture.width * scale));
	canvas.height = Math.max(1, Math.round(picture.height * scale));
	const pen = canvas.getContext("2d");
	if (!pen) return undefined;
	pen.fillStyle = "#fff";
	pen.fillRect(0, 0, canvas.width, canvas.height);
	pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
	picture.close();
	const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
	return drawn ?? undefined;
}
