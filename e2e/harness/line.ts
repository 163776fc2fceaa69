// A line to the clinic that can fall silent: nothing passes any more, and nobody is told that it is cut.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export class Line {
	#silent = false;
	#sockets = new Set<Socket>();

	private constructor(
		private readonly server: Server,
		/** Where somebody goes who uses this line. */
		readonly origin: string,
	) {}

	static async to(origin: string): Promise<Line> {
		const { hostname, port } = new URL(origin);
		const server = createServer();
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error("the line has no port");
		const line = new Line(server, `http://127.0.0.1:${address.port}`);
		server.on("connection", (near) => {
			const far = connect(Number(port), hostname);
			line.#join(near, far);
			line.#join(far, near);
		});
		return line;
	}

	/** From now on every byte is swallowed, in both directions; connections stay as they are, also those that come. */
	silence(): void {
		this.#silent = true;
	}

	/** New connections pass again; those that fell silent are gone. */
	mend(): void {
		this.#silent = false;
		for (const socket of this.#sockets) socket.destroy();
	}

	close(): void {
		for (const socket of this.#sockets) socket.destroy();
		this.server.close();
	}

	#join(from: Socket, to: Socket): void {
		this.#sockets.add(from);
		from.on("data", (bytes) => {
			if (!this.#silent) to.write(bytes);
		});
		from.on("error", () => {});
		from.on("close", () => {
			this.#sockets.delete(from);
			// A silent line does not tell that its other end is gone.
			if (!this.#silent) to.destroy();
		});
	}
}
