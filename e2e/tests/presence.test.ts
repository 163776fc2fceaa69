// Beside each doctor it says whether the doctor is there (P7), and within thirty seconds it is true again for every viewer: after a
// doctor's browser was killed, a line was cut without a word, the server was killed. Seconds are real here, and are written down.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, launchMortal, Person, PHONE } from "../harness/browser.ts";
import { Clinic, RESULTS } from "../harness/clinic.ts";
import { Line } from "../harness/line.ts";

const AT_MOST_S = 30;
const LINE_NOISE = /WebSocket connection|ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED|ABORTED|TIMED_OUT|NETWORK_CHANGED)/;

const folder = mkdtempSync(join(tmpdir(), "presence-"));
const seconds: Record<string, number> = {};
let place: { folder: string; port: number };
let clinic: Clinic;
let browser: Browser;
let wayan: Person;
/** Two pages of the patient, and the doctor that both show. */
let list: Page;
let one: Page;

before(async () => {
	place = { folder: join(folder, "demo"), port: await freePort() };
	clinic = await Clinic.open("presence", place);
	browser = await launch();
	wayan = await Person.arrive(browser, clinic.origin, PHONE);
	wayan.watch.allow(LINE_NOISE);
	await wayan.login("wayan@demo.test");
	list = wayan.page;
	one = await wayan.context.newPage();
	await watch(list, one);
	await shows("offline", "nobody is there at first");
});

after(async () => {
	await browser?.close();
	await clinic?.close();
	writeFileSync(new URL("presence.json", RESULTS), `${JSON.stringify(seconds, null, "\t")}\n`);
	rmSync(folder, { recursive: true, force: true });
});

test("a doctor who comes, goes away and comes back is seen so on open pages", async () => {
	const made = await Person.arrive(browser, clinic.origin);
	await made.login("made@demo.test");
	await shows("available", "a doctor comes");
	assert.equal(await word(one), "Tersedia");
	const own = made.page.locator("#own-presence");
	await own.locator('button[name="away"][value="yes"]').click();
	await own.locator('[data-presence="away"]').waitFor();
	await shows("away", "a doctor goes away");
	await made.page.goto("/doctor/messages");
	await made.page.locator("summary").click();
	// The menu fetches the switch when it is opened; the page stays where it is.
	await made.page.locator('#presence-switch button[value="no"]').click();
	await made.page.locator('#presence-switch button[value="yes"]').waitFor();
	assert.equal(new URL(made.page.url()).pathname, "/doctor/messages");
	await shows("available", "a doctor comes back");
	await made.leave();
	await shows("offline", "a doctor closes the page");
});

test("a consultation that ends is seen to end", async () => {
	const andi = await Person.arrive(browser, clinic.origin);
	await andi.login("andi@demo.test");
	const mark = async (state: string, withinMs = AT_MOST_S * 1000) =>
		list.locator("li", { hasText: "Andi" }).locator(`[data-presence="${state}"]`).waitFor({ timeout: withinMs });
	await mark("busy");
	await clinic.advance({ minutes: 15 });
	await timed("a room closes", () => mark("available"));
	await andi.leave();
});

test("a doctor whose browser is killed is offline", async () => {
	const { browser: mortal, kill } = await launchMortal();
	const made = await Person.arrive(mortal, clinic.origin);
	await made.login("made@demo.test");
	await shows("available", "a doctor comes in a browser of their own");
	kill();
	await shows("offline", "a doctor's browser is killed");
});

test("a doctor whose line is cut without a word is offline", async () => {
	const line = await Line.to(clinic.origin);
	const made = await Person.arrive(browser, line.origin);
	made.watch.allow(LINE_NOISE);
	await made.login("made@demo.test");
	await shows("available", "a doctor comes by a line of their own");
	line.silence();
	await shows("offline", "a doctor's line is cut");
	line.mend();
	await shows("available", "a doctor's line is mended");
	await made.leave();
	line.close();
	await shows("offline", "a doctor closes the page again");
});

test("a viewer whose line is cut is told that nothing is known, and since when", async () => {
	const line = await Line.to(clinic.origin);
	const viewer = await Person.arrive(browser, line.origin, PHONE);
	viewer.watch.allow(LINE_NOISE);
	await viewer.login("budi@demo.test");
	const second = await viewer.context.newPage();
	await watch(viewer.page, second);
	// Both pages have heard of the server before it falls silent.
	await new Promise((wake) => setTimeout(wake, 2_000));
	line.silence();
	const says = (page: Page, wanted: string) => page.locator(".presence", { hasText: wanted }).filter({ visible: true }).first();
	await timed("a viewer's line is cut", async () => {
		for (const page of [viewer.page, second]) {
			await page.locator('html[data-connection="lost"]').waitFor({ timeout: AT_MOST_S * 1000 });
			assert.equal(await word(page), "Belum pasti");
			assert.match(await page.locator("#last-news").innerText(), /\d\d\.\d\d$/);
		}
	});
	line.mend();
	await timed("a viewer's line is mended", async () => {
		for (const page of [viewer.page, second]) await says(page, "Offline").waitFor({ timeout: AT_MOST_S * 1000 });
	});
	await viewer.leave();
	line.close();
});

test("after the server was killed and started again marks are true again", async () => {
	const made = await Person.arrive(browser, clinic.origin);
	made.watch.allow(LINE_NOISE);
	await made.login("made@demo.test");
	await shows("available", "a doctor comes before the server is killed");
	await clinic.kill();
	await timed("the server is killed: nothing is known", () =>
		list.locator('html[data-connection="lost"]').waitFor({ timeout: AT_MOST_S * 1000 }),
	);
	assert.equal(await word(one), "Belum pasti");
	await new Promise((wake) => setTimeout(wake, 10_000));
	clinic = await Clinic.open("presence-again", place);
	await timed("the server is started again", async () => {
		for (const page of [list, one]) await page.locator("html:not([data-connection])").waitFor({ timeout: AT_MOST_S * 1000 });
		await visible("available");
	});
	await made.leave();
	await shows("offline", "a doctor closes the page at last");
	await wayan.leave();
});

/** Opens the list, and the page of dr. Made. */
async function watch(list: Page, one: Page): Promise<void> {
	await list.goto("/doctors");
	const href = await list.locator("li", { hasText: "Made" }).locator("a").getAttribute("href");
	await one.goto(String(href));
}

/** Waits until both pages show the mark, without reloading. */
async function visible(state: string): Promise<void> {
	const timeout = AT_MOST_S * 1000;
	await Promise.all([
		list.locator("li", { hasText: "Made" }).locator(`[data-presence="${state}"]`).waitFor({ timeout }),
		one.locator(`#doctor-presence [data-presence="${state}"]`).waitFor({ timeout }),
	]);
}

function shows(state: string, when: string): Promise<void> {
	return timed(when, () => visible(state));
}

/** What the mark says to those who read. */
function word(page: Page): Promise<string> {
	return page.locator(".presence").first().innerText();
}

async function timed(when: string, happens: () => Promise<void>): Promise<void> {
	const start = performance.now();
	await happens();
	const took = Math.round((performance.now() - start) / 100) / 10;
	seconds[when] = took;
	assert.ok(took <= AT_MOST_S, `${when}: ${took} s`);
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
		});
	});
}
