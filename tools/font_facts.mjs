// What the studio must know of a TrueType font to set its lines without asking a browser or a text engine.
//
// Reads the tables head, hhea and cmap (formats 4 and 12); numbers are in font units, `descent` is negative.

export function fontFacts(file) {
  const data = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = tablesOf(data);
  return {
    ascent: data.getInt16(tables.hhea + 4),
    descent: data.getInt16(tables.hhea + 6),
    unitsPerEm: data.getUint16(tables.head + 18),
    covers: ranges(codePoints(data, tables.cmap)),
  };
}

function tablesOf(data) {
  const tag = (at) => String.fromCharCode(...[0, 1, 2, 3].map((i) => data.getUint8(at + i)));
  const records = Array.from({ length: data.getUint16(4) }, (_, i) => 12 + 16 * i);
  return Object.fromEntries(records.map((at) => [tag(at), data.getUint32(at + 8)]));
}

// Unicode subtables only, the fullest first: Windows UCS-4, then Windows or Unicode BMP.
function codePoints(data, cmap) {
  const count = data.getUint16(cmap + 2);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = cmap + 4 + 8 * i;
    return { platform: data.getUint16(at), kind: data.getUint16(at + 2), start: cmap + data.getUint32(at + 4) };
  });
  const wanted = [[3, 10], [0, 6], [0, 4], [3, 1], [0, 3]];
  for (const [platform, kind] of wanted) {
    const found = tables.find((table) => table.platform === platform && table.kind === kind);
    if (found) return data.getUint16(found.start) === 12 ? groups(data, found.start) : segments(data, found.start);
  }
  throw new Error("this font has no Unicode map");
}

function groups(data, start) {
  const points = [];
  for (let i = 0, at = start + 16; i < data.getUint32(start + 12); i++, at += 12) {
    for (let code = data.getUint32(at); code <= data.getUint32(at + 4); code++) {
      if (data.getUint32(at + 8) + code - data.getUint32(at)) points.push(code);
    }
  }
  return points;
}

function segments(data, start) {
  if (data.getUint16(start) !== 4) throw new Error("this font's map has an unknown format");
  const twice = data.getUint16(start + 6);
  const points = [];
  for (let i = 0; i < twice; i += 2) {
    const last = data.getUint16(start + 14 + i);
    const first = data.getUint16(start + 16 + twice + i);
    const delta = data.getUint16(start + 16 + 2 * twice + i);
    const offsetAt = start + 16 + 3 * twice + i;
    const offset = data.getUint16(offsetAt);
    for (let code = first; code <= last && code < 0xffff; code++) {
      const raw = offset ? data.getUint16(offsetAt + offset + 2 * (code - first)) : code;
      if (raw && (raw + delta) & 0xffff) points.push(code);
    }
  }
  return points;
}

// Control characters are left out: nobody sets them, whatever a font says.
function ranges(points) {
  const found = [];
  for (const code of points.filter((each) => each >= 0x20 && (each < 0x7f || each > 0x9f))) {
    const last = found.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else found.push([code, code]);
  }
  return found;
}
