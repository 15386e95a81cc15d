// Boxes and snapping, in print pixels of the scene. Pure.

const rad = (degrees) => (degrees * Math.PI) / 180;

/** Where a point of a layer's own units lies in the scene. */
export function toScene({ x, y, k, r, fx, fy }, [px, py]) {
  const [sx, sy] = [px * (fx ? -k : k), py * (fy ? -k : k)];
  const [sin, cos] = [Math.sin(rad(r)), Math.cos(rad(r))];
  return [x + sx * cos - sy * sin, y + sx * sin + sy * cos];
}

/** The four corners of a layer in the scene: top left, top right, bottom right, bottom left of the layer itself. */
export function corners(layer, [x0, y0, x1, y1]) {
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map((point) => toScene(layer, point));
}

/** The upright box [left, top, right, bottom] around points. */
export function around(points) {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export const centre = ([x0, y0, x1, y1]) => [(x0 + x1) / 2, (y0 + y1) / 2];

/** Moves, turns and scales layers together around a point. */
export function turned(layers, [cx, cy], { by = 1, turn = 0, dx = 0, dy = 0 }) {
  const [sin, cos] = [Math.sin(rad(turn)), Math.cos(rad(turn))];
  return layers.map((layer) => {
    const [x, y] = [(layer.x - cx) * by, (layer.y - cy) * by];
    const moved = { x: cx + dx + x * cos - y * sin, y: cy + dy + x * sin + y * cos };
    return { ...layer, ...moved, k: layer.k * by, r: layer.r + turn };
  });
}

/** The lines that a box may snap to: the print box's edges and middle, the safe area's edges, other layers' boxes. */
export function lines({ w, h }, safe, boxes) {
  const xs = [0, w / 2, w, safe, w - safe];
  const ys = [0, h / 2, h, safe, h - safe];
  for (const box of boxes) {
    xs.push(box[0], (box[0] + box[2]) / 2, box[2]);
    ys.push(box[1], (box[1] + box[3]) / 2, box[3]);
  }
  return { xs, ys };
}

/** How far the box must move to lie on the nearest line within `reach`, and on which: {dx, dy, x, y}. */
export function snapped(box, { xs, ys }, reach) {
  const [x, dx] = nearest([box[0], (box[0] + box[2]) / 2, box[2]], xs, reach);
  const [y, dy] = nearest([box[1], (box[1] + box[3]) / 2, box[3]], ys, reach);
  return { dx, dy, x, y };
}

function nearest(edges, targets, reach) {
  let best = [null, 0];
  let least = reach;
  for (const target of targets) for (const edge of edges) {
    const off = Math.abs(target - edge);
    if (off < least) [least, best] = [off, [target, target - edge]];
  }
  return best;
}

/** An angle, drawn to the next quarter or half quarter when it is within three degrees of it. */
export function upright(degrees) {
  const near = Math.round(degrees / 45) * 45;
  return Math.abs(degrees - near) < 3 ? near : degrees;
}
