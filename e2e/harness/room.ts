// The page of a consultation as its two people use it. Only attributes and names that the pages promise are used here;
// words are free to change, and do in the other language.
import type { Locator, Page } from "playwright-core";

export type RoomState = "waiting" | "open" | "closed";

export class Room {
	constructor(private readonly page: Page) {}

	/** The first consultation of the person's own list that leads to a page in this state; shortly before midnight it is tomorrow's. */
	static async find(page: Page, list: string, state: RoomState): Promise<Room> {
		await page.goto(list);
		const hrefs = async (start: string) =>
			(
				await page.locator(`main a[href^="${list}${start}"]`).evaluateAll((found) => found.map((link) => link.getAttribute("href") ?? ""))
			).filter(Boolean);
		const links = await hrefs("/");
		const otherDays = await hrefs("?day=");
		for (const day of new Set(otherDays)) {
			await page.goto(day);
			links.push(...(await hrefs("/")));
		}
		for (const href of new Set(links)) {
			await page.goto(href);
			if ((await page.locator("[data-room]").first().getAttribute("data-room")) === state) return new Room(page);
		}
		throw new Error(`${list} leads to no consultation that is ${state}; it has ${links.length} links`);
	}

	/** Waits, without reloading, until the page itself shows the state. */
	async becomes(state: RoomState, withinMs = 15_000): Promise<void> {
		await this.page.locator(`[data-room="${state}"]`).first().waitFor({ state: "attached", timeout: withinMs });
	}

	/** `data-now`, `data-opens-at` or `data-closes-at`, as the server wrote it. */
	async instant(name: "now" | "opens-at" | "closes-at"): Promise<string> {
		const value = await this.page.locator("[data-room]").first().getAttribute(`data-${name}`);
		if (!value || Number.isNaN(Date.parse(value))) throw new Error(`data-${name} is no instant: ${value}`);
		return value;
	}

	get log(): Locator {
		return this.page.locator("[role=log]");
	}

	get composer(): Locator {
		return this.page.locator('form[action$="/send"] textarea[name=message]');
	}

	/** `/messages/ID` or `/doctor/messages/ID`: the conversation's own door. */
	async door(): Promise<string> {
		const action = await this.page.locator('form[action$="/send"]').first().getAttribute("action");
		if (!action) throw new Error("the page has no form to send a message");
		return action.replace(/\/send$/, "");
	}

	async send(words: string): Promise<void> {
		await this.composer.fill(words);
		await this.page.locator('form[action$="/send"]:has(textarea[name=message]) button').last().click();
		await this.reads(words);
	}

	async reads(words: string): Promise<void> {
		await this.log.locator("li[data-seq]").filter({ hasText: words }).first().waitFor();
	}

	/** What stands in the list, in the order of the page. */
	async messages(): Promise<{ seq: number; words: string }[]> {
		return this.log
			.locator("li[data-seq]")
			.evaluateAll((items) => items.map((item) => ({ seq: Number(item.getAttribute("data-seq")), words: item.textContent ?? "" })));
	}

	async call(kind: "voice" | "video"): Promise<void> {
		await this.page.locator(`[data-call-kind-param="${kind}"]:enabled`).filter({ visible: true }).first().click();
	}

	async answer(): Promise<void> {
		await this.page.locator('form[action$="/answer"] button').filter({ visible: true }).first().click();
	}

	async hangUp(): Promise<void> {
		await this.page.locator('[data-action="call#end"]').filter({ visible: true }).first().click();
	}

	/** Waits until the page shows the call in this status. */
	async callIs(status: "idle" | "elsewhere" | "asked" | "calling" | "ongoing" | "ended"): Promise<void> {
		await this.page.locator(`[data-call-status="${status}"]`).first().waitFor({ state: "attached" });
	}
}
