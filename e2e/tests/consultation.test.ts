// One consultation as its two people live it: siti and dr. andi in an open room, then budi and dr. ratna waiting for theirs.
// The tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { audioEnergy, axe, eventually, framesDecoded, grows, screenshot, stands } from "../harness/measure.ts";
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

test("a voice call carries sound both ways and no picture", async () => {
	await patientRoom.call("voice");
	await doctorRoom.answer();
	await Promise.all([patientRoom.callIs("ongoing"), doctorRoom.callIs("ongoing")]);
	await Promise.all([siti, andi].map(({ page }) => grows(() => audioEnergy(page), 0.000_1)));
	for (const { page } of [siti, andi]) {
		await stands(() => framesDecoded(page), 0);
		const sent = await page.evaluate(() => {
			const running = window.__peers.filter((peer) => peer.connectionState !== "closed");
			return running.flatMap((peer) => peer.getSenders().map((sender) => sender.track?.kind ?? "nothing"));
		});
		assert.ok(sent.includes("audio") && !sent.includes("video"), sent.join(", "));
		assert.equal(await page.locator("video[data-local]").filter({ visible: true }).count(), 0, "one's own picture");
	}
	await patientRoom.hangUp();
	await Promise.all([siti, andi].map(({ page }) => page.locator("#call-stage").waitFor({ state: "hidden" })));
	await Promise.all([patientRoom.becomes("open"), doctorRoom.becomes("open")]);
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
	await form.locator("button[data-issue]").click();

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

test("a message of 10,001 letters is refused with what was typed kept; one of 10,000 goes", async () => {
	siti.watch.allow(/status of 422/);
	const letters = "b".repeat(10_001);
	const before = (await patientRoom.messages()).length;
	await patientRoom.composer.fill(letters);
	await patientRoom.composer.press("Enter");
	await siti.page
		.locator("#message-error")
		.filter({ hasText: /10.?000/ })
		.waitFor();
	assert.equal(await patientRoom.composer.inputValue(), letters);
	assert.equal(await patientRoom.composer.getAttribute("aria-invalid"), "true");
	assert.equal((await patientRoom.messages()).length, before);
	assert.equal((await doctorRoom.messages()).length, before);
	await patientRoom.composer.press("End");
	await patientRoom.composer.press("Backspace");
	await patientRoom.composer.press("Enter");
	await doctorRoom.reads(letters.slice(1));
	assert.equal(await patientRoom.composer.inputValue(), "");
});

test("five minutes and one minute before the end both are warned: seen, and said once", async () => {
	const closes = Date.parse(await patientRoom.instant("closes-at"));
	for (const [minutes, mark] of [
		[5, "five"],
		[1, "one"],
	] as const) {
		await clinic.advanceTo(new Date(closes - minutes * 60_000 - 6_000).toISOString());
		for (const { page } of [siti, andi]) {
			// Read anew, so that the page knows that the clock was moved; what was said before is not said again.
			await page.reload();
			await page.evaluate(hear);
			assert.equal(await page.locator(`[data-clock="${mark}"]`).count(), 0, "not yet");
		}
		for (const { page } of [siti, andi]) {
			await page.locator(`[data-clock="${mark}"]`).filter({ visible: true }).first().waitFor();
			const text = await page.locator("[data-room]").first().getAttribute(`data-room-${mark}-text`);
			await eventually(async () => (await heard(page)).length > 0, `${minutes} minutes said`);
			// Seconds pass, and the room's frame comes anew: it is not said twice.
			await page.evaluate(() => document.querySelector<HTMLElement & { reload(): Promise<void> }>("turbo-frame#room")?.reload());
			await page.waitForTimeout(2_500);
			assert.deepEqual(await heard(page), [text]);
			await page.locator(`[data-clock="${mark}"]`).filter({ visible: true }).first().waitFor();
		}
	}
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

/** Runs in the page: keeps all that is said to those who do not see the clock. */
function hear(): void {
	const said: string[] = [];
	Object.defineProperty(window, "__said", { value: said });
	let last = "";
	new MutationObserver(() => {
		const text = document.querySelector('[data-room-target="announcement"]')?.textContent ?? "";
		if (text && text !== last) said.push(text);
		last = text;
	}).observe(document.body, { childList: true, subtree: true, characterData: true });
}

function heard(page: Page): Promise<string[]> {
	return page.evaluate(() => (window as unknown as { __said: string[] }).__said);
}

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
