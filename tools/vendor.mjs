// Copies the pinned browser files of package.json into the repository, with their licences.
//
//   PYTHON=.venv/bin/python node tools/vendor.mjs        (what `make vendor` runs)
//
// Installs into .cache/vendor, so that no node_modules folder appears beside the source, and
// writes webapp/static/vendor/manifest.json: the sha384 of every file this script made.
// The output is committed; installing or running Fanmade needs no Node.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fontFacts } from "./font_facts.mjs";
import { ICONS } from "./icons.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const CACHE = join(ROOT, ".cache/vendor");
const MODULES = join(CACHE, "node_modules");
const STATIC = join(ROOT, "webapp/static");
const VENDOR = join(STATIC, "vendor");
const TEST_VENDOR = join(ROOT, "tests/vendor");

// The ready "latin" files weigh 42 KB together; the budget is 35 KB for both families. Latin-1 and
// the punctuation we write cover English and Finnish; latin-ext is fetched only by pages that need it.
// What else is left out: tools/fewer_kerns.py.
const LATIN = range(0x20, 0x7e) + range(0xa0, 0xff) + "ŒœŠšŽž–—‘’‚“”„†•…‹›€™←↑→↓−×";

const FONTS = [
  ["@fontsource/bricolage-grotesque", "bricolage-grotesque", "800-normal", undefined],
  ["@fontsource-variable/figtree", "figtree", "wght-normal", { wght: { min: 400, max: 800 } }],
];

// The studio's typefaces, whole: the server sets text with the TTF, the browser with a WOFF2 of the same glyphs.
const STUDIO_FONTS = [
  ["anton", "Anton"],
  ["archivo-black", "Archivo Black"],
  ["bebas-neue", "Bebas Neue"],
  ["bungee", "Bungee"],
  ["righteous", "Righteous"],
  ["bangers", "Bangers"],
  ["abril-fatface", "Abril Fatface"],
  ["special-elite", "Special Elite"],
  ["permanent-marker", "Permanent Marker"],
  ["press-start-2p", "Press Start 2P"],
  ["pacifico", "Pacifico"],
  ["lobster", "Lobster"],
  ["creepster", "Creepster"],
  ["monoton", "Monoton"],
];

// What papers are set in, whole: package, its file, what it is called here. Small enough to be kept: CJK is not.
const PAPER_FONTS = [
  ["noto-sans", "400Regular/NotoSans_400Regular.ttf", "NotoSans-Regular.ttf"],
  ["noto-sans", "700Bold/NotoSans_700Bold.ttf", "NotoSans-Bold.ttf"],
  ["noto-sans-arabic", "400Regular/NotoSansArabic_400Regular.ttf", "NotoSansArabic-Regular.ttf"],
  ["noto-sans-hebrew", "400Regular/NotoSansHebrew_400Regular.ttf", "NotoSansHebrew-Regular.ttf"],
  ["noto-sans-thai", "400Regular/NotoSansThai_400Regular.ttf", "NotoSansThai-Regular.ttf"],
  ["noto-emoji", "400Regular/NotoEmoji_400Regular.ttf", "NotoEmoji-Regular.ttf"],
];

const LICENCES = {
  "htmx.txt": "htmx.org/LICENSE",
  "lucide.txt": "lucide-static/LICENSE",
  "bricolage-grotesque-OFL.txt": "@fontsource/bricolage-grotesque/LICENSE",
  "figtree-OFL.txt": "@fontsource-variable/figtree/LICENSE",
};

async function main() {
  install();
  for (const folder of [VENDOR, TEST_VENDOR]) rmSync(folder, { recursive: true, force: true });
  copy("htmx.org/dist/htmx.min.js", join(VENDOR, "htmx.min.js"));
  copy("axe-core/axe.min.js", join(TEST_VENDOR, "axe.min.js"));
  copy("axe-core/LICENSE", join(TEST_VENDOR, "axe-LICENSE.txt"));
  copy("axe-core/LICENSE-3RD-PARTY.txt", join(TEST_VENDOR, "axe-LICENSE-3RD-PARTY.txt"));
  for (const [name, source] of Object.entries(LICENCES)) copy(source, join(VENDOR, "licences", name));
  for (const font of FONTS) await writeFont(...font);
  await writeStudioFonts();
  copyPaperFonts();
  writeFileSync(join(STATIC, "icons.svg"), sprite());
  writeManifest();
}

function install() {
  mkdirSync(CACHE, { recursive: true });
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(ROOT, name), join(CACHE, name));
  execFileSync("npm", ["ci"], { cwd: CACHE, stdio: "inherit" });
}

function copy(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  // The source map is not shipped, and a browser's console would complain about the missing file.
  if (target.endsWith(".js")) {
    const text = readFileSync(join(MODULES, source), "utf8");
    writeFileSync(target, text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
  } else cpSync(join(MODULES, source), target);
}

async function writeFont(packageName, family, face, variationAxes) {
  const subsetFont = createRequire(join(CACHE, "package.json"))("subset-font");
  const file = (subset) => join(MODULES, packageName, "files", `${family}-${subset}-${face}.woff2`);
  const latin = await subsetFont(readFileSync(file("latin")), LATIN, { targetFormat: "truetype", variationAxes });
  mkdirSync(join(VENDOR, "fonts"), { recursive: true });
  writeFileSync(join(VENDOR, "fonts", `${family}-latin.woff2`), await lighter(latin));
  cpSync(file("latin-ext"), join(VENDOR, "fonts", `${family}-latin-ext.woff2`));
}

async function lighter(font) {
  const { convert } = createRequire(join(CACHE, "package.json"))("fontverter");
  const [before, after] = ["before.ttf", "after.ttf"].map((name) => join(CACHE, name));
  writeFileSync(before, font);
  execFileSync(process.env.PYTHON ?? "python3", [join(ROOT, "tools/fewer_kerns.py"), before, after], { stdio: "inherit" });
  return convert(readFileSync(after), "woff2");
}

async function writeStudioFonts() {
  const { convert } = createRequire(join(CACHE, "package.json"))("fontverter");
  const fonts = [];
  for (const [id, label] of STUDIO_FONTS) {
    const source = join(MODULES, "@expo-google-fonts", id);
    const full = readFileSync(join(source, "400Regular", `${label.replaceAll(" ", "")}_400Regular.ttf`));
    const url = `vendor/fonts/studio/${id}.woff2`;
    mkdirSync(dirname(join(STATIC, url)), { recursive: true });
    writeFileSync(join(STATIC, url.replace("woff2", "ttf")), full);
    writeFileSync(join(STATIC, url), await convert(full, "woff2"));
    cpSync(join(source, "LICENSE_FONT"), join(VENDOR, "licences/studio", `${id}.txt`));
    fonts.push({ id, label, url, ...fontFacts(full) });
  }
  mkdirSync(join(STATIC, "studio"), { recursive: true });
  const lines = fonts.map((font) => "    " + JSON.stringify(font));
  writeFileSync(join(STATIC, "studio/fonts.json"), `{"v": 1,\n  "fonts": [\n${lines.join(",\n")}\n  ]}\n`);
}

function copyPaperFonts() {
  for (const [id, source, name] of PAPER_FONTS) {
    copy(`@expo-google-fonts/${id}/${source}`, join(VENDOR, "fonts/paper", name));
    copy(`@expo-google-fonts/${id}/LICENSE_FONT`, join(VENDOR, "licences/paper", `${id}.txt`));
  }
}

function sprite() {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(join(MODULES, "lucide-static/icons", `${name}.svg`), "utf8");
    const shapes = svg.replace(/^[^]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  const note = "<!-- Icons: lucide, ISC licence, see vendor/licences/lucide.txt -->";
  return `<svg xmlns="http://www.w3.org/2000/svg">${note}\n${symbols.join("\n")}\n</svg>\n`;
}

function writeManifest() {
  const made = [join(STATIC, "icons.svg"), ...filesUnder(VENDOR), ...filesUnder(TEST_VENDOR)];
  const lines = made.map((path) => [
    relative(ROOT, path),
    "sha384-" + createHash("sha384").update(readFileSync(path)).digest("base64"),
  ]);
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = { versions: devDependencies, files: Object.fromEntries(lines.sort()) };
  writeFileSync(join(VENDOR, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

function filesUnder(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

function range(first, last) {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

await main();
