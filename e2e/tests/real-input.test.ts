// What a hand and a keyboard do on the lists, on the screen as it is: a press moves nothing and opens what is pressed (C5), and what the
// keyboard has reached is seen (WCAG 2.4.11).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DESK, launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { coveredFocus, type Pointer, press } from "../harness/input.ts";
import { eventually } from "../harness/measure.ts";

const HANDS: { pointer: Pointer; viewport: typeof PHONE }[] = [
	{ pointer: "mouse", viewport: DESK },
	{ pointer: "mouse", viewport: PHONE },
	{ pointer: "touch", viewport: PHONE },
	{ pointer: "touch", viewport: { width: 320, height: 700 } },
];
/** Each list with names, and what opens one of its rows. */
const LISTS: Record<string, Record<string, string>> = {
	"siti@demo.test": {
		"/doctors": '#doctors a[href^="/doctors/"]',
		"/consultations": 'main li a[href^="/consultations/"]',
		"/messages": "#conversations li a",
		"/prescriptions": 'main li a[href^="/prescriptions/"]',
		"/dashboard": 'main :is(section, li) a[href^="/consultations/"]',
	},
	"andi@demo.test": {
		"/doctor/consultations": 'main li a[href^="/doctor/consultations/"]',
		"/doctor/messages": "#conversations li a",
		"/doctor/prescriptions": 'main li a[href^="/prescriptions/"]',
		"/dashboard": 'main a[href^="/doctor/consultations/"]',
	},
	"admin@demo.test": {
		"/admin/doctors": "#doctors li a",
		"/admin/patients": "#patients li a",
		"/admin/people": "#people li a",
	},
};
/** More stops of the Tab key than any of the pages has. */
const MOST_STOPS = 120;

let clinic: Clinic;
let browser: Browser;

before(async () => {
	clinic = await Clinic.open("real-input");
	await clinic.settle();
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

for (const { pointer, viewport } of HANDS) {
	test(`a press by ${pointer} opens the rows of every list at ${viewport.width} px`, async () => {
		for (const [email, lists] of Object.entries(LISTS)) {
			const person = await Person.with(browser, clinic.origin, { viewport, touch: pointer === "touch" });
			const { page } = person;
			await person.login(email);
			for (const [path, rows] of Object.entries(lists)) {
				await page.goto(path);
				const count = await page.locator(rows).count();
				assert.ok(count > 0, `${path} has rows`);
				for (const row of new Set([0, Math.min(count, 4) - 1])) {
					if (row > 0) await page.goto(path);
					await lengthenNames(page);
					const target = page.locator(rows).nth(row);
					const href = await target.getAttribute("href");
					await press(page, target, pointer);
					await page
						.waitForURL((url) => url.pathname !== path, { timeout: 5_000 })
						.catch(() => {
							assert.fail(`${path}, row ${row}: pressing it opens ${href}`);
						});
				}
			}
			await person.leave();
		}
	});
}

test("a cut name is whole while the keyboard is at its row, and a press elsewhere moves nothing", async () => {
	const admin = await Person.arrive(browser, clinic.origin, PHONE);
	const { page } = admin;
	await admin.login("admin@demo.test");
	await page.goto("/admin/doctors");
	await lengthenNames(page);
	assert.equal(await page.locator("main [title][tabindex], main .truncate[tabindex]").count(), 0, "a name is no stop of its own");
	const rows = page.locator("#doctors li a");
	const isCut = () =>
		rows
			.first()
			.locator("[data-name]")
			.evaluate((name) => name.scrollWidth > name.clientWidth);
	assert.ok(await isCut(), "the control: a name that is longer than its line");
	await reach(page, "#doctors li a");
	assert.ok(!(await isCut()), "whole with the focus");
	const path = await rows.nth(1).getAttribute("href");
	await press(page, rows.nth(1), "mouse");
	await page.waitForURL((url) => url.pathname === path);
	await admin.leave();
});

test("a heading is never cut", async () => {
	const siti = await Person.arrive(browser, clinic.origin, { width: 320, height: 700 });
	await siti.login("siti@demo.test");
	for (const path of ["/doctors", "/consultations", "/messages", "/dashboard"]) {
		await siti.page.goto(path);
		const cut = await siti.page
			.locator(":is(h1, h2, h3)")
			.evaluateAll((all) => all.filter((heading) => getComputedStyle(heading).textOverflow === "ellipsis").length);
		assert.equal(cut, 0, path);
	}
	await siti.leave();
});

test("what the Tab key reaches on a phone is not behind the sections or the bar of a booking", async () => {
	for (const [email, lists] of Object.entries(LISTS)) {
		const person = await Person.arrive(browser, clinic.origin, PHONE);
		const { page } = person;
		await person.login(email);
		const more = email.startsWith("siti") ? ["/profile", await aDoctor(page)] : ["/profile"];
		for (const path of [...Object.keys(lists), ...more]) {
			await page.goto(path);
			const faults = new Set<string>();
			let stops = 0;
			for (; stops < MOST_STOPS; stops += 1) {
				await page.keyboard.press("Tab");
				if (await page.evaluate(() => document.activeElement === document.body)) break;
				const fault = await coveredFocus(page);
				if (fault) faults.add(fault);
			}
			assert.ok(stops > 5, `${path} has ${stops} stops`);
			assert.deepEqual([...faults], [], path);
		}
		await person.leave();
	}
});

test("slots that are chosen by arrow keys are not behind the bar of a booking", async () => {
	const budi = await Person.arrive(browser, clinic.origin, PHONE);
	const { page } = budi;
	await budi.login("budi@demo.test");
	await page.goto(await aDoctor(page));
	await page.locator('[name="starts_at"]').first().focus();
	await page.keyboard.press("Space");
	const faults = new Set<string>();
	for (let step = 0; step < 40; step += 1) {
		await page.keyboard.press("ArrowDown");
		const fault = await coveredFocus(page);
		if (fault) faults.add(fault);
	}
	assert.deepEqual([...faults], []);
	assert.notEqual(await page.evaluate(() => scrollY), 0, "the page has moved along");
	await budi.leave();
});

test("what is read in one tab is read in the other", async () => {
	const andi = await Person.arrive(browser, clinic.origin);
	await andi.login("andi@demo.test");
	const other = await andi.context.newPage();
	await Promise.all([andi.page.goto("/notifications"), other.goto("/dashboard")]);
	const badge = other.locator("#unread-count");
	assert.ok(Number(await badge.textContent()) > 0, "the control: something is unread");
	await badge.waitFor();
	await andi.page.locator('form[action="/notifications/read"] button').click();
	await eventually(async () => !(await badge.isVisible()), "the badge goes in the other tab");
	await andi.leave();
});

/** Every name in a list is longer than any line. */
function lengthenNames(page: Page): Promise<void> {
	return page.locator("main .truncate, #doctors h2, main li p").evaluateAll((all) => {
		for (const name of all) if (!name.firstElementChild) name.append(" Kusumawardani Wulandari Fransiska Maria Immaculata");
	});
}

async function reach(page: Page, selector: string): Promise<void> {
	for (let stops = 0; stops < MOST_STOPS; stops += 1) {
		await page.keyboard.press("Tab");
		if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
	}
	assert.fail(`no Tab reaches ${selector}`);
}

async function aDoctor(page: Page): Promise<string> {
	await page.goto("/doctors");
	const link = page.locator("#doctors li").filter({ hasText: "Made" }).locator('a[href^="/doctors/"]');
	return (await link.getAttribute("href")) ?? "/nowhere";
}
