// What somebody typed and has not sent is kept on this device until it is sent (P12): over the end of the session, a reload, a
// dead battery. It is sealed (AES-GCM) under a key that the server gives to their account alone, after login; the text of a room
// under a key that is destroyed with the room. Gone when they log out themselves, and after seven days.
//
// Scripts can seal in secure contexts only: a clinic tried out over plain HTTP in its own network keeps nothing here.

const PREFIX = "draft:";
/** Says that its account has logged out: another tab that has not heard of it yet keeps nothing more. */
const LOGGED_OUT = "draft-out:";
const LONGEST = 7 * 24 * 60 * 60_000;
const PAUSE = 250;

/** What a draft is found by. */
export interface Place {
	/** Of the account; no two things of a page share one. */
	name: string;
	/** The key of a room, where the text must not outlive it; else the account's. */
	key?: string | undefined;
	/** Until when it is worth keeping, by the server's clock. */
	until?: number | undefined;
}

interface Kept {
	until: number;
	nonce: string;
	sealed: string;
}

interface Account {
	tag: string;
	key: string;
}

const waiting = new Map<string, { timer: number; write: () => Promise<void> }>();
let queue: Promise<void> = Promise.resolve();

/** Keeps `value` at `place`, a moment later; nothing to keep takes away what is there. */
export function keep(place: Place, value: unknown): void {
	const account = accountHere();
	if (!account) return;
	const write = (): Promise<void> => put(account, place, value);
	const id = `${account.tag} ${place.name}`;
	window.clearTimeout(waiting.get(id)?.timer);
	const timer = window.setTimeout(() => {
		waiting.delete(id);
		enqueue(write);
	}, PAUSE);
	waiting.set(id, { timer, write });
}

/** What was kept at `place`, if it opens; what does not is of a room that is over. */
export async function recall(place: Place): Promise<unknown> {
	await flush();
	const account = accountHere();
	if (!account) return null;
	const name = await nameOf(account, place);
	const kept = parse(localStorage.getItem(name));
	if (!kept) return null;
	try {
		const plain = await crypto.subtle.decrypt(
			{ name: "AES-GCM", iv: bytes(kept.nonce) },
			await keyOf(place.key ?? account.key),
			bytes(kept.sealed),
		);
		return JSON.parse(new TextDecoder().decode(plain));
	} catch {
		localStorage.removeItem(name);
		return null;
	}
}

/** Names the account that this page was drawn for; empty where nobody is signed in. */
export function accountTag(): string {
	return accountHere()?.tag ?? "";
}

/** Whether anything of this account is kept, or about to be. */
export function anyKept(): boolean {
	const account = accountHere();
	return account !== null && (waiting.size > 0 || names(`${PREFIX}${account.tag}:`).length > 0);
}

/** Resolves when all that was typed is on the disk. */
export function flush(): Promise<void> {
	for (const [id, { timer, write }] of waiting) {
		window.clearTimeout(timer);
		waiting.delete(id);
		enqueue(write);
	}
	return queue;
}

/** At the person's own logout: nothing of theirs stays on the device. */
export function forgetAll(): void {
	const account = accountHere();
	if (!account) return;
	for (const { timer } of waiting.values()) window.clearTimeout(timer);
	waiting.clear();
	for (const name of names(`${PREFIX}${account.tag}:`)) localStorage.removeItem(name);
	localStorage.setItem(LOGGED_OUT + account.tag, String(Date.now()));
}

/** Takes away what is too old at `now`, whoever it is of. */
export function tidy(now: number): void {
	for (const name of names(PREFIX)) {
		const kept = parse(localStorage.getItem(name));
		if (!kept || kept.until <= now) localStorage.removeItem(name);
	}
}

/** A page that the server has drawn for an account: whoever had logged out is back. */
export function welcome(): void {
	const account = accountHere();
	if (account) localStorage.removeItem(LOGGED_OUT + account.tag);
}

function enqueue(write: () => Promise<void>): void {
	// a device that lets nothing be kept is as it was before: what is typed stays on the page alone
	queue = queue.then(write).catch(() => undefined);
}

async function put(account: Account, place: Place, value: unknown): Promise<void> {
	const name = await nameOf(account, place);
	if (value === null || localStorage.getItem(LOGGED_OUT + account.tag) !== null) {
		localStorage.removeItem(name);
		return;
	}
	const nonce = crypto.getRandomValues(new Uint8Array(12));
	const plain = new TextEncoder().encode(JSON.stringify(value));
	const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await keyOf(place.key ?? account.key), plain);
	const until = Math.min(place.until || Number.POSITIVE_INFINITY, Date.now() + LONGEST);
	const kept: Kept = { until, nonce: base64(nonce), sealed: base64(new Uint8Array(sealed)) };
	// asked again: the logout may have come while this was sealed
	if (localStorage.getItem(LOGGED_OUT + account.tag) === null) localStorage.setItem(name, JSON.stringify(kept));
}

/** Nothing on pages of nobody, and where the browser cannot seal. */
function accountHere(): Account | null {
	const [tag, key] = (document.querySelector<HTMLMetaElement>('meta[name="draft-key"]')?.content ?? "").split(".");
	return tag && key && window.isSecureContext ? { tag, key } : null;
}

function keyOf(text: string): Promise<CryptoKey> {
	return crypto.subtle.importKey("raw", bytes(text), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Which consultation or doctor it is about is not written in the clear either. */
async function nameOf(account: Account, place: Place): Promise<string> {
	const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${account.key} ${place.name}`));
	return `${PREFIX}${account.tag}:${base64(new Uint8Array(hash))}`;
}

function names(start: string): string[] {
	return Object.keys(localStorage).filter((name) => name.startsWith(start));
}

function parse(text: string | null): Kept | null {
	try {
		return text === null ? null : (JSON.parse(text) as Kept);
	} catch {
		return null;
	}
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
	const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function base64(data: Uint8Array): string {
	return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
}

window.addEventListener("pagehide", () => void flush());
