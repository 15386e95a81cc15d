// The state: what is drawn and selected, and how to go back. Knows no page.
import { around, centre, corners, turned } from "./geometry.js";
import { MOST_BYTES, MOST_LAYERS, SIDES, bytes, clamp, empty, freshId, refit, tidy } from "./scene.js";

const STEPS = 100;
const BURST = 800; // Repeats of the same small change within this many ms are one step back.

export class Editor extends EventTarget {
  constructor(products, drawing, state) {
    super();
    Object.assign(this, { products, drawing, state, side: "front", selected: new Set(), past: [], future: [], select: false });
    this.crop = false;
  }

  get product() {
    return this.products.find((product) => product.position === this.state.product) || this.products[0];
  }

  get scene() {
    return this.state[this.side] || empty(this.product.kind, this.side, this.product.canvas);
  }

  get layers() {
    return this.scene.layers;
  }

  get chosen() {
    return this.layers.filter((layer) => this.selected.has(layer.id));
  }

  get only() {
    return this.selected.size === 1 ? this.chosen[0] || null : null;
  }

  get cm() {
    return this.scene.w / this.product.print[0];
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #snapshot() {
    return JSON.stringify({ state: this.state, side: this.side });
  }

  begin() {
    this.before ??= this.#snapshot();
  }

  draft(make) {
    const scene = structuredClone(this.scene);
    make(scene);
    scene.layers.forEach((layer) => tidy(layer, scene));
    this.state = { ...this.state, [this.side]: scene };
    this.tell("draw");
  }

  /** Ends a gesture: one step back. Those of the same `burst` that follow each other are one. */
  commit(burst) {
    const before = this.before;
    this.before = null;
    if (!before || before === this.#snapshot()) return;
    const now = Date.now();
    if (!burst || burst !== this.burst || now - this.at > BURST) {
      this.past.push(before);
      if (this.past.length > STEPS) this.past.shift();
    }
    [this.burst, this.at, this.future] = [burst, now, []];
    this.tell("commit");
    this.tell("draw");
  }

  /** One change of the scene in view. Returns whether it fits into the limits of a scene. */
  change(make, burst) {
    this.begin();
    const kept = this.state;
    this.draft(make);
    const full = this.layers.length > MOST_LAYERS ? "full" : bytes(this.scene) > MOST_BYTES ? "heavy" : null;
    if (full) {
      this.state = kept;
      this.before = null;
      this.tell("full", full);
    }
    this.commit(burst);
    return !full;
  }

  undo() {
    return this.#travel(this.past, this.future);
  }

  redo() {
    return this.#travel(this.future, this.past);
  }

  #travel(from, to) {
    if (!from.length) return false;
    to.push(this.#snapshot());
    Object.assign(this, JSON.parse(from.pop()), { burst: null, crop: false });
    this.pick([...this.selected]);
    this.tell("commit");
    return true;
  }

  replace(state) {
    this.begin();
    this.state = state;
    this.commit();
    this.pick([]);
  }

  pick(ids) {
    const groups = new Set(this.layers.filter((each) => ids.includes(each.id) && each.g).map((each) => each.g));
    const all = this.layers.filter((each) => ids.includes(each.id) || groups.has(each.g));
    const next = new Set(all.map((each) => each.id));
    if ([...next].join() !== [...this.selected].join()) this.crop = false;
    this.selected = next;
    this.tell("select");
    this.tell("draw");
  }

  toggle(id) {
    const group = this.layers.find((each) => each.id === id)?.g;
    const ids = this.layers.filter((each) => each.id === id || (group && each.g === group)).map((each) => each.id);
    const others = [...this.selected].filter((each) => !ids.includes(each));
    this.pick(this.selected.has(id) ? others : [...others, ...ids]);
  }

  turnTo(side) {
    this.side = side;
    this.pick([]);
  }

  useProduct(position) {
    const product = this.products.find((each) => each.position === position);
    this.begin();
    this.state = { ...this.state, product: position };
    if (!product.colours.some(({ hex }) => hex === this.state.colour)) this.state.colour = product.colours[0].hex;
    for (const side of SIDES) {
      if (this.state[side]) this.state[side] = refit(this.state[side], product.kind, product.canvas);
    }
    this.commit();
    this.pick([]);
  }

  useColour(colour) {
    this.begin();
    this.state = { ...this.state, colour };
    this.commit();
  }

  /** Changes each selected layer that is not locked; `values` is an object or a function of the layer. */
  set(values, burst) {
    return this.change((scene) => {
      for (const layer of scene.layers) {
        if (this.selected.has(layer.id) && (!layer.lock || "lock" in values)) Object.assign(layer, typeof values === "function" ? values(layer) : values);
      }
    }, burst);
  }

  move(by, burst) {
    const layers = this.chosen.filter((each) => !each.lock);
    if (!layers.length) return;
    const moved = turned(layers, centre(this.boxOf(layers)), by);
    this.change((scene) => put(scene, moved), burst);
  }

  boxOf(layers = this.chosen) {
    return around(layers.flatMap((layer) => corners(layer, this.drawing.box(layer))));
  }

  add(layer) {
    const id = freshId(this.layers.map((each) => each.id));
    const { w, h } = this.scene;
    const full = { id, x: w / 2, y: h / 2, k: 1, r: 0, ...layer };
    if (this.change((scene) => scene.layers.push(full))) this.pick([id]);
    return this.layers.find((each) => each.id === id);
  }

  everywhere(make) {
    for (const side of SIDES) {
      const scene = this.state[side];
      if (scene) this.state = { ...this.state, [side]: { ...scene, layers: make(scene.layers).map((each) => tidy({ ...each }, scene)) } };
    }
    this.pick([...this.selected]);
    this.tell("commit");
  }

  duplicate() {
    const off = this.cm;
    const groups = {};
    const taken = this.layers.flatMap((each) => [each.id, each.g]);
    const copies = this.chosen.map((layer) => {
      const copy = { ...layer, id: freshId(taken), x: layer.x + off, y: layer.y + off };
      taken.push(copy.id);
      if (layer.g) taken.push((copy.g = groups[layer.g] ??= freshId(taken)));
      return copy;
    });
    if (copies.length && this.change((scene) => scene.layers.push(...copies))) this.pick(copies.map((each) => each.id));
  }

  remove() {
    const gone = this.chosen.filter((each) => !each.lock).map((each) => each.id);
    if (gone.length) this.change((scene) => (scene.layers = scene.layers.filter((each) => !gone.includes(each.id))));
    this.pick([...this.selected].filter((id) => !gone.includes(id)));
    return gone.length;
  }

  group() {
    if (this.selected.size < 2) return;
    const g = freshId(this.layers.map((each) => each.g));
    this.set(() => ({ g }));
    this.pick([...this.selected]);
  }

  ungroup() {
    this.set(() => ({ g: "" }));
  }

  order(step) {
    this.change((scene) => {
      const list = scene.layers;
      const indexes = list.map((_, i) => i).filter((i) => this.selected.has(list[i].id));
      if (step > 0) indexes.reverse();
      for (const i of indexes) {
        const to = clamp(i + step, 0, list.length - 1);
        if (!this.selected.has(list[to].id)) [list[i], list[to]] = [list[to], list[i]];
      }
    });
  }

  align(where) {
    const layers = this.chosen.filter((each) => !each.lock);
    if (!layers.length) return;
    const { w, h } = this.scene;
    const [x0, y0, x1, y1] = this.boxOf(layers);
    const edge = { left: [-x0, 0], centre: [(w - x0 - x1) / 2, 0], right: [w - x1, 0], top: [0, -y0], middle: [0, (h - y0 - y1) / 2], bottom: [0, h - y1] };
    const [dx, dy] = edge[where];
    this.move({ dx, dy });
  }
}

export function put(scene, layers) {
  for (const layer of layers) Object.assign(scene.layers.find((each) => each.id === layer.id) || {}, layer);
}
