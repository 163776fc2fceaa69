// Slots of a doctor on pages that stay open (C2): one is taken by somebody else and given back, and whoever looks on sees both without
// reloading.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";

let clinic: Clinic;
let browser: Browser;
let wayan: Person;
let siti: Person;
let startsAt: string;

before(async () => {
	clinic = await Clinic.open("slots");
	await clinic.settle();
	browser = await launch();
	wayan = await Person.arrive(browser, clinic.origin, PHONE);
	siti = await Person.arrive(browser, clinic.origin);
	await wayan.login("wayan@demo.test");
	await siti.login("siti@demo.test");
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a slot that somebody takes turns taken on a page that is open", async () => {
	await siti.page.goto("/doctors");
	const href = await siti.page.locator("#doctors li").filter({ hasText: "Made" }).locator('a[href^="/doctors/"]').getAttribute("href");
	await siti.page.goto(href ?? "");
	await wayan.page.goto(href ?? "");
	startsAt = await free(siti.page).nth(1).inputValue();
	await siti.page.locator("#complaint").fill("Batuk sejak kemarin");
	// What a page that was loaded again would have lost.
	await siti.page.evaluate(() => Object.defineProperty(window, "__stayed", { value: true }));

	await book(wayan.page);
	await taken(siti.page).waitFor();
	assert.equal(await siti.page.locator(`[name="starts_at"][value="${startsAt}"]`).count(), 0);
});

test("it turns free there when it is given back, and can be taken", async () => {
	await wayan.page.locator('form[action$="/cancel"] button').click();
	await wayan.page.locator('dialog button[value="yes"]').click();
	const slot = siti.page.locator(`[name="starts_at"][value="${startsAt}"]`);
	await slot.waitFor({ state: "attached" });
	assert.equal(await taken(siti.page).count(), 0);
	assert.equal(await siti.page.evaluate(() => "__stayed" in window), true, "the page was not loaded again");
	assert.equal(await siti.page.locator("#complaint").inputValue(), "Batuk sejak kemarin");

	await wayan.page.goto(new URL(siti.page.url()).pathname);
	await book(wayan.page);
	await taken(siti.page).waitFor();
	await Promise.all([siti.leave(), wayan.leave()]);
});

async function book(page: Page): Promise<void> {
	await page.locator(`[name="starts_at"][value="${startsAt}"]`).check();
	await page.locator("#booking button.btn-primary").click();
	await page.waitForURL(/\/consultations\/[^/]+$/);
}

function free(page: Page) {
	return page.locator('[name="starts_at"]');
}

function taken(page: Page) {
	return page.locator(`[data-slot="taken"][data-starts-at="${startsAt}"]`);
}
