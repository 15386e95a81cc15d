// Boxes and snapping, in print pixels of the scene. Pure.

export function rotated([x, y], degrees) {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return [x * cos - y * sin, x * sin + y * cos];
}

export function toScene({ x, y, k, r, fx, fy }, [px, py]) {
  const [dx, dy] = rotated([px * (fx ? -k : k), py * (fy ? -k : k)], r);
  return [x + dx, y + dy];
}

export function corners(layer, [x0, y0, x1, y1]) {
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map((point) => toScene(layer, point));
}

export function around(points) {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export const centre = ([x0, y0, x1, y1]) => [(x0 + x1) / 2, (y0 + y1) / 2];

export function turned(layers, [cx, cy], { by = 1, turn = 0, dx = 0, dy = 0 }) {
  return layers.map((layer) => {
    const [x, y] = rotated([(layer.x - cx) * by, (layer.y - cy) * by], turn);
    return { ...layer, x: cx + dx + x, y: cy + dy + y, k: layer.k * by, r: layer.r + turn };
  });
}

export function lines({ w, h }, safe, boxes) {
  const xs = [0, w / 2, w, safe, w - safe];
  const ys = [0, h / 2, h, safe, h - safe];
  for (const box of boxes) {
    xs.push(box[0], (box[0] + box[2]) / 2, box[2]);
    ys.push(box[1], (box[1] + box[3]) / 2, box[3]);
  }
  return { xs, ys };
}

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

export function upright(degrees) {
  const near = Math.round(degrees / 45) * 45;
  return Math.abs(degrees - near) < 3 ? near : degrees;
}
