// What the studio says about a drawing in words.
import { number, t } from "./dom.js";
import { SIDES, inks } from "./scene.js";

const SHARP = 200;
const USABLE = 150;
const CM = 2.54;

/** How sharp an image layer prints: {level: "ok" | "fair" | "idea", dpi, cm: the widest it is sharp}. */
function sharpness(layer, editor) {
  const [x0, , x1] = editor.drawing.pictures.crop(layer);
  const dpi = editor.product.canvas.dpi / layer.k;
  const level = dpi >= SHARP - 0.5 ? "ok" : dpi >= USABLE - 0.5 ? "fair" : "idea";
  return { level, dpi: Math.round(dpi), cm: ((x1 - x0) / SHARP) * CM };
}

export function sharpWords(editor) {
  const layer = editor.only;
  if (layer?.t !== "img") return null;
  const { level, dpi, cm } = sharpness(layer, editor);
  return { level, text: t(`sharp-${level}`, { cm: number(cm, cm < 10 ? 1 : 0), dpi }) };
}

export function inkWords(editor, scene = editor.scene) {
  const found = inks(scene);
  const limit = editor.product.inks;
  const n = found.inks.length;
  const level = limit && (found.photo || n > limit) ? "fair" : "ok";
  return { ...found, level, text: t((found.photo ? "inks-photo" : "inks") + (limit ? "-limit" : ""), { n, limit }) };
}

export function findings(editor, stage) {
  const found = [];
  for (const side of SIDES) {
    const scene = editor.state[side];
    if (scene?.layers.length) found.push(...ofSide(editor, stage, side, scene));
  }
  if (!editor.state.front?.layers.length && found.length) found.push({ level: "fair", text: t("front-empty"), side: "front" });
  return found;
}

function ofSide(editor, stage, side, scene) {
  const found = [];
  const name = t(side);
  const ink = inkWords(editor, scene);
  found.push({ level: ink.level, side, text: `${name}: ${ink.text}` });
  for (const layer of scene.layers) {
    const at = { side, id: layer.id };
    const what = stage.titleOf(layer);
    if (layer.t === "img") {
      const { level, dpi, cm } = sharpness(layer, editor);
      if (level !== "ok") found.push({ level, ...at, text: `${what}: ${t(`sharp-${level}`, { cm: number(cm, cm < 10 ? 1 : 0), dpi })}` });
      if (editor.drawing.pictures.get(layer.a)?.state === "failed") found.push({ level: "idea", ...at, text: t("picture-failed") });
    }
    const where = beyond(editor, stage, side, scene, layer);
    if (where) found.push({ level: where === "outside" ? "idea" : "fair", ...at, text: `${what}: ${t(where)}` });
  }
  return found;
}

function beyond(editor, stage, side, scene, layer) {
  const [x0, y0, x1, y1] = editor.boxOf([layer]);
  if (x1 <= 0 || y1 <= 0 || x0 >= scene.w || y0 >= scene.h) return "outside";
  const safe = (stage.templates[editor.product.kind][side].safeCm * scene.w) / editor.product.print[0] - 1;
  return x0 < safe || y0 < safe || x1 > scene.w - safe || y1 > scene.h - safe ? "unsafe" : null;
}
