// Chromium with a camera and a microphone that exist in software only, and people who use it side by side.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from "playwright-core";
import { Watch } from "./watch.ts";

/** Debian's Chromium without the parts of a desktop: the same engine, and every page is drawn in four fifths of the time. */
const SHELL = "/usr/lib/chromium/chromium-headless-shell";
const CHROMIUM = existsSync(SHELL) ? SHELL : "/usr/bin/chromium";

const FLAGS = [
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	// Two pages in one browser: the one behind must go on drawing, timing and decoding.
	"--disable-background-timer-throttling",
	"--disable-backgrounding-occluded-windows",
	"--disable-renderer-backgrounding",
	"--use-fake-device-for-media-stream",
	"--use-fake-ui-for-media-stream",
	"--autoplay-policy=no-user-gesture-required",
];

export const PHONE = { width: 360, height: 800 };
export const DESK = { width: 1280, height: 800 };

export function launch(): Promise<Browser> {
	return chromium.launch(options());
}

/** A Chromium that can be killed as it stands, without a goodbye to anybody. */
export async function launchMortal(): Promise<{ browser: Browser; kill: () => void }> {
	const server = await chromium.launchServer(options());
	const browser = await chromium.connect(server.wsEndpoint());
	return { browser, kill: () => server.process().kill("SIGKILL") };
}

function options(): LaunchOptions {
	const root = process.getuid?.() === 0;
	return {
		executablePath: process.env["PRAKTIK_E2E_CHROMIUM"] ?? CHROMIUM,
		// As root Chromium refuses to start inside its sandbox; anybody else keeps it (Playwright alone would not).
		chromiumSandbox: !root,
		args: root ? [...FLAGS, "--no-sandbox"] : FLAGS,
	};
}

/** What may be peculiar about somebody's browser. */
export interface Habits {
	viewport?: { width: number; height: number };
	timezoneId?: string;
	/** How far the clock of the device is ahead of the true time. */
	clockAheadMs?: number;
	javaScript?: boolean;
	/** Whether there are fingers on a screen. */
	touch?: boolean;
}

/** Somebody at a browser of their own: cookies, camera, one page, and a watch on all that goes wrong there. */
export class Person {
	private constructor(
		readonly context: BrowserContext,
		readonly page: Page,
		readonly watch: Watch,
		readonly origin: string,
	) {}

	static arrive(browser: Browser, origin: string, viewport = DESK): Promise<Person> {
		return Person.with(browser, origin, { viewport });
	}

	static async with(browser: Browser, origin: string, habits: Habits): Promise<Person> {
		const context = await browser.newContext({
			baseURL: origin,
			viewport: habits.viewport ?? DESK,
			locale: "id-ID",
			timezoneId: habits.timezoneId ?? "Asia/Makassar",
			javaScriptEnabled: habits.javaScript ?? true,
			hasTouch: habits.touch ?? false,
			permissions: ["camera", "microphone"],
			reducedMotion: "reduce",
		});
		context.setDefaultTimeout(15_000);
		await context.addInitScript(keepPeers);
		if (habits.clockAheadMs) await context.addInitScript(shiftClock, habits.clockAheadMs);
		const watch = await Watch.over(context, origin);
		return new Person(context, await context.newPage(), watch, origin);
	}

	async login(email: string, password = "praktik-demo"): Promise<void> {
		await login(this.page, email, password);
	}

	/** Fails with everything that went wrong in this browser, then closes it. */
	async leave(): Promise<void> {
		await this.context.close();
		this.watch.verify();
	}
}

export async function login(page: Page, email: string, password = "praktik-demo"): Promise<void> {
	await page.goto("/login");
	const form = page.locator("form:has([name=password])");
	await form.locator("[name=email]").fill(email);
	await form.locator("[name=password]").fill(password);
	await form.locator("button[type=submit], button:not([type])").first().click();
	await page.waitForURL((url) => url.pathname !== "/login");
}

/** Runs in the page before its own scripts: keeps every connection it makes within the tests' reach. */
function keepPeers(): void {
	const Original = window.RTCPeerConnection;
	const peers: RTCPeerConnection[] = [];
	Object.defineProperty(window, "__peers", { value: peers });
	window.RTCPeerConnection = new Proxy(Original, {
		construct(target, parameters, self) {
			const peer = Reflect.construct(target, parameters, self) as RTCPeerConnection;
			peers.push(peer);
			return peer;
		},
	});
}

/** Runs in the page before its own scripts: the wall clock is wrong, as on a device that nobody ever set. */
function shiftClock(ahead: number): void {
	const True = Date;
	window.Date = new Proxy(True, {
		construct(target, parameters, self) {
			return Reflect.construct(target, parameters.length > 0 ? parameters : [True.now() + ahead], self);
		},
		get(target, name) {
			return name === "now" ? () => True.now() + ahead : Reflect.get(target, name);
		},
	});
}

declare global {
	interface Window {
		readonly __peers: RTCPeerConnection[];
	}
}
