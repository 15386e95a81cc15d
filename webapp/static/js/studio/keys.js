// The keyboard on the canvas.
import { announce, number, t } from "./dom.js";

const STEP = 0.13; // cm
const BIG = 10; // times, with Shift

export function listenKeys(studio) {
  const { stage, edit } = studio;
  const { svg, editor } = stage;

  svg.addEventListener("keydown", (event) => {
    const layer = event.target.closest("[data-id]");
    if (!layer && event.key === "Enter") return enter(event);
    if (event.key === "Escape") return leave(event);
    if (layer && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      return event.shiftKey ? editor.toggle(layer.dataset.id) : edit();
    }
    const does = !event.altKey && editor.selected.size && act(event);
    if (does) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches?.("input:not([type=range], [type=color], [type=file]), textarea")) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      studio.travel(key === "y" || event.shiftKey ? "redo" : "undo");
    }
  });

  svg.addEventListener("focusin", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    if (!id) return;
    stage.entered = true;
    if (!editor.selected.has(id) && !editor.select) editor.pick([id]);
    else stage.soon();
  });
  svg.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !svg.contains(event.relatedTarget)) {
      stage.entered = false;
      stage.soon();
    }
  });

  function enter(event) {
    const { layers } = editor;
    if (!layers.length) return;
    event.preventDefault();
    go(editor.chosen[0] || layers[0]);
  }

  function leave(event) {
    if (!stage.entered && !editor.selected.size) return;
    event.preventDefault();
    stage.entered = false;
    svg.focus();
    editor.pick([]);
  }

  function act(event) {
    const { key, shiftKey, ctrlKey, metaKey } = event;
    if (ctrlKey || metaKey) return command(key.toLowerCase(), shiftKey);
    const step = STEP * editor.cm * (shiftKey ? BIG : 1);
    const moves = { ArrowLeft: { dx: -step }, ArrowRight: { dx: step }, ArrowUp: { dy: -step }, ArrowDown: { dy: step } };
    if (moves[key]) return move(moves[key], "arrows", where);
    if (key === "+" || key === "=") return move({ by: 1.05 }, "size", size);
    if (key === "-") return move({ by: 1 / 1.05 }, "size", size);
    if (key === "[" || key === "]") return move({ turn: (key === "[" ? -1 : 1) * (shiftKey ? 45 : 5) }, "turn", angle);
    if (key === "PageUp" || key === "PageDown") {
      editor.order(key === "PageUp" ? 1 : -1);
      return say(t("now-at", { i: editor.layers.indexOf(editor.chosen[0]) + 1, of: editor.layers.length }));
    }
    if (key === "Delete" || key === "Backspace") return studio.remove();
    return false;
  }

  function command(key, shift) {
    if (key === "d") return editor.duplicate(), go(editor.chosen[0]), say(t("duplicated"));
    if (key === "g") return shift ? editor.ungroup() : editor.group(), say(t(shift ? "ungrouped" : "grouped"));
    return false;
  }

  function go({ id }) {
    stage.entered = true;
    stage.paint();
    stage.art.querySelector(`[data-id="${id}"]`).focus({ preventScroll: true });
  }

  function move(by, burst, words) {
    if (editor.chosen.every((each) => each.lock)) return say(t("is-locked"));
    editor.move(by, burst);
    return say(words());
  }

  const say = (text) => (announce(text), true);
  const middle = () => {
    const [x0, y0, x1, y1] = editor.boxOf();
    return [((x0 + x1) / 2 - editor.scene.w / 2) / editor.cm, ((y0 + y1) / 2 - editor.scene.h / 2) / editor.cm];
  };
  const where = () => t("at", { x: number(middle()[0]), y: number(middle()[1]) });
  const angle = () => t("turned", { r: number(editor.chosen[0].r, 0) });
  const size = () => {
    const [x0, y0, x1, y1] = editor.boxOf();
    return [t("sized", { w: number((x1 - x0) / editor.cm), h: number((y1 - y0) / editor.cm) }), studio.sharp()].filter(Boolean).join(". ");
  };
}
