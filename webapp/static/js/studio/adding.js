// What is put onto the canvas.
import { t } from "./dom.js";

export function addText(editor, c) {
  const { w, h } = editor.scene;
  return editor.add({ t: "text", s: t("new-text"), f: editor.drawing.type.offered[0], z: Math.min(2000, Math.round(w / 6)), c, y: h * 0.3 });
}

export function addShape(editor, p, c) {
  const size = Math.round(editor.scene.w / 3);
  return editor.add({ t: "shape", p, w: size, h: size, ...(p === "line" ? { oc: c, ow: Math.round(size / 24) } : { c }) });
}

/** Lays a known picture into the box: up to `part` of it, and no larger than is sharp unless that would be tiny. */
export function addPicture(editor, id, part = 0.8) {
  const { w, h } = editor.scene;
  const asset = editor.drawing.pictures.get(id);
  const fits = Math.min((w * part) / asset.w, (h * part) / asset.h);
  return editor.add({ t: "img", a: id, k: Math.min(fits, Math.max(editor.product.canvas.dpi / 200, fits * 0.45)) });
}

export class Uploads {
  constructor(editor, config, { post, show, fault, added }) {
    Object.assign(this, { editor, config, post, show, fault, added, pictures: editor.drawing.pictures });
  }

  async send(file) {
    const { bytes } = this.config.limits;
    if (bytes && file.size > bytes) return this.fault(t("too-heavy", { mb: Math.floor(bytes / 1e6) }));
    const blob = URL.createObjectURL(file);
    const size = await measured(blob);
    this.show(0);
    try {
      this.#arrived(await this.post(file, this.show), blob, size);
    } catch (fault) {
      this.fault(fault.sentence || t("upload-failed"));
    }
    this.show(null);
  }

  #arrived(asset, blob, size) {
    // Until it is decoded, the server knows the header's size only: a phone's photo lies on its side there.
    const { w, h } = asset.state === "done" ? asset : { ...asset, ...size };
    const shown = { w: w || 1000, h: h || 1000, blob: size && !asset.url ? blob : null };
    this.pictures.learn({ [asset.id]: { ...asset, ...shown } });
    if (addPicture(this.editor, asset.id)) this.added();
    if (asset.state !== "done") this.watch(asset.id);
  }

  async watch(id, pause = 600) {
    await new Promise((done) => setTimeout(done, pause));
    try {
      const found = await (await fetch(this.config.urls.asset.replace("ID", id), { headers: { Accept: "application/json" } })).json();
      if (found.state === "failed") return this.#failed(id, found.failure);
      if (found.state === "done") return await this.#done(id, found);
    } catch { /* No network: asked again. */ }
    this.watch(id, Math.min(8000, pause * 1.4));
  }

  async #done(id, found) {
    const image = new Image();
    image.src = found.url;
    await image.decode().catch(() => {});
    const before = this.pictures.get(id).w;
    this.pictures.learn({ [id]: { ...found, blob: null } });
    if (found.w !== before) this.editor.everywhere((layers) => layers.map((each) => (each.a === id ? { ...each, k: (each.k * before) / found.w, c: null } : each)));
    this.editor.tell("draw");
  }

  #failed(id, failure) {
    this.editor.everywhere((layers) => layers.filter((each) => each.a !== id));
    this.fault(failure?.sentence || failure || t("picture-failed"));
  }
}

async function measured(src) {
  const image = Object.assign(new Image(), { src });
  return image.decode().then(() => ({ w: image.naturalWidth, h: image.naturalHeight }), () => null);
}
