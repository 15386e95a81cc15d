// Bundles the studio's modules into the one file its page loads.
//
//   node tools/bundle.mjs        (what `make bundle` runs)
//
// Seventeen modules would be seventeen requests, found one after the other, on a phone at a concert.
// The first line of the output names the hash of the sources: a test fails while the two differ.
// The output is committed; installing or running Fanmade needs no Node.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const CACHE = join(ROOT, ".cache/vendor");
const SOURCES = join(ROOT, "webapp/static/js/studio");

mkdirSync(CACHE, { recursive: true });
for (const name of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(ROOT, name), join(CACHE, name));
execFileSync("npm", ["ci"], { cwd: CACHE, stdio: "inherit" });

const { build } = createRequire(join(CACHE, "package.json"))("esbuild");
await build({
  entryPoints: [join(SOURCES, "studio.js")],
  outfile: join(ROOT, "webapp/static/built/studio.js"),
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  banner: { js: `// Made by \`make bundle\` from webapp/static/js/studio, sha256 ${hashOfSources()}` },
});

function hashOfSources() {
  const hash = createHash("sha256");
  for (const name of readdirSync(SOURCES).sort()) hash.update(readFileSync(join(SOURCES, name)));
  return hash.digest("hex");
}
