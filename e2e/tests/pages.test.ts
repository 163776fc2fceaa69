// Every page as each role sees it, on three widths, in both languages, light and dark: nothing wider than the window, nothing that
// keeps people with disabilities out as far as a machine can tell. Leaves pictures of all of them in e2e/results.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { DESK, launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic, RESULTS } from "../harness/clinic.ts";
import { axe } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

const FACTORS = "/settings/security/second-factor";
const NARROW = { width: 320, height: 700 };

interface Visit {
	name: string;
	path: string;
	/** What is done there before looking. */
	first?: (page: Page) => Promise<void>;
}

interface Role {
	name: string;
	email?: string;
	visits: (page: Page) => Promise<Visit[]>;
}

const ROLES: Role[] = [
	{
		name: "visitor",
		visits: async () => [
			{ name: "welcome", path: "/" },
			{ name: "login", path: "/login" },
			{ name: "login-refused", path: "/login", first: (page) => send(page, "/login") },
			{ name: "register", path: "/register" },
			{ name: "privacy", path: "/privacy" },
			{ name: "terms", path: "/terms" },
			{ name: "demo-mail", path: "/demo/mail" },
			{ name: "register-refused", path: "/register", first: (page) => send(page, "/register") },
			{ name: "forgot", path: "/password/forgot" },
			{ name: "forgot-refused", path: "/password/forgot", first: (page) => send(page, "/password/forgot") },
			{ name: "forgot-sent", path: "/password/forgot?sent" },
			{ name: "link-gone", path: "/password/reset/gone" },
			{ name: "email-link-gone", path: "/email/confirm/gone" },
			{ name: "not-found", path: "/nowhere" },
		],
	},
	{
		name: "patient",
		email: "siti@demo.test",
		visits: async (page) => {
			const doctor = await find(page, "/doctors", /^\/doctors\/[^/?]+$/);
			const sheets = await findAll(page, "/prescriptions", /^\/prescriptions\/[^/]+$/);
			const rooms = await findAll(page, "/consultations", /^\/consultations\/[^/]+$/);
			const child = (await findAll(page, "/profile/patients", /^\/doctors\?patient_id=/)).at(-1) ?? "/nowhere";
			return [
				{ name: "dashboard", path: "/dashboard" },
				{ name: "doctors", path: "/doctors" },
				{ name: "doctors-none", path: "/doctors?q=zzzz" },
				{ name: "doctor", path: doctor },
				{ name: "booking-refused", path: doctor, first: (page) => send(page, "/consultations") },
				{ name: "consultations", path: "/consultations" },
				...rooms.slice(0, 2).map((path, index) => ({ name: `consultation-${index}`, path })),
				{ name: "messages", path: "/messages" },
				{ name: "prescriptions", path: "/prescriptions" },
				...sheets.slice(0, 1).map((path) => ({ name: "prescription", path })),
				{ name: "notifications", path: "/notifications" },
				{ name: "profile", path: "/profile" },
				{ name: "photo-refused", path: "/profile", first: (page) => send(page, "/profile/photo") },
				{ name: "security", path: "/settings/security" },
				{ name: "security-refused", path: "/settings/security", first: (page) => send(page, "/settings/security") },
				{ name: "email", path: "/settings/security/email" },
				{ name: "email-refused", path: "/settings/security/email", first: (page) => send(page, "/settings/security/email") },
				{ name: "own-data", path: "/settings/data" },
				{ name: "access-log", path: "/settings/access-log" },
				{ name: "consent", path: "/consent" },
				{ name: "second-factor", path: FACTORS },
				{ name: "totp", path: `${FACTORS}/totp` },
				{ name: "totp-refused", path: `${FACTORS}/totp`, first: (page) => send(page, `${FACTORS}/totp`) },
				{ name: "confirm", path: "/settings/security/confirm" },
				{ name: "confirm-refused", path: "/settings/security/confirm", first: (page) => send(page, "/settings/security/confirm") },
				{ name: "in-care", path: "/profile/patients" },
				{ name: "further", path: "/profile/patients/new" },
				{ name: "further-newborn", path: "/profile/patients/new", first: (page) => page.locator("#newborn").check() },
				{ name: "further-refused", path: "/profile/patients/new", first: (page) => send(page, "/profile/patients/new") },
				{ name: "doctors-for-child", path: child },
				{ name: "forbidden", path: "/admin/doctors" },
			];
		},
	},
	{
		name: "waiting-patient",
		email: "budi@demo.test",
		visits: async (page) => {
			await Room.find(page, "/consultations", "waiting");
			return [
				{ name: "consultation", path: new URL(page.url()).pathname },
				{ name: "prescriptions-none", path: "/prescriptions" },
			];
		},
	},
	{
		name: "doctor",
		email: "andi@demo.test",
		visits: async (page) => {
			await Room.find(page, "/doctor/consultations", "open");
			const room = new URL(page.url()).pathname;
			const written = await findAll(page, "/doctor/prescriptions", /^\/(doctor\/)?prescriptions\/[^/]+$/);
			const create = `${room.replace("consultations", "appointments")}/prescription/create`;
			return [
				{ name: "dashboard", path: "/dashboard" },
				{ name: "consultations", path: "/doctor/consultations" },
				{ name: "presence", path: "/doctor/presence" },
				{ name: "workspace", path: room },
				{ name: "prescription-write", path: create },
				{ name: "prescription-refused", path: create, first: (page) => send(page, "/prescription") },
				{ name: "messages", path: "/doctor/messages" },
				{ name: "prescriptions", path: "/doctor/prescriptions" },
				...written.slice(0, 1).map((path) => ({ name: "prescription", path })),
				...written.slice(0, 1).map((path) => ({ name: "prescription-edit", path: `/doctor/prescriptions/${path.split("/").pop()}/edit` })),
				{ name: "notifications", path: "/notifications" },
				{ name: "profile", path: "/profile" },
				{ name: "photo-refused", path: "/profile", first: (page) => send(page, "/profile/photo") },
			];
		},
	},
	{
		name: "waiting-doctor",
		email: "ratna@demo.test",
		visits: async (page) => {
			await Room.find(page, "/doctor/consultations", "waiting");
			return [{ name: "workspace", path: new URL(page.url()).pathname }];
		},
	},
	{
		name: "admin",
		email: "admin@demo.test",
		visits: async (page) => {
			const doctor = await find(page, "/admin/doctors", /^\/admin\/doctors\/(?!new)[^/]+$/);
			const person = await find(page, "/admin/people", /^\/admin\/people\/(?!new)[^/]+$/);
			const patient = await find(page, "/admin/patients", /^\/admin\/patients\/(?!new)[^/?]+$/);
			const book = await find(page, `${patient}/book`, /\/book\?doctor=/);
			const product = await find(page, "/admin/products", /^\/admin\/products\/(?!new|import)[^/?]+$/);
			return [
				{ name: "dashboard", path: "/dashboard" },
				{ name: "doctors", path: "/admin/doctors" },
				{ name: "doctor-new", path: "/admin/doctors/new" },
				{ name: "doctor-refused", path: "/admin/doctors/new", first: (page) => send(page, "/admin/doctors/new") },
				{ name: "doctor-edit", path: doctor },
				{ name: "recovery-sheet", path: "/admin/recovery-sheet" },
				{ name: "patients", path: "/admin/patients" },
				{ name: "patients-found", path: "/admin/patients", first: (page) => search(page, "rahmawati") },
				{ name: "patients-none", path: "/admin/patients", first: (page) => search(page, "zzzz") },
				{ name: "patients-contested", path: "/admin/patients?contested=1" },
				{ name: "patient-new", path: "/admin/patients/new" },
				{ name: "patient-new-refused", path: "/admin/patients/new", first: (page) => send(page, "/admin/patients/new") },
				{ name: "patient", path: patient, first: openAll },
				{ name: "patient-refused", path: patient, first: refuseNik },
				{ name: "patient-book", path: `${patient}/book` },
				{ name: "patient-slots", path: book },
				{ name: "products", path: "/admin/products" },
				{ name: "products-none", path: "/admin/products?q=zzzz" },
				{ name: "product-new", path: "/admin/products/new" },
				{ name: "product-refused", path: "/admin/products/new", first: (page) => send(page, "/admin/products/new") },
				{ name: "product-edit", path: product },
				{ name: "import", path: "/admin/products/import" },
				{ name: "import-refused", path: "/admin/products/import", first: (page) => send(page, "/admin/products/import") },
				{ name: "more", path: "/admin/more" },
				{ name: "people", path: "/admin/people" },
				{ name: "person-new", path: "/admin/people/new" },
				{ name: "person-refused", path: "/admin/people/new", first: (page) => send(page, "/admin/people/new") },
				{ name: "person", path: person },
				{ name: "settings", path: "/admin/settings" },
				{
					name: "settings-refused",
					path: "/admin/settings",
					first: (page) =>
						page
							.locator("[name=slot_minutes]")
							.fill("7")
							.then(() => send(page, "/admin/settings")),
				},
				{ name: "legal-text", path: "/admin/settings/texts/terms" },
				{ name: "audit", path: "/admin/audit" },
				{ name: "audit-none", path: "/admin/audit?action=withdraw" },
			];
		},
	},
	{
		name: "pharmacist",
		email: "apotek@demo.test",
		visits: async () => [
			{ name: "dashboard", path: "/dashboard" },
			{ name: "profile", path: "/profile" },
		],
	},
];

let clinic: Clinic;
let browser: Browser;

before(async () => {
	clinic = await Clinic.open("pages");
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

describe("pages", { concurrency: 2 }, () => {
	for (const role of ROLES) test(`all pages of the ${role.name}`, () => lookAtAll(role));
});

async function lookAtAll(role: Role): Promise<void> {
	const person = await Person.arrive(browser, clinic.origin);
	person.watch.allow(/status of (401|403|404|409|410|422)/);
	const { page } = person;
	if (role.email) await person.login(role.email);
	const visits = await role.visits(page);
	const faults: string[] = [];
	for (const lang of ["id", "en"]) {
		if (lang === "en") {
			await page.goto(role.email ? "/dashboard" : "/");
			await page.locator('form[action="/language"] button[value="en"]').click();
			await page.locator('html[lang="en"]').waitFor();
		}
		for (const visit of visits) {
			await page.goto(visit.path);
			await visit.first?.(page);
			assert.equal(await page.locator("html").getAttribute("lang"), lang);
			for (const fault of await look(page, `${role.name}-${visit.name}`, lang))
				faults.push(`${role.name}-${visit.name} (${lang}): ${fault}`);
		}
	}
	assert.deepEqual(faults, [], faults.join("\n"));
	await person.leave();
}

/** One page in one language: at each width, light and dark. What is wrong with it. */
async function look(page: Page, name: string, lang: string): Promise<string[]> {
	const faults: string[] = [];
	for (const viewport of [NARROW, PHONE, DESK]) {
		await page.setViewportSize(viewport);
		const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		if (excess > 0) faults.push(`${excess} px wider than a window of ${viewport.width} px`);
		// What a phone of 320 px shows differs from one of 360 px in width alone.
		for (const colorScheme of viewport === NARROW ? (["light"] as const) : (["dark", "light"] as const)) {
			await page.emulateMedia({ colorScheme });
			try {
				await axe(page);
			} catch (error) {
				faults.push(`${viewport.width} px, ${colorScheme}: ${(error as Error).message}`);
			}
		}
		if (lang === "id" && viewport !== NARROW) {
			await page.screenshot({ path: fileURLToPath(new URL(`page-${name}-${viewport.width}.png`, RESULTS)), fullPage: true });
		}
	}
	return faults;
}

/** Sends the form that goes to this address as it stands, which the clinic refuses. */
async function send(page: Page, action: string): Promise<void> {
	const form = page.locator(`main form[action$="${action}"]`);
	await form.locator("button:not([type=button]):not(.sr-only)").filter({ visible: true }).last().click();
	await page.locator('main [role="alert"]').first().waitFor();
}

/** Looks for patients at the front desk. */
async function search(page: Page, text: string): Promise<void> {
	await page.locator("#q").fill(text);
	await page.locator("form[role=search] button").click();
	await page.locator(`#q[value="${text}"]`).waitFor();
}

async function openAll(page: Page): Promise<void> {
	for (const summary of await page.locator("main details summary").all()) await summary.click();
}

async function refuseNik(page: Page): Promise<void> {
	await openAll(page);
	await page.locator('main form[action$="/nik"] button').click();
	await page.locator('main [role="alert"]').first().waitFor();
}

async function findAll(page: Page, list: string, wanted: RegExp): Promise<string[]> {
	await page.goto(list);
	const hrefs = await page.locator("main a[href]").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
	return [...new Set(hrefs.filter((href) => wanted.test(href)))];
}

async function find(page: Page, list: string, wanted: RegExp): Promise<string> {
	const [first] = await findAll(page, list, wanted);
	assert.ok(first, `${list} leads nowhere`);
	return first;
}
