// What a test can know of a page beyond its markup: pictures of it, its faults for people who cannot see or use a mouse,
// and whether sound and picture really arrive.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { DESK, PHONE } from "./browser.ts";
import { RESULTS } from "./clinic.ts";

/** The page at both widths, into e2e/results; fails if anything is wider than the window. */
export async function screenshot(page: Page, name: string): Promise<void> {
	const before = page.viewportSize() ?? DESK;
	try {
		for (const size of [PHONE, DESK]) {
			await page.setViewportSize(size);
			await page.screenshot({ path: fileURLToPath(new URL(`${name}-${size.width}.png`, RESULTS)), fullPage: true });
			const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			if (excess > 0) throw new Error(`${name}: ${excess} px wider than a window of ${size.width} px`);
		}
	} finally {
		await page.setViewportSize(before);
	}
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const STANDARD: RunOptions = {
	runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
	resultTypes: ["violations"],
};

/** WCAG 2.2 AA as far as a machine can tell; fails with every violation and where it stands. */
export async function axe(page: Page): Promise<void> {
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
	const results = await page.evaluate(
		(options) => (window as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
		STANDARD,
	);
	if (results.violations.length > 0) {
		const violations = results.violations.flatMap((violation) =>
			violation.nodes.map((node) => `  ${violation.id}: ${node.target.join(" ")}\n    ${node.failureSummary ?? ""}`),
		);
		throw new Error(`${page.url()} has ${violations.length} faults of access:\n${violations.join("\n")}`);
	}
}

/** Pictures decoded so far by all connections of the page. */
export function framesDecoded(page: Page): Promise<number> {
	return inbound(page, "video", "framesDecoded");
}

/** Sound received so far by all connections of the page: silence adds nothing. */
export function audioEnergy(page: Page): Promise<number> {
	return inbound(page, "audio", "totalAudioEnergy");
}

function inbound(page: Page, kind: string, figure: string): Promise<number> {
	return page.evaluate(
		async ([kind, figure]) => {
			let sum = 0;
			for (const peer of window.__peers) {
				// A closed connection keeps its last figures: they count, so that the sum only grows.
				for (const report of (await peer.getStats()).values()) {
					if (report.type === "inbound-rtp" && report.kind === kind) sum += Number(report[figure] ?? 0);
				}
			}
			return sum;
		},
		[kind, figure] as const,
	);
}

/** Waits until a figure has grown by `by` from where it stands now. */
export async function grows(figure: () => Promise<number>, by: number, withinMs = 20_000): Promise<void> {
	const start = await figure();
	await eventually(async () => (await figure()) >= start + by, `growth by ${by} from ${start}`, withinMs);
}

/** Waits until a figure grows no more than by `most` within a second and a half. */
export async function stands(figure: () => Promise<number>, most: number): Promise<void> {
	await eventually(async () => {
		const start = await figure();
		await new Promise((wake) => setTimeout(wake, 1500));
		return (await figure()) - start <= most;
	}, `a standstill within ${most}`);
}

/** Asks until it holds. */
export async function eventually(holds: () => Promise<boolean>, what: string, withinMs = 15_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!(await holds())) {
		if (performance.now() > end) throw new Error(`not seen within ${withinMs} ms: ${what}`);
		await new Promise((wake) => setTimeout(wake, 100));
	}
}
