// Runs every file of tests/ with node:test, one more at a time than there are processors, and closes with the line that
// `cargo xtask test` reads. The two that open every page compute all the while and come first; the others wait for people and for real
// time, and fill what is left.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const FIRST = ["pages.test.ts", "xss.test.ts"];
const folder = new URL("./tests/", import.meta.url);
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
	.filter((name) => name.endsWith(".test.ts"))
	.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
	.sort((one, other) => Number(FIRST.includes(other)) - Number(FIRST.includes(one)) || one.localeCompare(other))
	.map((name) => fileURLToPath(new URL(name, folder)));

let passed = 0;
let failed = 0;
const events = run({ files, concurrency: availableParallelism() + 1, timeout: 20 * 60_000 });
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
