// Some work, asked of crowds behind one address: a number for which the SHA-256 of "nonce:number" begins with so many
// zero bits. Done in short turns, so that the page stays alive; crypto.subtle isn't there on plain http, so by hand.
const K = [], START = [];
for (let n = 2; K.length < 64; n++) {
  let d = 2;
  while (n % d) d++;
  if (d < n) continue; // no prime
  if (START.length < 8) START.push((n ** (1 / 2)) * 2 ** 32 | 0);
  K.push((n ** (1 / 3)) * 2 ** 32 | 0);
}
const W = new Int32Array(64);
const turned = (x, by) => (x >>> by) | (x << (32 - by));

/** The first 32 bits of the SHA-256 of up to 55 letters. */
export function head(text) {
  W.fill(0);
  for (let i = 0; i <= text.length; i++) W[i >> 2] |= (text.charCodeAt(i) || 128) << (24 - 8 * (i & 3));
  W[15] = 8 * text.length;
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    if (i > 15) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = W[i - 16] + W[i - 7] + (turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)) + (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10));
    }
    const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i];
    const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  return (a + START[0]) | 0;
}

/** The number that solves the puzzle. */
export async function solve(nonce, bits) {
  for (let number = 0, end = 0; ; number++) {
    if (Math.clz32(head(`${nonce}:${number}`)) >= bits) return number;
    if (number % 500 || performance.now() < end) continue;
    await new Promise((go) => setTimeout(go));
    end = performance.now() + 30;
  }
}

const form = document.querySelector("form[data-nonce]");
if (form) {
  form.elements.answer.value = await solve(form.dataset.nonce, form.dataset.bits);
  form.submit();
}
