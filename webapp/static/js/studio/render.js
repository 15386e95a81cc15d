// Draws a scene as SVG; tests compare it with the server's print.
import { s } from "./dom.js";

export class Drawing {
  constructor(type, pictures, shapes) {
    Object.assign(this, { type, pictures, shapes });
  }

  /** The box [x0, y0, x1, y1] that a layer fills, in its own unscaled units around its centre. */
  box(layer) {
    if (layer.t === "text") return this.type.layout(layer).box;
    const [w, h] = this.size(layer);
    const by = layer.t === "shape" ? (layer.ow || 0) / 2 : 0;
    return [-w / 2 - by, -h / 2 - by, w / 2 + by, h / 2 + by];
  }

  size(layer) {
    if (layer.t === "shape") return [layer.w, layer.h];
    const [x0, y0, x1, y1] = layer.t === "img" ? this.pictures.crop(layer) : this.type.layout(layer).box;
    return [x1 - x0, y1 - y0];
  }

  ready(scene) {
    return Promise.all(scene.layers.map((layer) =>
      layer.t === "text" ? this.type.load(layer.f) : layer.t === "img" ? this.pictures.ready(layer) : null));
  }

  content(layer, later) {
    return { img: () => this.#image(layer, later), text: () => this.#text(layer, later), shape: () => [this.#shape(layer)] }[layer.t]();
  }

  #image(layer, later) {
    const [x0, y0, x1, y1] = this.pictures.crop(layer);
    const [w, h] = [x1 - x0, y1 - y0];
    const href = this.pictures.address(layer, later);
    const asset = this.pictures.get(layer.a) || {};
    const frame = { x: -w / 2, y: -h / 2, width: w, height: h };
    if (!href) return [s("rect", { ...frame, class: "waiting-picture" })];
    const whole = { width: asset.w || w, height: asset.h || h, href, preserveAspectRatio: "none" };
    return [s("svg", { ...frame, viewBox: `${x0} ${y0} ${w} ${h}`, preserveAspectRatio: "none", overflow: "hidden" }, s("image", whole))];
  }

  #text(layer, later) {
    if (!this.type.ready.has(layer.f)) this.type.load(layer.f).then(later, () => {});
    const { pieces } = this.type.layout(layer);
    const pass = (ink) => pieces.map(({ s: text, x, y, r }) => {
      const piece = s("text", { x, y, transform: r ? `rotate(${r} ${x} ${y})` : null, "font-size": layer.z, ...ink }, text);
      Object.assign(piece.style, { fontFamily: this.type.family(layer.f), whiteSpace: "pre", textRendering: "geometricPrecision" });
      return piece;
    });
    const fill = pass({ fill: layer.c });
    return layer.oc ? [...pass(outline({ ...layer, c: null }, 2)), ...fill] : fill;
  }

  #shape(layer) {
    const { w, h, p } = layer;
    const ink = outline(layer, 1);
    if (p === "rect" && layer.rad) return s("rect", { x: -w / 2, y: -h / 2, width: w, height: h, rx: layer.rad, ...ink });
    return s("path", { d: stretched(this.shapes[p], w, h), ...ink });
  }
}

function outline(layer, times) {
  const fill = { fill: layer.c || "none" };
  if (!layer.oc) return fill;
  return { ...fill, stroke: layer.oc, "stroke-width": layer.ow * times, "stroke-linejoin": "round", "stroke-linecap": "round" };
}

function stretched(commands, w, h) {
  const size = [w, h];
  return commands.map(([name, ...values]) => name + values.map((value, i) => ((value / 100 - 0.5) * size[i % 2]).toFixed(3))).join("");
}

export function transform({ x, y, k, r, fx, fy }) {
  return `translate(${x} ${y}) rotate(${r}) scale(${fx ? -k : k} ${fy ? -k : k})`;
}

export function place(group, layer) {
  group.setAttribute("transform", transform(layer));
  group.setAttribute("opacity", layer.o ?? 1);
  group.style.mixBlendMode = layer.m === "multiply" ? "multiply" : "";
}

export function picture(scene, drawing, width) {
  const layers = scene.layers.map((layer) => {
    const group = s("g", {}, ...drawing.content(layer));
    place(group, layer);
    return group;
  });
  const art = s("g", {}, ...layers);
  art.style.isolation = "isolate";
  return s("svg", { viewBox: `0 0 ${scene.w} ${scene.h}`, width, height: (width * scene.h) / scene.w }, art);
}
