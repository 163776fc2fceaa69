// The second factor of the clinic's first admin, in a clinic that is no demo: a passkey of Chromium's virtual authenticator, codes of
// an app, recovery codes. The tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import { DESK, launch, Person, PHONE } from "../harness/browser.ts";
import { RESULTS } from "../harness/clinic.ts";
import { axe } from "../harness/measure.ts";
import { code, ServedClinic } from "../harness/served.ts";

const ADMIN = { email: "dewi@klinik.test", name: "Dewi Lestari" };
const PASSWORD = "perahu berlayar ke utara";
const NAME = 'Laptop "><img src=x onerror=alert() data-xss>';
const FACTORS = "/settings/security/second-factor";

let clinic: ServedClinic;
let browser: Browser;
let admin: Person;
let device: CDPSession;
let authenticator: string;
let secret: string;
let recovery: string[];

before(async () => {
	clinic = await ServedClinic.open("passkeys", ADMIN);
	browser = await launch();
	admin = await Person.with(browser, clinic.origin, {});
	admin.watch.allow(/status of 422/);
	device = await admin.context.newCDPSession(admin.page);
	await device.send("WebAuthn.enable");
	const made = await device.send("WebAuthn.addVirtualAuthenticator", {
		options: {
			protocol: "ctap2",
			transport: "internal",
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
	authenticator = made.authenticatorId;
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("after the password an admin is led to the second factor and nowhere else", async () => {
	const { page } = admin;
	await page.goto(clinic.link);
	await page.locator("[name=password]").fill(PASSWORD);
	await page.locator("main button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === "/login");
	await admin.login(ADMIN.email, PASSWORD);
	assert.equal(path(page), FACTORS);
	for (const elsewhere of ["/dashboard", "/admin/doctors"]) {
		await page.goto(elsewhere);
		assert.equal(path(page), FACTORS);
	}
	await look(page, "factors-first");
});

test("a passkey is made, and recovery codes are shown once", async () => {
	const { page } = admin;
	// A name that would come to life if it stood in the page as it came: the watch would hear the call.
	await page.locator("#passkeys [name=passkey_name]").fill(NAME);
	await page.locator('#passkeys form[action$="/passkeys"] button').click();
	await page.locator("#recovery-codes").waitFor();
	recovery = await page.locator("#recovery-codes li").allInnerTexts();
	assert.equal(recovery.length, 10);
	await look(page, "recovery-codes");
	const [download] = await Promise.all([page.waitForEvent("download"), page.locator("main a[download]").click()]);
	const kept = await (await download.createReadStream()).toArray();
	for (const one of recovery) assert.ok(Buffer.concat(kept).toString().includes(one));
	await page.locator("main a.btn-primary").click();
	await page.waitForURL((url) => url.pathname === "/dashboard");
	await page.goto(FACTORS);
	assert.equal(await page.locator("#recovery-codes").count(), 0);
	await page.locator("#passkeys li").filter({ hasText: NAME }).waitFor();
	assert.equal(await page.locator("[data-xss]").count(), 0);
});

test("the same device is not added twice", async () => {
	const { page } = admin;
	await page.locator('#passkeys form[action$="/passkeys"] [name=passkey_name]').fill("Laptop yang sama");
	await page.locator('#passkeys form[action$="/passkeys"] button').click();
	await page.locator("#passkeys [role=alert]").filter({ visible: true }).waitFor();
	assert.equal(await page.locator("#passkeys li").count(), 1);
});

test("after logging out the passkey lets its holder in, and without its holder's finger nobody", async () => {
	const { page } = admin;
	await logOut(page);
	await admin.login(ADMIN.email, PASSWORD);
	assert.equal(path(page), "/login/second");
	await look(page, "second-step");
	await device.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: false });
	const use = page.locator('form[action="/login/second/passkey"] button');
	await use.click();
	await page.locator('form[action="/login/second/passkey"] [role=alert]').filter({ visible: true }).waitFor();
	await device.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: true });
	await use.click();
	await page.waitForURL((url) => url.pathname === "/dashboard");
});

test("an app is set up beside it; then the passkey may go", async () => {
	const { page } = admin;
	await page.goto(`${FACTORS}/totp`);
	secret = await page.locator("#totp-secret").innerText();
	await look(page, "app");
	await page.locator("[name=code]").fill("000000");
	await page.locator("main form button.btn-primary").click();
	await page.locator("#code-error").waitFor();
	assert.equal(await page.locator("#totp-secret").innerText(), secret);
	await page.locator("[name=code]").fill(code(secret));
	await page.locator("main form button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === FACTORS);
	await look(page, "factors-both");
	await page.locator("#passkeys summary").click();
	await page.locator('#passkeys form[action$="/remove"] button').click();
	await page.locator('dialog button[value="yes"]').click();
	await page.locator("#passkeys li").waitFor({ state: "detached" });
	assert.equal(await page.locator('form[action$="/totp/remove"]').count(), 0, "the last one stays");
});

test("where no mail is sent, an admin who invites somebody is shown the link, once", async () => {
	const { page } = admin;
	await page.goto("/admin/people/new");
	await page.locator("[name=role][value=pharmacist]").check();
	await page.locator("#name").fill("Rudi Hartono");
	await page.locator("#email").fill("rudi@klinik.test");
	await page.locator("main form button.btn-primary").click();
	const link = page.locator("#password-link");
	await link.waitFor();
	await look(page, "password-link");
	const other = await Person.with(browser, clinic.origin, { viewport: PHONE });
	await other.page.goto(new URL(await link.inputValue()).pathname);
	await other.page.locator("[name=password]").fill(PASSWORD);
	await look(other.page, "password-choose");
	await other.leave();
	await page.goto("/admin/people");
	await page.locator('main a[href^="/admin/people/"]').filter({ hasText: "rudi@klinik.test" }).click();
	await page.waitForURL((url) => url.pathname !== "/admin/people");
	assert.equal(await link.count(), 0, "it is shown once");
});

test("without JavaScript a code of the app lets in, once", async () => {
	const plain = await Person.with(browser, clinic.origin, { viewport: PHONE, javaScript: false });
	plain.watch.allow(/status of 422/);
	const { page } = plain;
	await plain.login(ADMIN.email, PASSWORD);
	assert.equal(path(page), "/login/second");
	const next = code(secret, 1);
	await page.locator("[name=code]").fill(next);
	await page.locator("main form button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === "/dashboard");
	await page.locator("summary").first().click();
	await page.locator('form[action="/logout"] button').click();
	await page.waitForURL((url) => url.pathname === "/login");
	await plain.login(ADMIN.email, PASSWORD);
	await page.locator("[name=code]").fill(next);
	await page.locator("main form button.btn-primary").click();
	await page.locator("#code-error").waitFor();
	await plain.leave();
});

test("a recovery code lets in whoever has lost the phone, and leads to a new one", async () => {
	const { page } = admin;
	await logOut(page);
	await admin.login(ADMIN.email, PASSWORD);
	await page.locator('a[href^="/login/second?recovery"]').click();
	await page.waitForURL((url) => url.search.includes("recovery"));
	await look(page, "second-step-recovery");
	await page.locator("[name=code]").fill(recovery[0] ?? "");
	await page.locator("main form button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === FACTORS);
	assert.match(await page.locator("#codes").innerText(), /9/);
	await admin.leave();
});

function path(page: Page): string {
	return new URL(page.url()).pathname;
}

async function logOut(page: Page): Promise<void> {
	await page.locator("header summary").filter({ visible: true }).last().click();
	await page.locator('form[action="/logout"] button').filter({ visible: true }).click();
	await page.waitForURL((url) => url.pathname === "/login");
}

/** On three widths: nothing wider than the window, nothing that keeps people with disabilities out. Leaves pictures. */
async function look(page: Page, name: string): Promise<void> {
	for (const viewport of [{ width: 320, height: 700 }, PHONE, DESK]) {
		await page.setViewportSize(viewport);
		const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		assert.ok(excess <= 0, `${name} is ${excess} px wider than a window of ${viewport.width} px`);
		await axe(page);
		await page.screenshot({ path: fileURLToPath(new URL(`${name}-${viewport.width}.png`, RESULTS)), fullPage: true });
	}
}
