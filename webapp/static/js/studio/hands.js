// Pointers on the canvas.
import { centre, lines, rotated, snapped, toScene, turned, upright } from "./geometry.js";
import { put } from "./editor.js";
import { clamp } from "./scene.js";

const SLACK = 6; // CSS pixels before a press becomes a drag
const REACH = 7; // CSS pixels within which things snap

export function listen({ stage, edit }) {
  const { svg, editor } = stage;
  const pointers = new Map();
  let gesture = null;

  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) gesture = begin(event);
    else if (pointers.size === 2) {
      end(false);
      gesture = pinch(stage, [...pointers.values()]);
    }
  });
  svg.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, at(event));
    gesture?.move([...pointers.values()], event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, (event) => {
      if (!pointers.delete(event.pointerId)) return;
      end(name === "pointerup");
    });
  }

  function end(pressed) {
    gesture?.end?.(pressed);
    gesture = null;
    stage.guides = {};
    editor.commit();
    stage.soon();
  }

  function begin(event) {
    const knob = event.target.closest("[data-knob]")?.dataset.knob;
    if (knob === "size" || knob === "turn") return pull(stage, knob, at(event));
    if (knob) return cut(stage, knob.slice(5), at(event));
    return press(stage, event, edit);
  }
}

const at = (event) => [event.clientX, event.clientY];
const middleOf = (editor, layers) => (layers.length === 1 ? [layers[0].x, layers[0].y] : centre(editor.boxOf(layers)));
const free = (editor) => editor.chosen.filter((each) => !each.lock);

function press(stage, event, edit) {
  const { editor } = stage;
  const from = at(event);
  const id = event.target.closest("[data-id]")?.dataset.id;
  const adding = event.shiftKey || editor.select;
  const onFrame = !!event.target.closest("[data-frame]");
  const already = onFrame || editor.selected.has(id);
  if (adding && (id || onFrame)) {
    editor.toggle(id || below(event));
  } else if (!already && !adding) editor.pick(id ? [id] : []);
  focus(stage, !adding && id);
  let drag = null;
  return {
    move([point]) {
      if (!drag && Math.hypot(point[0] - from[0], point[1] - from[1]) < SLACK) return;
      drag ||= dragging(stage, from, !id && !onFrame);
      drag(point);
    },
    end(pressed) {
      if (!pressed || drag || adding) return;
      const under = below(event);
      if (under && !editor.selected.has(under)) editor.pick([under]);
      else if (already && (event.pointerType !== "mouse" || event.detail > 1)) edit();
    },
  };
}

function below(event) {
  const found = document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.closest("[data-id]"));
  return found?.closest("[data-id]").dataset.id;
}

function focus(stage, id) {
  requestAnimationFrame(() => {
    const group = id && stage.art.querySelector(`[data-id="${id}"]`);
    (group || stage.svg).focus({ preventScroll: true });
  });
}

function dragging(stage, from, view) {
  const { editor } = stage;
  if (view) {
    let last = from;
    return (point) => {
      stage.zoom(1, [0, 0], [(point[0] - last[0]) / stage.scale, (point[1] - last[1]) / stage.scale]);
      last = point;
    };
  }
  const layers = structuredClone(free(editor));
  if (!layers.length) return () => {};
  const box = editor.boxOf(layers);
  const others = editor.layers.filter((each) => !editor.selected.has(each.id)).map((each) => editor.boxOf([each]));
  const targets = lines(editor.scene, stage.safeMargin, others);
  const start = stage.toPrint(from);
  editor.begin();
  return (point) => {
    const now = stage.toPrint(point);
    const [dx, dy] = [now[0] - start[0], now[1] - start[1]];
    const moved = [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
    const snap = snapped(moved, targets, REACH * stage.perPixel);
    stage.guides = { x: snap.x, y: snap.y };
    editor.draft((scene) => put(scene, turned(layers, centre(box), { dx: dx + snap.dx, dy: dy + snap.dy })));
  };
}

function pull(stage, knob, from) {
  const { editor } = stage;
  const layers = structuredClone(free(editor));
  const middle = middleOf(editor, layers);
  const [far, angle] = polar(stage.toPrint(from), middle);
  editor.begin();
  return {
    move([point]) {
      const [now, turn] = polar(stage.toPrint(point), middle);
      if (knob === "size") return editor.draft((scene) => put(scene, turned(layers, middle, { by: scaled(layers, now / far) })));
      const straight = upright(layers[0].r + turn - angle) - layers[0].r;
      editor.draft((scene) => put(scene, turned(layers, middle, { turn: straight })));
    },
  };
}

function scaled(layers, by) {
  const ks = layers.map((each) => each.k);
  return clamp(by, 0.01 / Math.min(...ks), 50 / Math.max(...ks));
}

function polar([x, y], [cx, cy]) {
  return [Math.hypot(x - cx, y - cy) || 1, (Math.atan2(y - cy, x - cx) * 180) / Math.PI];
}

function pinch(stage, [a, b]) {
  const { editor } = stage;
  const layers = structuredClone(free(editor));
  const spread = ([p, q]) => ({ middle: [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2], polar: polar(q, p) });
  let before = spread([a, b]);
  if (!layers.length) return { move: (points) => points.length > 1 && (before = zoomed(stage, before, spread(points))) };
  const middle = middleOf(editor, layers);
  const start = stage.toPrint(before.middle);
  editor.begin();
  return {
    move(points) {
      if (points.length < 2) return;
      const now = spread(points);
      const here = stage.toPrint(now.middle);
      const turn = now.polar[1] - before.polar[1];
      const straight = upright(layers[0].r + turn) - layers[0].r;
      const by = scaled(layers, now.polar[0] / before.polar[0]);
      editor.draft((scene) => put(scene, turned(layers, middle, { by, turn: straight, dx: here[0] - start[0], dy: here[1] - start[1] })));
    },
  };
}

function zoomed(stage, before, now) {
  const off = [0, 1].map((i) => (now.middle[i] - before.middle[i]) / stage.scale);
  stage.zoom(now.polar[0] / before.polar[0], stage.toBoard(now.middle), off);
  return now;
}

function cut(stage, side, from) {
  const { editor } = stage;
  const layer = structuredClone(editor.only);
  const start = inLayer(layer, stage.toPrint(from));
  editor.begin();
  return {
    move([point]) {
      const here = inLayer(layer, stage.toPrint(point));
      const by = side === "left" || side === "right" ? here[0] - start[0] : here[1] - start[1];
      editor.draft((scene) => put(scene, [cropped(layer, side, by, editor.drawing.pictures)]));
    },
  };
}

function inLayer({ x, y, k, r, fx, fy }, [px, py]) {
  const [dx, dy] = rotated([px - x, py - y], -r);
  return [dx / (fx ? -k : k), dy / (fy ? -k : k)];
}

/** An image layer with one edge of its crop moved by `by` pixels of the original; what stays, stays in place. */
export function cropped(layer, side, by, pictures) {
  const { w, h } = pictures.get(layer.a);
  const old = pictures.crop(layer);
  const c = [...old];
  const i = ["left", "top", "right", "bottom"].indexOf(side);
  const [low, high] = [[0, c[2] - 8], [0, c[3] - 8], [c[0] + 8, w], [c[1] + 8, h]][i];
  c[i] = Math.round(clamp(c[i] + by, Math.min(low, high), Math.max(low, high)));
  const [x, y] = toScene(layer, [(c[0] + c[2] - old[0] - old[2]) / 2, (c[1] + c[3] - old[1] - old[3]) / 2]);
  return { ...layer, c, x, y };
}
