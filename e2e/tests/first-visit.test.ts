// What a first visit brings over the line, on a device that has seen nothing of the clinic yet (W3).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext } from "playwright-core";
import { launch, Person, PHONE } from "../harness/browser.ts";
import { Clinic } from "../harness/clinic.ts";

/** In bytes, headers and all. */
const MOST = 100_000;

let clinic: Clinic;
let browser: Browser;

before(async () => {
	clinic = await Clinic.open("first-visit");
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await clinic?.close();
});

for (const path of ["/", "/login", "/register", "/doctors"]) {
	test(`a first visit of ${path} is under 100 kB`, async (visit) => {
		const person = await Person.arrive(browser, clinic.origin, PHONE);
		// With the session of another device and an empty store, /doctors is the first that is seen.
		if (path === "/doctors") await person.context.addCookies(await signedIn());
		const parts = await transferred(person.context, path);
		const sum = [...parts.values()].reduce((all, one) => all + one, 0);
		for (const [name, size] of parts) visit.diagnostic(`${size} ${name}`);
		visit.diagnostic(`${sum} in all`);
		assert.ok(
			[...parts.keys()].some((name) => name.endsWith(".woff2")),
			"the control: the font is among them",
		);
		assert.ok(sum < MOST, `${sum} bytes`);
		await person.leave();
	});
}

async function signedIn() {
	const person = await Person.arrive(browser, clinic.origin, PHONE);
	await person.login("siti@demo.test");
	const cookies = await person.context.cookies();
	await person.leave();
	return cookies;
}

/** What came for each address, in bytes on the line. */
async function transferred(context: BrowserContext, path: string): Promise<Map<string, number>> {
	const page = context.pages()[0];
	assert.ok(page);
	const network = await context.newCDPSession(page);
	await network.send("Network.enable");
	const names = new Map<string, string>();
	const parts = new Map<string, number>();
	network.on("Network.requestWillBeSent", ({ requestId, request }) => names.set(requestId, new URL(request.url).pathname));
	network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		parts.set(names.get(requestId) ?? requestId, encodedDataLength);
	});
	await page.goto(path, { waitUntil: "networkidle" });
	assert.equal(new URL(page.url()).pathname, path);
	return parts;
}
