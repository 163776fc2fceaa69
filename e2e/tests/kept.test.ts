// A clinic that chooses to keep the messages of consultations: two people write to each other, the room closes on both pages while they
// stand open, and what was said stays there to be read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { axe, screenshot } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

const SAID = ["Batuk saya berdahak sejak Senin", "Minum air hangat dan istirahat"] as const;

let clinic: Clinic;
let browser: Browser;

before(async () => {
	clinic = await Clinic.open("kept");
	await clinic.settle();
	browser = await launch();
	const admin = await Person.arrive(browser, clinic.origin);
	await admin.login("admin@demo.test");
	await admin.page.goto("/admin/settings");
	await admin.page.locator('[name="message_retention"][value="kept"]').check();
	await admin.page.locator('form[action="/admin/settings"] button.btn-primary').click();
	await admin.page.locator('p[role="status"]').filter({ visible: true }).first().waitFor();
	await admin.leave();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a room whose messages are kept closes on open pages, and they stay to be read", async () => {
	const wayan = await Person.arrive(browser, clinic.origin, PHONE);
	const made = await Person.arrive(browser, clinic.origin);
	await wayan.login("wayan@demo.test");
	await made.login("made@demo.test");
	await wayan.page.goto("/doctors");
	await wayan.page.locator("#doctors li").filter({ hasText: "Made" }).locator('a[href^="/doctors/"]').click();
	await wayan.page.locator('[name="starts_at"]').first().check();
	await wayan.page.locator("#booking button.btn-primary").click();
	await wayan.page.waitForURL(/\/consultations\/[^/]+$/);
	const patient = new Room(wayan.page);
	const doctor = await Room.find(made.page, "/doctor/consultations", "waiting");
	await clinic.advanceTo(await patient.instant("opens-at"), { seconds: 1 });
	await Promise.all([patient.becomes("open"), doctor.becomes("open")]);
	await patient.send(SAID[0]);
	await doctor.reads(SAID[0]);
	await doctor.send(SAID[1]);
	await patient.reads(SAID[1]);

	await clinic.advanceTo(await patient.instant("closes-at"), { seconds: 1 });
	await Promise.all([patient.becomes("closed"), doctor.becomes("closed")]);
	for (const [person, room, name] of [
		[wayan, patient, "kept-patient"],
		[made, doctor, "kept-doctor"],
	] as const) {
		const kept = person.page.locator("#kept-messages > li");
		for (const words of SAID) await kept.filter({ hasText: words }).waitFor();
		assert.equal(await room.composer.count(), 0, "nothing more is written");
		await axe(person.page);
		await screenshot(person.page, name);
		await person.page.reload();
		for (const words of SAID) await kept.filter({ hasText: words }).waitFor();
		assert.equal(await kept.count(), SAID.length);
		await person.leave();
	}
});
