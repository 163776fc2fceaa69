// Everything that can be typed freely is typed as an attack. Each free field of each form of each person is filled, in a form that is whole
// otherwise, so that the clinic keeps it; then every page of everybody is opened: what was kept reads there as it was typed, letter by
// letter, and nothing of it has come to life.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, Person } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";
import { BOUND, ELSEWHERE, FORMS, type Kept, NOBODY } from "../harness/kept.ts";
import { PAYLOADS } from "../harness/payloads.ts";
import { Room } from "../harness/room.ts";

/** Stands with a number before what each field was given, so that it can be told whether a page shows what was kept. */
const MARK = "xssmark";
const ALL = PAYLOADS.map((payload) => `${MARK} ${payload}`).join(" \n");
/** Of pages that differ by their id alone so many are looked at, beside those where something was planted. */
const ALIKE = 2;
/** How often each form is sent. */
const TURNS = 2;

const PEOPLE = [NOBODY, "siti@demo.test", "budi@demo.test", "andi@demo.test", "made@demo.test", "admin@demo.test", "apotek@demo.test"];

/** What was given to a field and taken, by the field; the newest of each, since most forms write over what they kept. */
class Planted {
	readonly newest = new Map<string, string>();
	readonly taken = new Set<string>();
	readonly seen = new Set<string>();
	/** Where something was planted, by the account. */
	readonly places = new Map<string, Set<string>>();
	#next = 0;
	#marks = 0;

	/** As many payloads as fit, each time others. */
	pack(longest: number, line: boolean): { text: string; payloads: string[] } {
		this.#marks += 1;
		let text = `x${this.#marks}.`;
		const payloads: string[] = [];
		for (let tried = 0; tried < PAYLOADS.length; tried += 1) {
			const payload = PAYLOADS[this.#next % PAYLOADS.length] ?? "";
			const fits = text.length + 1 + payload.length <= longest && !(line && /[\t\u200b]/.test(payload));
			if (!fits && payloads.length > 0 && longest < 1_000) break;
			this.#next += 1;
			if (!fits) continue;
			text += ` ${payload}`;
			payloads.push(payload);
		}
		return { text, payloads };
	}

	keep(who: string, field: string, text: string, payloads: string[], path: string): void {
		this.newest.set(field, text);
		for (const payload of payloads) this.taken.add(payload);
		const places = this.places.get(who) ?? new Set<string>();
		this.places.set(who, places.add(path));
	}

	/** Marks what can be read on the page as it stands. */
	async read(page: Page): Promise<void> {
		const words = squeezed(await readable(page));
		for (const [field, text] of this.newest) if (words.includes(squeezed(text))) this.seen.add(field);
	}

	get unread(): string[] {
		return [...this.newest.keys()].filter((field) => !this.seen.has(field));
	}
}

const planted = new Planted();
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

test("a form that shows what it kept as it came is noticed, and a field that nobody ever reads", async () => {
	let note = "";
	const fields = `<form method="post" action="/"><textarea name="note"></textarea><textarea name="lost"></textarea></form>`;
	const server: Server = createServer(async (request, response) => {
		if (request.method === "POST") {
			note = new URLSearchParams(Buffer.concat(await request.toArray()).toString()).get("note") ?? "";
			response.writeHead(303, { location: "/" }).end();
		} else response.setHeader("content-type", "text/html").end(`<!doctype html><title>a</title>${fields}<p>${note}</p>`);
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const person = await arrive(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const form: Kept = {
		who: NOBODY,
		action: /^\/$/,
		open: async (page) => void (await page.goto("/")),
		free: { note: 300, lost: 300 },
	};
	const control = new Planted();
	let words = 0;
	const plain = await plant(person.page, form, 0, control, () => ({ text: `Batuk & pilek ${++words}`, payloads: [] }));
	assert.deepEqual(plain, [], "plain words come to no life");
	assert.deepEqual(
		control.unread.map((field) => field.split(" ").pop()),
		["lost"],
		"a field that is shown nowhere is noticed, one that is shown is read",
	);
	let faults: string[] = [];
	for (let turn = 0; turn < 12 && faults.length === 0; turn += 1) faults = await plant(person.page, form, turn, control);
	assert.ok(faults.length > 0, "payloads that stand in the page as elements went unnoticed");
	await assert.rejects(person.leave(), /dialog|thrown|third party/);
	server.close();
});

test("messages, medicines and prescriptions keep every payload as text", async () => {
	for (const email of PEOPLE) {
		const person = await arrive(clinic.origin);
		if (email !== NOBODY) await person.login(email);
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
});

test("every free field of every form is filled with them, and kept", async () => {
	for (const form of FORMS) {
		for (let turn = 0; turn < TURNS; turn += 1) {
			const { page } = member(form.who);
			const faults = await plant(page, form, turn, planted);
			if (form.reads) {
				await form.reads(page, turn);
				faults.push(...(await intruders(page)));
				await planted.read(page);
				if (form.who === NOBODY) await page.context().clearCookies();
			}
			assert.deepEqual(faults, [], `${form.who}, ${form.action}: ${faults.join("\n")}`);
		}
	}
	const left = PAYLOADS.filter((payload) => !planted.taken.has(payload));
	assert.deepEqual(left, [], "payloads that no form took");
});

test("what is searched for comes back as text", async () => {
	// The links of the page carry it on, encoded; what comes to life is seen by the watch over the browser.
	const { page } = member("siti@demo.test");
	for (const payload of PAYLOADS) {
		await page.goto(`/doctors?q=${encodeURIComponent(payload)}`);
		assert.equal(await page.locator("[name=q]").count(), 1, payload);
	}
});

test("no page of anybody has come to life, and what was kept reads as it was typed", async () => {
	const [faults, unknown]: [string[], Set<string>] = [[], new Set()];
	const visit = async (email: string) => {
		const { page } = member(email);
		const known = new Set<string>();
		await crawl(page, [email === NOBODY ? "/" : "/dashboard", ...(planted.places.get(email) ?? [])], async (path) => {
			faults.push(...(await intruders(page)).map((fault) => `${email}, ${path}: ${fault}`));
			await planted.read(page);
			for (const field of await textFields(page)) if (!isKnown(email, field)) unknown.add(`${field} of ${email}`);
			faults.push(...(await refusals(page, path, known)).map((fault) => `${email}, ${fault}`));
		});
	};
	for (const email of PEOPLE) await visit(email);
	assert.deepEqual(faults, [], faults.join("\n"));
	assert.deepEqual([...unknown], [], "fields of text that harness/kept.ts does not know");
	// What the desk writes for a doctor is on the doctor's page alone, as a patient's own complaint is, which is read above.
	const unread = planted.unread.filter((field) => !/^admin@.*book.* complaint$/.test(field));
	assert.deepEqual(unread, [], "what was kept and stands on no page");
	for (const person of people.values()) await person.leave();
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
async function crawl(page: Page, from: string[], there: (path: string) => Promise<void>): Promise<void> {
	const waiting = [...from];
	const been = new Set<string>();
	const kinds = new Map<string, number>();
	while (waiting.length > 0) {
		const path = waiting.shift() ?? "";
		if (been.has(path)) continue;
		been.add(path);
		const kind = kindOf(path).replace(/\?.*/, "?");
		const seen = kinds.get(kind) ?? 0;
		if (seen >= ALIKE && !from.includes(path)) continue;
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

function kindOf(path: string): string {
	return path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
}

/** Sends a form with payloads in its free fields and valid values in the others, which the clinic must take; what came to life then. */
async function plant(
	page: Page,
	form: Kept,
	turn: number,
	into: Planted,
	pack = (longest: number, line: boolean) => into.pack(longest, line),
): Promise<string[]> {
	await form.open(page, turn);
	const actions = await page.locator("form").evaluateAll((all) => all.map((one) => one.getAttribute("action") ?? ""));
	const at = actions.findIndex((action) => form.action.test(action));
	assert.ok(at >= 0, `${page.url()} has no form to ${form.action}`);
	const sent = page.locator("form").nth(at);
	const values = form.whole?.(turn) ?? {};
	const given = new Map<string, { text: string; payloads: string[] }>();
	for (const [name, longest] of Object.entries(form.free)) {
		const line = (await sent.locator(`[name="${name}"]`).evaluate((field) => field.localName)) === "input";
		const one = pack(longest, line);
		given.set(name, one);
		values[name] = one.text;
	}
	const answer = page.waitForResponse((response) => response.request().isNavigationRequest() && response.frame() === page.mainFrame());
	const loaded = page.waitForEvent("load", { timeout: 60_000 });
	await sent.evaluate(fillAndSend, values);
	const status = (await answer).status();
	await loaded;
	const wrong = await page.locator('[id$="-error"]').allTextContents();
	assert.ok(status < 400, `${form.action} answered ${status}: ${wrong.join("; ")}`);
	const path = new URL(page.url()).pathname;
	for (const [name, { text, payloads }] of given) into.keep(form.who, `${form.who} ${form.action} ${name}`, text, payloads, path);
	await into.read(page);
	return intruders(page);
}

/** Runs in the page: gives each field its value, ticks and chooses what bears it, and sends the form past its scripts. */
function fillAndSend(element: Element, values: Record<string, string>): void {
	const form = element as HTMLFormElement;
	for (const [name, value] of Object.entries(values)) {
		const fields = [...form.elements].filter((field) => (field as HTMLInputElement).name === name) as HTMLInputElement[];
		if (fields.length === 0) {
			const hidden = document.createElement("input");
			hidden.type = "hidden";
			hidden.name = name;
			hidden.value = value;
			form.append(hidden);
		}
		for (const field of fields) {
			if (field.type === "radio" || field.type === "checkbox") {
				field.checked = value === "*" ? field === fields[0] : field.value === value;
			} else if (field.localName === "select" && value === "*") {
				const options = [...(field as unknown as HTMLSelectElement).options];
				field.value = options.find((option) => option.value !== "" && !option.disabled)?.value ?? "";
			} else field.value = value;
		}
	}
	form.noValidate = true;
	HTMLFormElement.prototype.submit.call(form);
}

/** The fields of text of the page's forms, each as its form's action and its name. */
async function textFields(page: Page): Promise<string[]> {
	const fields = await page.locator("form").evaluateAll((forms) =>
		forms.flatMap((form) =>
			[...form.querySelectorAll("textarea, input[type=text], input[type=search], input[type=tel], input[type=email], input:not([type])")]
				.map((field) => field.getAttribute("name"))
				.filter((name) => name !== null)
				.map((name) => [form.getAttribute("action") ?? "", name] as const),
		),
	);
	return fields.map(([action, name]) => `${action} ${name}`);
}

function isKnown(email: string, field: string): boolean {
	if (BOUND.test(kindOf(field)) || ELSEWHERE.test(field)) return true;
	const [action = "", name = ""] = field.split(" ");
	const kept = (form: Kept) => form.action.test(action) && name.replace(/\[\d+\]/, "[0]") in form.free;
	// A form that several people have stands in the table for one of each kind.
	return FORMS.some((form) => kept(form) && roleOf(form.who) === roleOf(email));
}

function roleOf(email: string): string {
	const roles: Record<string, string> = { siti: "patient", budi: "patient", andi: "doctor", made: "doctor" };
	const name = email.split("@")[0] ?? "";
	return roles[name] ?? name;
}

/** Sends each form that was not met before with all payloads in every field of text; the answer shows them as text, if it shows them. */
async function refusals(page: Page, path: string, known: Set<string>): Promise<string[]> {
	const faults: string[] = [];
	const actions = await page.locator("form").evaluateAll((forms) => forms.map((form) => form.getAttribute("action") ?? ""));
	for (const [at, action] of actions.entries()) {
		const kind = kindOf(action);
		if (known.has(kind)) continue;
		known.add(kind);
		if (!(await attack(page, at))) continue;
		faults.push(...(await intruders(page)).map((fault) => `the answer of ${action}: ${fault}`));
		await page.goto(path);
	}
	return faults;
}

/** False if the form has no field of text, or would end the visit. */
async function attack(page: Page, at: number): Promise<boolean> {
	const sent = page.locator("form").nth(at);
	const ready = await sent.evaluate((form: HTMLFormElement, text) => {
		if (form.method !== "post" || /\/(logout|send)$/.test(form.action)) return false;
		const wanted = "textarea, input[type=text], input[type=search], input[type=tel], input[type=email], input:not([type])";
		const free = [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(wanted)].filter((field) => field.name);
		for (const field of free) field.value = text;
		form.noValidate = true;
		return free.length > 0;
	}, ALL);
	if (!ready) return false;
	const loaded = page.waitForEvent("load", { timeout: 5_000 }).catch(() => undefined);
	await sent.evaluate((form: HTMLFormElement) => HTMLFormElement.prototype.submit.call(form));
	await loaded;
	return true;
}

/** All that can be read on the page, what stands in its fields too. */
async function readable(page: Page): Promise<string> {
	return page.evaluate(() => {
		const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")];
		return [document.body.textContent ?? "", ...fields.map((field) => field.value)].join("\n");
	});
}

function squeezed(text: string): string {
	return text.replaceAll(/\s+/g, " ");
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
