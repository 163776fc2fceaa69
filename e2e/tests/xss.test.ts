// Everything that can be typed is typed as an attack: each field of text of each form on each page of each person, and where many
// can be kept at once, all of them one by one. Then every page is opened again, and nothing of it may have come to life.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { PAYLOADS } from "../harness/payloads.ts";
import { Room } from "../harness/room.ts";

/** Stands beside each payload, so that it can be told whether a page shows what was kept. */
const MARK = "xssmark";
const ALL = PAYLOADS.map((payload) => `${MARK} ${payload}`).join(" \n");
/** Of pages that differ by their id alone so many are looked at. */
const ALIKE = 2;

const PEOPLE = ["siti@demo.test", "budi@demo.test", "andi@demo.test", "made@demo.test", "admin@demo.test", "apotek@demo.test"];

let clinic: Clinic;
let browser: Browser;
const people = new Map<string, Person>();

before(async () => {
	clinic = await Clinic.open("xss");
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

test("what would run is noticed on a page that lets it", async () => {
	const html = (body: string) => `<!doctype html><title>a</title><main>${body}</main>`;
	const bodies = [PAYLOADS[0], PAYLOADS[4], PAYLOADS[24], "<script>alert(1)</script>", "<a href='javascript:xss()'>a</a>"];
	const server: Server = createServer((request, response) => {
		const body = bodies[Number(new URL(request.url ?? "/", "http://a").searchParams.get("n"))] ?? "";
		response.setHeader("content-type", "text/html").end(html(body));
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	for (const n of bodies.keys()) {
		const person = await arrive(origin);
		await person.page.goto(`/?n=${n}`);
		await person.page.waitForTimeout(100);
		const seen = await intruders(person.page);
		const told = await person.leave().then(
			() => "",
			(error: Error) => error.message,
		);
		assert.ok(seen.length > 0 || /dialog|thrown/.test(told), `${bodies[n]} went unnoticed`);
	}
	const policy = await arrive(clinic.origin);
	await policy.page.goto("/login");
	await policy.page.evaluate(() => {
		const script = document.createElement("script");
		script.textContent = "xss()";
		document.body.append(script);
	});
	await assert.rejects(policy.leave(), /policy/i);
	server.close();
});

test("messages, medicines and prescriptions keep every payload as text", async () => {
	for (const email of PEOPLE) {
		const person = await arrive(clinic.origin);
		await person.login(email);
		people.set(email, person);
	}
	const patient = member("siti@demo.test").page;
	await Room.find(patient, "/consultations", "open");
	const room = new URL(patient.url()).pathname;
	const conversation = room.replace("/consultations/", "/messages/");
	for (const payload of PAYLOADS) {
		const status = await post(patient, `${conversation}/send`, { message: `${MARK} ${payload}`, client_id: crypto.randomUUID() });
		assert.equal(status, 200, payload);
	}
	const doctor = member("andi@demo.test").page;
	await doctor.goto(`/doctor${room}`);
	assert.equal(await post(doctor, `/doctor${conversation}/send`, { message: ALL, client_id: crypto.randomUUID() }), 200);

	const admin = member("admin@demo.test").page;
	await admin.goto("/admin/products/import");
	const quoted = PAYLOADS.map(
		(payload, n) =>
			`"${n} ${payload
				.replaceAll('"', '""')
				.replaceAll(/[\t\u200b]/g, " ")
				.slice(0, 90)}"`,
	);
	const lines = quoted.map((name) => `${name},tablet,5 mg,bebas,medicine,`);
	const csv = ["name,form,strength,medicine_class,category,kfa_code", ...lines].join("\n");
	await admin.setInputFiles("input[type=file]", { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
	await admin.locator("form[enctype] button.btn-primary").click();
	await admin.locator("#import-done").waitFor();

	await doctor.goto(`/doctor${room.replace("consultations", "appointments")}/prescription/create`);
	const product = await doctor.locator('[name="items[0][product_id]"] option, #products option').evaluateAll((found) => {
		const values = found.map((option) => (option as HTMLOptionElement).value);
		return values.find((value) => /^[0-9a-f-]{36}$/.test(value)) ?? "";
	});
	if (product) {
		const form = {
			diagnosis: `${MARK} ${PAYLOADS[33]}`,
			notes: ALL.slice(0, 900),
			"items[0][product_id]": product,
			"items[0][dosage]": PAYLOADS[4]?.slice(0, 60) ?? "",
			"items[0][quantity]": "5",
			"items[0][duration_days]": "5",
			"items[0][instructions]": PAYLOADS[34]?.slice(0, 100) ?? "",
			intent: "issue",
		};
		assert.equal(await post(doctor, room.replace("/consultations/", "/doctor/appointments/").concat("/prescription"), form), 200);
	}
});

test("each field of each form takes or refuses them, and shows them as text", async () => {
	let forms = 0;
	for (const [email, { page }] of people) {
		const faults: string[] = [];
		await crawl(page, async (path) => {
			const count = await page.locator("form").count();
			for (let at = 0; at < count; at += 1) {
				for (const turn of [0, 1, 2]) {
					if (!(await attack(page, at, turn))) break;
					forms += 1;
					faults.push(...(await intruders(page)).map((fault) => `${path}, form ${at}: ${fault}`));
					await page.goto(path);
				}
			}
		});
		assert.deepEqual(faults, [], `${email}: ${faults.join("\n")}`);
	}
	assert.ok(forms > 20, `only ${forms} forms were sent`);
});

test("no page of anybody has come to life", async () => {
	let marked = 0;
	for (const [email, person] of people) {
		const faults: string[] = [];
		await crawl(person.page, async (path) => {
			faults.push(...(await intruders(person.page)).map((fault) => `${path}: ${fault}`));
			if (((await person.page.textContent("body")) ?? "").includes(MARK)) marked += 1;
		});
		assert.deepEqual(faults, [], `${email}: ${faults.join("\n")}`);
		await person.leave();
	}
	// The control: what was planted was kept, and is read.
	assert.ok(marked >= 4, `the payloads stand on ${marked} pages only`);
});

function member(email: string): Person {
	const person = people.get(email);
	assert.ok(person, `${email} has not come`);
	return person;
}

async function arrive(origin: string): Promise<Person> {
	const person = await Person.arrive(browser, origin);
	person.watch.allow(/status of (4\d\d)/);
	// As text: what builds these tests would add a helper to a function that no page knows.
	await person.context.addInitScript(`Object.defineProperty(window, "xss", { value: () => alert("xss") });`);
	return person;
}

/** Opens every page that somebody can come to by links, of those that are alike a few, and does `there` on each. */
async function crawl(page: Page, there: (path: string) => Promise<void>): Promise<void> {
	const waiting = ["/dashboard"];
	const kinds = new Map<string, number>();
	while (waiting.length > 0) {
		const path = waiting.shift() ?? "";
		const kind = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/\?.*/, "?");
		const seen = kinds.get(kind) ?? 0;
		if (seen >= ALIKE) continue;
		kinds.set(kind, seen + 1);
		const answer = await page.goto(path).catch((error: Error) => {
			if (error.message.includes("Download is starting")) return null;
			throw error;
		});
		// What is a file and no page is not looked at.
		if (!answer?.headers()["content-type"]?.includes("text/html")) continue;
		const links = await page.locator('a[href^="/"]:not([download])').evaluateAll((found) => found.map((a) => a.getAttribute("href") ?? ""));
		await there(path);
		for (const link of new Set(links)) if (!waiting.includes(link)) waiting.push(link);
	}
}

/** Sends one form of the page with payloads in its fields of text; false if it has none. */
async function attack(page: Page, at: number, turn: number): Promise<boolean> {
	const chosen = (n: number) => PAYLOADS[(n * 7 + turn * 13 + at) % PAYLOADS.length] ?? "";
	const texts = [ALL, ALL.slice(0, 280), `${MARK} ${chosen(turn)}`];
	const sent = page.locator("form").nth(at);
	const text = texts[turn] ?? ALL;
	const ready = await sent.evaluate((form: HTMLFormElement, text) => {
		if (form.method !== "post" || /log(in|out)|password|second|passkey|delete/.test(form.action)) return false;
		const wanted = "textarea, input[type=text], input[type=search], input:not([type])";
		const fields = [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(wanted)];
		const free = fields.filter((field) => field.name && !/_id|csrf|key|nik$|date|day|from|until|time/.test(field.name));
		for (const field of free) field.value = text;
		form.noValidate = true;
		return free.length > 0;
	}, text);
	if (!ready) return false;
	const loaded = page.waitForEvent("load", { timeout: 5_000 }).catch(() => undefined);
	await sent.evaluate((form: HTMLFormElement) => HTMLFormElement.prototype.submit.call(form));
	await loaded;
	return true;
}

/** Sends a form as the page's own script does; the status of what comes of it. */
async function post(page: Page, path: string, fields: Record<string, string>): Promise<number> {
	return page.evaluate(
		async ([path, fields]) => {
			const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
			const answer = await fetch(path, { method: "POST", headers: { "X-CSRF-Token": token }, body: new URLSearchParams(fields) });
			return answer.status;
		},
		[path, fields] as const,
	);
}

/** What stands in the page and is not of our making. */
async function intruders(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		// A function with a name of its own would not survive the way into the page.
		const wanted =
			"[data-xss], iframe, object, embed, base, marquee, math, animate, meta[http-equiv=refresh], script, link[rel=stylesheet], a, form, button, turbo-stream";
		const wrong = [...document.querySelectorAll(wanted)].filter((element) => {
			const name = element.localName;
			if (name === "script")
				return !element.getAttribute("src")?.startsWith("/assets/") && element.getAttribute("type") !== "application/json";
			if (name === "link") return !element.getAttribute("href")?.startsWith("/assets/");
			if (element.hasAttribute("data-xss")) return true;
			const to = element.getAttribute("href") ?? element.getAttribute("action") ?? element.getAttribute("formaction") ?? "/";
			if (name === "a") return !/^(\/(?!\/)|#|\?|tel:|mailto:|https?:\/\/)/.test(to) || /evil\.test/.test(to);
			if (name === "form" || name === "button") return /^\w+:|^\/\//.test(to);
			return true;
		});
		const acting = [...document.querySelectorAll("*")].filter((element) => [...element.attributes].some((a) => /^on/i.test(a.name)));
		return [...wrong, ...acting].map((element) => element.outerHTML.slice(0, 200));
	});
}
