// Binds the controls of studio/sheets.html to the drawing.
import { announce, by, number, set, t } from "./dom.js";
import { put } from "./editor.js";
import { cropped } from "./hands.js";
import { words } from "./scene.js";

const EDGES = ["left", "top", "right", "bottom"];

/** Every value that can be bound: {name: [read, write(value, live)]}; `live` changes end up as one step back. */
export function bindings(editor, later) {
  const { pictures, type } = editor.drawing;
  const only = (read) => () => editor.only && read(editor.only);
  const plain = (key, fallback) => [() => editor.only?.[key] ?? fallback, (value, live) => editor.set({ [key]: value }, live && key)];
  const mm = (key) => [only((layer) => ((layer[key] || 0) * layer.k * 10) / editor.cm), (value) => editor.set((layer) => edged(layer, key, (value * editor.cm) / 10 / layer.k), key)];
  const edged = (layer, key, value) => ({ [key]: value, ...(key === "ow" && !layer.oc && { oc: layer.c === "#000000" ? "#ffffff" : "#000000" }) });
  const wide = (layer) => layer.ow || (editor.cm * 0.15) / layer.k;
  const flip = (key) => [plain(key)[0], () => editor.set((layer) => ({ [key]: !layer[key] }))];
  const middle = (i) => () => {
    const box = editor.selected.size && editor.boxOf();
    const at = editor.only ? [editor.only.x, editor.only.y][i] : box && (box[i] + box[i + 2]) / 2;
    return box ? (at - [editor.scene.w, editor.scene.h][i] / 2) / editor.cm : null;
  };
  const width = () => {
    const layer = editor.only;
    const [x0, , x1] = layer ? editor.drawing.box(layer) : editor.selected.size ? editor.boxOf() : [0, 0, 0];
    return ((x1 - x0) * (layer ? layer.k : 1)) / editor.cm;
  };
  const crop = (i) => {
    const full = (layer) => pictures.get(layer.a)[i % 2 ? "h" : "w"];
    const cut = (layer) => (i < 2 ? pictures.crop(layer)[i] : full(layer) - pictures.crop(layer)[i]) / full(layer);
    const move = (layer, share) => cropped(layer, EDGES[i], (share - cut(layer)) * full(layer) * (i < 2 ? 1 : -1), pictures);
    return [only((layer) => cut(layer) * 100), (value) => editor.change((scene) => put(scene, [move(editor.only, value / 100)]), `crop${i}`)];
  };
  const letters = (font, text) => {
    const missing = type.missing(font, text);
    by("text-fault").textContent = missing.length ? t("no-glyph", { font: type.fonts.get(font).label, signs: missing.join(" ") }) : "";
    return missing;
  };
  const write = (text) => {
    const missing = letters(editor.only.f, words(text));
    editor.set({ s: [...text].filter((sign) => !missing.includes(sign)).join("") }, "s");
  };
  const dress = (id) => {
    if (letters(id, editor.only.s).length) return;
    editor.set({ f: id });
    type.load(id).then(later, () => announce(t("font-offline")));
  };
  return {
    s: [plain("s", "")[0], write], f: [plain("f")[0], dress], al: plain("al", "c"), arc: plain("arc", 0),
    z: [mm("z")[0], (value) => editor.set((layer) => ({ k: (value * editor.cm) / 10 / layer.z }), "z")],
    c: [plain("c")[0], (value, live) => editor.set((layer) => (value || layer.oc ? { c: value } : { c: "", oc: "#000000", ow: wide(layer) }), live && "c")],
    oc: [plain("oc")[0], (value, live) => editor.set((layer) => ({ oc: value, ...(value && { ow: wide(layer) }) }), live && "oc")],
    ow: mm("ow"), rad: mm("rad"), tint: plain("tint"), o: plain("o", 1), th: plain("th", 128),
    bit: [() => editor.only?.th, (on) => editor.set({ th: on ? 128 : 0 })],
    m: [() => editor.only?.m, (on) => editor.set({ m: on ? "multiply" : "normal" })],
    x: [middle(0), (value) => editor.move({ dx: (value - middle(0)()) * editor.cm }, "x")],
    y: [middle(1), (value) => editor.move({ dy: (value - middle(1)()) * editor.cm }, "y")],
    width: [width, (value) => editor.move({ by: value / width() }, "width")],
    r: [() => editor.only?.r ?? 0, (value) => editor.move({ turn: value - (editor.only?.r ?? 0) }, "r")],
    fx: flip("fx"), fy: flip("fy"),
    lock: [() => editor.chosen.every((each) => each.lock), (on) => editor.set({ lock: on })],
    ...Object.fromEntries(EDGES.map((side, i) => [side, crop(i)])),
    product: [() => editor.state.product, (value) => editor.useProduct(Number(value))],
    colour: [() => editor.state.colour, (value) => editor.useColour(value)],
    many: [() => editor.select, (on) => ((editor.select = on), later())],
  };
}

export function bind(root, bound) {
  const read = (field) => bound[field.dataset.bind][0]();
  const write = (field, value, live) => bound[field.dataset.bind][1](value, live);

  function step(field, by) {
    const value = parse(field.value) + by * field.dataset.by;
    take(field, Number.isFinite(value) ? value : 0);
  }
  function take(field, value) {
    const { least = -Infinity, most = Infinity } = field.dataset;
    if (Number.isFinite(value)) write(field, Math.min(most, Math.max(least, value)));
    field.dirty = false;
    show(field);
  }
  root.addEventListener("click", ({ target }) => {
    const stepped = target.closest("[data-step]");
    if (stepped) return step(stepped.parentElement.querySelector("input"), Number(stepped.dataset.step));
    const button = target.closest("button[data-bind]");
    if (button) write(button, button.hasAttribute("value") ? button.value : !read(button));
  });
  root.addEventListener("input", ({ target: field }) => {
    if (!field.dataset.bind) return;
    if (field.dataset.by) field.dirty = true;
    else write(field, field.type === "range" ? Number(field.value) : field.value, true);
  });
  root.addEventListener("change", ({ target: field }) => field.dataset.by && take(field, parse(field.value)));
  root.addEventListener("keydown", (event) => {
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!up || !event.target.dataset.by) return;
    event.preventDefault();
    step(event.target, up * (event.shiftKey ? 10 : 1));
  });
  for (const each of root.querySelectorAll("[data-ink]")) each.style.background = each.dataset.ink;

  function show(field) {
    const value = read(field);
    if (field.tagName === "BUTTON") {
      set(field, { "aria-pressed": field.hasAttribute("value") ? same(value, field.value) : !!value });
    } else if (field.dataset.by) {
      if (!field.dirty) field.value = value == null ? "" : number(value, Number(field.dataset.digits || 1));
    } else if (field.type === "range") {
      field.value = value;
      field.nextElementSibling.textContent = number(value * (field.dataset.times || 1), 0) + field.dataset.unit;
    } else if (field.type === "color") field.value = value || "#000000";
    else if (field !== document.activeElement) field.value = value;
  }
  return () => root.querySelectorAll("[data-bind]").forEach((field) => field.getClientRects()[0] && show(field));
}

const parse = (text) => parseFloat(text.replace(/\s/g, "").replace("−", "-").replace(",", "."));
const same = (a, b) => String(a ?? "").toLowerCase() === b.toLowerCase();
