// Whether somebody looks at this page: it is visible, and was used within the last minute. What is drawn on a page that
// nobody looks at has not been read (M2).

const USED_WITHIN = 60_000;
const USES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"] as const;

const listeners = new Set<() => void>();
/** By both clocks: the monotonic one may stand still while the device sleeps. */
let used = { wall: 0, running: 0 };

export function isLookedAt(): boolean {
	const since = Math.max(Date.now() - used.wall, performance.now() - used.running);
	return document.visibilityState === "visible" && since < USED_WITHIN;
}

/** Calls `listener` whenever somebody turns to the page, or uses it. */
export function onLook(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

function use(): void {
	used = { wall: Date.now(), running: performance.now() };
	tell();
}

function tell(): void {
	if (isLookedAt()) for (const listener of [...listeners]) listener();
}

for (const name of USES) document.addEventListener(name, use, { capture: true, passive: true });
document.addEventListener("visibilitychange", tell);
// who opens a page uses the device; one that loads itself anew was used by nobody
const [opening] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
if (opening?.type !== "reload" && document.visibilityState === "visible") use();
