// The canvas: garment, print box, layers as focusable elements, the frame of the selection.
import { number, s, set, t } from "./dom.js";
import { around, corners } from "./geometry.js";
import { place } from "./render.js";

const HIT = 48; // CSS pixels: the least that a finger finds
const KNOB = 12;

export class Stage {
  constructor(svg, editor, templates, base) {
    Object.assign(this, { svg, editor, templates, base, zoomed: false, view: null, guides: {} });
    this.art = s("g", { class: "art" });
    this.art.style.isolation = "isolate";
    this.garment = s("g", { class: "cloth", "aria-hidden": "true" });
    this.box = s("rect", { class: "print-box" });
    this.safe = s("rect", { class: "safe-box" });
    this.clip = s("rect", {});
    this.overlay = s("g", { class: "overlay", "aria-hidden": "true" });
    this.print = s("g", {}, s("g", { "clip-path": "url(#print-clip)" }, this.art));
    svg.append(s("defs", {}, s("clipPath", { id: "print-clip" }, this.clip)), this.garment,
      s("g", { "aria-hidden": "true" }, this.box, this.safe), this.print, this.overlay);
    editor.addEventListener("draw", () => this.soon());
    new ResizeObserver(() => this.fit()).observe(svg);
  }

  soon = () => {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  };

  get template() {
    return this.templates[this.editor.product.kind][this.editor.side];
  }

  /** The print box on the drawing board; the same sums as the server's `templates.placement`. */
  get frame() {
    const { print } = this.editor.product;
    const { room: [x, y, w, h], pxPerCm, anchor, sheet } = this.template;
    const fits = Math.min(w / print[0], h / print[1]);
    const scale = sheet ? fits : Math.min(pxPerCm, fits);
    const size = [print[0] * scale, print[1] * scale];
    return { x: anchor[0] - size[0] / 2, y: sheet ? y + (h - size[1]) / 2 : anchor[1], w: size[0], h: size[1], scale };
  }

  get safeMargin() {
    return this.template.safeCm * this.editor.cm;
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.svg;
    if (!width || !height) return;
    const { x, y, w, h } = this.frame;
    const [, , bw, bh] = this.template.viewBox;
    const near = this.zoomed || this.template.sheet || height < 420;
    const seen = near ? { x: x - w * 0.05, y: y - h * 0.05, w: w * 1.1, h: h * 1.1 } : { x: 30, y: 110, w: bw - 60, h: bh - 190 };
    const scale = Math.min(width / seen.w, height / seen.h);
    this.view = { x: seen.x + seen.w / 2 - width / scale / 2, y: seen.y + seen.h / 2 - height / scale / 2, w: width / scale, h: height / scale };
    this.soon();
  }

  zoom(by, [bx, by_], [dx, dy] = [0, 0]) {
    const { clientWidth: width, clientHeight: height } = this.svg;
    const w = Math.min(2400, Math.max(120, this.view.w / by));
    const real = this.view.w / w;
    this.view = { x: bx - (bx - this.view.x) / real - dx, y: by_ - (by_ - this.view.y) / real - dy, w, h: (w * height) / width };
    this.soon();
  }

  get scale() {
    return this.svg.clientWidth / this.view.w;
  }

  get perPixel() {
    return this.editor.scene.w / this.frame.w / this.scale;
  }

  toBoard([px, py]) {
    const box = this.svg.getBoundingClientRect();
    return [this.view.x + (px - box.left) / this.scale, this.view.y + (py - box.top) / this.scale];
  }

  toPrint(point) {
    const [x, y] = this.toBoard(point);
    const by = this.editor.scene.w / this.frame.w;
    return [(x - this.frame.x) * by, (y - this.frame.y) * by];
  }

  toBoardFromPrint([x, y]) {
    const by = this.frame.w / this.editor.scene.w;
    return [this.frame.x + x * by, this.frame.y + y * by];
  }

  paint() {
    if (!this.view || !this.svg.clientWidth) return;
    if (this.seen !== this.template) return (this.seen = this.template), this.fit();
    const { view, editor, frame } = this;
    const scene = editor.scene;
    this.svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    this.#paintGarment(frame);
    this.print.setAttribute("transform", `translate(${frame.x} ${frame.y}) scale(${frame.w / scene.w})`);
    set(this.clip, { width: scene.w, height: scene.h });
    this.#paintLayers(scene);
    this.#paintOverlay();
    this.svg.setAttribute("aria-label", t("canvas", { n: scene.layers.length, side: t(editor.side) }));
  }

  #paintGarment(frame) {
    const key = `${this.editor.product.kind} ${this.editor.side} ${this.editor.state.colour}`;
    if (this.worn !== key) {
      this.worn = key;
      const href = `${new URL(this.template.svg, this.base)}#garment`;
      this.garment.replaceChildren(s("use", { href, color: this.editor.state.colour }));
      this.svg.classList.toggle("on-dark", luma(this.editor.state.colour) < 110);
    }
    const margin = this.template.safeCm * frame.scale;
    set(this.box, { x: frame.x, y: frame.y, width: frame.w, height: frame.h });
    set(this.safe, { x: frame.x + margin, y: frame.y + margin, width: frame.w - 2 * margin, height: frame.h - 2 * margin });
  }

  #paintLayers(scene) {
    const kept = new Map([...this.art.children].map((group) => [group.dataset.id, group]));
    scene.layers.forEach((layer, i) => {
      const group = kept.get(layer.id) || this.#group(layer.id);
      kept.delete(layer.id);
      if (this.art.children[i] !== group) this.#putAt(group, i);
      this.#paintLayer(group, layer, i, scene);
    });
    for (const group of kept.values()) group.remove();
  }

  #putAt(group, i) {
    const focused = document.activeElement;
    this.art.insertBefore(group, this.art.children[i] || null);
    if (this.art.contains(focused) && focused !== document.activeElement) focused.focus({ preventScroll: true });
  }

  #group(id) {
    return s("g", { class: "layer", "data-id": id, role: "button", tabindex: -1 });
  }

  #paintLayer(group, layer, i, scene) {
    const { drawing, selected } = this.editor;
    const { id, x, y, r, k, fx, fy, o, m, n, g, lock, ...look } = layer;
    const ready = layer.t === "text" ? drawing.type.ready.has(layer.f) : layer.t === "img" && drawing.pictures.address(layer, this.soon);
    const key = JSON.stringify([look, ready, layer.t === "img" && drawing.pictures.crop(layer)]);
    if (group.look !== key) {
      group.look = key;
      group.replaceChildren(...drawing.content(layer, this.soon), s("rect", { class: "hit" }));
    }
    place(group, layer);
    const [x0, y0, x1, y1] = drawing.box(layer);
    const least = (HIT * this.perPixel) / k;
    const [padX, padY] = [Math.max(0, least - (x1 - x0)) / 2, Math.max(0, least - (y1 - y0)) / 2];
    set(group.lastChild, { x: x0 - padX, y: y0 - padY, width: x1 - x0 + 2 * padX, height: y1 - y0 + 2 * padY });
    group.setAttribute("aria-label", this.nameOf(layer, i, scene.layers.length));
    group.setAttribute("aria-pressed", selected.has(id));
    group.setAttribute("tabindex", this.entered ? 0 : -1);
    group.classList.toggle("locked", !!lock);
  }

  nameOf(layer, i, n) {
    const [x0, y0, x1, y1] = this.editor.boxOf([layer]);
    const size = { w: number((x1 - x0) / this.editor.cm), h: number((y1 - y0) / this.editor.cm) };
    const name = t("layer-named", { what: this.titleOf(layer), ...size, i: i + 1, of: n });
    return layer.lock ? `${name}, ${t("locked")}` : name;
  }

  titleOf(layer) {
    if (layer.n) return layer.n;
    if (layer.t === "text") return t("text-named", { s: layer.s.replace(/\n/g, " ") });
    return layer.t === "shape" ? t(layer.p) : t("picture");
  }

  #paintOverlay() {
    const { editor } = this;
    const parts = [];
    const unit = 1 / this.scale;
    for (const [axis, at] of Object.entries(this.guides)) if (at != null) parts.push(this.#guide(axis, at));
    const chosen = editor.chosen;
    if (chosen.length) {
      const points = (chosen.length === 1 ? corners(chosen[0], editor.drawing.box(chosen[0])) : square(editor.boxOf(chosen)))
        .map((point) => this.toBoardFromPrint(point));
      parts.push(s("polygon", { class: "frame-under", points: points.join(" ") }), s("polygon", { class: "frame", points: points.join(" "), "data-frame": true }));
      if (editor.crop) parts.push(...this.#cropKnobs(points, unit));
      else if (chosen.some((each) => !each.lock)) parts.push(...this.#knobs(points, unit));
    }
    this.overlay.replaceChildren(...parts);
  }

  #guide(axis, at) {
    const { w, h } = this.editor.scene;
    const [a, b] = axis === "x" ? [[at, -h], [at, 2 * h]] : [[-w, at], [2 * w, at]];
    const [[x1, y1], [x2, y2]] = [a, b].map((point) => this.toBoardFromPrint(point));
    return s("line", { class: "guide", x1, y1, x2, y2 });
  }

  #knobs(points, unit) {
    const middle = [(points[0][0] + points[2][0]) / 2, (points[0][1] + points[2][1]) / 2];
    // Of the four corners the lowest right one on the screen carries the size, so that it is under the thumb.
    const size = this.#within(away([...points].sort((a, b) => b[0] + b[1] - a[0] - a[1])[0], middle, 34 * unit), unit);
    const [x0, y0, x1, y1] = around(points);
    const above = y0 - 34 * unit > this.view.y + 70 * unit;
    const turn = this.#within([(x0 + x1) / 2, above ? y0 - 34 * unit : y1 + 34 * unit], unit);
    return [this.#knob("size", size, unit, "M-5 -5 5 5M0 5H5V0M-5 0V-5H0"), this.#knob("turn", turn, unit, "M5 -3A6 6 0 1 0 6 2M6 -7V-2H1")];
  }

  #cropKnobs(points, unit) {
    return ["left", "top", "right", "bottom"].map((side, i) => {
      const [a, b] = [points[(i + 3) % 4], points[i]];
      return this.#knob(`crop-${side}`, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], unit, "M-5 0H5M0 -5V5");
    });
  }

  #within([x, y], unit) {
    const { view } = this;
    const pad = 26 * unit;
    return [Math.min(view.x + view.w - pad, Math.max(view.x + pad, x)), Math.min(view.y + view.h - pad, Math.max(view.y + pad, y))];
  }

  #knob(name, [x, y], unit, sign) {
    return s("g", { class: `knob knob-${name}`, "data-knob": name, transform: `translate(${x} ${y}) scale(${unit})` },
      s("circle", { class: "hit", r: HIT / 2 }), s("circle", { class: "knob-face", r: KNOB }), s("path", { class: "knob-sign", d: sign }));
  }
}

const square = ([x0, y0, x1, y1]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];

function away([x, y], [mx, my], least) {
  const [dx, dy] = [x - mx, y - my];
  const far = Math.hypot(dx, dy) || 1;
  return far >= least ? [x, y] : [mx + (dx / far) * least, my + (dy / far) * least];
}

function luma(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b;
}
