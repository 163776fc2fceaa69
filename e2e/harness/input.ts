// Fingers, a mouse and the Tab key as the browser gets them from the system: with time between down and up, and at a place on the
// screen, whatever lies there.
import assert from "node:assert/strict";
import type { CDPSession, Locator, Page } from "playwright-core";

export type Pointer = "mouse" | "touch";

interface Point {
	x: number;
	y: number;
}

/** Presses the middle of something and lets go, as a hand does; fails if anything moved meanwhile. */
export async function press(page: Page, target: Locator, pointer: Pointer): Promise<void> {
	await target.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
	await painted(page);
	const box = await target.boundingBox();
	assert.ok(box, "what is pressed is there");
	const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
	const hand = pointer === "mouse" ? mouse(page, middle) : await finger(page, middle);
	const places = await placesOf(page);
	await hand.down();
	await painted(page);
	for (const [index, place] of (await placesOf(page)).entries()) {
		const before = places[index];
		assert.ok(before && place.name === before.name, "what can be pressed stays the same");
		const moved = Math.max(Math.abs(place.x - before.x), Math.abs(place.y - before.y));
		// A button sinks by half a pixel.
		assert.ok(moved < 1, `${place.name} moves by ${moved} px while ${await target.textContent()} is pressed`);
	}
	await hand.up();
}

function mouse(page: Page, { x, y }: Point) {
	return {
		down: async () => {
			await page.mouse.move(x, y);
			await page.mouse.down();
		},
		up: () => page.mouse.up(),
	};
}

async function finger(page: Page, at: Point) {
	const device: CDPSession = await page.context().newCDPSession(page);
	const touch = (type: "touchStart" | "touchEnd", touchPoints: Point[]) => device.send("Input.dispatchTouchEvent", { type, touchPoints });
	return {
		down: () => touch("touchStart", [at]),
		up: async () => {
			await touch("touchEnd", []);
			await device.detach();
		},
	};
}

/** Where everything stands that can be pressed. */
function placesOf(page: Page): Promise<(Point & { name: string })[]> {
	return page.locator("main :is(a, button)").evaluateAll((all) =>
		all.map((element) => {
			const { x, y } = element.getBoundingClientRect();
			return { x, y, name: element.textContent?.trim() ?? "" };
		}),
	);
}

async function painted(page: Page): Promise<void> {
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))));
}

/** What has the focus, in words, if another thing lies over its middle. */
export function coveredFocus(page: Page): Promise<string | undefined> {
	return page.evaluate(() => {
		const focused = document.activeElement;
		if (!focused || focused === document.body) return undefined;
		// What is drawn of a choice that is only looked at through its label.
		const seen = focused.closest("label") ?? focused;
		const { x, y, width, height } = seen.getBoundingClientRect();
		const on = document.elementFromPoint(x + width / 2, y + Math.min(height, innerHeight) / 2);
		if (on && (seen.contains(on) || on.contains(seen))) return undefined;
		const name = (element: Element | null) => `${element?.tagName.toLowerCase()} "${element?.textContent?.trim().slice(0, 40)}"`;
		return `${name(seen)} at ${Math.round(y)} to ${Math.round(y + height)} lies behind ${name(on)}`;
	});
}
