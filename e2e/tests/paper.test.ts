// A prescription on paper, as the browser prints it: of A5 and of A4, with few medicines and with many, and one that no longer holds.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person } from "../harness/browser.ts";
import { Clinic, RESULTS } from "../harness/clinic.ts";
import { Room } from "../harness/room.ts";

let clinic: Clinic;
let browser: Browser;
let andi: Person;
/** Where a prescription for the consultation is written. */
let write: string;

before(async () => {
	clinic = await Clinic.open("paper");
	browser = await launch();
	andi = await Person.arrive(browser, clinic.origin);
	await andi.login("andi@demo.test");
	await Room.find(andi.page, "/doctor/consultations", "open");
	write = `${new URL(andi.page.url()).pathname.replace("consultations", "appointments")}/prescription/create`;
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("few medicines stand on one sheet of A5 or A4, their signature with them; many go on to the next", async () => {
	const { page } = andi;
	for (const [medicines, sheets] of [
		[1, { A5: 1, A4: 1 }],
		[2, { A5: 1, A4: 1 }],
		[12, { A5: 3, A4: 2 }],
	] as const) {
		await page.goto(await issued(page, medicines));
		for (const format of ["A5", "A4"] as const) {
			const paper = await print(page, `prescription-${medicines}`, format);
			assert.ok(paper.pages <= sheets[format], `${medicines} medicines on ${format}: ${paper.pages} pages`);
			if (medicines === 12) assert.ok(paper.pages > 1, "the control: many do not stand on one sheet");
		}
	}
});

test("a prescription that was replaced or cancelled says so across the paper, on the screen and printed", async () => {
	const { page } = andi;
	const sheet = await issued(page, 2);
	const before = await ink(page, sheet);
	await page.goto(`/doctor${sheet}/edit`);
	await page.locator('[name="notes"]').fill("Diminum sampai habis");
	await page.locator("button[data-issue]").click();
	await page.waitForURL((url) => !url.pathname.endsWith("/edit"));
	const replaced = await ink(page, sheet);
	assert.equal(await page.locator(".paper-void").innerText(), "DIGANTIKAN");
	await print(page, "prescription-replaced", "A5");
	const newer = await page.locator("main a.btn-primary").getAttribute("href");
	await page.goto(newer ?? "");
	await page.locator("summary.text-error").click();
	await page.locator('form[action$="/cancel"] button').click();
	await page.locator(".paper-void").waitFor();
	const cancelled = await ink(page, newer ?? "");
	assert.equal(await page.locator(".paper-void").innerText(), "DIBATALKAN");
	await print(page, "prescription-cancelled", "A4");
	assert.equal(before, 0, "the control: one that holds has no red on it");
	for (const red of [replaced, cancelled]) assert.ok(red > 2_000, `${red} red points`);
	await andi.leave();
});

/** Issues a prescription of so many medicines; the path of its sheet. */
async function issued(page: Page, medicines: number): Promise<string> {
	await page.goto(write);
	const another = page.locator("#prescription summary");
	if (await another.count()) await another.first().click();
	for (let row = 1; row < medicines; row += 1) await page.locator('[data-items-target="add"]').click();
	await page.locator('[name="diagnosis"]').fill("Faringitis akut");
	for (let row = 0; row < medicines; row += 1) {
		const field = (name: string) => page.locator(`[name="items[${row}][${name}]"]`);
		await field("product_id").selectOption({ index: row + 1 });
		await field("dosage").fill("3x sehari 1 tablet 500 mg");
		await field("quantity").fill("15");
		await field("duration_days").fill("5");
		await field("instructions").fill("sesudah makan, habiskan walaupun sudah merasa sembuh; hentikan bila timbul gatal atau sesak");
	}
	await page.locator("button[data-issue]").click();
	await page.waitForURL(/\/doctor\/consultations\//);
	await page.goto("/doctor/prescriptions");
	const href = await page.locator('main a[href^="/prescriptions/"]').first().getAttribute("href");
	if (!href) throw new Error("nothing was issued");
	return href;
}

/** Prints the page, leaves the paper in e2e/results, and counts its sheets. */
async function print(page: Page, name: string, format: "A4" | "A5"): Promise<{ pages: number }> {
	const pdf = await page.pdf({ format, preferCSSPageSize: false, printBackground: false });
	writeFileSync(new URL(`${name}-${format}.pdf`, RESULTS), pdf);
	return { pages: pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0 };
}

/** Points of red on the printed sheet. */
async function ink(page: Page, sheet: string): Promise<number> {
	await page.goto(sheet);
	await page.emulateMedia({ media: "print" });
	const picture = await page.screenshot();
	await page.emulateMedia({ media: null });
	return page.evaluate(async (encoded) => {
		const image = await createImageBitmap(new Blob([Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))]));
		const canvas = new OffscreenCanvas(image.width, image.height);
		const context = canvas.getContext("2d");
		if (!context) throw new Error("no canvas");
		context.drawImage(image, 0, 0);
		const { data } = context.getImageData(0, 0, image.width, image.height);
		let red = 0;
		for (let at = 0; at < data.length; at += 4) {
			const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
			if (r > 150 && r - g > 60 && r - b > 60) red += 1;
		}
		return red;
	}, picture.toString("base64"));
}
