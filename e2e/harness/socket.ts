// The socket of a page in a test's hand: everything else goes on while it is cut.
import type { Page, WebSocketRoute } from "playwright-core";

export class CuttableSocket {
	#open = new Set<WebSocketRoute>();
	#cut = false;

	/** Before the page is opened. */
	static async of(page: Page): Promise<CuttableSocket> {
		const socket = new CuttableSocket();
		await page.routeWebSocket(/\/live$/, (route) => {
			if (socket.#cut) {
				void route.close();
				return;
			}
			route.connectToServer();
			socket.#open.add(route);
		});
		return socket;
	}

	/** From now on nothing is heard, and no new socket opens. */
	async cut(): Promise<void> {
		this.#cut = true;
		for (const route of this.#open) await route.close();
		this.#open.clear();
	}

	/** The page may open one again. */
	mend(): void {
		this.#cut = false;
	}
}
