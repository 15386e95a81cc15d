// Lettering: loads a font when it is picked, measures with it, and says where each line or glyph stands.
// The same files and the same rules as the server: RAQM and the browser shape alike when nothing is hinted.

const LINE = 1.2; // of the size
const BIG = 1000; // Measured at this size, then scaled: advances grow in proportion.
const pen = document.createElement("canvas").getContext("2d");
const family = (id) => `studio-${id}`;

/** The fonts of fonts.json, {id: {label, url, ascent, descent, unitsPerEm, covers}}, loaded one by one. */
export class Type {
  constructor(fonts, base, offered) {
    this.fonts = new Map(fonts.map((font) => [font.id, font]));
    this.base = base;
    this.offered = offered || [...this.fonts.keys()];
    this.loads = new Map();
    this.ready = new Set();
    this.widths = new Map();
  }

  /** Loads a font once; resolves when text can be set in it. */
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

  /** The characters of `text` that the font has no glyph for. */
  missing(id, text) {
    const covers = this.fonts.get(id)?.covers;
    if (!covers) return [];
    const has = (code) => code === 10 || covers.some(([from, to]) => code >= from && code <= to);
    return [...new Set([...text].filter((sign) => !has(sign.codePointAt(0))))];
  }

  /** How far the pen moves over `text` at size `z`. */
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

  /**
   * Where a text layer's pieces stand, around its centre: [{s, x, y, r}], x at the start of the piece on its
   * baseline; and the `box` [x0, y0, x1, y1] they fill, outline included.
   */
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
    const corners = [];
    let before = "";
    for (const s of clusters(layer.s)) {
      const start = this.width(before, layer.f, layer.z);
      const end = this.width((before += s), layer.f, layer.z);
      const angle = ((start + end) / 2 - width / 2) / radius;
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      const half = (end - start) / 2;
      const [mx, my] = [radius * sin, baseline + radius * (1 - cos)];
      pieces.push({ s, x: mx - half * cos, y: my - half * sin, r: (angle * 180) / Math.PI });
      for (const [x, y] of [[-half, -up], [half, -up], [half, down], [-half, down]]) {
        corners.push([mx + x * cos - y * sin, my + x * sin + y * cos]);
      }
    }
    const [xs, ys] = [corners.map((c) => c[0]), corners.map((c) => c[1])];
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    return { pieces, box: grown(box, layer.ow) };
  }
}

const grown = ([x0, y0, x1, y1], by = 0) => [x0 - by, y0 - by, x1 + by, y1 + by];

/** What is drawn as one glyph: a letter with its marks. */
const clusters = (text) => text.match(/\P{M}\p{M}*|\p{M}+/gu) || [];
