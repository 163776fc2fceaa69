// Which pages each role has, for pages.test.ts: where they are, what is done there before looking, and what must be seen then.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { login } from "./browser.ts";
import type { Clinic } from "./clinic.ts";
import { eventually } from "./measure.ts";
import { Room } from "./room.ts";
import { code } from "./served.ts";

const FACTORS = "/settings/security/second-factor";
const PASSWORD = "praktik-demo";
/** The doctor who is away while the pages are looked at. */
export const AWAY = { email: "yohana@demo.test", name: "Yohana" };
/** Somebody with an app, whom nobody else needs. */
const WITH_APP = { email: "rini@klinik.test", name: "Rini Astuti", password: "perahu berlayar ke utara" };

export interface Visit {
	name: string;
	path: string;
	/** What is done there before looking. */
	first?: (page: Page) => Promise<void>;
	/** What the page must show, so that the picture is of what its name says. */
	shows?: string;
	/** Whether its paper is looked at too. */
	print?: boolean;
}

export interface Role {
	name: string;
	email?: string;
	visits: (page: Page, clinic: Clinic) => Promise<Visit[]>;
}

export const ROLES: Role[] = [
	{
		name: "visitor",
		visits: async (_page, clinic) => [
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
			{ name: "password-choose", path: await clinic.admin("dewi@klinik.test", "Dewi Lestari") },
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
			const [visit] = await findAll(page, "/messages", /^\/messages\/[^/]+$/);
			assert.ok(visit, "the conversation of a visit");
			const closed = await closedRoom(page, rooms);
			return [
				{ name: "dashboard", path: "/dashboard" },
				{ name: "doctors", path: "/doctors" },
				{ name: "doctors-none", path: "/doctors?q=zzzz" },
				{ name: "doctor", path: doctor },
				{ name: "booking-refused", path: doctor, first: (page) => send(page, "/consultations") },
				{ name: "consultations", path: "/consultations" },
				...rooms.slice(0, 2).map((path, index) => ({ name: `consultation-${index}`, path })),
				{ name: "messages", path: "/messages" },
				{ name: "conversation", path: visit },
				{ name: "room-gone", path: closed.replace("consultations", "messages"), shows: '[data-status="410"]' },
				{ name: "prescriptions", path: "/prescriptions" },
				...sheets.slice(0, 1).map((path) => ({ name: "prescription", path, print: true })),
				{ name: "notifications", path: "/notifications" },
				{ name: "profile", path: "/profile" },
				{ name: "profile-of-child", path: await find(page, "/profile", /^\/profile\/patients\/[0-9a-f-]{36}$/) },
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
				{ name: "doctors-one-away", path: "/doctors", shows: '#doctors [data-presence="away"]' },
				{ name: "doctor-away", path: await named(page, AWAY.name), shows: '#doctor-presence [data-presence="away"]' },
				{ name: "forbidden", path: "/admin/doctors" },
			];
		},
	},
	{
		name: "waiting-patient",
		email: "budi@demo.test",
		visits: async (page) => {
			await Room.find(page, "/consultations", "waiting");
			const room = new URL(page.url()).pathname;
			return [
				{ name: "consultation", path: room },
				{ name: "room-early", path: room.replace("consultations", "messages"), shows: '[data-status="425"]' },
				{ name: "prescriptions-none", path: "/prescriptions" },
				{ name: "email-confirm", path: await otherAddress(page) },
			];
		},
	},
	{
		name: "late-patient",
		email: "wayan@demo.test",
		visits: async (page) => [{ name: "slot-lost", path: await named(page, "Ratna"), first: loseTheRace, shows: "[role=alert] .slot" }],
	},
	{
		name: "half-signed-in",
		visits: async (page, clinic) => {
			await logInWithApp(page, clinic);
			return [
				{ name: "second-step", path: "/login/second", shows: 'form[action="/login/second"]' },
				{ name: "second-step-refused", path: "/login/second", first: (page) => send(page, "/login/second") },
				{ name: "second-step-recovery", path: "/login/second?recovery" },
			];
		},
	},
	{
		name: "doctor-of-a-visit",
		email: "made@demo.test",
		visits: async (page) => [{ name: "conversation", path: await find(page, "/doctor/messages", /^\/doctor\/messages\/[^/]+$/) }],
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
		visits: async (page, clinic) => {
			const doctor = await find(page, "/admin/doctors", /^\/admin\/doctors\/(?!new)[^/]+$/);
			const person = await find(page, "/admin/people", /^\/admin\/people\/(?!new)[^/]+$/);
			const patient = await find(page, "/admin/patients", /^\/admin\/patients\/(?!new)[^/?]+$/);
			const book = await find(page, `${patient}/book`, /\/book\?doctor=/);
			const product = await find(page, "/admin/products", /^\/admin\/products\/(?!new|import)[^/?]+$/);
			return [
				{ name: "dashboard", path: "/dashboard" },
				{ name: "dashboard-clock", path: "/dashboard", first: (page) => stepClock(page, clinic), shows: '[action="/admin/clock/accept"]' },
				{ name: "doctors", path: "/admin/doctors" },
				{ name: "doctor-new", path: "/admin/doctors/new" },
				{ name: "doctor-refused", path: "/admin/doctors/new", first: (page) => send(page, "/admin/doctors/new") },
				{ name: "doctor-edit", path: doctor },
				{ name: "recovery-sheet", path: "/admin/recovery-sheet" },
				{ name: "recovery-sheet-shown", path: "/admin/recovery-sheet", first: showSheet, shows: "#sheet", print: true },
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

/** Sends the form that goes to this address as it stands, which the clinic refuses. */
async function send(page: Page, action: string): Promise<void> {
	const form = page.locator(`main form[action$="${action}"]`);
	await form.locator("button:not([type=button]):not(.sr-only)").filter({ visible: true }).last().click();
	await page.locator('main [role="alert"]').filter({ visible: true }).first().waitFor();
}

/** Sets the machine's clock, which the clinic does not follow until it is told to. */
async function stepClock(page: Page, clinic: Clinic): Promise<void> {
	await clinic.setWall({ minutes: 25 });
	await page.reload();
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
	await page.locator('main [role="alert"]').filter({ visible: true }).first().waitFor();
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

/** Of the patient's rooms, one that has closed. */
async function closedRoom(page: Page, rooms: string[]): Promise<string> {
	for (const path of rooms) {
		await page.goto(path);
		if (await page.locator('[data-room="closed"]').count()) return path;
	}
	throw new Error("no room has closed");
}

/** The page of the doctor with this name. */
async function named(page: Page, name: string): Promise<string> {
	await page.goto("/doctors");
	const href = await page.locator("#doctors li").filter({ hasText: name }).locator('a[href^="/doctors/"]').first().getAttribute("href");
	return href ?? "/nowhere";
}

/** Books what somebody else has, as one does who clicks a moment too late. */
async function loseTheRace(page: Page): Promise<void> {
	const taken = await page.locator('[data-slot="taken"]').first().getAttribute("data-starts-at");
	assert.ok(taken, "nobody has booked this doctor");
	const slot = page.locator('[name="starts_at"]').first();
	await slot.check();
	await slot.evaluate((field: HTMLInputElement, taken) => {
		field.value = taken;
	}, taken);
	await page.locator("#booking button.btn-primary").click();
	await page.locator('[role=alert] form[action="/consultations"]').first().waitFor();
}

/** Asks for another address, and finds the link that goes there. */
async function otherAddress(page: Page): Promise<string> {
	await page.goto("/settings/security/email");
	await page.locator("#email").fill("budi.baru@demo.test");
	await page.locator("#current_password").fill(PASSWORD);
	await page.locator('main form[action="/settings/security/email"] button:not([type=button])').click();
	await page.waitForURL((url) => url.pathname === "/settings/security");
	let href: string | null = null;
	await eventually(async () => {
		await page.goto("/demo/mail");
		const link = page.locator('main a[href^="/email/confirm/"]');
		href = (await link.count()) > 0 ? await link.first().getAttribute("href") : null;
		return href !== null;
	}, "the letter to the other address");
	return href ?? "";
}

/** Makes an account, sets an app up and logs in anew, as far as its code. */
async function logInWithApp(page: Page, clinic: Clinic): Promise<void> {
	const { email, name, password } = WITH_APP;
	await page.goto(await clinic.admin(email, name));
	await page.locator("#password").fill(password);
	await page.locator("main form button.btn-primary").click();
	await page.waitForURL((url) => !url.pathname.startsWith("/password/"));
	await login(page, email, password);
	await page.goto(`${FACTORS}/totp`);
	const secret = await page.locator("#totp-secret").innerText();
	await page.locator("[name=code]").fill(code(secret, 0, (await clinic.now()).getTime()));
	await page.locator("main form button.btn-primary").click();
	await page.locator("#recovery-codes").waitFor();
	await page.context().clearCookies();
	await login(page, email, password);
	await page.waitForURL((url) => url.pathname === "/login/second");
}

async function showSheet(page: Page): Promise<void> {
	await page.locator("#password").fill(PASSWORD);
	await page.locator('main form[action="/admin/recovery-sheet/show"] button:not([type=button])').click();
	await page.locator("#sheet").waitFor();
}
