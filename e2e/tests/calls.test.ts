// What people do with calls beside talking: they hang up without a line, own two devices, switch things off, reload, go away, and have
// no microphone. Siti and dr. Andi in their open room; the tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, launchMortal, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { audioEnergy, axe, eventually, framesDecoded, grows, screenshot, stands } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

/** What a page keeps of its devices for these tests. */
interface Devices {
	/** How often microphone or camera were asked for. */
	asked: number;
	/** What the browser says instead of giving a microphone. */
	noMicrophone: string | null;
	tracks: MediaStreamTrack[];
	locks: { released: boolean; release(): Promise<void> }[];
}

declare global {
	interface Window {
		__devices: Devices;
	}
}

let clinic: Clinic;
let browser: Browser;
let siti: Person;
let andi: Person;
let patientRoom: Room;
let doctorRoom: Room;

before(async () => {
	clinic = await Clinic.open("calls");
	browser = await launch();
	siti = await arrive(browser, "siti@demo.test", PHONE);
	andi = await arrive(browser, "andi@demo.test");
	patientRoom = await Room.find(siti.page, "/consultations", "open");
	doctorRoom = await Room.find(andi.page, "/doctor/consultations", "open");
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a call that was ended without a line stays ended when the line is back, and the other side hears of it", async () => {
	siti.watch.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection/);
	await talk();
	await siti.context.setOffline(true);
	await patientRoom.hangUp();
	await noTracks(siti.page);
	const asked = await askedFor(siti.page);
	await siti.context.setOffline(false);
	await doctorRoom.callIs("idle");
	// The page has heard of everything since: the line is back, and the room was drawn anew.
	await patientRoom.send("Sudah saya akhiri");
	await eventually(async () => (await siti.page.locator("html[data-connection]").count()) === 0, "the line is back");
	await siti.page.waitForTimeout(2_000);
	assert.equal(await status(siti.page), "idle");
	assert.equal(await askedFor(siti.page), asked, "nobody has asked for the camera again");
});

test("a call that the server could not end stays ended over a reload, and is asked to end until it has", async () => {
	siti.watch.allow(/status of 503|server: 503/);
	await talk();
	let refused = 0;
	await siti.page.route("**/end", async (route) => {
		refused += 1;
		await route.fulfill({ status: 503, headers: { "Retry-After": "1" }, body: "" });
	});
	await patientRoom.hangUp();
	await eventually(async () => refused > 1, "it is asked again");
	await siti.page.reload();
	await patientRoom.becomes("open");
	await eventually(async () => refused > 2, "and by the next page");
	assert.equal(await status(siti.page), "idle");
	assert.equal(await askedFor(siti.page), 0);
	assert.equal(await status(andi.page), "ongoing", "the control: the server knows nothing of it");
	await siti.page.unroute("**/end");
	await doctorRoom.callIs("idle");
	assert.equal(await status(siti.page), "idle");
});

test("a call belongs to one page: another shows that it is elsewhere, takes it when asked, and the first lets go", async () => {
	const laptop = await arrive(browser, "siti@demo.test");
	await laptop.page.goto(new URL(siti.page.url()).pathname);
	const laptopRoom = new Room(laptop.page);
	await talk();
	await laptopRoom.callIs("elsewhere");
	await eventually(async () => (await laptop.page.locator("dialog.ring").count()) === 0, "it rings here no more");
	// Whatever is drawn anew, and however often the line is lost, it stays so.
	await laptop.page.reload();
	await laptopRoom.callIs("elsewhere");
	await laptop.page.locator("#call-waits").waitFor();
	assert.equal(await askedFor(laptop.page), 0, "nobody has pressed anything on the laptop");
	assert.ok(await laptop.page.locator('[data-call-target="start"]').first().isDisabled());
	await look("call-elsewhere", laptop.page);
	const second = await siti.context.newPage();
	await second.goto(new URL(siti.page.url()).pathname);
	await new Room(second).callIs("elsewhere");
	await second.close();
	await flows(siti.page, andi.page);

	await laptop.page.locator('[data-action="call#take"]').click();
	await laptopRoom.callIs("ongoing");
	await patientRoom.callIs("elsewhere");
	await noTracks(siti.page);
	await flows(laptop.page, andi.page);
	await look("call-taken-away", siti.page);

	await siti.page.locator('[data-action="call#take"]').click();
	await patientRoom.callIs("ongoing");
	await laptopRoom.callIs("elsewhere");
	await flows(siti.page, andi.page);
	await laptop.page.locator('#call-waits [data-action="call#end"]').click();
	await Promise.all([patientRoom, doctorRoom, laptopRoom].map((room) => room.callIs("idle")));
	await laptop.leave();
});

test("what was switched off stays off over a reload, is said in words, and who was away for longer is asked", async () => {
	await talk();
	const { page } = siti;
	await page.locator('[data-call-target="camera"]').click();
	await page.locator('[data-call-target="microphone"]').click();
	const off = andi.page.locator('[data-call-target="remoteCameraOff"]');
	await off.waitFor({ state: "visible" });
	assert.match(await off.innerText(), /Siti/);
	await look("call-camera-off", andi.page);

	await page.reload();
	await patientRoom.callIs("ongoing");
	await page.locator('[data-connection="connected"]').waitFor();
	for (const target of ["camera", "microphone"]) {
		assert.equal(await page.locator(`[data-call-target="${target}"]`).getAttribute("aria-pressed"), "true", target);
	}
	assert.deepEqual(
		await page.evaluate(() => window.__devices.tracks.map((track) => `${track.kind} ${track.enabled}`)),
		["audio false"],
		"the camera was not even asked for",
	);
	await andi.page.locator('[data-call-target="remoteMuted"]').waitFor({ state: "visible" });
	await stands(() => audioEnergy(andi.page), 0.000_05);
	await stands(() => framesDecoded(andi.page), 0);

	// Eleven seconds elsewhere.
	const path = new URL(page.url()).pathname;
	await page.goto("/consultations");
	await page.evaluate(() => {
		const kept = JSON.parse(sessionStorage.getItem("praktik-call") ?? "{}");
		sessionStorage.setItem("praktik-call", JSON.stringify({ ...kept, at: kept.at - 11_000 }));
	});
	await page.goto(path);
	await patientRoom.callIs("asked");
	await page.reload();
	await patientRoom.callIs("asked");
	assert.equal(await askedFor(page), 0);
	await look("call-asked", page);
	await page.locator('[data-action="call#take"]').click();
	await patientRoom.callIs("ongoing");
	await page.locator('[data-connection="connected"]').waitFor();
	assert.equal(await page.locator('[data-call-target="camera"]').getAttribute("aria-pressed"), "true");
	await page.locator('[data-call-target="camera"]').click();
	await page.locator('[data-call-target="microphone"]').click();
	await off.waitFor({ state: "hidden" });
	await flows(page, andi.page);
	await patientRoom.hangUp();
	await doctorRoom.callIs("idle");
});

test("who has no microphone is told, the other side too; the button asks again, and the next device is taken and said", async () => {
	const { page } = siti;
	await page.evaluate(() => {
		window.__devices.noMicrophone = "NotAllowedError";
	});
	await doctorRoom.call("video");
	await patientRoom.answer();
	await Promise.all([patientRoom.callIs("ongoing"), doctorRoom.callIs("ongoing")]);
	const silent = andi.page.locator('[data-call-target="remoteSilent"]');
	await silent.waitFor({ state: "visible" });
	assert.match(await silent.innerText(), /Siti/);
	const note = page.locator('[data-call-target="note"]');
	await note.waitFor({ state: "visible" });
	await look("call-without-microphone", page);
	await look("call-other-without-microphone", andi.page);
	// The picture comes all the same.
	await grows(() => framesDecoded(andi.page), 20);

	await page.evaluate(() => {
		window.__devices.noMicrophone = null;
	});
	await page.locator('[data-call-target="microphone"]').click();
	await silent.waitFor({ state: "hidden" });
	await note.waitFor({ state: "hidden" });
	await flows(page, andi.page);

	// Another application takes the microphone for a while.
	const muted = (is: boolean): Promise<void> =>
		page.evaluate((is) => {
			const track = window.__devices.tracks.findLast((one) => one.kind === "audio" && one.readyState === "live");
			if (!track) throw new Error("no microphone");
			Object.defineProperty(track, "muted", { value: is, configurable: true });
			track.dispatchEvent(new Event(is ? "mute" : "unmute"));
		}, is);
	await muted(true);
	await silent.waitFor({ state: "visible" });
	await note.waitFor({ state: "visible" });
	await muted(false);
	await silent.waitFor({ state: "hidden" });

	// The headset is unplugged, and another microphone is there.
	const unplug = (): Promise<void> =>
		page.evaluate(() => {
			for (const track of window.__devices.tracks.filter((one) => one.kind === "audio" && one.readyState === "live")) {
				track.stop();
				track.dispatchEvent(new Event("ended"));
			}
		});
	await unplug();
	await note.filter({ hasText: /Fake/ }).waitFor();
	await flows(page, andi.page);

	// No other is there, until one is plugged in.
	await page.evaluate(() => {
		window.__devices.noMicrophone = "NotFoundError";
	});
	await unplug();
	await silent.waitFor({ state: "visible" });
	await page.evaluate(() => {
		window.__devices.noMicrophone = null;
		navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
	});
	await silent.waitFor({ state: "hidden" });
	await flows(page, andi.page);
	await doctorRoom.hangUp();
	await patientRoom.callIs("idle");
});

test("the screen is kept on again when the page is back in sight", async () => {
	await talk();
	const locks = (): Promise<number> => siti.page.evaluate(() => window.__devices.locks.filter((lock) => !lock.released).length);
	await eventually(async () => (await locks()) === 1, "the screen is kept on");
	await siti.page.evaluate(() => {
		for (const lock of window.__devices.locks) lock.released = true;
		document.dispatchEvent(new Event("visibilitychange"));
	});
	await eventually(async () => (await locks()) === 1, "and again");
	await patientRoom.hangUp();
	await doctorRoom.callIs("idle");
	assert.equal(await locks(), 0, "after the call it may sleep");
});

test("a call about a visit is answered, taken over and ended on the visit's own page", async () => {
	const made = await arrive(browser, "made@demo.test");
	const path = new URL(siti.page.url()).pathname;
	await siti.page.goto("/messages");
	await siti.page.locator('main a[href^="/messages/"]').first().click();
	await siti.page.waitForURL(/\/messages\/[^/]+$/);
	const visit = new URL(siti.page.url()).pathname;
	await made.page.goto(`/doctor${visit}`);
	await siti.page.locator("#call-stage").waitFor({ state: "attached" });
	await look("call-visit", made.page);
	// As somebody calls whose page gives itself no name.
	const answer = await made.page.evaluate(async (conversation) => {
		const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
		const body = new URLSearchParams({ type: "video", csrf_token: token });
		return (await fetch(`/calls/conversations/${conversation}/initiate`, { method: "POST", body })).status;
	}, visit.split("/").pop() ?? "");
	assert.equal(answer, 200);
	await patientRoom.answer();
	await patientRoom.callIs("ongoing");
	await made.page.locator('#call-waits [data-action="call#take"]').click();
	await new Room(made.page).callIs("ongoing");
	await flows(siti.page, made.page);
	await look("call-visit-ongoing", siti.page);
	await siti.page.reload();
	await patientRoom.callIs("ongoing");
	await flows(siti.page, made.page);
	await patientRoom.hangUp();
	await new Room(made.page).callIs("idle");
	await made.leave();
	await siti.page.goto(path);
});

test("whoever is left by a browser that vanished reads that the line is broken, and then that the call is over", async () => {
	const { browser: mortal, kill } = await launchMortal();
	const phone = await arrive(mortal, "siti@demo.test", PHONE);
	const path = new URL(siti.page.url()).pathname;
	await siti.page.goto("/dashboard");
	await phone.page.goto(path);
	await doctorRoom.call("video");
	await new Room(phone.page).answer();
	await doctorRoom.callIs("ongoing");
	await flows(phone.page, andi.page);
	const line = andi.page.locator('[data-call-target="status"]');
	kill();
	await andi.page.locator('[data-connection="reconnecting"]').waitFor({ timeout: 30_000 });
	assert.match(await line.innerText(), /terputus/);
	await look("call-left-alone", andi.page);
	await andi.page.evaluate(() => {
		const status = document.querySelector('[data-call-target="status"]');
		new MutationObserver(() => document.body.setAttribute("data-said", status?.textContent ?? "")).observe(document.body, {
			subtree: true,
			childList: true,
			characterData: true,
		});
	});
	await clinic.advance({ seconds: 61 });
	await doctorRoom.callIs("idle");
	assert.match((await andi.page.locator("body").getAttribute("data-said")) ?? "", /berakhir/);
	await siti.page.goto(path);
	await patientRoom.becomes("open");
	assert.equal(await status(siti.page), "idle");
	await Promise.all([siti.leave(), andi.leave()]);
	await mortal.close().catch(() => undefined);
});

/** Somebody at a browser whose devices these tests can take away. */
async function arrive(where: Browser, email: string, viewport?: { width: number; height: number }): Promise<Person> {
	const person = await Person.arrive(where, clinic.origin, viewport);
	await person.context.addInitScript(keepDevices);
	await person.login(email);
	return person;
}

/** The doctor calls, the patient answers, and both see and hear each other. */
async function talk(): Promise<void> {
	await doctorRoom.call("video");
	await patientRoom.answer();
	await Promise.all([patientRoom.callIs("ongoing"), doctorRoom.callIs("ongoing")]);
	await flows(siti.page, andi.page);
}

/** Sound and picture arrive on both pages. */
async function flows(...pages: Page[]): Promise<void> {
	await Promise.all(pages.flatMap((page) => [grows(() => framesDecoded(page), 20), grows(() => audioEnergy(page), 0.000_1)]));
}

async function status(page: Page): Promise<string | null> {
	return page.locator("#call-stage").getAttribute("data-call-status");
}

function askedFor(page: Page): Promise<number> {
	return page.evaluate(() => window.__devices.asked);
}

async function noTracks(page: Page): Promise<void> {
	const running = (): Promise<number> => page.evaluate(() => window.__devices.tracks.filter((track) => track.readyState === "live").length);
	await eventually(async () => (await running()) === 0, "camera and microphone are off");
}

async function look(name: string, page: Page): Promise<void> {
	await axe(page);
	await screenshot(page, name);
}

/** Runs in the page before its own scripts: counts what is asked for, keeps what was given, and can refuse a microphone. */
function keepDevices(): void {
	const kept: Devices = { asked: 0, noMicrophone: null, tracks: [], locks: [] };
	Object.defineProperty(window, "__devices", { value: kept });
	const devices = navigator.mediaDevices;
	if (!devices) return;
	const ask = devices.getUserMedia.bind(devices);
	devices.getUserMedia = async (wanted) => {
		kept.asked += 1;
		if (wanted?.audio && kept.noMicrophone) throw new DOMException("refused by a test", kept.noMicrophone);
		const stream = await ask(wanted);
		kept.tracks.push(...stream.getTracks());
		return stream;
	};
	Object.defineProperty(navigator, "wakeLock", {
		value: {
			async request() {
				kept.locks.push({
					released: false,
					async release() {
						this.released = true;
					},
				});
				return kept.locks.at(-1);
			},
		},
	});
}
