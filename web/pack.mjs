// Beside each script, style and drawing in a folder the same as small as it gets: packed once when the program is built, since it is
// sent often. A font is packed already.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
for (const name of readdirSync(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
	const plain = readFileSync(`${folder}/${name}`);
	writeFileSync(`${folder}/${name}.br`, brotliCompressSync(plain, { params }));
	writeFileSync(`${folder}/${name}.gz`, gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }));
}
