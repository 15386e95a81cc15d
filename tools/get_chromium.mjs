// Unpacks the Chromium that the npm package @sparticuz/chromium carries.
//
//   node tools/get_chromium.mjs FOLDER_OF_NPM TARGET
//
// The browser needs LD_LIBRARY_PATH=TARGET/lib: the package brings the libraries a bare system lacks.
import { brotliDecompressSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [modules, out] = process.argv.slice(2).map((path) => resolve(path));
const packed = join(modules, "node_modules/@sparticuz/chromium/bin");
const unpack = (name) => brotliDecompressSync(readFileSync(join(packed, name)));

mkdirSync(out, { recursive: true });
for (const name of ["swiftshader", "fonts", "al2023"]) {
  const archive = join(out, `${name}.tar`);
  writeFileSync(archive, unpack(`${name}.tar.br`));
  execFileSync("tar", ["xf", archive], { cwd: out });
}
// Last, and by renaming: the program's presence says that all of it is there.
const fresh = join(out, "chromium.new");
writeFileSync(fresh, unpack("chromium.br"), { mode: 0o755 });
renameSync(fresh, join(out, "chromium"));
