// Sheets: one at a time, never modal; closing gives the focus back.
import { by, set } from "./dom.js";

export class Sheets {
  open = null;
  place = by("sheet");

  constructor(changed) {
    this.changed = changed;
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-sheet]");
      if (button) this.open === button.dataset.sheet ? this.close() : this.show(button.dataset.sheet, { opener: button });
      else if (target.closest("[data-close]")) this.close();
    });
    this.place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  show(name, { opener = document.activeElement, focus = true } = {}) {
    if (!this.open || !this.place.contains(opener)) this.opener = opener;
    this.#turn(name);
    if (focus) by(`sheet-${name}`).querySelector("h2").focus({ preventScroll: true });
  }

  close({ focus = true } = {}) {
    const inside = this.place.contains(document.activeElement);
    this.#turn(null);
    if (focus && inside) (this.opener?.getClientRects()[0] ? this.opener : by("stage")).focus({ preventScroll: true });
  }

  #turn(name) {
    this.open = name;
    this.place.hidden = !name;
    for (const each of this.place.children) each.hidden = each.id !== `sheet-${name}`;
    this.place.scrollTop = 0; // Browsers remember how far what was hidden had been scrolled.
    for (const each of document.querySelectorAll("[data-sheet]")) set(each, { "aria-expanded": each.dataset.sheet === name });
    document.body.classList.toggle("sheet-open", !!name);
    this.changed();
  }
}
