// What counts as read (M2), and that nothing is missing between what is (M1): a gap while the socket is down, a hidden tab, a page
// that nobody uses; and Enter that ends a word of an input method, letters that run from right to left, and pages that do not all ask
// at once for a server that comes back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { eventually } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";
import { CuttableSocket } from "../harness/socket.ts";

let clinic: Clinic;
let browser: Browser;
let siti: Person;
let andi: Person;
let sitis: Room;
let andis: Room;
let socket: CuttableSocket;
let others = 0;

before(async () => {
	clinic = await Clinic.open("reading");
	browser = await launch();
	siti = await Person.arrive(browser, clinic.origin, PHONE);
	andi = await Person.arrive(browser, clinic.origin);
	siti.watch.allow(/WebSocket connection/);
	await siti.page.addInitScript(letHide);
	socket = await CuttableSocket.of(siti.page);
	await siti.login("siti@demo.test");
	await andi.login("andi@demo.test");
	sitis = await Room.find(siti.page, "/consultations", "open");
	andis = await Room.find(andi.page, "/doctor/consultations", "open");
	// What waits in her other conversations.
	others = await unread(siti);
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a message that came while the socket was down is shown, though one's own that came later was numbered by its answer", async () => {
	// The conversation's own page: no frame is loaded anew there after a reconnect, and only the socket brings what was missed.
	await siti.page.goto(await sitis.door());
	await andis.send("Satu");
	await sitis.reads("Satu");
	await socket.cut();
	await eventually(async () => (await siti.page.evaluate(() => document.documentElement.dataset["connection"])) === "lost", "the cut line");
	await andis.send("Dua, selagi sambungan putus");
	await sitis.send("Tiga, sudah bernomor");
	assert.equal(await sitis.log.locator('li[data-seq="2"]').count(), 0, "the control: it is missing");
	assert.equal(await unread(siti), 1, "and so it has not been read");
	socket.mend();
	await sitis.reads("Dua, selagi sambungan putus");
	assert.deepEqual(await numbers(), [1, 2, 3]);
	await eventually(async () => (await unread(siti)) === 0, "what is shown has been read");
});

test("a message that is drawn in a hidden tab is read when somebody looks at it", async () => {
	await look(siti.page, false);
	await andis.send("Empat, di tab yang tersembunyi");
	await sitis.reads("Empat, di tab yang tersembunyi");
	await siti.page.mouse.move(100, 300);
	assert.equal(await unread(siti), 1);
	// Drawn anew while it is hidden, it has not been read either.
	await siti.page.reload();
	await sitis.reads("Empat, di tab yang tersembunyi");
	await look(siti.page, false);
	assert.equal(await unread(siti), 1);
	await look(siti.page, true);
	await siti.page.mouse.move(120, 320);
	await eventually(async () => (await unread(siti)) === 0, "read once it is looked at");
});

test("a message that is drawn on a page that nobody has used for a minute is read at the next use", async () => {
	await siti.page.clock.install();
	await siti.page.reload();
	await siti.page.mouse.move(90, 310);
	await siti.page.clock.fastForward(61_000);
	await siti.page.clock.resume();
	await andis.send("Lima, di meja tanpa orang");
	await sitis.reads("Lima, di meja tanpa orang");
	assert.equal(await unread(siti), 1);
	await sitis.composer.press("Shift");
	await eventually(async () => (await unread(siti)) === 0, "read at a press of a key");
});

test("Enter that ends a word of an input method sends nothing, and the next one does", async () => {
	const { page } = andi;
	const input = await page.context().newCDPSession(page);
	await andis.composer.focus();
	await input.send("Input.imeSetComposition", { text: "ありが", selectionStart: 3, selectionEnd: 3 });
	await input.send("Input.insertText", { text: "ありがとう" });
	// Safari ends the composition before it tells of the key: the key has 229 alone to be known by.
	await input.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
	await input.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
	assert.equal(await andis.composer.inputValue(), "ありがとう");
	assert.equal(await andis.log.locator("li").filter({ hasText: "ありがとう" }).count(), 0);
	await andis.composer.press("Enter");
	await andis.reads("ありがとう");
	assert.equal(await andis.composer.inputValue(), "");
});

test("letters from right to left and stacked marks stay in their own bubble", async () => {
	const stacked = `a${"\u0301".repeat(400)}`;
	await andis.send("مرحبا، كيف حالك؟ (2 x sehari)");
	await andis.send(stacked);
	const arabic = andis.log.locator("[data-message-text]").filter({ hasText: "مرحبا" });
	assert.equal(await arabic.evaluate((text) => getComputedStyle(text).direction), "rtl");
	const after = andis.log.locator("li").filter({ hasText: "ありがとう" }).locator("[data-message-text]");
	assert.equal(await after.evaluate((text) => getComputedStyle(text).direction), "ltr");
	const bubble = andis.log.locator("li[data-seq]").last();
	assert.equal(await bubble.evaluate((item) => getComputedStyle(item).overflow), "clip");
});

test("pages that have lost the server ask whether they are signed in each at a moment of its own", async () => {
	const asked = async (chance: number): Promise<number> => {
		const person = await Person.arrive(browser, clinic.origin);
		person.watch.allow(/WebSocket connection/);
		await person.login("wayan@demo.test");
		const page = await person.context.newPage();
		await page.addInitScript((drawn) => {
			Math.random = () => drawn;
		}, chance);
		let [failures, thirdAt] = [0, 0];
		await page.routeWebSocket(/\/live$/, (route) => {
			failures += 1;
			if (failures === 3) thirdAt = performance.now();
			void route.close();
		});
		const question = page.waitForRequest(/unread-count/);
		await page.goto("/consultations");
		await question;
		const after = performance.now() - thirdAt;
		await person.leave();
		return after;
	};
	const [early, late] = [await asked(0), await asked(0.3)];
	assert.ok(early < 1_500, `${early} ms`);
	assert.ok(late > 2_900, `${late} ms`);
	await Promise.all([siti.leave(), andi.leave()]);
});

async function unread(person: Person): Promise<number> {
	const answer = await person.page.request.get("/api/messages/unread-count");
	return ((await answer.json()) as { unread_count: number }).unread_count - others;
}

async function numbers(): Promise<number[]> {
	return (await sitis.messages()).map(({ seq }) => seq);
}

/** Runs in the page before its own scripts: a test says whether it can be seen. */
function letHide(): void {
	let hidden = sessionStorage.getItem("__hidden") === "yes";
	Object.defineProperty(document, "visibilityState", {
		get() {
			return hidden ? "hidden" : "visible";
		},
	});
	window.addEventListener("__look", () => {
		hidden = sessionStorage.getItem("__hidden") === "yes";
		document.dispatchEvent(new Event("visibilitychange"));
	});
}

async function look(page: Page, at: boolean): Promise<void> {
	await page.evaluate((hidden) => {
		sessionStorage.setItem("__hidden", hidden ? "yes" : "no");
		window.dispatchEvent(new Event("__look"));
	}, !at);
}
