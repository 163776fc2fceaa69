// What every page loads: Turbo, the Stimulus controllers by their file names, and the live connection.
import "@hotwired/turbo";
import { Application, type ControllerConstructor } from "@hotwired/stimulus";
import "./refusals";

const application = Application.start();

const controllers = import.meta.glob<{ default: ControllerConstructor }>("./controllers/*_controller.ts", { eager: true });
for (const [path, module] of Object.entries(controllers)) {
	const name = path.replace(/^.*\/(.+)_controller\.ts$/, "$1").replaceAll("_", "-");
	application.register(name, module.default);
}

import.meta.glob("./live.ts", { eager: true });

// Tells the server that here a script says what has been read; without one, opening a page is reading (M2).
// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers
document.cookie = "praktik_script=1; Path=/; SameSite=Lax; Max-Age=31536000";
