// Runs every file of tests/ with node:test, one after another, and closes with the line that `cargo xtask test` reads.
import { readdirSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const folder = new URL("./tests/", import.meta.url);
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
	.filter((name) => name.endsWith(".test.ts"))
	.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
	.sort()
	.map((name) => fileURLToPath(new URL(name, folder)));

let passed = 0;
let failed = 0;
const events = run({ files, concurrency: false, timeout: 10 * 60_000 });
events.on("test:pass", (test) => {
	if (test.details.type !== "suite" && !test.skip) passed += 1;
});
events.on("test:fail", (test) => {
	if (test.details.type !== "suite") failed += 1;
});
const lines = events.compose(new spec());
lines.pipe(process.stdout, { end: false });
lines.on("end", () => {
	process.stdout.write(`\nbrowser: ${passed} passed, ${failed} failed\n`);
	process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
});
