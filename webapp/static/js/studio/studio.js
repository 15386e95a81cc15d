// Puts the studio together.
import { say } from "../say.js";
import { addPicture, addShape, addText, Uploads } from "./adding.js";
import { findings, inkWords, sharpWords } from "./checks.js";
import { announce, by, learn, set, t } from "./dom.js";
import { Editor } from "./editor.js";
import { listen } from "./hands.js";
import { listenKeys } from "./keys.js";
import { LayerList, showFindings } from "./lists.js";
import { bind, bindings } from "./panel.js";
import { Pictures } from "./pictures.js";
import { Drawing } from "./render.js";
import { Saving } from "./saving.js";
import { Sheets } from "./sheets.js";
import { Stage } from "./stage.js";
import { Type } from "./type.js";

const STATIC = new URL("../../", import.meta.url);
const read = async (name) => (await fetch(new URL(`studio/${name}.json`, STATIC))).json();
const all = (selector) => document.querySelectorAll(selector);

async function start(config) {
  learn(JSON.parse(by("words").textContent));
  const [{ fonts }, { shapes }, { kinds }] = await Promise.all([read("fonts"), read("shapes"), read("templates")]);
  const pictures = new Pictures(config.draft?.assets);
  for (const item of config.kit.items) pictures.learn({ [item.id]: { ...item, state: "done" } });
  const drawing = new Drawing(new Type(fonts, STATIC, config.kit.fonts), pictures, shapes);
  const { position: product, colours } = config.products.find((each) => each.position === config.product);
  const editor = new Editor(config.products, drawing, { product, colour: colours[0].hex, front: null, back: null });
  await new Studio(config, editor, new Stage(by("stage"), editor, kinds, STATIC)).open();
}

class Studio {
  part = "look";

  constructor(config, editor, stage) {
    Object.assign(this, { config, editor, stage });
    this.ink = () => (stage.svg.classList.contains("on-dark") ? "#ffffff" : "#1d1035");
    this.saving = new Saving(editor, config, {
      show: (kind, text) => this.#showSaved(kind, text),
      conflict: (theirs) => this.#conflict(theirs),
    });
    this.uploads = new Uploads(editor, config, {
      post: (file, progress) => this.saving.upload(file, progress),
      show: (share) => ((by("progress").hidden = share === null), (by("progress").lastElementChild.value = share || 0)),
      fault: say,
      added: () => this.#added(),
    });
    this.#fill();
    this.list = new LayerList(editor, stage);
    this.refresh = bind(document, bindings(editor, () => editor.tell("draw")));
    this.sheets = new Sheets(() => this.#paint());
    this.#wire();
  }

  #fill() {
    const { type, shapes } = this.editor.drawing;
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) type.load(target.value).then(() => (target.style.fontFamily = type.family(target.value)), () => {});
      }
    });
    for (const id of type.offered) {
      const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip", value: id, textContent: type.fonts.get(id).label });
      chip.dataset.bind = "f";
      by("fonts").append(chip);
      seen.observe(chip);
    }
    for (const each of all("[data-shape]")) set(each, { d: shapes[each.dataset.shape].flat().join(" ") });
  }

  #wire() {
    const { editor, stage, uploads } = this;
    const does = {
      upload: () => by("file").click(),
      text: () => this.#text(),
      shape: ({ value }) => addShape(editor, value, this.ink()) && this.#closed(),
      kit: ({ value }) => addPicture(editor, value, 0.4) && this.#closed(),
      undo: () => this.travel("undo"),
      redo: () => this.travel("redo"),
      zoom: () => ((stage.zoomed = !stage.zoomed), stage.fit(), this.#paint()),
      side: ({ value }) => this.#side(value),
      part: ({ value }) => this.#part(value),
      duplicate: () => (editor.duplicate(), announce(t("duplicated"))),
      delete: () => this.remove(),
      forward: () => editor.order(1),
      backward: () => editor.order(-1),
      align: ({ value, title }) => (editor.align(value), announce(title)),
      group: () => (editor.group(), announce(t("grouped"))),
      ungroup: () => (editor.ungroup(), announce(t("ungrouped"))),
      whole: () => editor.set({ c: null }),
      next: () => this.#next(),
      finish: (button) => this.#finish(button),
      mine: () => (this.sheets.close(), this.saving.keepMine(this.theirs)),
      theirs: () => (this.sheets.close(), this.saving.takeTheirs(this.theirs)),
    };
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) does[button.dataset.do](button);
    });
    listen(this);
    listenKeys(this);
    const send = async (files) => {
      for (const file of [...(files || [])]) await uploads.send(file);
    };
    by("file").addEventListener("change", async ({ target }) => {
      const files = [...target.files];
      target.value = "";
      send(files);
    });
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => (event.preventDefault(), send(event.dataTransfer.files)));
    addEventListener("paste", (event) => send(event.clipboardData?.files));
    editor.addEventListener("select", () => this.#selected());
    editor.addEventListener("draw", () => this.#soon());
    editor.addEventListener("full", ({ detail }) => say(t(detail)));
    const fit = () => document.documentElement.style.setProperty("--seen", `${visualViewport.height}px`);
    visualViewport.addEventListener("resize", fit);
    fit();
  }

  async open() {
    const { config, saving, editor } = this;
    const draft = config.draft || (await saving.last());
    const kept = saving.kept(draft?.code);
    if (draft) saving.begin(draft);
    if (kept) this.#restore(kept, draft);
    document.body.classList.add("studio-ready");
    this.stage.fit();
    editor.pick([]);
    for (const [id, { state }] of Object.entries(editor.drawing.pictures.assets)) if (state === "waiting") this.uploads.watch(id);
    this.#showSaved(saving.dirty ? "local" : "saved", saving.dirty ? t("saved-here") : draft ? t("saved") : "");
    saving.flush();
  }

  #restore(kept, draft) {
    const { saving, editor } = this;
    const server = JSON.stringify(saving.body());
    editor.drawing.pictures.learn({ ...kept.assets, ...draft?.assets });
    editor.state = kept.state;
    saving.dirty = server !== JSON.stringify(saving.body());
    if (!saving.dirty) saving.forget();
    else if (draft && kept.version !== draft.version) saving.differ(draft);
  }

  #conflict(theirs) {
    this.theirs = theirs;
    requestAnimationFrame(() => this.sheets.show("conflict"));
  }

  edit = () => this.editor.selected.size && this.sheets.show("edit");

  #text() {
    if (!addText(this.editor, this.ink())) return;
    this.part = "text";
    this.sheets.show("edit", { focus: false });
    by("text-field").value = this.editor.only.s;
    by("text-field").focus();
    by("text-field").select();
  }

  #closed() {
    this.sheets.close();
    this.#added();
  }

  #added() {
    announce([t("added", { what: this.stage.titleOf(this.editor.only) }), this.sharp()].filter(Boolean).join(". "));
  }

  sharp = () => sharpWords(this.editor)?.text;

  travel(way) {
    announce(t(this.editor[way]() ? `${way}-done` : `${way}-none`));
  }

  remove() {
    const { editor, stage } = this;
    const i = editor.layers.findIndex((each) => editor.selected.has(each.id));
    const inside = stage.art.contains(document.activeElement);
    const gone = editor.remove();
    stage.paint();
    if (gone) ((inside && stage.art.children[Math.min(i, editor.layers.length - 1)]) || stage.svg).focus({ preventScroll: true });
    announce(t(gone ? "deleted" : "is-locked"));
    return true;
  }

  #side(side) {
    this.editor.turnTo(side);
    announce(t("side-now", { side: t(side), n: this.editor.layers.length }));
  }

  #part(name) {
    this.part = name;
    by("sheet").scrollTop = 0;
    this.editor.crop = name === "crop";
    this.editor.tell("draw");
  }

  #next() {
    const found = findings(this.editor, this.stage);
    if (!found.length) return say(t("empty"));
    showFindings(found, (each) => this.#look(each));
    this.sheets.show("check", { opener: by("do-next") });
  }

  #look({ side, id }) {
    if (this.editor.side !== side) this.#side(side);
    this.editor.pick([id]);
    this.part = "place";
    this.sheets.show("edit");
  }

  async #finish(button) {
    const { saving } = this;
    button.disabled = true;
    try {
      const next = await saving.finish();
      if (next) location.assign(next);
      else if (!saving.asking) say(saving.why || t("not-saved"));
    } catch {
      say(t("finish-offline"));
    }
    button.disabled = false;
  }

  #selected() {
    const { sheets, editor } = this;
    if (sheets.open === "edit" && !editor.selected.size) sheets.close();
    this.#soon();
  }

  #soon() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.#paint();
    });
  }

  #paint() {
    const { editor, stage, sheets } = this;
    const press = (selector, read) => all(selector).forEach((each) => set(each, { "aria-pressed": read(each) }));
    by("do-undo").disabled = !editor.past.length;
    by("do-redo").disabled = !editor.future.length;
    by("bar").hidden = !editor.selected.size && !editor.select;
    for (const each of all("[data-needs]")) each.disabled = editor.selected.size < each.dataset.needs;
    press("[data-do=side]", ({ value }) => value === editor.side);
    press("[data-do=zoom]", () => stage.zoomed);
    by("hello").hidden = editor.layers.length > 0;
    this.#paintNote();
    if (sheets?.open === "edit") this.#paintEdit(press);
    if (sheets?.open === "layers") this.list.refresh();
    for (const each of all("[data-product]")) each.hidden = Number(each.dataset.product) !== editor.state.product;
    this.refresh?.();
  }

  #paintEdit(press) {
    const { editor, stage } = this;
    const layer = editor.only;
    const kinds = layer ? [layer.t, layer.p, layer.th && "bit"] : ["many"];
    const fits = (each) => !each.dataset.for || each.dataset.for.split(" ").some((kind) => kinds.includes(kind));
    const parts = [...all("[data-do=part]")];
    if (!parts.some((each) => each.value === this.part && fits(each))) this.part = layer ? "look" : "place";
    if (editor.crop && this.part !== "crop") editor.crop = false;
    for (const each of all("#sheet-edit [data-for]")) each.hidden = !fits(each);
    for (const each of all("[data-part]")) each.hidden = each.dataset.part !== this.part;
    press("[data-do=part]", ({ value }) => value === this.part);
    by("edit-title").textContent = layer ? stage.titleOf(layer) : t("selected", { n: editor.selected.size });
  }

  #paintNote() {
    const { editor } = this;
    const sharp = sharpWords(editor);
    const note = sharp || inkWords(editor);
    by("note").hidden = !editor.layers.length;
    by("note").className = `note ${note.level}`;
    by("note-text").textContent = note.text;
    by("dots").replaceChildren(...(note.inks || []).slice(0, 8).map((hex) => {
      const dot = document.createElement("i");
      dot.style.background = hex;
      return dot;
    }));
  }

  #showSaved(kind, text) {
    const place = by("saved");
    if (place.dataset.kind !== kind && kind !== "saved" && kind !== "saving") announce(text);
    place.dataset.kind = kind;
    place.lastElementChild.textContent = text;
  }
}

start(JSON.parse(by("studio").textContent)).catch((fault) => {
  console.error(fault);
  by("hello").hidden = true;
  by("broken").hidden = false;
});
