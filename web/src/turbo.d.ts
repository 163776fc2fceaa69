// The part of Turbo that the program uses: the package brings no types of its own.
declare module "@hotwired/turbo" {
	export interface FrameElement extends HTMLElement {
		src: string | null;
		disabled: boolean;
		readonly complete: boolean;
		readonly loaded: Promise<void>;
		reload(): Promise<void>;
	}
	export function visit(location: string | URL, options?: { action?: "advance" | "replace" | "restore"; frame?: string }): void;
	export function renderStreamMessage(message: string): void;
	export const cache: { clear(): void };
	export const session: { readonly drive: boolean };
}
