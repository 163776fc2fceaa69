// What scripts need of the page that they stand on, and of the server behind it.

import * as Turbo from "@hotwired/turbo";

const TOASTS_SHOWN = 3;
const TOAST_STAYS = 12_000;

/** The one element that the server drew. */
export function elementFrom(html: string): HTMLElement | null {
	const template = document.createElement("template");
	template.innerHTML = html;
	return template.content.firstElementChild as HTMLElement | null;
}

/** Nothing of a room may come back through the back button once it has closed. */
export function forgetPages(): void {
	Turbo.cache.clear();
}

export function csrfToken(): string {
	return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

interface Sending {
	/** The token of another form than this page's own. */
	token?: string | undefined;
	keepalive?: boolean;
}

/** A line that is half dead answers nothing and breaks nothing: whoever waits for it would wait for minutes. */
const ANSWERED_WITHIN = 15_000;

/** Sends fields as a form would and asks for an answer in JSON; nothing if no answer came. */
export async function postForm(
	path: string,
	fields: Record<string, string> | URLSearchParams,
	{ token = csrfToken(), keepalive = false }: Sending = {},
): Promise<Response | null> {
	const body = new URLSearchParams(fields);
	if (token) body.set("csrf_token", token);
	const headers = { Accept: "application/json", "X-CSRF-Token": token };
	try {
		const signal = AbortSignal.timeout(ANSWERED_WITHIN);
		return await fetch(path, { method: "POST", headers, body, keepalive, signal });
	} catch {
		return null;
	}
}

/** Says whether the line is lost, and how old what stands here may be: when the server last answered, by the reader's clock. */
export function showLine(lost: boolean, newsAt: number): void {
	const notice = document.getElementById("connection-lost");
	if (notice) notice.hidden = !lost;
	if (!lost) {
		delete document.documentElement.dataset.connection;
		return;
	}
	document.documentElement.dataset.connection = "lost";
	const words = document.getElementById("last-news");
	const time = words?.querySelector("time");
	if (!words || !time || newsAt === 0) return;
	const clock = { timeZone: words.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
	time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, clock).format(newsAt);
	words.hidden = false;
}

/** Counts what is unread, whichever page it was read on. */
export function showUnread(unread: number): void {
	for (const mark of document.querySelectorAll<HTMLElement>("[data-live-unread]")) {
		mark.textContent = unread > 99 ? "99+" : String(unread);
		mark.hidden = unread === 0;
	}
}

/** Lays what is new at the edge of the page for a while. */
export function showNotification(html: string): void {
	const toasts = document.getElementById("toasts");
	const item = elementFrom(html);
	if (!toasts || !item) return;
	toasts.append(item);
	while (toasts.children.length > TOASTS_SHOWN) toasts.firstElementChild?.remove();
	const close = item.querySelector<HTMLElement>("[data-toast-close]");
	if (close) {
		close.hidden = false;
		close.addEventListener("click", () => item.remove());
	}
	const fade = (): void => {
		// whoever is reading it or stands on its link keeps it
		if (item.matches(":hover, :focus-within")) window.setTimeout(fade, TOAST_STAYS);
		else item.remove();
	};
	window.setTimeout(fade, TOAST_STAYS);
}
