// Somebody forgets a password and chooses another by the letter; what was open elsewhere hears of it at once.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";

const EMAIL = "siti@demo.test";
const NEW = "perahu biru di teluk";
/** What an act says on the page after it. */
const NOTICE = '[role="status"]:not(#connection-lost)';

let clinic: Clinic;
let browser: Browser;

before(async () => {
	clinic = await Clinic.open("recovery");
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

describe("recovery", { concurrency: false }, () => {
	test("a forgotten password is chosen anew by a letter, and every open tab is logged out", async () => {
		const elsewhere = await Person.arrive(browser, clinic.origin);
		await elsewhere.login(EMAIL);
		await elsewhere.page.goto("/prescriptions");
		await elsewhere.page.waitForFunction(() => document.documentElement.dataset["connection"] !== "lost");
		const forgetful = await Person.arrive(browser, clinic.origin, PHONE);
		forgetful.watch.allow(/status of (410|422)/);
		const { page } = forgetful;
		await page.goto("/login");
		await page.locator('a[href="/password/forgot"]').click();
		await page.waitForURL((url) => url.pathname === "/password/forgot");
		await page.locator("#email").fill(EMAIL);
		await submit(page, "/password/forgot");
		await page.waitForURL((url) => url.search === "?sent");

		const link = await letter(page, "/password/reset/");
		await page.goto(link);
		await page.locator("#password").fill("password123");
		await submit(page, link);
		await page.locator("#password-error").waitFor();
		await page.locator("#password").fill(NEW);
		await submit(page, link);
		await page.waitForURL((url) => url.pathname === "/login");
		await page.locator(NOTICE).waitFor();
		await elsewhere.page.waitForURL((url) => url.pathname === "/login", { timeout: 5_000 });

		await page.goto(link);
		await page.locator('[data-status="410"]').waitFor();
		await forgetful.login(EMAIL, NEW);
		await Promise.all([elsewhere.leave(), forgetful.leave()]);
	});

	test("a changed password keeps this browser in, its other tab too, and puts the other one out", async () => {
		const [here, elsewhere] = [await Person.arrive(browser, clinic.origin), await Person.arrive(browser, clinic.origin)];
		await here.login("budi@demo.test");
		await elsewhere.login("budi@demo.test");
		await elsewhere.page.goto("/consultations");
		const tab = await here.context.newPage();
		await tab.goto("/consultations");
		const { page } = here;
		await page.locator("header details summary").click();
		await page.locator('header a[href="/settings/security"]').click();
		await page.waitForURL((url) => url.pathname === "/settings/security");
		assert.equal(await page.locator('form[action^="/settings/security/sessions/"]').count(), 2);
		await page.locator("#current_password").fill("praktik-demo");
		await page.locator("#password").fill("gunung di balik awan");
		await submit(page, "/settings/security");
		await page.locator(NOTICE).waitFor();
		await elsewhere.page.waitForURL((url) => url.pathname === "/login", { timeout: 5_000 });
		assert.equal(await page.locator('form[action^="/settings/security/sessions/"]').count(), 0);
		await tab.reload();
		assert.equal(new URL(tab.url()).pathname, "/consultations");
		await elsewhere.login("budi@demo.test", "gunung di balik awan");
		await Promise.all([here.leave(), elsewhere.leave()]);
	});

	test("another address is confirmed by the letter that goes there, without JavaScript", async () => {
		const person = await Person.with(browser, clinic.origin, { javaScript: false, viewport: PHONE });
		const { page } = person;
		await person.login("wayan@demo.test");
		await page.goto("/settings/security/email");
		await page.locator("#email").fill("wayan.baru@demo.test");
		await page.locator("#current_password").fill("praktik-demo");
		await submit(page, "/settings/security/email");
		await page.waitForURL((url) => url.pathname === "/settings/security");
		assert.match((await page.locator("main").textContent()) ?? "", /wayan\.baru@demo\.test/);
		const link = await letter(page, "/email/confirm/");
		await page.goto(link);
		await submit(page, link);
		await page.waitForURL((url) => url.pathname === "/settings/security");
		await page.context().clearCookies();
		await person.login("wayan.baru@demo.test");
		await person.leave();
	});
});

/** Sends the form that goes to this path. */
async function submit(page: Page, action: string): Promise<void> {
	await page.locator(`main form[action="${action}"] button:not([type=button])`).click();
}

/**
 * The path of the newest link of this kind in a letter, once it has come: the clinic takes a few seconds on purpose, and what it sends to
 * the old address may come before or after.
 */
async function letter(page: Page, kind: "/password/reset/" | "/email/confirm/"): Promise<string> {
	const link = page.locator(`main li a[href^="${kind}"]`);
	for (let tries = 0; tries < 40; tries += 1) {
		await page.goto("/demo/mail");
		if ((await link.count()) > 0) return (await link.first().getAttribute("href")) ?? "";
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	throw new Error("no letter with a link came");
}
