// Lettering, measured and placed as the server does.

import { around, corners, toScene } from "./geometry.js";

const LINE = 1.2; // of the size
const BIG = 1000; // Measured at this size, then scaled: advances grow in proportion.
const pen = document.createElement("canvas").getContext("2d");
const family = (id) => `studio-${id}`;

export class Type {
  constructor(fonts, base, offered) {
    this.fonts = new Map(fonts.map((font) => [font.id, font]));
    this.base = base;
    this.offered = offered || [...this.fonts.keys()];
    this.loads = new Map();
    this.ready = new Set();
    this.widths = new Map();
  }

  load(id) {
    if (!this.loads.has(id)) this.loads.set(id, this.#fetch(id));
    return this.loads.get(id);
  }

  async #fetch(id) {
    const font = this.fonts.get(id);
    try {
      const face = new FontFace(family(id), `url("${new URL(font.url, this.base)}")`);
      document.fonts.add(await face.load());
      this.ready.add(id);
    } catch (fault) {
      this.loads.delete(id); // Without network: asked again with the next use.
      throw fault;
    }
  }

  family = family;

  missing(id, text) {
    const covers = this.fonts.get(id)?.covers;
    if (!covers) return [];
    const has = (code) => code === 10 || covers.some(([from, to]) => code >= from && code <= to);
    return [...new Set([...text].filter((sign) => !has(sign.codePointAt(0))))];
  }

  width(text, id, z) {
    const key = `${id} ${text}`;
    if (!this.widths.has(key)) {
      pen.font = `${BIG}px ${family(id)}`;
      pen.fontKerning = "normal";
      pen.textRendering = "geometricPrecision";
      const width = pen.measureText(text).width;
      if (!this.ready.has(id)) return (width * z) / BIG;
      if (this.widths.size > 3000) this.widths.clear();
      this.widths.set(key, width);
    }
    return (this.widths.get(key) * z) / BIG;
  }

  /** Where the pieces stand around the centre, and the box they fill. */
  layout(layer) {
    const { ascent, descent, unitsPerEm } = this.fonts.get(layer.f);
    const up = (ascent / unitsPerEm) * layer.z;
    const down = (Math.abs(descent) / unitsPerEm) * layer.z;
    const lines = layer.s.split("\n");
    const widths = lines.map((line) => this.width(line, layer.f, layer.z));
    const width = Math.max(...widths);
    const height = up + down + (lines.length - 1) * LINE * layer.z;
    const baseline = up - height / 2;
    if (layer.arc && lines.length === 1 && width) return this.#arc(layer, width, baseline, up, down);
    const from = { l: () => -width / 2, r: (own) => width / 2 - own }[layer.al] || ((own) => -own / 2);
    const pieces = lines.map((s, i) => ({ s, x: from(widths[i]), y: baseline + i * LINE * layer.z, r: 0 }));
    return { pieces, box: grown([-width / 2, -height / 2, width / 2, height / 2], layer.ow) };
  }

  /** Each glyph on a circle, turned at the middle of its advance; a positive arc bends the ends down. */
  #arc(layer, width, baseline, up, down) {
    const turn = (layer.arc * Math.PI) / 180;
    const radius = width / turn; // Negative for a smile: the centre is then above the line.
    const pieces = [];
    const points = [];
    let before = "";
    for (const s of clusters(layer.s)) {
      const start = this.width(before, layer.f, layer.z);
      const end = this.width((before += s), layer.f, layer.z);
      const angle = ((start + end) / 2 - width / 2) / radius;
      const half = (end - start) / 2;
      const glyph = { x: radius * Math.sin(angle), y: baseline + radius * (1 - Math.cos(angle)), k: 1, r: (angle * 180) / Math.PI };
      const [x, y] = toScene(glyph, [-half, 0]);
      pieces.push({ s, x, y, r: glyph.r });
      points.push(...corners(glyph, [-half, -up, half, down]));
    }
    return { pieces, box: grown(around(points), layer.ow) };
  }
}

const grown = ([x0, y0, x1, y1], by = 0) => [x0 - by, y0 - by, x1 + by, y1 + by];

const clusters = (text) => text.match(/\P{M}\p{M}*|\p{M}+/gu) || [];
