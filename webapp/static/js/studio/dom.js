
let phrases = {};
const language = document.documentElement.lang || "en";

export const by = (id) => document.getElementById(id);

export const learn = (words) => (phrases = words);

/** The phrase `key` with its {name} places filled; "one|many" is chosen by `values.n`. */
export function t(key, values = {}) {
  const [one, many = one] = (phrases[key] ?? key).split("|");
  return (values.n === 1 ? one : many).replace(/{(\w+)}/g, (place, name) => values[name] ?? place);
}

export const number = (value, digits = 1) => (Number(value.toFixed(digits)) || 0).toLocaleString(language, { maximumFractionDigits: digits });

export function set(element, values) {
  for (const [name, value] of Object.entries(values)) value == null ? element.removeAttribute(name) : element.setAttribute(name, value);
  return element;
}

export function s(tag, values, ...children) {
  const element = set(document.createElementNS("http://www.w3.org/2000/svg", tag), values);
  element.append(...children);
  return element;
}

export const copy = (id) => by(id).content.firstElementChild.cloneNode(true);

let pause;

/** Tells screen readers, in the page's one live region. A burst of key presses ends in one sentence. */
export function announce(text) {
  const region = by("status");
  region.querySelector(".spoken")?.remove();
  clearTimeout(pause);
  pause = setTimeout(() => {
    const line = document.createElement("p");
    line.className = "visually-hidden spoken";
    line.textContent = text;
    region.append(line);
  }, 120);
}
