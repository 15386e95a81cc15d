// The lists of layers and of findings.
import { announce, by, copy, set, t } from "./dom.js";

export class LayerList {
  constructor(editor, stage) {
    Object.assign(this, { editor, stage, list: by("layers"), renaming: null });
    this.list.addEventListener("click", ({ target }) => this.#press(target.closest("[data-act]")));
    this.list.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#renamed(event.target.elements[0].value);
    });
    this.list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.renaming) return;
      event.stopPropagation();
      this.#renamed(null);
    });
  }

  #press(button) {
    if (!button) return;
    const { editor } = this;
    const { act } = button.dataset;
    const id = button.closest("li").dataset.row;
    const layer = editor.layers.find((each) => each.id === id);
    if (act === "pick") return editor.select ? editor.toggle(id) : editor.pick([id]);
    if (act === "rename") return this.#rename(id);
    if (act === "lock") return editor.change((scene) => (scene.layers.find((each) => each.id === id).lock = !layer.lock));
    editor.pick([id]);
    editor.order(act === "up" ? 1 : -1);
    announce(t("now-at", { i: editor.layers.findIndex((each) => each.id === id) + 1, of: editor.layers.length }));
  }

  #rename(id) {
    this.renaming = id;
    this.refresh(true);
    const field = this.list.querySelector("form input");
    field.focus();
    field.select();
  }

  #renamed(name) {
    const id = this.renaming;
    this.renaming = null;
    if (name !== null) this.editor.change((scene) => (scene.layers.find((each) => each.id === id).n = name));
    this.refresh();
    this.list.querySelector(`[data-row="${id}"] [data-act=rename]`)?.focus();
  }

  refresh(anyway) {
    const here = document.activeElement;
    if (this.renaming && !anyway && this.list.contains(here)) return;
    const [row, act] = [here.closest?.("[data-row]")?.dataset.row, here.dataset?.act];
    const { layers } = this.editor;
    this.list.replaceChildren(...layers.map((layer, i) => this.#row(layer, i, layers.length)).reverse());
    const find = (name) => this.list.querySelector(`[data-row="${row}"] [data-act=${name}]:not(:disabled)`);
    if (row) (find(act) || find("pick"))?.focus({ preventScroll: true });
  }

  #row(layer, i, n) {
    const what = this.stage.titleOf(layer);
    const row = copy(this.renaming === layer.id ? "rename-row" : "layer-row");
    row.dataset.row = layer.id;
    if (this.renaming === layer.id) set(row.querySelector("input"), { value: what });
    for (const each of row.querySelectorAll("[data-act]")) {
      const { act } = each.dataset;
      if (act !== "pick") set(each, { "aria-label": `${each.title}: ${what}` });
      each.disabled = (act === "up" && i === n - 1) || (act === "down" && !i);
      if (act === "lock") set(each, { "aria-pressed": !!layer.lock });
      if (act === "pick") {
        set(each, { "aria-pressed": this.editor.selected.has(layer.id), "data-kind": layer.t });
        each.querySelector("span").textContent = what;
      }
    }
    return row;
  }
}

export function showFindings(found, look) {
  const rank = ["idea", "fair", "ok"];
  const row = (each) => {
    const made = copy("finding-row");
    made.classList.add(each.level);
    made.querySelector("strong").textContent = `${t(`level-${each.level}`)}: `;
    made.querySelector("span span").textContent = each.text;
    const button = made.querySelector("button");
    button.hidden = !each.id;
    set(button, { "aria-label": `${button.textContent.trim()}: ${each.text}` });
    button.addEventListener("click", () => look(each));
    return made;
  };
  by("findings").replaceChildren(...[...found].sort((a, b) => rank.indexOf(a.level) - rank.indexOf(b.level)).map(row));
}
