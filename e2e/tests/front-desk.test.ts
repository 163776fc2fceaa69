// The front desk in a browser that runs no scripts: an admin registers a patient, finds them, and books for them; the doctor
// sees the patient in the day's list. The tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launch, Person } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";

const NAME = "Muhammad Ilham Saputra";

let clinic: Clinic;
let browser: Browser;
let admin: Person;
let patient: string;

before(async () => {
	clinic = await Clinic.open("front-desk");
	await clinic.settle();
	browser = await launch();
	admin = await Person.with(browser, clinic.origin, { javaScript: false });
	admin.watch.allow(/status of 422/);
	await admin.login("admin@demo.test");
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a patient is registered after a slip in the NIK is confirmed", async () => {
	const { page } = admin;
	await page.goto("/admin/patients");
	await page.locator('main a[href="/admin/patients/new"]').click();
	const form = page.locator('form[action="/admin/patients/new"]');
	const fields = {
		name: NAME,
		nik: "7371091207880005",
		birth_place: "Maros",
		birth_date_day: "13",
		birth_date_year: "1988",
		address: "Jl. Veteran No. 9",
		phone: "081234567899",
	};
	for (const [name, value] of Object.entries(fields)) await form.locator(`[name=${name}]`).fill(value);
	await form.locator("[name=birth_date_month]").selectOption("Juli");
	await form.locator("[name=gender][value=male]").check();
	await form.locator("[name=payer][value=general]").check();
	await form.locator("[name=consent]").check();
	await form.locator("button.btn-primary").click();
	await page.locator("#nik_confirmed").check();
	await form.locator("button.btn-primary").click();
	await page.waitForURL((url) => /^\/admin\/patients\/[0-9a-f-]{36}$/.test(url.pathname));
	patient = new URL(page.url()).pathname;
	assert.equal(await page.locator("h1").textContent(), NAME);
});

test("the patient is found by two words of the name and by the phone", async () => {
	const { page } = admin;
	for (const text of ["saputra ILHAM", "0812-3456-7899"]) {
		await page.goto("/admin/patients");
		await page.locator("#q").fill(text);
		await page.locator("form[role=search] button").click();
		assert.deepEqual(await page.locator("#patients [data-name]").allTextContents(), [NAME], text);
	}
	await page.locator("#patients a").click();
	assert.equal(new URL(page.url()).pathname, patient);
});

test("the desk books, and the doctor sees it", async () => {
	const { page } = admin;
	await page.goto(patient);
	await page.locator(`main a[href="${patient}/book"]`).click();
	await page.locator("main li a").filter({ hasText: "Yohana Wanggai" }).click();
	await page.locator("main ul a[href*='day=']").nth(1).click();
	await page.locator('[name="starts_at"]').first().check();
	await page.locator("#complaint").fill("Demam sejak semalam");
	await page.locator("#booking button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === patient);
	assert.match((await page.locator("#expected").textContent()) ?? "", /Yohana Wanggai/);
	assert.doesNotMatch((await page.locator("main").textContent()) ?? "", /Demam/);

	const doctor = await Person.with(browser, clinic.origin, { javaScript: false });
	await doctor.login("yohana@demo.test");
	await doctor.page.goto("/notifications");
	await doctor.page.locator("main ol li a").first().click();
	await doctor.page.getByText(NAME).first().waitFor();
	await doctor.page.getByText("Demam sejak semalam").filter({ visible: true }).first().waitFor();
	await doctor.leave();
});

test("the desk calls it off", async () => {
	const { page } = admin;
	await page.goto(patient);
	await page.locator("#expected form button").click();
	await page.waitForURL((url) => url.pathname === patient);
	assert.equal(await page.locator("#expected").count(), 0);
	await admin.leave();
});
