// The one way through: the admin brings a doctor and medicines in, a patient signs up and books, both wait, write, see and hear
// each other, the patient leaves with a prescription, and the room closes behind them. The clocks of both devices are wrong.
// The tests of this file go on where the one before has left the clinic.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DESK, launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { audioEnergy, eventually, framesDecoded, grows, stands } from "../harness/measure.ts";
import { Room } from "../harness/room.ts";

const MINUTE = 60_000;
const ADMIN = { name: "Dewi Lestari", email: "dewi@klinik.test", password: "perahu berlayar ke utara" };
const DOCTOR = { name: "dr. Citra Maharani Lestari", email: "citra@klinik.test", password: "hujan turun di pagi hari" };
const PATIENT = {
	name: "Raden Ayu Kanjeng Putri Maharani Kusumaningrum Wijayakusuma Adiningrat Sastrowardoyo",
	email: "raden.ayu@contoh.test",
	password: "kucing tidur di atas meja",
	nik: "7371095203910007",
};
/** Written into the form by the admin; the others come from a file or from the demo. */
const MEDICINE = "Obatbatukhitam";
const COMPLAINT = "Batuk berdahak sejak lima hari";
const LETTER = "Selamat sore, dok. Batuk saya belum sembuh";

/** The link of the newest letter, from the page on which a demo shows what it would have sent. */
async function invitation(page: Page): Promise<string> {
	let href: string | null = null;
	await eventually(async () => {
		await page.goto("/demo/mail");
		href = await page
			.locator('main a[href^="/password/reset/"]')
			.first()
			.getAttribute("href", { timeout: 500 })
			.catch(() => null);
		return href !== null;
	}, "the letter with the invitation");
	return href ?? "";
}

let clinic: Clinic;
let browser: Browser;
let admin: Person;
let doctor: Person;
let patient: Person;
let wayan: Person;
let patientRoom: Room;
let doctorRoom: Room;
let passwordLink: string;
let startsAt: string;
let broken = false;

before(async () => {
	clinic = await Clinic.open("whole-way");
	await clinic.settle();
	browser = await launch();
	admin = await Person.arrive(browser, clinic.origin);
	doctor = await Person.with(browser, clinic.origin, { timezoneId: "Asia/Jayapura", clockAheadMs: -13 * MINUTE });
	patient = await Person.with(browser, clinic.origin, { viewport: PHONE, timezoneId: "Asia/Jakarta", clockAheadMs: 7 * MINUTE });
	wayan = await Person.arrive(browser, clinic.origin, PHONE);
	// What the tests below provoke: refusals, and a line that is cut.
	admin.watch.allow(/status of 422/);
	patient.watch.allow(/status of (422|410)|ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection/);
	doctor.watch.allow(/status of 410/);
	wayan.watch.allow(/status of 409|WebSocket connection/);
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

step("an admin, made as the command makes one, chooses a password by the link, which then is spent", async () => {
	const link = await clinic.admin(ADMIN.email, ADMIN.name);
	await choosePassword(admin, link, ADMIN);
	await admin.page.goto("/dashboard");
	assert.match(await admin.page.locator("header").innerText(), /Dewi|DL/);
});

step("the admin creates a doctor with hours around the clock, and a letter goes out with the link", async () => {
	const { page } = admin;
	await page.goto("/admin/doctors");
	await page.locator('a[href="/admin/doctors/new"]').click();
	const form = page.locator("#doctor-form");
	await form.locator("[name=name]").fill(DOCTOR.name);
	await form.locator("[name=specialty]").fill("Dokter umum");
	await form.locator("[name=email]").fill(DOCTOR.email);
	await form.locator("[name=str_number]").fill("WN00009876543210");
	await form.locator("[name=sip_number]").fill("503/0999/SIP-DU/DPMPTSP/2026");
	await form.locator("[name=sip_valid_until_day]").fill("20");
	await form.locator("[name=sip_valid_until_month]").selectOption("Mei");
	await form.locator("[name=sip_valid_until_year]").fill("2031");
	const hour = (day: number, edge: "start" | "end") => form.locator(`[name="hours[${day}][0][${edge}]"]`);
	await hour(1, "start").fill("00:00");
	await hour(1, "end").fill("24:00");
	await form.locator('button[value="copy_monday"]').click();
	await eventually(async () => (await hour(5, "end").inputValue()) !== "", "Friday's hours like Monday's");
	for (const day of [6, 7]) {
		await hour(day, "start").fill("00:00");
		await hour(day, "end").fill("24:00");
	}
	assert.equal(await form.locator("[name=name]").inputValue(), DOCTOR.name);
	await form.locator("button.btn-primary").click();
	await page.waitForURL((url) => /^\/admin\/doctors\/(?!new)[^/]+$/.test(url.pathname));
	passwordLink = await invitation(page);
	assert.match(passwordLink, /\/password\/reset\/\S+$/);
});

step("the admin writes one medicine into the form, and imports others from a file, again without doubling any", async () => {
	const { page } = admin;
	await page.goto("/admin/products");
	await page.locator('a[href="/admin/products/new"]').click();
	const form = page.locator('form[action="/admin/products/new"]');
	for (const [name, text] of Object.entries({ name: MEDICINE, form: "sirup", strength: "15 mg/5 ml" })) {
		await form.locator(`[name=${name}]`).fill(text);
	}
	await form.locator("[name=category][value=medicine]").check();
	await form.locator("[name=medicine_class]").selectOption("bebas");
	await form.locator("button.btn-primary").click();
	await page.waitForURL((url) => url.pathname !== "/admin/products/new");
	await page.goto(`/admin/products?q=${MEDICINE}`);
	assert.equal(await page.locator("#products > li").count(), 1);
	const sample = readFileSync(new URL("../../docs/products-sample.csv", import.meta.url), "utf8").trimEnd();
	const file = { name: "obat.csv", mimeType: "text/csv", buffer: Buffer.from(`${sample}\nAmbroxol,tablet,30 mg,keras,medicine,\n`) };
	for (const again of [false, true]) {
		await page.goto("/admin/products/import");
		await page.locator("#file").setInputFiles(file);
		await page.locator('form[action="/admin/products/import"] button.btn-primary').click();
		const done = await page.locator("#import-done").innerText();
		assert.equal(/\b1\b/.test(done), !again, done);
	}
	await page.goto("/admin/products?q=Ambroxol");
	assert.equal(await page.locator("#products > li").count(), 1);
	await admin.leave();
});

step("the doctor chooses a password by the link, which then is spent, and has the list open", async () => {
	const { page } = doctor;
	await choosePassword(doctor, passwordLink, DOCTOR);
	await page.goto("/doctor/consultations");
	assert.equal(await page.locator('main a[href^="/doctor/consultations/"]').count(), 0);
});

step("a patient signs up; wrong fields are told beside them, and the rest is kept", async () => {
	const { page } = patient;
	await page.goto("/register");
	const form = page.locator('form[action="/register"]');
	const fill = (name: string, value: string) => form.locator(`[name=${name}]`).fill(value);
	await fill("name", PATIENT.name);
	await fill("nik", PATIENT.nik.slice(0, 15));
	await fill("birth_place", "Makassar");
	await fill("birth_date_day", "12");
	await form.locator("[name=birth_date_month]").selectOption("Maret");
	await fill("birth_date_year", "1991");
	await form.locator("[name=gender][value=female]").check();
	await fill("address", "Jl. Sultan Alauddin No. 78, Makassar");
	await fill("phone", "081234567890");
	await form.locator("[name=payer][value=bpjs]").check();
	await fill("bpjs_number", "12345");
	await fill("email", PATIENT.email);
	await fill("password", "pendek");
	await form.locator("[name=consent]").check();
	await form.locator("button.btn-primary").click();

	for (const name of ["nik", "bpjs_number", "password"]) {
		const sentence = page.locator(`#${name}-error`);
		assert.ok((await sentence.innerText()).length > 10, `a sentence at ${name}`);
		const field = form.locator(`[name=${name}]`);
		assert.equal(await field.getAttribute("aria-invalid"), "true");
		assert.match((await field.getAttribute("aria-describedby")) ?? "", new RegExp(`${name}-error`));
	}
	assert.equal(await page.locator('[aria-invalid="true"]').count(), 3);
	assert.equal(await form.locator("[name=name]").inputValue(), PATIENT.name);
	assert.equal(await form.locator("[name=address]").inputValue(), "Jl. Sultan Alauddin No. 78, Makassar");
	assert.ok(await form.locator("[name=gender][value=female]").isChecked());
	assert.ok(await form.locator("[name=consent]").isChecked());
	assert.equal(await form.locator("[name=password]").inputValue(), "");

	await fill("nik", PATIENT.nik);
	await fill("bpjs_number", "0001234568907");
	await fill("password", PATIENT.password);
	await form.locator("button.btn-primary").click();
	await page.waitForURL((url) => url.pathname === "/login");
	await patient.login(PATIENT.email, PATIENT.password);
});

step("the patient sees the doctor available and books; who looks on sees it, who races is shown the nearest slots", async () => {
	const { page } = patient;
	await page.goto("/doctors");
	const card = page.locator("#doctors li").filter({ hasText: DOCTOR.name });
	await card.locator('[data-presence="available"]').waitFor();
	await card.locator('a[href^="/doctors/"]').click();
	await page.waitForURL(/\/doctors\/[^/]+$/);
	const path = new URL(page.url()).pathname;
	const slot = page.locator('[name="starts_at"]').first();
	startsAt = await slot.inputValue();

	await wayan.login("wayan@demo.test");
	await wayan.page.goto(path);
	await take(wayan.page, startsAt, "Pusing sejak kemarin");
	// This page hears nothing of what happens meanwhile.
	const deaf = await wayan.context.newPage();
	await deaf.routeWebSocket(/\/live$/, () => undefined);
	await deaf.goto(path);
	await take(deaf, startsAt, "Pusing berputar");

	await take(page, startsAt, COMPLAINT);
	await page.locator("#booking button.btn-primary").click();
	await page.waitForURL(/\/consultations\/[^/]+$/);

	await wayan.page.locator(`[data-slot="taken"][data-starts-at="${startsAt}"]`).waitFor();
	assert.equal(await wayan.page.locator(`[name="starts_at"][value="${startsAt}"]`).count(), 0);
	assert.equal(await wayan.page.locator("#complaint").inputValue(), "Pusing sejak kemarin");

	const answer = deaf.waitForResponse((response) => response.request().method() === "POST");
	await deaf.locator("#booking button.btn-primary").click();
	assert.equal((await answer).status(), 409);
	const nearest = deaf.locator('[role=alert] form[action="/consultations"]');
	await nearest.first().waitFor();
	assert.equal(await nearest.count(), 3);
	assert.equal(await deaf.locator("#complaint").inputValue(), "Pusing berputar");
	await nearest.last().locator("button").click();
	await deaf.waitForURL(/\/consultations\/[^/]+$/);
});

step("the doctor's open list shows them at once, earliest first, with a note and a count; a long name keeps to its line", async () => {
	const { page } = doctor;
	const lines = page.locator('main a[href^="/doctor/consultations/"]');
	await eventually(async () => (await lines.count()) === 2, "both consultations in the doctor's list");
	// What came is the news of this consultation, and leads to it.
	await page.locator('#toasts .notification a[href^="/doctor/consultations/"]').first().waitFor();
	await eventually(async () => (await page.locator("#unread-count").innerText()) === "2", "two unread");
	const times = await lines.locator("time").evaluateAll((all) => all.map((time) => time.getAttribute("datetime") ?? ""));
	assert.deepEqual(times, times.toSorted());
	assert.equal(Date.parse(times[0] ?? ""), Date.parse(startsAt));
	assert.match(await lines.first().innerText(), new RegExp(COMPLAINT.slice(0, 12)));

	await page.setViewportSize({ width: 320, height: 700 });
	await keepsToOneLine(page, page.locator("main [title]").filter({ hasText: PATIENT.name }).first());
	await lines.first().click();
	await page.waitForURL(/\/doctor\/consultations\/[^/]+$/);
	assert.ok(await page.locator("h1").evaluate((name) => name.scrollWidth <= name.clientWidth), "a heading is whole");
	await page.setViewportSize(DESK);
});

step("both wait with the server's countdown, whatever their own clocks say, and both rooms open by themselves", async () => {
	patientRoom = new Room(patient.page);
	doctorRoom = new Room(doctor.page);
	await Promise.all([patientRoom.becomes("waiting"), doctorRoom.becomes("waiting")]);
	const opens = await patientRoom.instant("opens-at");
	assert.equal(Date.parse(opens), Date.parse(startsAt));
	const [early, late] = await Promise.all([doctor, patient].map(({ page }) => page.evaluate(() => Date.now())));
	assert.ok((late ?? 0) - (early ?? 0) > 19 * MINUTE, "the devices' clocks differ");
	await sameTime("waiting", opens);
	assert.equal(await patientRoom.composer.count(), 0);

	await clinic.advanceTo(opens, { seconds: 1 });
	await Promise.all([patientRoom.becomes("open"), doctorRoom.becomes("open")]);
	await Promise.all([patient.page.reload(), doctor.page.reload()]);
	await sameTime("remaining", await doctorRoom.instant("closes-at"));
});

step("a message arrives once, also when the line is cut while it is sent", async () => {
	const { page, context } = patient;
	await patientRoom.send(LETTER);
	await doctorRoom.reads(LETTER);
	await doctorRoom.send("Berdahak warna apa?");
	await patientRoom.reads("warna apa");

	await context.setOffline(true);
	await patientRoom.composer.fill("Kuning kehijauan");
	await patientRoom.composer.press("Enter");
	await page.locator('[role=log] li[data-state="failed"]').waitFor();
	await doctorRoom.send("Ada demam?");
	await context.setOffline(false);
	await Promise.all([doctorRoom.reads("Kuning kehijauan"), patientRoom.reads("Ada demam?")]);

	// The server hears it, but its answer is lost: the browser has to send it again.
	let lost = 0;
	await page.route("**/send", async (route) => {
		if (lost > 0) return route.continue();
		lost += 1;
		await route.fetch();
		return route.abort();
	});
	await patientRoom.send("Tidak, hanya batuk");
	await doctorRoom.reads("hanya batuk");
	await eventually(
		async () => (await page.locator('[role=log] li[data-state="failed"], [role=log] li[data-state="sending"]').count()) === 0,
		"nothing left to send",
	);
	await page.unroute("**/send");
	assert.equal(lost, 1);

	for (const room of [patientRoom, doctorRoom]) {
		const messages = await room.messages();
		for (const words of ["Kuning kehijauan", "Ada demam?", "hanya batuk"]) {
			assert.equal(messages.filter((message) => message.words.includes(words)).length, 1, words);
		}
		assert.equal(messages.length, 5);
	}
	assert.deepEqual(
		(await patientRoom.messages()).map(({ seq }) => seq),
		(await doctorRoom.messages()).map(({ seq }) => seq),
	);
});

step("the patient calls with picture; microphone and camera can be switched off and on", async () => {
	await patientRoom.call("video");
	await doctorRoom.answer();
	await Promise.all([patientRoom.callIs("ongoing"), doctorRoom.callIs("ongoing")]);
	const picture = () => framesDecoded(doctor.page);
	const sound = () => audioEnergy(doctor.page);
	await Promise.all(
		[patient, doctor].flatMap(({ page }) => [grows(() => framesDecoded(page), 20), grows(() => audioEnergy(page), 0.000_1)]),
	);

	const microphone = patient.page.locator('[data-call-target="microphone"]');
	const muted = doctor.page.locator('[data-call-target="remoteMuted"]');
	await microphone.click();
	await muted.waitFor({ state: "visible" });
	assert.equal(await microphone.getAttribute("aria-pressed"), "true");
	await stands(sound, 0.000_05);

	const camera = patient.page.locator('[data-call-target="camera"]');
	await camera.click();
	await stands(picture, 0);
	const duration = doctor.page.locator('[data-call-target="duration"]');
	const shown = await duration.innerText();
	await camera.click();
	await microphone.click();
	await muted.waitFor({ state: "hidden" });
	await Promise.all([grows(picture, 20), grows(sound, 0.000_1)]);
	await eventually(async () => (await duration.innerText()) !== shown, "the duration runs");
	assert.match(await duration.innerText(), /^\d+:\d\d$/);
});

step("after the patient has hung up the doctor stands in the prescription, and issues one with two medicines", async () => {
	const { page } = doctor;
	await patientRoom.hangUp();
	await eventually(() => page.evaluate(() => document.activeElement?.id === "diagnosis"), "the diagnosis has the focus");
	await page.keyboard.type("Bronkitis akut");
	const form = page.locator('form[action$="/prescription"]');
	await form.locator('[data-items-target="add"]').click();
	const medicines = ["Ambroxol", MEDICINE];
	for (const [index, medicine] of medicines.entries()) {
		const field = (name: string) => form.locator(`[name="items[${index}][${name}]"]`);
		const option = field("product_id").locator("option:enabled").filter({ hasText: medicine }).first();
		await field("product_id").selectOption((await option.getAttribute("value")) ?? "");
		await field("dosage").fill("3x sehari");
		await field("quantity").fill("15");
		await field("duration_days").fill("5");
		await field("instructions").fill("sesudah makan");
	}
	await form.locator("button[data-issue]").click();

	const told = patient.page.locator('#toasts .notification a[href^="/prescriptions/"]').filter({ visible: true });
	await told.first().waitFor();
	const other = await patient.context.newPage();
	await other.goto("/prescriptions");
	await other.locator('main a[href^="/prescriptions/"]').first().click();
	await other.waitForURL(/\/prescriptions\/[^/]+$/);
	const sheet = await other.locator("main").innerText();
	for (const words of ["Bronkitis akut", PATIENT.name, DOCTOR.name, ...medicines]) assert.ok(sheet.includes(words), words);
	await other.close();
});

step("the room closes at its time; nothing of it comes back, and what stays is the outcome", async () => {
	const door = await patientRoom.door();
	const room = new URL(patient.page.url()).pathname;
	if (!(await doctor.page.locator("[data-room]").count())) await doctor.page.goto(`/doctor${room}`);
	await doctorRoom.becomes("open");
	// An earlier visit of the open room lies in the history.
	await patient.page.locator('#room-open a[href="/consultations"]').click();
	await patient.page.waitForURL((url) => url.pathname === "/consultations");
	await patient.page.locator(`main a[href="${room}"]`).click();
	await patientRoom.reads(LETTER);

	await clinic.advanceTo(await patientRoom.instant("closes-at"), { seconds: 1 });
	await Promise.all([patientRoom.becomes("closed"), doctorRoom.becomes("closed")]);
	await nothingLeft(patient.page);
	await nothingLeft(doctor.page);
	// What was issued stays beside the closed room, and the form for another is folded beneath it.
	await doctor.page.locator('#prescription a[href^="/prescriptions/"]').waitFor();
	await doctor.page.locator("#prescription details:has(> form) > summary").click();
	await doctor.page.locator('form[action$="/prescription"]').waitFor();
	const outcome = patient.page.locator("#room-closed");
	assert.ok((await outcome.locator('a[href^="/prescriptions/"]').count()) > 0);
	assert.equal(await outcome.locator("li").count(), 1, "the call");

	await patient.page.goBack();
	await patient.page.goBack();
	await patient.page.waitForURL((url) => url.pathname === room);
	await patientRoom.becomes("closed");
	await nothingLeft(patient.page);
	await doctor.page.goto("/dashboard");
	await doctor.page.goBack();
	await doctorRoom.becomes("closed");
	await nothingLeft(doctor.page);

	for (const [person, path] of [
		[patient, door],
		[doctor, `/doctor${door}`],
	] as const) {
		const answer = await person.page.goto(path);
		assert.equal(answer?.status(), 410);
		await person.page.locator('main [data-status="410"] h1').waitFor();
		await nothingLeft(person.page);
	}
});

step("logging out ends the session in every tab", async () => {
	const { page, context } = patient;
	await page.goto("/prescriptions");
	const other = await context.newPage();
	await other.goto("/consultations");
	await page.locator("header details summary").click();
	await page.locator('form[action="/logout"] button').click();
	await page.waitForURL((url) => !url.pathname.startsWith("/prescriptions"));
	await other.waitForURL((url) => url.pathname === "/login");
	await page.goto("/prescriptions");
	assert.equal(new URL(page.url()).pathname, "/login");
	await Promise.all([patient.leave(), doctor.leave(), wayan.leave()]);
});

/** A test that needs all those before it. */
function step(name: string, does: () => Promise<void>): void {
	test(name, async (context) => {
		if (broken) return context.skip("an earlier step failed");
		broken = true;
		await does();
		broken = false;
	});
}

/** Opens a one-time link, chooses a password there and logs in with it; the link is gone then. */
async function choosePassword(person: Person, link: string, own: { email: string; password: string }): Promise<void> {
	const { page } = person;
	await page.goto(link);
	await page.locator("#password").fill(own.password);
	await page.locator(`form[action="${link}"] button.btn-primary`).click();
	await page.waitForURL((url) => url.pathname !== link);
	assert.equal((await page.request.get(link, { maxRedirects: 0 })).status(), 410);
	if (new URL(page.url()).pathname === "/login") await person.login(own.email, own.password);
}

/** Chooses the slot and says what hurts. */
async function take(page: Page, slot: string, complaint: string): Promise<void> {
	await page.locator(`[name="starts_at"][value="${slot}"]`).check();
	await page.locator("#complaint").fill(complaint);
}

async function keepsToOneLine(page: Page, name: ReturnType<Page["locator"]>): Promise<void> {
	const { height, line } = await name.evaluate((element) => ({
		height: element.getBoundingClientRect().height,
		line: Number.parseFloat(getComputedStyle(element).lineHeight),
	}));
	assert.ok(height < line * 1.5, `${height} px high with lines of ${line} px`);
	// Cut while nobody looks at it, whole once somebody does.
	const isCut = () => name.evaluate((element) => element.scrollWidth > element.clientWidth);
	assert.ok(await isCut(), "the name is longer than its line");
	await name.evaluate((element) => element.closest<HTMLElement>("a")?.focus());
	assert.ok(!(await isCut()), "the name is whole on focus");
	await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320, "nothing wider than the window");
}

/** Both show the same time, and it is the server's. */
async function sameTime(target: "waiting" | "remaining", end: string): Promise<void> {
	const shown = async (page: Page) => {
		const words = await page.locator(`[data-room-target="${target}"]`).filter({ visible: true }).first().innerText();
		assert.match(words, /^\d+:\d\d$/);
		const [minutes = 0, seconds = 0] = words.split(":").map(Number);
		return minutes * 60 + seconds;
	};
	await eventually(async () => {
		const [one, other, now] = await Promise.all([shown(patient.page), shown(doctor.page), clinic.now()]);
		const left = (Date.parse(end) - now.getTime()) / 1000;
		return Math.abs(one - other) <= 1 && Math.abs(one - left) <= 2;
	}, `the same time to ${end} on both sides`);
}

async function nothingLeft(page: Page): Promise<void> {
	assert.equal(await page.locator("[role=log] li[data-seq]").count(), 0);
	assert.ok(!(await page.content()).includes(LETTER));
}
