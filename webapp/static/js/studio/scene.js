// The scene (docs/scene.md). What is made here is never refused by the server.

export const MOST_LAYERS = 40;
export const MOST_BYTES = 64 * 1024;
export const SIDES = ["front", "back"];
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const round = (value, digits) => Number(Number(value).toFixed(digits)) || 0;

export const empty = (template, side, { w, h }) => ({ v: 1, template, side, w, h, layers: [] });

export function freshId(taken) {
  for (;;) {
    const id = Math.random().toString(36).slice(2, 8);
    if (id && !taken.includes(id)) return id;
  }
}

export const bytes = (scene) => new TextEncoder().encode(JSON.stringify(scene)).length;

export function tidy(layer, scene) {
  const far = 3 * Math.max(scene.w, scene.h);
  layer.x = round(clamp(layer.x, -far, far), 2);
  layer.y = round(clamp(layer.y, -far, far), 2);
  layer.k = round(clamp(layer.k, 0.01, 50), 4);
  layer.r = round(((layer.r % 360) + 540) % 360 - 180, 2);
  if ("o" in layer) layer.o = round(clamp(layer.o, 0, 1), 2);
  if (layer.o === 1) delete layer.o;
  if (layer.m === "normal") delete layer.m;
  for (const key of ["fx", "fy", "lock"]) if (!layer[key]) delete layer[key];
  if ("n" in layer) layer.n = [...plain(layer.n)].slice(0, 40).join("").trim();
  for (const key of ["n", "g", "c", "oc", "tint", "arc", "ow", "rad", "th"]) if (!layer[key]) delete layer[key];
  ({ img: tidyImage, text: tidyText, shape: tidyShape })[layer.t](layer);
  for (const key of Object.keys(layer)) if (layer[key] == null) delete layer[key];
  return layer;
}

function tidyImage(layer) {
  if (layer.th) layer.th = Math.round(clamp(layer.th, 1, 254));
  if (layer.c) layer.c = layer.c.map(Math.round);
}

function tidyText(layer) {
  layer.s = words(layer.s);
  layer.z = round(clamp(layer.z, 8, 2000), 1);
  layer.c ||= "#000000";
  if (layer.al === "c") delete layer.al;
  if (layer.arc) layer.arc = Math.round(clamp(layer.arc, -180, 180));
  if (layer.s.includes("\n")) delete layer.arc;
  tidyOutline(layer);
}

function tidyShape(layer) {
  for (const key of ["w", "h"]) layer[key] = round(clamp(layer[key], 1, 20000), 1);
  if (layer.rad) layer.rad = round(clamp(layer.rad, 0, Math.min(layer.w, layer.h) / 2), 1);
  if (layer.p !== "rect") delete layer.rad;
  tidyOutline(layer);
  if (layer.p === "line") {
    if (!layer.oc) [layer.oc, layer.ow] = [layer.c || "#000000", layer.ow || 20];
    delete layer.c;
  } else if (!layer.c && !layer.oc) layer.c = "#000000";
}

function tidyOutline(layer) {
  if (layer.ow) layer.ow = round(clamp(layer.ow, 0, 500), 1);
  if (!layer.oc || !layer.ow) delete layer.oc, delete layer.ow;
}

const plain = (text) => String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ");

/** At most 8 lines and 200 characters of printable text; never empty. Joined emoji and soft marks fall apart. */
export function words(text) {
  const lines = String(text).replace(/\r\n?/g, "\n").split("\n").slice(0, 8).map(plain);
  return [...lines.join("\n")].slice(0, 200).join("").replace(/^\s+$/, "") || "?";
}

export function inks(scene) {
  const found = new Set();
  let photo = false;
  for (const layer of scene?.layers || []) {
    if (layer.t !== "img") [layer.c, layer.oc].forEach((ink) => ink && found.add(ink));
    else if (layer.tint || layer.th) found.add(layer.tint || "#000000");
    else photo = true;
  }
  return { inks: [...found], photo };
}

export function refit(scene, template, { w, h }) {
  const by = Math.min(w / scene.w, h / scene.h);
  const moved = { ...scene, template, w, h };
  moved.layers = scene.layers.map((layer) => tidy({
    ...layer,
    x: w / 2 + (layer.x - scene.w / 2) * by, y: h / 2 + (layer.y - scene.h / 2) * by, k: layer.k * by,
  }, moved));
  return moved;
}
