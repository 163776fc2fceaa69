// Every page as each role sees it, in both languages: nothing wider than the window on three widths, nothing that keeps people with
// disabilities out as far as a machine can tell, light and dark. Leaves pictures of all of them in e2e/results, but in CI, where nobody
// would look at them. A route that draws a page and is looked at by nobody fails the last test.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { DESK, launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic, RESULTS } from "../harness/clinic.ts";
import { axe, framesDecoded, grows } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";
import { PROGRAM } from "../harness/served.ts";
import { AWAY, ROLES, type Role } from "../harness/visits.ts";

const NARROW = { width: 320, height: 700 };
const PAPER = { width: 794, height: 1123 };

/** Drawing them is a third of what a visit takes. */
const PICTURES = !process.env["CI"];

/** Routes that are read and draw no page of their own. */
const NO_PAGE: Record<string, string> = {
	"/assets/{*path}": "is a file",
	"/healthz": "answers probes",
	"/readyz": "answers probes",
	"/api/messages/unread-count": "answers scripts with a number",
	"/live": "is a socket",
	"/logo": "is a picture",
	"/photos/{file}": "is a picture",
};

let clinic: Clinic;
let browser: Browser;
let away: Person;
/** Where pages were drawn that refuse nobody. */
const seen = new Set<string>();

before(async () => {
	clinic = await Clinic.open("pages");
	browser = await launch();
	away = await Person.arrive(browser, clinic.origin);
	await away.login(AWAY.email);
	await away.page.locator('#own-presence button[name="away"][value="yes"]').click();
	await away.page.locator('#own-presence [data-presence="away"]').waitFor();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

for (const role of ROLES) test(`all pages of the ${role.name}`, () => lookAtAll(role));

test("a call that runs, on both sides", async () => {
	await away.leave();
	const [siti, andi] = [await Person.arrive(browser, clinic.origin, PHONE), await Person.arrive(browser, clinic.origin)];
	await siti.login("siti@demo.test");
	await andi.login("andi@demo.test");
	const patient = await Room.find(siti.page, "/consultations", "open");
	const doctor = await Room.find(andi.page, "/doctor/consultations", "open");
	await patient.call("video");
	const faults = await look(siti.page, "call-calling", LIGHT);
	const ring = andi.page.locator('form[action$="/answer"]').filter({ visible: true });
	await ring.waitFor();
	faults.push(...(await look(andi.page, "call-ringing", LIGHT)));
	await doctor.answer();
	await Promise.all([patient.callIs("ongoing"), doctor.callIs("ongoing")]);
	await Promise.all([siti, andi].map(({ page }) => grows(() => framesDecoded(page), 20)));
	faults.push(...(await look(siti.page, "call-patient", LIGHT)), ...(await look(andi.page, "call-doctor", DARK)));
	await siti.page.setViewportSize(PHONE);
	await siti.page.locator('[data-action="call#shrink"]').filter({ visible: true }).first().click();
	faults.push(...(await look(siti.page, "call-patient-small", DARK)));
	await patient.hangUp();
	assert.deepEqual(faults, [], faults.join("\n"));
	await Promise.all([siti.leave(), andi.leave()]);
});

test("the page that asks for the password again before one's own data leave", async () => {
	const person = await Person.arrive(browser, clinic.origin);
	await person.login("budi@demo.test");
	await clinic.advance({ minutes: 60 });
	await person.page.goto("/settings/export");
	await person.page.locator('form[action="/settings/export"]').waitFor();
	seen.add(new URL(person.page.url()).pathname);
	const faults = [...(await look(person.page, "patient-export", LIGHT)), ...(await look(person.page, "patient-export", DARK))];
	assert.deepEqual(faults, [], faults.join("\n"));
	await person.leave();
});

test("the clinic's own logo, where it stands", async () => {
	const admin = await Person.arrive(browser, clinic.origin);
	const { page } = admin;
	await admin.login("admin@demo.test");
	// Drawn on a page of its own: one of the clinic would be wiped away under its scripts.
	const paper = await browser.newPage();
	await paper.setContent(
		'<svg xmlns="http://www.w3.org/2000/svg" width="360" height="120"><rect width="360" height="120" fill="#0b5968"/><circle cx="60" cy="60" r="40" fill="#fff"/><text x="120" y="78" font-size="48" fill="#fff">Bersama</text></svg>',
	);
	const buffer = await paper.locator("svg").screenshot();
	await paper.close();
	await page.goto("/admin/settings");
	await page
		.locator('form[action="/admin/settings/logo"] input[type=file]')
		.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer });
	await page.locator('form[action="/admin/settings/logo"] button:not([type=button])').click();
	await page.locator('form[action="/admin/settings/logo/remove"]').waitFor();
	const faults = await look(page, "logo-settings", LIGHT);
	await page.goto("/dashboard");
	await page.locator('header img[src^="/logo"]').waitFor();
	faults.push(...(await look(page, "logo-dashboard", DARK)));
	await page.context().clearCookies();
	await admin.login("siti@demo.test");
	await page.goto("/prescriptions");
	await page.locator('main a[href^="/prescriptions/"]').first().click();
	await page.waitForURL(/\/prescriptions\/[^/]+$/);
	faults.push(...(await look(page, "logo-prescription", LIGHT)), ...(await lookAtPaper(page, "logo-prescription")));
	assert.deepEqual(faults, [], faults.join("\n"));
	await admin.leave();
});

test("every route that draws a page was looked at", () => {
	const lines = execFileSync(PROGRAM, ["routes"], { encoding: "utf8" }).trim().split("\n");
	const routes = lines.map((line) => line.split("\t")).flatMap(([method, path = ""]) => (method === "GET" ? [path] : []));
	assert.ok(routes.length > 40, "the program names its routes");
	const visited = new Set([...seen].map((path) => routeOf(path, routes)));
	assert.deepEqual(unseen(routes, visited), [], "routes without a visit in harness/visits.ts, and not named above as none");
	// The control: a route that nobody visits is named, and an excuse that nobody needs.
	assert.deepEqual(unseen([...routes, "/planted/{id}"], visited), ["/planted/{id}"]);
	for (const excused of Object.keys(NO_PAGE)) assert.ok(routes.includes(excused) && !visited.has(excused), excused);
});

function unseen(routes: string[], visited: Set<string | undefined>): string[] {
	return routes.filter((route) => !visited.has(route) && !(route in NO_PAGE));
}

/** The route of a path: the one without parameters, if there is one. */
function routeOf(path: string, routes: string[]): string | undefined {
	if (routes.includes(path)) return path;
	return routes.find((route) => new RegExp(`^${route.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(path));
}

interface Glance {
	/** Where the machine looks for what keeps people out, by the width and the light. */
	axe: { viewport: typeof PHONE; colorScheme: "light" | "dark" }[];
	pictures: boolean;
}

const LIGHT: Glance = { axe: [{ viewport: PHONE, colorScheme: "light" }], pictures: true };
const DARK: Glance = { axe: [{ viewport: DESK, colorScheme: "dark" }], pictures: true };
/**
 * Markup is the same on every width and in every light, and colours and what is shown differ: each width and each light is looked at once
 * in Indonesian; English brings other words alone, and is looked at once, on a phone in the dark.
 */
const GLANCES: Record<"id" | "en", Glance> = {
	id: { axe: [...LIGHT.axe, ...DARK.axe], pictures: true },
	en: { axe: [{ viewport: PHONE, colorScheme: "dark" }], pictures: false },
};

async function lookAtAll(role: Role): Promise<void> {
	const person = await Person.arrive(browser, clinic.origin);
	person.watch.allow(/status of (401|403|404|409|410|422|425)/);
	const { page } = person;
	if (role.email) await person.login(role.email);
	const visits = await role.visits(page, clinic);
	const faults: string[] = [];
	for (const lang of ["id", "en"] as const) {
		if (lang === "en") {
			await page.goto(role.email ? "/dashboard" : "/");
			await page.locator('form[action="/language"] button[value="en"]').click();
			await page.locator('html[lang="en"]').waitFor();
		}
		for (const visit of visits) {
			const name = `${role.name}-${visit.name}`;
			await page.goto(visit.path);
			await visit.first?.(page);
			if (visit.shows) await page.locator(visit.shows).filter({ visible: true }).first().waitFor();
			assert.equal(await page.locator("html").getAttribute("lang"), lang);
			if ((await page.locator("main [data-status]").count()) === 0) seen.add(new URL(page.url()).pathname);
			const found = await look(page, name, GLANCES[lang]);
			if (visit.print && lang === "id") found.push(...(await lookAtPaper(page, name)));
			faults.push(...found.map((fault) => `${name} (${lang}): ${fault}`));
		}
	}
	assert.deepEqual(faults, [], faults.join("\n"));
	await person.leave();
}

/** One page as it stands, at each width. What is wrong with it. */
async function look(page: Page, name: string, glance: Glance): Promise<string[]> {
	const faults: string[] = [];
	for (const viewport of [NARROW, PHONE, DESK]) {
		await page.setViewportSize(viewport);
		faults.push(...(await excess(page, viewport.width)));
		for (const { colorScheme } of glance.axe.filter((one) => one.viewport === viewport)) {
			await page.emulateMedia({ colorScheme });
			await axe(page).catch((error: Error) => faults.push(`${viewport.width} px, ${colorScheme}: ${error.message}`));
			await page.emulateMedia({ colorScheme: "light" });
		}
		if (PICTURES && glance.pictures && viewport !== NARROW) {
			await page.screenshot({ path: fileURLToPath(new URL(`page-${name}-${viewport.width}.png`, RESULTS)), fullPage: true });
		}
	}
	return faults;
}

/** What a printer makes of it, on paper of A4. */
async function lookAtPaper(page: Page, name: string): Promise<string[]> {
	await page.emulateMedia({ media: "print" });
	await page.setViewportSize(PAPER);
	const faults = await excess(page, PAPER.width);
	if ((await page.locator("body > header, body > footer, .dock").filter({ visible: true }).count()) > 0)
		faults.push("the frame of the page is printed");
	await page.screenshot({ path: fileURLToPath(new URL(`page-${name}-paper.png`, RESULTS)), fullPage: true });
	await page.emulateMedia({ media: null });
	return faults;
}

async function excess(page: Page, width: number): Promise<string[]> {
	const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	return excess > 0 ? [`${excess} px wider than a window of ${width} px`] : [];
}
