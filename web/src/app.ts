// What every page loads: Turbo, the Stimulus controllers by their file names, and the live connection.
import "@hotwired/turbo";
import { Application, type ControllerConstructor } from "@hotwired/stimulus";

const application = Application.start();

const controllers = import.meta.glob<{ default: ControllerConstructor }>("./controllers/*_controller.ts", { eager: true });
for (const [path, module] of Object.entries(controllers)) {
	const name = path.replace(/^.*\/(.+)_controller\.ts$/, "$1").replaceAll("_", "-");
	application.register(name, module.default);
}

import.meta.glob("./live.ts", { eager: true });
