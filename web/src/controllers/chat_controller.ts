// The chat: what is written goes into an outbox and leaves it in order, once, however often the line breaks.
//
// The server draws every message; this controller only puts it in its place by number. A message of one's own stands there
// at once as a pending bubble and is replaced by the drawn one, found by its client id. What is not sent yet is kept as a draft
// (drafts.ts), of a room under the room's key.

import { Controller } from "@hotwired/stimulus";
import { accountTag, keep, type Place, recall } from "../drafts";
import { type HeardOf, live } from "../live";
import { isLookedAt, onLook } from "../live/attention";
import { elementFrom, postForm } from "../live/page";

interface Letter {
	clientId: string;
	text: string;
	state: "sending" | "failed" | "sent";
}

interface Outbox {
	letters: Letter[];
	draft: string;
}

/** An outbox as it is kept on the device. */
interface KeptOutbox {
	letters: { clientId: string; text: string }[];
	draft: string;
}

/** By account and conversation, since two may look after one patient on one device: outlives the frame that is redrawn around the chat, never the page's tab. */
const outboxes = new Map<string, Outbox>();

const RETRY_FIRST = 2_000;
const RETRY_LONGEST = 15_000;
const NEAR_END = 96;

export default class ChatController extends Controller<HTMLElement> {
	static override targets = ["log", "scroller", "form", "input", "clientId", "problem", "pending", "newer", "empty"];
	static override values = { conversation: String };
	declare readonly logTarget: HTMLOListElement;
	declare readonly scrollerTarget: HTMLElement;
	declare readonly hasFormTarget: boolean;
	declare readonly formTarget: HTMLFormElement;
	declare readonly inputTarget: HTMLTextAreaElement;
	declare readonly hasClientIdTarget: boolean;
	declare readonly clientIdTarget: HTMLInputElement;
	declare readonly problemTarget: HTMLElement;
	declare readonly pendingTarget: HTMLTemplateElement;
	declare readonly hasNewerTarget: boolean;
	declare readonly newerTarget: HTMLElement;
	declare readonly hasEmptyTarget: boolean;
	declare readonly emptyTarget: HTMLElement;
	declare conversationValue: string;

	#releases: (() => void)[] = [];
	#busy = false;
	#retryTimer = 0;
	#pause = RETRY_FIRST;
	#atEnd = true;
	#resize: ResizeObserver | null = null;
	/** Up to which number the server was told that it has been read. */
	#read = 0;

	override connect(): void {
		this.#releases = [
			live.on("message", (news) => this.#receive(news)),
			live.on("up", () => this.#lineIsUp()),
			live.on("refused", (news) => this.#refused(news)),
			onLook(() => this.#tellRead()),
		];
		// Where nothing can be written nothing comes: the server would refuse, and the page reload without end.
		if (this.hasFormTarget) this.#releases.push(live.subscribe(this.#topic, () => this.#unbroken()));
		this.logTarget.addEventListener("turbo:before-morph-element", this.#merge);
		this.scrollerTarget.addEventListener("scroll", this.#scrolled, { passive: true });
		this.#resize = new ResizeObserver(() => this.#keepEnd());
		this.#resize.observe(this.scrollerTarget);
		const outbox = this.#outbox;
		if (this.hasFormTarget && outbox.draft && !this.inputTarget.value) this.inputTarget.value = outbox.draft;
		for (const letter of outbox.letters) if (!this.#itemOf(letter.clientId)) this.#drawPending(letter);
		this.#grow();
		this.#toEnd();
		this.#tellRead();
		if (outbox.letters.length) void this.#flush();
		else if (this.hasFormTarget && !outbox.draft) void this.#bringBack();
	}

	override disconnect(): void {
		for (const release of this.#releases) release();
		this.#releases = [];
		this.logTarget.removeEventListener("turbo:before-morph-element", this.#merge);
		this.scrollerTarget.removeEventListener("scroll", this.#scrolled);
		this.#resize?.disconnect();
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = 0;
	}

	// --- writing

	type(): void {
		this.#outbox.draft = this.inputTarget.value;
		this.#keepOutbox();
		this.#say("");
		this.#grow();
	}

	key(event: KeyboardEvent): void {
		// Enter that ends a word in an input method is not meant for us; some browsers end the composition first, and tell by 229
		if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
		event.preventDefault();
		this.formTarget.requestSubmit();
	}

	submit(event: Event): void {
		event.preventDefault();
		const text = this.inputTarget.value.trim();
		if (!text) {
			this.inputTarget.focus();
			return;
		}
		this.#say("");
		const letter: Letter = { clientId: newId(), text, state: "sending" };
		this.#outbox.letters.push(letter);
		this.#write("");
		this.#drawPending(letter);
		this.#toEnd();
		this.inputTarget.focus();
		this.#flushNow();
	}

	/** "Send again" on a message that did not go out. */
	retry(): void {
		this.#flushNow();
	}

	end(): void {
		this.#toEnd();
	}

	#lineIsUp(): void {
		this.#read = 0;
		this.#tellRead();
		this.#flushNow();
	}

	#flushNow(): void {
		this.#pause = RETRY_FIRST;
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = 0;
		void this.#flush();
	}

	async #flush(): Promise<void> {
		if (this.#busy || !this.hasFormTarget) return;
		this.#busy = true;
		try {
			for (let letter = this.#outbox.letters[0]; letter; letter = this.#outbox.letters[0]) {
				this.#mark(letter, "sending");
				const pause = await this.#post(letter);
				if (pause === null) {
					this.#pause = RETRY_FIRST;
					this.#drop(letter.clientId);
					continue;
				}
				// the chat that stands now sends it, if there is one
				if (!this.element.isConnected) return;
				for (const waiting of this.#outbox.letters) this.#mark(waiting, "failed");
				this.#retryLater(pause);
				return;
			}
		} finally {
			this.#busy = false;
		}
	}

	/** Null when the letter is done with, else how long to wait before it is tried again. */
	async #post(letter: Letter): Promise<number | null> {
		const answer = await postForm(
			this.formTarget.action,
			{ message: letter.text, client_id: letter.clientId },
			{
				token: this.formTarget.querySelector<HTMLInputElement>('input[name="csrf_token"]')?.value,
			},
		);
		if (!answer) return this.#pause;
		if (answer.status === 201 || answer.status === 200) {
			const sent = (await answer.json().catch(() => null)) as { id?: string; seq?: number } | null;
			if (sent?.seq === undefined) return this.#pause;
			this.#number(letter, sent.id, sent.seq);
			return null;
		}
		if (answer.status === 401 || answer.redirected) {
			void live.leave();
			return RETRY_LONGEST;
		}
		if (answer.status === 429) return 1_000 * (Number(answer.headers.get("Retry-After")) || 5);
		if (answer.status >= 500 || answer.status === 408 || answer.status === 425) return this.#pause;
		// refused for good: the text goes back to where it was written, with the reason beside it
		const refusal = (await answer.json().catch(() => null)) as { errors?: Record<string, string>; message?: string } | null;
		this.#itemOf(letter.clientId)?.remove();
		const begun = this.inputTarget.value;
		this.#write(begun.trim() ? `${letter.text}\n${begun}` : letter.text);
		this.#say(refusal?.errors?.message ?? refusal?.message ?? this.problemTarget.dataset.refused ?? "");
		if (answer.status === 410) this.#isOver();
		return null;
	}

	#drop(clientId: string): void {
		const { letters } = this.#outbox;
		const at = letters.findIndex((letter) => letter.clientId === clientId);
		if (at < 0) return;
		letters.splice(at, 1);
		this.#keepOutbox();
	}

	#retryLater(pause: number): void {
		window.clearTimeout(this.#retryTimer);
		this.#retryTimer = window.setTimeout(() => {
			this.#retryTimer = 0;
			this.#pause = Math.min(RETRY_LONGEST, this.#pause * 2);
			void this.#flush();
		}, pause);
	}

	// --- drawing

	#receive(news: HeardOf<"message">): void {
		if (news.conversation !== this.conversationValue) return;
		const item = elementFrom(news.html);
		if (item) this.#insert(item);
	}

	/** Puts a drawn message in its place by number; the same message again, or one's own pending one, is replaced. */
	#insert(item: HTMLElement): void {
		const seq = Number(item.dataset.seq);
		if (!Number.isFinite(seq)) return;
		const own = item.dataset.clientId ? this.#itemOf(item.dataset.clientId) : null;
		// Whatever became of the answer to it: the server has it.
		if (item.dataset.clientId) this.#drop(item.dataset.clientId);
		const same = own ?? this.logTarget.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
		const read = this.#atEnd;
		if (same && this.#seqOf(same) === seq) {
			if (same.outerHTML !== item.outerHTML) same.replaceWith(item);
		} else {
			same?.remove();
			let before: Element | null = null;
			for (let other = this.logTarget.lastElementChild; other; other = other.previousElementSibling) {
				if (this.#seqOf(other) < seq) break;
				before = other;
			}
			this.logTarget.insertBefore(item, before);
		}
		this.#countEmpty();
		this.#tellRead();
		if (read) this.#toEnd();
		else if (!same && this.hasNewerTarget) this.newerTarget.hidden = false;
	}

	/** The room's frame came anew while the chat stands: what the server drew is merged in, what waits to be sent stays. */
	#merge = (event: Event): void => {
		const { newElement } = (event as CustomEvent<{ newElement?: Element }>).detail;
		if (event.target !== this.logTarget || newElement?.id !== this.logTarget.id) return;
		event.preventDefault();
		for (const item of newElement.querySelectorAll<HTMLElement>("[data-seq]")) this.#insert(item.cloneNode(true) as HTMLElement);
	};

	#drawPending(letter: Letter): void {
		const item = this.pendingTarget.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
		if (!item) return;
		item.dataset.clientId = letter.clientId;
		const text = item.querySelector("[data-message-text]");
		if (text) text.textContent = letter.text;
		this.logTarget.append(item);
		this.#mark(letter, letter.state);
		this.#countEmpty();
	}

	#mark(letter: Letter, state: Letter["state"]): void {
		letter.state = state;
		const item = this.#itemOf(letter.clientId);
		if (!item || item.dataset.seq) return;
		item.dataset.state = state;
		for (const word of item.querySelectorAll<HTMLElement>("[data-when]")) word.hidden = word.dataset.when !== state;
		this.#keepEnd();
	}

	/** The server has numbered it: it stands in its place even if the drawn one never arrives over the socket. */
	#number(letter: Letter, id: string | undefined, seq: number): void {
		const item = this.#itemOf(letter.clientId);
		if (!item || item.dataset.seq) return;
		if (this.logTarget.querySelector(`[data-seq="${seq}"]`)) {
			item.remove();
			return;
		}
		this.#mark(letter, "sent");
		item.dataset.seq = String(seq);
		if (id) item.id = `message-${id}`;
		item.remove();
		this.#insert(item);
	}

	#itemOf(clientId: string): HTMLElement | null {
		return this.logTarget.querySelector<HTMLElement>(`[data-client-id="${CSS.escape(clientId)}"]`);
	}

	/** What has no number yet stands after everything that has one. */
	#seqOf(item: Element): number {
		const seq = (item as HTMLElement).dataset.seq;
		return seq ? Number(seq) : Number.POSITIVE_INFINITY;
	}

	/** The number up to which nothing is missing here: numbers have no holes, and what was written here may have overtaken what came. */
	#unbroken(): number {
		let through = Number(this.logTarget.dataset.from) || 0;
		for (const item of this.logTarget.querySelectorAll<HTMLElement>("[data-seq]")) {
			if (Number(item.dataset.seq) === through + 1) through += 1;
		}
		return through;
	}

	/** Whoever looks at the page has read what stands on it. */
	#tellRead(): void {
		const through = this.#unbroken();
		if (through > this.#read && isLookedAt() && live.send({ do: "read", topic: this.#topic, seq: through })) this.#read = through;
	}

	#countEmpty(): void {
		if (this.hasEmptyTarget) this.emptyTarget.hidden = this.logTarget.childElementCount > 0;
	}

	// --- the room and the reader

	#refused(news: HeardOf<"refused">): void {
		if (news.topic !== this.#topic) return;
		if (news.status === 425) window.setTimeout(() => live.resubscribe(this.#topic), 1_000);
		if (news.status === 410) this.#isOver();
	}

	#isOver(): void {
		outboxes.delete(this.#outboxName);
		keep(this.#place, null);
		this.#reloadRoom();
	}

	#reloadRoom(): void {
		if (!this.element.isConnected) return;
		const frame = this.element.closest("turbo-frame");
		if (frame) live.reload(frame);
		else window.location.reload();
	}

	#scrolled = (): void => {
		const { scrollTop, scrollHeight, clientHeight } = this.scrollerTarget;
		this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
		if (this.#atEnd && this.hasNewerTarget) this.newerTarget.hidden = true;
	};

	#keepEnd(): void {
		if (this.#atEnd) this.#toEnd();
	}

	#toEnd(): void {
		this.scrollerTarget.scrollTop = this.scrollerTarget.scrollHeight;
		this.#atEnd = true;
		if (this.hasNewerTarget) this.newerTarget.hidden = true;
	}

	#write(text: string): void {
		this.inputTarget.value = text;
		this.#outbox.draft = text;
		this.#keepOutbox();
		// without this script the form carries the id drawn with it; a text that was sent must not lend it to the next
		if (this.hasClientIdTarget) this.clientIdTarget.value = newId();
		this.#grow();
	}

	/** The field is as high as its lines, up to five. */
	#grow(): void {
		if (!this.hasFormTarget) return;
		const input = this.inputTarget;
		input.rows = 1;
		const line = Number.parseFloat(getComputedStyle(input).lineHeight) || 24;
		input.rows = Math.min(5, Math.max(1, Math.floor(input.scrollHeight / line)));
	}

	#say(sentence: string): void {
		this.problemTarget.textContent = sentence;
		this.problemTarget.hidden = !sentence;
		if (sentence) this.inputTarget.setAttribute("aria-invalid", "true");
		else this.inputTarget.removeAttribute("aria-invalid");
	}

	// --- what is kept on the device

	#keepOutbox(): void {
		const { letters, draft } = this.#outbox;
		const kept: KeptOutbox = { letters: letters.map(({ clientId, text }) => ({ clientId, text })), draft };
		keep(this.#place, letters.length > 0 || draft ? kept : null);
	}

	/** What an earlier page could not send is sent now, under the same ids: what had arrived after all is not doubled. */
	async #bringBack(): Promise<void> {
		const kept = (await recall(this.#place)) as KeptOutbox | null;
		if (!kept || !this.element.isConnected) return;
		const outbox = this.#outbox;
		for (const { clientId, text } of kept.letters) {
			if (this.#itemOf(clientId)) continue;
			const letter: Letter = { clientId, text, state: "failed" };
			outbox.letters.push(letter);
			this.#drawPending(letter);
		}
		if (kept.draft && !this.inputTarget.value) this.#write(kept.draft);
		this.#keepOutbox();
		this.#toEnd();
		this.#flushNow();
	}

	get #outboxName(): string {
		return `${accountTag()} ${this.conversationValue}`;
	}

	get #place(): Place {
		const closes = this.element.closest<HTMLElement>("[data-closes-at]")?.dataset.closesAt;
		return {
			name: `chat ${this.conversationValue}`,
			key: this.logTarget.dataset.draftKey,
			until: closes ? Date.parse(closes) : undefined,
		};
	}

	get #topic(): string {
		return `conversation:${this.conversationValue}`;
	}

	get #outbox(): Outbox {
		const known = outboxes.get(this.#outboxName);
		if (known) return known;
		const fresh: Outbox = { letters: [], draft: "" };
		outboxes.set(this.#outboxName, fresh);
		return fresh;
	}
}

/** `randomUUID` exists in secure contexts only; a clinic tried out over plain HTTP in its own network still has to chat. */
function newId(): string {
	if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
