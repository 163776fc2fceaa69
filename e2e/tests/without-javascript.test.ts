// The same consultation for two people whose browsers run no scripts: everything but calls works by links and plain forms.
// The tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { Room } from "../harness/room.ts";

const PATIENT = { name: "Andi Tenri Padang", email: "tenri@contoh.test", password: "perahu berlayar ke utara" };

let clinic: Clinic;
let browser: Browser;
let patient: Person;
let doctor: Person;
let consultation: string;

before(async () => {
	clinic = await Clinic.open("without-javascript");
	await clinic.settle();
	browser = await launch();
	patient = await Person.with(browser, clinic.origin, { viewport: PHONE, javaScript: false });
	doctor = await Person.with(browser, clinic.origin, { javaScript: false });
	// A form that asks for one more row comes back as a form that is not done.
	doctor.watch.allow(/status of 422/);
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a patient signs up, logs in and books", async () => {
	const { page } = patient;
	await page.goto("/register");
	const form = page.locator('form[action="/register"]');
	const fields = {
		name: PATIENT.name,
		nik: "7371094507880004",
		birth_place: "Pangkep",
		birth_date_day: "05",
		birth_date_year: "1988",
		address: "Jl. Veteran No. 5, Makassar",
		phone: "081234567891",
		email: PATIENT.email,
		password: PATIENT.password,
	};
	for (const [name, value] of Object.entries(fields)) await form.locator(`[name=${name}]`).fill(value);
	await form.locator("[name=birth_date_month]").selectOption("Juli");
	await form.locator("[name=gender][value=female]").check();
	await form.locator("[name=payer][value=general]").check();
	await form.locator("[name=consent]").check();
	await form.locator("button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === "/login");
	await patient.login(PATIENT.email, PATIENT.password);

	await page.goto("/doctors");
	await page.locator("#doctors li").filter({ hasText: "Made Wirawan" }).locator('a[href^="/doctors/"]').click();
	await page.locator('[name="starts_at"]').first().check();
	await page.locator("#complaint").fill("Nyeri lutut saat naik tangga");
	await page.locator("#booking button.btn-primary").click();
	await page.waitForURL(/\/consultations\/[^/]+$/);
	consultation = new URL(page.url()).pathname;
});

test("the waiting page says to reload it, and after the opening that leads into the room", async () => {
	const { page } = patient;
	const room = new Room(page);
	await room.becomes("waiting");
	const reload = page.locator(`#room-waiting a[href="${consultation}"]`);
	await reload.waitFor({ state: "visible" });
	await clinic.advanceTo(await room.instant("opens-at"), { seconds: 1 });
	await reload.click();
	await room.becomes("open");
});

test("both write by the plain form", async () => {
	await doctor.login("made@demo.test");
	await doctor.page.goto("/doctor/consultations");
	await doctor.page.locator(`main a[href="/doctor${consultation}"]`).click();
	const patientRoom = new Room(patient.page);
	const doctorRoom = new Room(doctor.page);
	await patientRoom.send("Lutut kiri saya bengkak, dok");
	await doctor.page.reload();
	await doctorRoom.reads("Lutut kiri saya bengkak");
	await doctorRoom.send("Sejak kapan?");
	await patient.page.goto(consultation);
	await patientRoom.reads("Sejak kapan?");
	assert.equal((await patientRoom.messages()).length, 2);
});

test("the doctor prescribes two medicines, adding the second row by a button of the form", async () => {
	const { page } = doctor;
	const form = page.locator('form[action$="/prescription"]');
	const field = (row: number, name: string) => form.locator(`[name="items[${row}][${name}]"]`);
	await form.locator("[name=diagnosis]").fill("Osteoartritis lutut");
	const write = async (row: number, medicine: string) => {
		const option = field(row, "product_id").locator("option:enabled").filter({ hasText: medicine }).first();
		await field(row, "product_id").selectOption((await option.getAttribute("value")) ?? "");
		await field(row, "dosage").fill("2x sehari");
		await field(row, "quantity").fill("10");
		await field(row, "duration_days").fill("5");
		await field(row, "instructions").fill("sesudah makan");
	};
	await write(0, "Paracetamol");
	await form.locator('button[formaction$="/rows"]').click();
	await field(1, "product_id").waitFor();
	assert.equal(await form.locator("[name=diagnosis]").inputValue(), "Osteoartritis lutut");
	assert.equal(await field(0, "dosage").inputValue(), "2x sehari");
	await write(1, "Antasida");
	await form.locator("button[data-issue]").click();
	await page.locator('a[href^="/prescriptions/"]').first().waitFor();
});

test("the patient reads the prescription", async () => {
	const { page } = patient;
	await page.goto("/prescriptions");
	await page.locator('main a[href^="/prescriptions/"]').first().click();
	await page.waitForURL(/\/prescriptions\/[^/]+$/);
	const sheet = await page.locator("main").innerText();
	for (const words of ["Osteoartritis lutut", PATIENT.name, "Paracetamol", "Antasida"]) assert.ok(sheet.includes(words), words);
	await patient.leave();
	await doctor.leave();
});
