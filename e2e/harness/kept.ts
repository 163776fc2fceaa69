// Every form of the clinic that keeps what is typed freely: who has it, where it stands, what makes it whole, and how long its free
// fields may be. What is bound (a name of letters, a number, a day, an address of a mailbox) takes no free text and is filled validly.
import type { Page } from "playwright-core";

/** Free fields by name, each with the most that it takes. */
export type Free = Record<string, number>;

export interface Kept {
	/** The account, or nobody's. */
	who: string;
	/** Where the form goes. */
	action: RegExp;
	/** The page on which it stands; `turn` counts the times it is sent. */
	open: (page: Page, turn: number) => Promise<void>;
	free: Free;
	/** Values without which it would be refused. `*` chooses the first that can be chosen. */
	whole?: (turn: number) => Record<string, string>;
	/** Goes to where it reads, if neither the answer nor a page that links lead to shows it. */
	reads?: (page: Page, turn: number) => Promise<void>;
}

export const NOBODY = "";
const ID = "[0-9a-f-]{36}";
const SITI = "siti@demo.test";
const ANDI = "andi@demo.test";
const ADMIN = "admin@demo.test";
const PASSWORD = "kucing tidur di atas meja";
const ADDRESS = { address: 300 };
const HEALTH = { allergies: 1_000, medicines_in_use: 1_000 };
const MEDICINE = { diagnosis: 2_000, notes: 2_000, "items[0][dosage]": 100, "items[0][instructions]": 500 };
const DOCTOR = { name: 120, specialty: 64, str_number: 64, sip_number: 64, biography: 2_000 };
const PRODUCT = { name: 120, form: 60, strength: 60 };
const TEXTS = { body_id: 20_000, body_en: 20_000 };

/**
 * Fields of text that keep no free text, by the action of their form and their name: rules read a number, a day, letters, a code or an
 * address out of them, and refuse the rest.
 */
export const BOUND =
	/ (email|nik|mother_nik|birth_order|birth_place|phone|bpjs_number|weight|kfa_code|slot_minutes|retention_years|code|first_group|second_group|hours\[.*|items\[\d+\]\[(quantity|duration_days)\]|[a-z_]+_(day|month|year))$|^(\/register|\/profile\/patients\/new|\/admin\/patients\/(new|ID\/identity)) name$/;

/**
 * Free fields that are filled elsewhere: messages and what is searched for by their own tests in xss.test.ts, a passkey's name by
 * passkeys.test.ts, since it needs a passkey.
 */
export const ELSEWHERE = / (message|passkey_name|q)$/;

let made = 0;

/** A girl of 12 March 1991, with a NIK of her own each time. */
function girl(): Record<string, string> {
	made += 1;
	const born = { birth_place: "Makassar", birth_date_day: "12", birth_date_month: "3", birth_date_year: "1991" };
	return { name: "Melati Wijaya", nik: nik(), ...born, gender: "female", payer: "general", consent: "yes" };
}

function nik(): string {
	made += 1;
	return `737109520391${String(9_000 - made)}`;
}

/** Somebody's mailbox, another one in each turn. */
function mailbox(name: string, turn: number): string {
	return `${name}.${turn}@contoh.test`;
}

export const FORMS: Kept[] = [
	{
		who: NOBODY,
		action: /^\/register$/,
		open: go("/register"),
		free: ADDRESS,
		whole: (turn) => ({ ...girl(), email: mailbox("melati", turn), password: PASSWORD }),
		reads: async (page, turn) => {
			await page.goto("/login");
			await page.locator("#email").fill(mailbox("melati", turn));
			await page.locator("#password").fill(PASSWORD);
			await page.locator("main form button.btn-primary").click();
			await page.waitForURL((url) => url.pathname !== "/login");
			await page.goto("/profile");
		},
	},
	{ who: SITI, action: /^\/profile$/, open: go("/profile"), free: { ...ADDRESS, ...HEALTH } },
	{
		who: SITI,
		action: /^\/profile\/patients\/new$/,
		open: go("/profile/patients/new"),
		free: ADDRESS,
		whole: () => ({ ...girl(), relationship: "child" }),
		reads: follow("/profile", `^/profile/patients/${ID}$`, "last"),
	},
	{
		who: SITI,
		action: new RegExp(`^/profile/patients/${ID}$`),
		open: follow("/profile", `^/profile/patients/${ID}$`),
		free: { ...ADDRESS, ...HEALTH },
	},
	{
		who: SITI,
		action: /^\/consultations$/,
		open: async (page, turn) => {
			await follow("/doctors", `^/doctors/${ID}$`)(page, turn);
			await another(page, turn);
		},
		free: { complaint: 2_000 },
		whole: () => ({ starts_at: "*" }),
	},
	{
		who: ANDI,
		action: new RegExp(`^/doctor/appointments/${ID}/prescription$`),
		open: follow("/doctor/consultations", `^/doctor/consultations/${ID}$`),
		free: MEDICINE,
		whole: () => medicine(),
		reads: follow("/doctor/prescriptions", `^/(doctor/)?prescriptions/${ID}$`),
	},
	{
		who: ANDI,
		action: new RegExp(`^/doctor/prescriptions/${ID}$`),
		open: async (page, turn) => {
			await follow("/doctor/prescriptions", `^/(doctor/)?prescriptions/${ID}$`)(page, turn);
			await page.goto(`/doctor/prescriptions/${new URL(page.url()).pathname.split("/").pop()}/edit`);
		},
		free: MEDICINE,
		whole: () => medicine(),
		reads: follow("/doctor/prescriptions", `^/(doctor/)?prescriptions/${ID}$`),
	},
	{
		who: ANDI,
		action: new RegExp(`^/doctor/patients/${ID}/health$`),
		open: follow("/doctor/consultations", `^/doctor/consultations/${ID}$`),
		free: HEALTH,
	},
	{ who: ANDI, action: /^\/profile$/, open: go("/profile"), free: { ...ADDRESS, biography: 2_000 } },
	{ who: "apotek@demo.test", action: /^\/profile$/, open: go("/profile"), free: ADDRESS },
	{ who: ADMIN, action: /^\/profile$/, open: go("/profile"), free: ADDRESS },
	{
		who: ADMIN,
		action: /^\/admin\/doctors\/new$/,
		open: go("/admin/doctors/new"),
		free: DOCTOR,
		whole: (turn) => ({ ...day("sip_valid_until", 2031, turn), email: mailbox("dokter", turn) }),
	},
	{
		who: ADMIN,
		action: new RegExp(`^/admin/doctors/${ID}$`),
		open: follow("/admin/doctors", `^/admin/doctors/${ID}$`),
		free: DOCTOR,
	},
	{
		who: ADMIN,
		action: new RegExp(`^/admin/doctors/${ID}/days-off$`),
		open: follow("/admin/doctors", `^/admin/doctors/${ID}$`),
		free: { reason: 120 },
		whole: (turn) => ({ ...day("first_day", 2027, turn), ...day("last_day", 2027, turn) }),
	},
	{
		who: ADMIN,
		action: /^\/admin\/people\/new$/,
		open: go("/admin/people/new"),
		free: { name: 120 },
		whole: (turn) => ({ role: "pharmacist", email: mailbox("apoteker", turn) }),
	},
	{
		who: ADMIN,
		action: new RegExp(`^/admin/people/${ID}$`),
		open: async (page) => {
			await page.goto("/admin/people");
			await page.locator('main a[href^="/admin/people/"]').filter({ hasText: "apotek@demo.test" }).click();
			await page.waitForURL((url) => url.pathname !== "/admin/people");
		},
		free: { name: 120 },
	},
	{
		who: ADMIN,
		action: /^\/admin\/settings$/,
		open: go("/admin/settings"),
		free: { name: 80, address: 240, city: 64 },
	},
	{
		who: ADMIN,
		action: /^\/admin\/settings\/texts\/terms$/,
		open: go("/admin/settings/texts/terms"),
		free: TEXTS,
		whole: () => ({ material: "no" }),
		reads: go("/terms"),
	},
	{
		who: ADMIN,
		action: /^\/admin\/settings\/texts\/privacy$/,
		open: go("/admin/settings/texts/privacy"),
		free: TEXTS,
		whole: () => ({ material: "no" }),
		reads: go("/privacy"),
	},
	{ who: ADMIN, action: /^\/admin\/patients$/, open: go("/admin/patients"), free: { q: 200 } },
	{ who: ADMIN, action: /^\/admin\/patients\/new$/, open: go("/admin/patients/new"), free: ADDRESS, whole: girl },
	{
		who: ADMIN,
		action: new RegExp(`^/admin/patients/${ID}/identity$`),
		open: follow("/admin/patients", `^/admin/patients/${ID}$`),
		free: ADDRESS,
	},
	{
		who: ADMIN,
		action: new RegExp(`^/admin/patients/${ID}/nik$`),
		open: follow("/admin/patients", `^/admin/patients/${ID}$`),
		free: { reason: 300 },
		whole: () => ({ change: "correct", nik: nik() }),
	},
	{
		who: ADMIN,
		action: new RegExp(`^/admin/patients/${ID}/book$`),
		open: async (page, turn) => {
			await follow("/admin/patients", `^/admin/patients/${ID}$`)(page, turn);
			await page.goto(`${new URL(page.url()).pathname}/book`);
			await page.locator("main li a[href*='/book?doctor=']").first().click();
			await page.waitForURL((url) => url.search.includes("doctor="));
			await another(page, turn);
		},
		free: { complaint: 2_000 },
		whole: () => ({ starts_at: "*" }),
	},
	{ who: ADMIN, action: /^\/admin\/products$/, open: go("/admin/products"), free: { q: 100 } },
	{
		who: ADMIN,
		action: /^\/admin\/products\/new$/,
		open: go("/admin/products/new"),
		free: PRODUCT,
		whole: () => ({ category: "medicine", medicine_class: "*" }),
	},
	{
		who: ADMIN,
		action: new RegExp(`^/admin/products/${ID}$`),
		open: follow("/admin/products", `^/admin/products/${ID}$`),
		free: PRODUCT,
	},
];

function medicine(): Record<string, string> {
	return { "items[0][product_id]": "*", "items[0][quantity]": "5", "items[0][duration_days]": "5" };
}

/** The three parts of a day, another one in each turn. */
function day(field: string, year: number, turn: number): Record<string, string> {
	return { [`${field}_day`]: "10", [`${field}_month`]: String(turn + 1), [`${field}_year`]: String(year) };
}

function go(path: string): Kept["open"] {
	return async (page) => void (await page.goto(path));
}

/** Goes to the first (or last) page that a list links to. */
function follow(list: string, wanted: string, which: "first" | "last" = "first"): Kept["open"] {
	return async (page) => {
		await page.goto(list);
		const hrefs = await page.locator("main a[href]").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
		const found = hrefs.filter((href) => new RegExp(wanted).test(href));
		const href = which === "first" ? found[0] : found.at(-1);
		if (!href) throw new Error(`${list} leads to nothing like ${wanted}`);
		await page.goto(href);
	};
}

/** Chooses another day of the schedule in each turn, since nobody has two consultations on one. */
async function another(page: Page, turn: number): Promise<void> {
	const href = await page
		.locator("#schedule a[href*='day=']")
		.nth(2 + turn)
		.getAttribute("href");
	await page.goto(href ?? "");
}
