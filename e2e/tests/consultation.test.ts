// One consultation as its two people live it: siti and dr. andi in an open room, then budi and dr. ratna waiting for theirs.
// The tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { audioEnergy, axe, eventually, framesDecoded, grows, screenshot } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

let clinic: Clinic;
let browser: Browser;
let siti: Person;
let andi: Person;
let patientRoom: Room;
let doctorRoom: Room;

before(async () => {
	clinic = await Clinic.open("consultation");
	browser = await launch();
	siti = await Person.arrive(browser, clinic.origin, PHONE);
	andi = await Person.arrive(browser, clinic.origin);
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("both find the consultation open, and see it end at the same moment", async () => {
	await siti.login("siti@demo.test");
	await andi.login("andi@demo.test");
	patientRoom = await Room.find(siti.page, "/consultations", "open");
	doctorRoom = await Room.find(andi.page, "/doctor/consultations", "open");
	assert.equal(await patientRoom.instant("closes-at"), await doctorRoom.instant("closes-at"));
	assert.equal(new URL(siti.page.url()).pathname.split("/").pop(), new URL(andi.page.url()).pathname.split("/").pop());
	await look("room-patient", siti.page);
	await look("room-doctor", andi.page);
});

test("messages stand in one order on both sides, and after a reload", async () => {
	await patientRoom.send("Dok, tenggorokan saya sakit sejak kemarin");
	await doctorRoom.reads("tenggorokan saya sakit");
	await doctorRoom.send("Apakah disertai demam?");
	await patientRoom.reads("disertai demam");
	await Promise.all([patientRoom.send("Ya, 38 derajat"), doctorRoom.send("Sudah minum obat apa?")]);
	await Promise.all([patientRoom.reads("minum obat apa"), doctorRoom.reads("38 derajat")]);

	const seen = (await patientRoom.messages()).map((message) => message.seq);
	assert.deepEqual(
		seen,
		seen.toSorted((one, other) => one - other),
	);
	assert.equal(new Set(seen).size, seen.length);
	assert.deepEqual(
		(await doctorRoom.messages()).map((message) => message.seq),
		seen,
	);
	await siti.page.reload();
	assert.deepEqual(
		(await patientRoom.messages()).map((message) => message.seq),
		seen,
	);
});

test("what is being typed survives the other's message", async () => {
	await doctorRoom.composer.fill("Kalau begitu saya sarankan");
	await patientRoom.send("Baru paracetamol");
	await doctorRoom.reads("Baru paracetamol");
	assert.equal(await doctorRoom.composer.inputValue(), "Kalau begitu saya sarankan");
	await doctorRoom.composer.fill("");
});

test("a video call carries picture and sound both ways, and survives a reload", async () => {
	await doctorRoom.call("video");
	await doctorRoom.callIs("calling");
	await patientRoom.answer();
	await Promise.all([patientRoom.callIs("ongoing"), doctorRoom.callIs("ongoing")]);
	await bothSeeAndHear();
	await screenshot(siti.page, "call-patient");
	await screenshot(andi.page, "call-doctor");

	await siti.page.reload();
	await patientRoom.callIs("ongoing");
	await bothSeeAndHear();
});

test("after the call the doctor is back at the consultation, with the prescription form", async () => {
	await doctorRoom.hangUp();
	const form = andi.page.locator('form[action$="/prescription"]');
	await form.waitFor();
	assert.match(new URL(andi.page.url()).pathname, /^\/doctor\/consultations\//);
	await doctorRoom.becomes("open");
	await patientRoom.becomes("open");
});

test("the doctor issues a prescription, and the patient finds it on top of the list", async () => {
	const form = andi.page.locator('form[action$="/prescription"]');
	await form.locator('[name="diagnosis"]').fill("Faringitis akut");
	await form.locator('[name="notes"]').fill("Banyak minum air hangat");
	const product = form.locator('select[name="items[0][product_id]"]');
	await product.selectOption({ index: 1 });
	await form.locator('[name="items[0][dosage]"]').fill("3x sehari");
	await form.locator('[name="items[0][quantity]"]').fill("15");
	await form.locator('[name="items[0][duration_days]"]').fill("5");
	await form.locator('[name="items[0][instructions]"]').fill("sesudah makan");
	await look("prescription-form", andi.page);
	await form.locator('button[value="issue"]').click();

	const page = await another(siti);
	await eventually(async () => {
		await page.goto("/prescriptions");
		await page.locator('main a[href^="/prescriptions/"]').first().click();
		await page.waitForURL(/\/prescriptions\/[^/]+$/);
		return (await page.locator("main").innerText()).includes("Faringitis akut");
	}, "the new prescription first in the patient's list");
	assert.match(await page.locator("main").innerText(), /3x sehari/);
	await look("prescription", page);
	await page.close();
});

test("the room closes for both at its time, and its messages are gone", async () => {
	const doors = [
		[siti, await patientRoom.door()],
		[andi, await doctorRoom.door()],
	] as const;
	await clinic.advanceTo(await patientRoom.instant("closes-at"), { seconds: 1 });
	await Promise.all([patientRoom.becomes("closed"), doctorRoom.becomes("closed")]);
	for (const person of [siti, andi]) {
		assert.equal(await person.page.locator("[role=log] li[data-seq]").count(), 0);
		assert.ok(!(await person.page.content()).includes("tenggorokan saya sakit"));
	}
	for (const [person, door] of doors) {
		// Asked beside the page: its console would note the refusal as a fault.
		assert.equal((await person.page.request.get(door, { maxRedirects: 0 })).status(), 410);
	}
	await look("closed-patient", siti.page);
	await look("closed-doctor", andi.page);
	await siti.leave();
	await andi.leave();
});

test("whoever comes early waits with a countdown, and the room opens for both without a reload", async () => {
	const budi = await Person.arrive(browser, clinic.origin, PHONE);
	const ratna = await Person.arrive(browser, clinic.origin);
	await budi.login("budi@demo.test");
	await ratna.login("ratna@demo.test");
	const patient = await Room.find(budi.page, "/consultations", "waiting");
	const doctor = await Room.find(ratna.page, "/doctor/consultations", "waiting");
	assert.equal(await patient.instant("opens-at"), await doctor.instant("opens-at"));
	assert.equal(await patient.composer.count(), 0);
	await look("waiting-patient", budi.page);
	await look("waiting-doctor", ratna.page);

	await clinic.advanceTo(await patient.instant("opens-at"), { seconds: 1 });
	await Promise.all([patient.becomes("open"), doctor.becomes("open")]);
	await patient.send("Selamat siang, dok");
	await doctor.reads("Selamat siang, dok");
	await budi.leave();
	await ratna.leave();
});

async function bothSeeAndHear(): Promise<void> {
	await Promise.all([siti, andi].flatMap(({ page }) => [grows(() => framesDecoded(page), 20), grows(() => audioEnergy(page), 0.000_1)]));
}

async function look(name: string, page: Page): Promise<void> {
	await axe(page);
	await screenshot(page, name);
}

function another(person: Person): Promise<Page> {
	return person.page.context().newPage();
}
