// The list of names that opens behind an @ in a comment. Without it, names are typed out: the server finds them.

const SHOWN = 6;
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u; // a name that needs no brackets
const known = new Map(); // address -> promise of names
let list = null; // of the field that has one open

/** Called at each change of a text field in a form with data-names. */
export async function typed(field) {
  const names = await namesOf(field.form.dataset.names);
  const begun = before(field);
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const fits = begun === null ? [] : names.filter((name) => fold(name).startsWith(fold(begun))).slice(0, SHOWN);
  close();
  if (fits.length && document.activeElement === field) open(field, fits);
}

/** What stands between the last @ and the caret, when that may be the beginning of a name; null otherwise. */
function before(field) {
  const found = /(?:^|[^\p{L}\p{N}_/@.])@\[?([^@[\]\n]{0,40})$/u.exec(field.value.slice(0, field.selectionStart));
  return found ? found[1] : null;
}

function namesOf(address) {
  if (!known.has(address)) {
    const asked = fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { names: [] }))
      .then((told) => told.names, () => []);
    known.set(address, asked);
  }
  return known.get(address);
}

function open(field, names) {
  const place = Object.assign(document.createElement("div"), { className: "names" });
  const box = Object.assign(document.createElement("ul"), { id: `${field.id}-names` });
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", field.form.dataset.namesLabel);
  names.forEach((name, at) => {
    const option = Object.assign(document.createElement("li"), { id: `${box.id}-${at}`, textContent: name, dir: "auto" });
    option.setAttribute("role", "option");
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the caret
      choose(field, name);
    });
    box.append(option);
  });
  place.append(box);
  field.after(place);
  list = { field, place, box, names, at: -1 };
  field.setAttribute("aria-controls", box.id);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.addEventListener("keydown", pressed);
  field.addEventListener("blur", close);
  tell(field.form.dataset.namesSaid.replace("%s", names.length));
  mark(0);
}

function close() {
  if (!list) return;
  list.place.remove();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup"]) list.field.removeAttribute(name);
  list.field.removeEventListener("keydown", pressed);
  list.field.removeEventListener("blur", close);
  list = null;
  tell("");
}

function mark(at) {
  list.at = (at + list.names.length) % list.names.length;
  [...list.box.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === list.at)));
  list.field.setAttribute("aria-activedescendant", list.box.children[list.at].id);
}

function pressed(event) {
  if (event.isComposing || !list) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) mark(list.at + steps[event.key]);
  else if (event.key === "Enter" || event.key === "Tab") choose(list.field, list.names[list.at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}

/** Writes the name where its beginning stood, in brackets when it has gaps or signs of Markdown. */
function choose(field, name) {
  const caret = field.selectionStart;
  const start = field.value.slice(0, caret).lastIndexOf("@");
  const written = PLAIN.test(name) && !name.endsWith("_") ? `@${name}` : `@[${name.replace(/[\\`*_[\]<>&!~]/g, "\\$&")}]`;
  close();
  field.setRangeText(`${written} `, start, caret, "end");
}

/** Says how many names there are to those who don't see the list. */
function tell(words) {
  let region = document.getElementById("names-said");
  if (!region) {
    region = Object.assign(document.createElement("p"), { id: "names-said", className: "visually-hidden" });
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = words;
}
