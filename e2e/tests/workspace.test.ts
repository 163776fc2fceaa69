// The doctor's workspace during a call: each of its forms changes its own part, what is typed keeps itself, and the layout holds. What goes
// on beside the forms is watched all the while: the call's pictures, the chat, and the fields of the other forms.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { axe, eventually, framesDecoded, grows, screenshot } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

const TYPED = "Baik, Bu. Saya tulis res";

let clinic: Clinic;
let browser: Browser;
let siti: Person;
let andi: Person;
let patientRoom: Room;
let doctorRoom: Room;
/** Connections that the doctor's page has made: another one would be another call, or the same one begun again. */
let peers: number;

before(async () => {
	clinic = await Clinic.open("workspace");
	browser = await launch();
	siti = await Person.arrive(browser, clinic.origin, PHONE);
	andi = await Person.arrive(browser, clinic.origin);
	await siti.login("siti@demo.test");
	await andi.login("andi@demo.test");
	patientRoom = await Room.find(siti.page, "/consultations", "open");
	doctorRoom = await Room.find(andi.page, "/doctor/consultations", "open");
	await doctorRoom.call("video");
	await patientRoom.answer();
	await Promise.all([patientRoom.callIs("ongoing"), doctorRoom.callIs("ongoing")]);
	await Promise.all([siti, andi].map(({ page }) => grows(() => framesDecoded(page), 10)));
	await doctorRoom.composer.pressSequentially(TYPED);
	peers = await connections();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a mistake in the prescription is told in its own column: the call and the chat go on", async () => {
	const { page } = andi;
	andi.watch.allow(/status of 422/);
	await field("diagnosis").click();
	await page.keyboard.type("Faringitis akut");
	await field("items[0][dosage]").click();
	await page.keyboard.type("3x sehari");
	await field("items[0][quantity]").click();
	await page.keyboard.type("lima");
	await page.locator("#prescription button[data-issue]").click();
	await page.locator('#prescription [role="alert"]').filter({ visible: true }).first().waitFor();
	assert.equal(await field("items[0][quantity]").getAttribute("aria-invalid"), "true");
	assert.equal(await field("items[0][quantity]").inputValue(), "lima");
	assert.equal(await field("diagnosis").inputValue(), "Faringitis akut");
	await goesOn();
	// Once more, since a second refusal answers the frame's own answer.
	await page.locator("#prescription button[data-issue]").click();
	await page.locator('#prescription [role="alert"]').filter({ visible: true }).first().waitFor();
	await goesOn();
});

test("what is typed is kept as a draft by itself, right or wrong, and shows when", async () => {
	const { page } = andi;
	const kept = page.locator('#prescription [data-autosave-target="kept"]');
	await kept.filter({ hasText: /^Draf \d\d\.\d\d$/ }).waitFor();
	await field("notes").click();
	await page.keyboard.type("Banyak minum");
	await saved(() => page.keyboard.type(" air hangat"));
	// By its button too, and by the Enter key, which issues nothing.
	await saved(() => page.locator("#prescription button").filter({ hasText: "Simpan draf", visible: true }).click());
	await field("items[0][dosage]").focus();
	await saved(() => page.keyboard.press("Enter"));
	await goesOn();
	const other = await andi.context.newPage();
	await other.goto(`${new URL(page.url()).pathname.replace("consultations", "appointments")}/prescription/create`);
	assert.equal(await other.locator('[name="notes"]').inputValue(), "Banyak minum air hangat");
	assert.equal(await other.locator('[name="items[0][quantity]"]').inputValue(), "lima");
	await other.close();
	await siti.page.request.get("/prescriptions").then(async (list) => assert.ok(!(await list.text()).includes("Faringitis akut")));
});

test("the identity is confirmed without touching what is typed or the call", async () => {
	const { page } = andi;
	await field("diagnosis").click();
	await page.keyboard.press("End");
	await saved(() => page.keyboard.type(", viral"));
	await page.locator('form[action$="/identity"] button').click();
	await page.locator("#identity").getByText("Identitas dipastikan").waitFor();
	assert.equal(await field("diagnosis").inputValue(), "Faringitis akut, viral");
	await goesOn();
});

test("a draft that another tab keeps meanwhile is not overwritten until the doctor says so", async () => {
	const { page } = andi;
	andi.watch.allow(/status of 409/);
	const other = await andi.context.newPage();
	await other.goto(`${new URL(page.url()).pathname.replace("consultations", "appointments")}/prescription/create`);
	await other.locator('[name="notes"]').fill("Dari tab lain");
	await eventually(async () => (await draftOf(other)) === "Dari tab lain", "the other tab's draft");
	await field("notes").fill("Dari ruang kerja");
	const conflict = page.locator('#prescription [data-autosave-target="conflict"]');
	await conflict.filter({ hasText: "tab lain" }).waitFor();
	assert.equal(await field("notes").inputValue(), "Dari ruang kerja");
	assert.equal(await draftOf(other), "Dari tab lain");
	await axe(page);
	await saved(() => conflict.locator("button").click());
	await conflict.waitFor({ state: "detached" });
	assert.equal(await draftOf(other), "Dari ruang kerja");
	await other.close();
	await goesOn();
});

test("during the call complaint and health data fold, the chat has room, and nothing outgrows the window", async () => {
	const { page } = andi;
	for (const size of [
		{ width: 1280, height: 800 },
		{ width: 1024, height: 768 },
		{ width: 1440, height: 640 },
	]) {
		await page.setViewportSize(size);
		await holds(size.height >= 768 ? 150 : 60);
	}
	await page.setViewportSize({ width: 1280, height: 800 });
	assert.equal(await page.locator("details[data-workspace-target=fold]").getAttribute("open"), null);
	await page.locator(".workspace-fold").click();
	await page.locator("#health dl").waitFor();
	await holds(60);
	await page.locator(".workspace-fold").click();
	await screenshot(page, "workspace-call");
});

test("the picture fills the window by mouse and by keyboard, and Escape brings it back", async () => {
	const { page } = andi;
	const stage = page.locator("#call-stage");
	const height = async () => (await stage.boundingBox())?.height ?? 0;
	const small = await height();
	const button = stage.locator('[data-action="workspace#enlarge"]');
	await button.click();
	await eventually(async () => (await height()) === 800, "the picture is as high as the window");
	await page.screenshot({ path: new URL("../results/workspace-enlarged.png", import.meta.url).pathname });
	await page.keyboard.press("Escape");
	await eventually(async () => (await height()) === small, "as before");
	assert.ok(await button.evaluate((own) => own === document.activeElement), "the focus is back on the button");
	await page.keyboard.press("Enter");
	await eventually(async () => (await height()) === 800, "by the keyboard");
	assert.equal(await button.getAttribute("aria-pressed"), "true");
	await page.keyboard.press("Escape");
	await goesOn();
});

test("the prescription is issued during the call, and a new one waits behind a button", async () => {
	const { page } = andi;
	await field("items[0][product_id]").selectOption({ index: 1 });
	for (const [name, value] of [
		["items[0][quantity]", "15"],
		["items[0][duration_days]", "5"],
		["items[0][instructions]", "sesudah makan"],
	] as const)
		await field(name).fill(value);
	await page.locator("#prescription button[data-issue]").click();
	await page.locator("#prescription .frame-notice").waitFor();
	await goesOn();
	await holds(150);
	assert.equal(await page.locator("#prescription form").filter({ visible: true }).count(), 0);
	await screenshot(page, "workspace-issued");
	await axe(page);
	// A change of it stands in the same column, and the way back too.
	await page.locator('#prescription a[href$="/edit"]').click();
	await page.locator('#prescription form[action^="/doctor/prescriptions/"]').waitFor();
	assert.equal(await field("notes").inputValue(), "Dari ruang kerja");
	await goesOn();
	await page.locator("#prescription form a").filter({ hasText: "Batal" }).click();
	await page.locator("#prescription summary").click();
	await field("diagnosis").waitFor();
	await goesOn();
});

test("a draft is there after a reload, after the call, and after the room has closed", async () => {
	const { page } = andi;
	await saved(() => field("diagnosis").pressSequentially("Kontrol"));
	await page.reload();
	assert.equal(await field("diagnosis").inputValue(), "Kontrol");
	// A tab that goes away in mid-word takes nothing along.
	await field("diagnosis").fill("Kontrol seminggu lagi");
	await page.goto("/dashboard");
	await page.goBack();
	await eventually(async () => {
		await page.reload();
		return (await field("diagnosis").inputValue()) === "Kontrol seminggu lagi";
	}, "what was typed last");
	await patientRoom.hangUp();
	await siti.page.locator("#call-stage").waitFor({ state: "hidden" });
	await field("diagnosis").press("End");
	await field("diagnosis").pressSequentially(", dan bila demam");
	await clinic.advanceTo(await doctorRoom.instant("closes-at"), { seconds: 1 });
	await doctorRoom.becomes("closed");
	assert.equal(await field("diagnosis").inputValue(), "Kontrol seminggu lagi, dan bila demam");
	await saved(() => field("diagnosis").pressSequentially("."));
	await page.reload();
	assert.equal(await field("diagnosis").inputValue(), "Kontrol seminggu lagi, dan bila demam.");
	await siti.leave();
	await andi.leave();
});

function field(name: string) {
	return andi.page.locator(`#prescription form:not([hidden]) [name="${name}"]`);
}

/** Acts, and waits until the draft was kept after it. */
async function saved(act: () => Promise<void>): Promise<void> {
	const answered = andi.page.waitForResponse((answer) => answer.url().endsWith("/draft") && answer.status() === 200);
	await act();
	await answered;
}

/** What is kept, as a page that is opened now shows it. */
async function draftOf(page: Page): Promise<string> {
	const answer = await page.request.get(page.url());
	return /name="notes"[^>]*>([^<]*)</.exec(await answer.text())?.[1]?.trim() ?? "";
}

function connections(): Promise<number> {
	return andi.page.evaluate(() => window.__peers.length);
}

/** The same call over the same connection, both ways, on the same page; and the half-written message. */
async function goesOn(): Promise<void> {
	await Promise.all([siti, andi].map(({ page }) => grows(() => framesDecoded(page), 10)));
	assert.equal(await connections(), peers, "the call is still the one that was begun");
	assert.equal(await doctorRoom.composer.inputValue(), TYPED);
	assert.match(new URL(andi.page.url()).pathname, /^\/doctor\/consultations\//);
}

/** The page is as high as the window, wherever somebody has looked, and the chat keeps some of it. */
async function holds(least: number): Promise<void> {
	const { page } = andi;
	const seen = await page.evaluate(() => {
		const chat = document.querySelector("#chat-scroller")?.getBoundingClientRect();
		const shown = document.querySelector(".composer")?.getBoundingClientRect();
		window.scrollTo(0, 10_000);
		return { scrolled: window.scrollY, chat: chat?.height ?? 0, composer: shown?.bottom ?? 0, window: window.innerHeight };
	});
	assert.equal(seen.scrolled, 0, "the page moves under the window");
	assert.ok(seen.chat >= least, `the chat is ${seen.chat} px high in a window of ${seen.window}`);
	assert.ok(seen.composer <= seen.window, `the message field ends at ${seen.composer} of ${seen.window}`);
}
