// What somebody typed is theirs (P12): a server that is busy for a moment, and a session that ends, take nothing of it; nobody else on
// the same device reads it; and a refusal is said where one looks, on a phone too (P1).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, login, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { eventually } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

const COMPLAINT = "Nyeri perut sebelah kanan\nsejak tadi malam";

let clinic: Clinic;
let browser: Browser;
let siti: Person;
let made: string;

before(async () => {
	clinic = await Clinic.open("typed");
	await clinic.settle();
	browser = await launch();
	siti = await Person.arrive(browser, clinic.origin, PHONE);
	// What the tests below provoke: a busy server, a session that has ended, refusals.
	siti.watch.allow(/status of (503|401|409|422)|server: 503|WebSocket connection|ERR_FAILED|fetch/);
	await siti.login("siti@demo.test");
	await siti.page.goto("/doctors");
	const doctor = siti.page.locator("#doctors li").filter({ hasText: "Made" });
	made = (await doctor.locator('a[href^="/doctors/"]').first().getAttribute("href")) ?? "";
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("a frame that is answered 503 keeps what it shows and is loaded again, and the page around it stays", async () => {
	const { page } = siti;
	await page.goto(made);
	await page.locator("#complaint").fill(COMPLAINT);
	await page.evaluate(() => Object.defineProperty(window, "__stayed", { value: true }));
	let refused = 0;
	await page.route("**/*", async (route) => {
		if (!route.request().headers()["turbo-frame"] || refused === 2) return route.fallback();
		refused += 1;
		await route.fulfill({ status: 503, headers: { "Retry-After": "1", "Content-Type": "text/html" }, body: "<h1>Bad Gateway</h1>" });
	});
	const slot = await page.locator('[name="starts_at"]').nth(2).inputValue();
	const wayan = await Person.arrive(browser, clinic.origin);
	await wayan.login("wayan@demo.test");
	await wayan.page.goto(made);
	await choose(wayan.page, slot);
	await wayan.page.locator("#booking button.btn-primary").click();
	await wayan.page.waitForURL(/\/consultations\/[^/]+$/);
	await page.locator(`[data-slot="taken"][data-starts-at="${slot}"]`).waitFor();
	assert.equal(refused, 2, "it was refused twice, and asked for again each time");
	assert.equal(await page.evaluate(() => "__stayed" in window), true, "the page was not loaded again");
	assert.equal(await page.locator("#complaint").inputValue(), COMPLAINT);
	await page.unroute("**/*");
	await wayan.page.locator('form[action$="/cancel"] button').click();
	await wayan.page.locator('dialog button[value="yes"]').click();
	await wayan.page.locator('p[role="status"]').filter({ visible: true }).first().waitFor();
	await wayan.leave();
});

test("a form that a busy server does not take stays as it is, and says so", async () => {
	const { page } = siti;
	await choose(page);
	await page.route("**/consultations", (route) => route.fulfill({ status: 503, contentType: "text/html", body: "<h1>503</h1>" }));
	await page.locator("#booking button.btn-primary").click();
	const told = page.locator("#not-sent");
	await told.waitFor();
	assert.ok(await isSeen(page, "#not-sent"));
	assert.equal(await page.locator("#complaint").inputValue(), COMPLAINT);
	await page.unroute("**/consultations");
});

test("a session that ends while somebody types leads through the login, and back to the text and the whole address", async () => {
	const { page } = siti;
	await page.locator('a[data-turbo-frame="schedule"][href*="day="]').nth(2).click();
	await page.waitForURL(/day=/);
	const there = page.url();
	await page.locator("#complaint").fill("");
	await page.locator("#complaint").pressSequentially("Nyeri perut seb");
	await endElsewhere("siti@demo.test");
	await page.waitForURL((url) => url.pathname === "/login", { timeout: 5_000 });
	await page.locator('main [role="status"]').filter({ hasText: "tersimpan" }).waitFor();
	await fillLogin(page, "siti@demo.test");
	await page.waitForURL(there);
	await eventually(async () => (await page.locator("#complaint").inputValue()) === "Nyeri perut seb", "the text in its field");
	await page.locator("[data-draft-restored]").waitFor();
});

test("nobody else on the same device gets the text, and its owner's own logout takes it away", async () => {
	const { page, context } = siti;
	const kept = () => page.evaluate(() => Object.entries(localStorage).filter(([name]) => name.startsWith("draft:")));
	assert.ok((await kept()).length > 0);
	assert.ok(!JSON.stringify(await kept()).includes("Nyeri"), "sealed");
	await context.clearCookies();
	await login(page, "budi@demo.test");
	await page.goto(made);
	await page.waitForTimeout(300);
	assert.equal(await page.locator("#complaint").inputValue(), "");
	await logOut(page);
	await login(page, "siti@demo.test");
	await page.goto(made);
	await eventually(async () => (await page.locator("#complaint").inputValue()) === "Nyeri perut seb", "still there for its owner");
	await logOut(page);
	assert.deepEqual(await kept(), []);
	await login(page, "siti@demo.test");
	await page.goto(made);
	await page.waitForTimeout(300);
	assert.equal(await page.locator("#complaint").inputValue(), "");
});

test("a complaint that is sent after the session has ended is there again after the login, with its page", async () => {
	const { page } = siti;
	await page.routeWebSocket(/\/live$/, () => undefined);
	// Another day: she has a consultation today.
	await page.goto(made);
	await page.goto((await page.locator('a[data-turbo-frame="schedule"][href*="day="]').nth(3).getAttribute("href")) ?? "");
	const there = page.url();
	await choose(page);
	await page.locator("#complaint").fill(COMPLAINT);
	await endElsewhere("siti@demo.test");
	await page.locator("#booking button.btn-primary").click();
	const onward = page.locator('main a[href^="/login?return_to="]');
	await onward.click();
	await fillLogin(page, "siti@demo.test");
	await page.waitForURL(there);
	await eventually(async () => (await page.locator("#complaint").inputValue()) === COMPLAINT, "the complaint");
	await choose(page);
	await page.locator("#booking button.btn-primary").click();
	await page.waitForURL(/\/consultations\/[^/]+$/);
	await page.goto(made);
	await page.waitForTimeout(300);
	assert.equal(await page.locator("#complaint").inputValue(), "", "what was sent is kept no more");
});

test("one consultation a day is said where one looks, on a phone, each time it is refused", async () => {
	const { page } = siti;
	for (const again of [false, true]) {
		await choose(page);
		await page.locator("#booking button.btn-primary").scrollIntoViewIfNeeded();
		const answer = page.waitForResponse((response) => response.request().method() === "POST");
		await page.locator("#booking button.btn-primary").click();
		assert.equal((await answer).status(), 409);
		await saidInView(page, `the refusal${again ? " of the second time" : ""}`);
	}
});

test("a refused sign-up says so in view each time, with links in the order of the page", async () => {
	const visitor = await Person.arrive(browser, clinic.origin, PHONE);
	visitor.watch.allow(/status of 422/);
	const { page } = visitor;
	await page.goto("/register");
	await page.locator("#name").fill("Lestari");
	for (const count of [10, 9]) {
		const button = page.locator('form[action="/register"] button.btn-primary');
		await button.scrollIntoViewIfNeeded();
		const answer = page.waitForResponse((response) => response.request().method() === "POST");
		await button.click();
		assert.equal((await answer).status(), 422);
		await saidInView(page, `the summary of ${count}`);
		const links = await page.locator("[data-focus-target] li a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
		const places = await page.evaluate((names) => {
			const ids = [...document.querySelectorAll("[id]")].map((element) => `#${element.id}`);
			return names.map((name) => ids.indexOf(name));
		}, links);
		assert.ok(links.includes("#gender") && links.includes("#consent"), links.join(" "));
		assert.ok(!places.includes(-1));
		assert.deepEqual(
			places,
			places.toSorted((one, other) => one - other),
		);
		assert.ok(await page.locator('[data-password-target="button"]').isVisible(), "the password can still be shown");
		await page.locator("#address").fill("Jl. Mawar 3");
	}
	await visitor.leave();
});

test("a message that the ended session kept from being sent is sent after the login, once", async () => {
	const [wayan, andi] = [await Person.arrive(browser, clinic.origin, PHONE), await Person.arrive(browser, clinic.origin)];
	wayan.watch.allow(/status of 401|WebSocket connection|ERR_INTERNET_DISCONNECTED/);
	await wayan.login("wayan@demo.test");
	await andi.login("made@demo.test");
	await wayan.page.goto(made);
	await choose(wayan.page);
	await wayan.page.locator("#booking button.btn-primary").click();
	await wayan.page.waitForURL(/\/consultations\/[^/]+$/);
	const { page } = wayan;
	const room = new Room(page);
	await clinic.advanceTo(await room.instant("opens-at"), { seconds: 1 });
	await room.becomes("open");
	await room.send("Selamat pagi");
	await wayan.context.setOffline(true);
	await room.composer.fill("Obatnya sudah habis");
	await room.composer.press("Enter");
	await page.locator('li[data-state="failed"]').filter({ hasText: "Obatnya" }).waitFor();
	await room.composer.fill("Dan satu lagi");
	await endElsewhere("wayan@demo.test");
	await wayan.context.setOffline(false);
	await page.waitForURL((url) => url.pathname === "/login", { timeout: 30_000 });
	await fillLogin(page, "wayan@demo.test");
	await page.waitForURL(/\/consultations\/[^/]+$/);
	await room.reads("Obatnya sudah habis");
	assert.equal(await room.log.locator("li").filter({ hasText: "Obatnya" }).count(), 1);
	assert.equal(await room.composer.inputValue(), "Dan satu lagi");
	await clinic.advanceTo(await room.instant("closes-at"), { seconds: 1 });
	await room.becomes("closed");
	await eventually(
		() => page.evaluate(() => !Object.keys(localStorage).some((name) => name.startsWith("draft:"))),
		"nothing of the room is kept after its end",
	);
	await Promise.all([wayan.leave(), andi.leave(), siti.leave()]);
});

async function choose(page: Page, slot?: string): Promise<void> {
	const radio = slot ? page.locator(`[name="starts_at"][value="${slot}"]`) : page.locator('[name="starts_at"]').first();
	await radio.check();
}

/** Somebody logs in elsewhere and ends all other sessions of the account. */
async function endElsewhere(email: string): Promise<void> {
	const elsewhere = await Person.arrive(browser, clinic.origin);
	await elsewhere.login(email);
	await elsewhere.page.goto("/settings/security");
	const others = elsewhere.page.locator('form[action^="/settings/security/sessions/"]');
	for (let left = await others.count(); left > 0; left = await others.count()) {
		await others.first().locator("button").click();
		const dialog = elsewhere.page.locator('dialog button[value="yes"]');
		if (await dialog.isVisible()) await dialog.click();
		await eventually(async () => (await others.count()) < left, "one session less");
	}
	await elsewhere.leave();
}

async function fillLogin(page: Page, email: string): Promise<void> {
	const form = page.locator("form:has([name=password])");
	await form.locator("[name=email]").fill(email);
	await form.locator("[name=password]").fill("praktik-demo");
	await form.locator("button:not([type])").first().click();
}

async function logOut(page: Page): Promise<void> {
	await page.locator("header details summary").click();
	await page.locator('form[action="/logout"] button').click();
	await page.waitForURL((url) => url.pathname === "/login");
}

/** What a form was answered has the focus, and its beginning stands in the window. */
async function saidInView(page: Page, what: string): Promise<void> {
	await eventually(() => page.evaluate(() => document.activeElement?.matches("[data-focus-target]") ?? false), `${what} has the focus`);
	assert.ok(await isSeen(page, "[data-focus-target]"), `${what} is in view`);
}

function isSeen(page: Page, selector: string): Promise<boolean> {
	return page.locator(selector).evaluate((element) => {
		const { top, left } = element.getBoundingClientRect();
		const at = document.elementFromPoint(left + 30, top + 20);
		return top >= 0 && top + 40 < window.innerHeight && at !== null && element.contains(at);
	});
}
