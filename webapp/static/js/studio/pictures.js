// The pictures behind image layers, and their effects: made like the server's, before any scaling.

export class Pictures {
  constructor(assets = {}) {
    this.assets = {};
    this.loaded = new Map();
    this.made = new Map();
    this.last = {};
    this.learn(assets);
  }

  learn(assets) {
    for (const [id, facts] of Object.entries(assets || {})) this.assets[id] = { ...this.assets[id], ...facts };
  }

  get(id) {
    return this.assets[id];
  }

  crop(layer) {
    const { w, h } = this.assets[layer.a] || { w: 1000, h: 1000 };
    return layer.c || [0, 0, w || 1000, h || 1000];
  }

  source(id) {
    const asset = this.assets[id];
    return asset && (asset.blob || asset.url);
  }

  /** "" until an effect is ready; then `later` is called. */
  address(layer, later) {
    const source = this.source(layer.a);
    if (!source || !(layer.tint || layer.th)) return source || "";
    const key = this.#key(layer);
    if (this.made.has(key)) return (this.last[source] = this.made.get(key));
    // One at a time: while a slider moves, only where it rests is made.
    this.busy ||= this.#effect(source, layer).then((url) => {
      this.made.set(key, url);
      this.busy = null;
      later?.();
    });
    return this.last[source] || "";
  }

  async ready(layer) {
    const source = this.source(layer.a);
    if (!source) return;
    await this.#load(source);
    if (!layer.tint && !layer.th) return;
    for (; !this.made.has(this.#key(layer)); await this.busy) this.address(layer);
  }

  #key = ({ a, tint, th }) => [this.source(a), tint, th].join(" ");

  #load(source) {
    if (!this.loaded.has(source)) {
      const image = new Image();
      image.src = source;
      this.loaded.set(source, image.decode().then(() => image));
    }
    return this.loaded.get(source);
  }

  async #effect(source, { tint, th }) {
    try {
      const image = await this.#load(source);
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(image, 0, 0);
      const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
      if (th) oneBit(pixels.data, th);
      inked(pixels.data, tint, th);
      pen.putImageData(pixels, 0, 0);
      return URL.createObjectURL(await new Promise((done) => canvas.toBlob(done)));
    } catch {
      return source; // Seen without its effect is better than not at all; the server prints from the original.
    }
  }
}

/** Rec. 601 luma over white. */
export function oneBit(data, th) {
  for (let i = 0; i < data.length; i += 4) {
    const a = data[i + 3];
    const over = (value) => Math.round((value * a) / 255 + 255 - a);
    const luma = (over(data[i]) * 19595 + over(data[i + 1]) * 38470 + over(data[i + 2]) * 7471 + 32768) >> 16;
    data[i + 3] = a >= 128 && luma < th ? 255 : 0;
  }
}

function inked(data, tint, th) {
  const [r, g, b] = tint ? [1, 3, 5].map((at) => parseInt(tint.slice(at, at + 2), 16)) : [0, 0, 0];
  if (!tint && !th) return;
  for (let i = 0; i < data.length; i += 4) [data[i], data[i + 1], data[i + 2]] = [r, g, b];
}
