// What must not happen in any test: an error in the console, a broken content policy, a thrown error, a dialog of the
// browser, a fault of the server, a request to somebody else.
import type { BrowserContext } from "playwright-core";

export class Watch {
	private readonly faults: string[] = [];
	private readonly allowed: RegExp[] = [];

	static async over(context: BrowserContext, origin: string): Promise<Watch> {
		const watch = new Watch();
		await context.addInitScript(reportPolicyViolations);
		context.on("console", (message) => {
			if (message.type() === "error") watch.note(`console: ${message.text()} (${message.location().url})`);
		});
		context.on("weberror", (error) => {
			// Turbo drops a page that it was still reading when the reader goes elsewhere, and lets the promise fall.
			if (/^AbortError/.test(error.error().stack ?? error.error().name)) return;
			watch.note(`thrown: ${error.error().stack ?? error.error().message}`);
		});
		context.on("dialog", (dialog) => {
			watch.note(`dialog: ${dialog.message()}`);
			void dialog.dismiss();
		});
		context.on("response", (response) => {
			if (response.status() >= 500) watch.note(`server: ${response.status()} for ${response.url()}`);
		});
		const host = new URL(origin).host;
		const ask = (address: string) => {
			const url = new URL(address);
			if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) watch.note(`third party: ${address}`);
		};
		context.on("request", (request) => ask(request.url()));
		// Sockets are told to the page alone.
		context.on("page", (page) => page.on("websocket", (socket) => ask(socket.url())));
		return watch;
	}

	/** Lets through what a test provokes, e.g. the console's line for an answer of 410. */
	allow(pattern: RegExp): void {
		this.allowed.push(pattern);
	}

	verify(): void {
		if (this.faults.length > 0) {
			const faults = this.faults.splice(0).map((fault) => `  ${fault}`);
			throw new Error(`the browser saw ${faults.length} faults:\n${faults.join("\n")}`);
		}
	}

	private note(fault: string): void {
		if (!this.allowed.some((pattern) => pattern.test(fault))) this.faults.push(fault);
	}
}

function reportPolicyViolations(): void {
	document.addEventListener("securitypolicyviolation", (event) => {
		console.error(`content policy: ${event.violatedDirective} blocked ${event.blockedURI || "inline"} ${event.sample}`);
	});
}
