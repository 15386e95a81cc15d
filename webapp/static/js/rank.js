// An order by taps. The server has written every button as part of one form; here the same buttons move the
// designs at once, and the whole order goes into the outbox, where the latest one replaces those before it.
import { put, unseen, words } from "./outbox.js";
import { say } from "./say.js";

const form = document.querySelector("form[data-rank]");
const slots = form?.querySelector("[data-slots]");
const pool = form?.querySelector("[data-pool]");
const places = Number(form?.dataset.rank);
let asked = false;

const ranked = () => [...slots.querySelectorAll("[data-code]")];
const titleOf = (item) => item.dataset.title;
const phrase = (name, item, place) => words(name).replace("%t", titleOf(item)).replace("%n", place);

form?.addEventListener("submit", (event) => {
  const { name, value } = event.submitter || {};
  const item = [...form.querySelectorAll("[data-code]")].find((each) => each.dataset.code === value);
  if (!item || !(name in MOVES)) return;
  const before = order();
  if (name === "add" && before.length >= places) {
    event.preventDefault();
    return say(words("full").replace("%n", places));
  }
  try {
    MOVES[name](item);
    save();
  } catch {
    arrange(before); // No storage: the form posts, with the order as it was.
    return;
  }
  event.preventDefault();
  told(item, name);
});

const MOVES = {
  add: (item) => slots.insertBefore(item, slots.querySelector("[data-empty]")),
  remove: (item) => pool.prepend(item),
  up: (item) => item.previousElementSibling?.before(item),
  down: (item) => item.nextElementSibling?.matches("[data-code]") && item.nextElementSibling.after(item),
};
const order = () => ranked().map((item) => item.dataset.code);

function save() {
  settle();
  const body = new URLSearchParams(new FormData(form));
  body.delete("csrf_token");
  put({ key: form.action, action: form.action, body: body.toString() });
  status("…");
}

/** Puts buttons, hidden fields and empty places right after a move. */
function settle() {
  const list = ranked();
  list.forEach((item, at) => {
    item.querySelector("[name=up]").disabled = at === 0;
    item.querySelector("[name=down]").disabled = at === list.length - 1;
  });
  for (const item of form.querySelectorAll("[data-code]")) {
    item.querySelector("[name=order]").disabled = !slots.contains(item);
  }
  slots.querySelectorAll("[data-empty]").forEach((place, at) => { place.hidden = at >= places - list.length; });
}

/** Says where the design stands now; the focus stays on it. */
function told(item, name) {
  const at = ranked().indexOf(item);
  say(at < 0 ? phrase("removed", item, 0) : phrase("moved", item, at + 1));
  const again = item.querySelector(`[name=${name}]:not(:disabled)`);
  const shown = [again, ...item.querySelectorAll("button:not(:disabled)")].find((each) => each?.offsetParent);
  shown?.focus({ preventScroll: name === "add" });
}

/** Puts the list in this order; what is moved loses the focus, so a list in order stays as it is. */
function arrange(codes) {
  if (String(codes) === String(order())) return;
  const items = new Map([...form.querySelectorAll("[data-code]")].map((item) => [item.dataset.code, item]));
  for (const item of ranked()) if (!codes.includes(item.dataset.code)) MOVES.remove(item);
  for (const code of codes) if (items.has(code)) MOVES.add(items.get(code));
  settle();
}

const status = (text) => { form.querySelector("[data-saved]").textContent = text; };

document.addEventListener("voted", (event) => {
  const { entry, data, ok } = event.detail;
  if (entry.key !== form?.action) return;
  event.preventDefault();
  if (!ok) {
    say(data.message || words("failed"), data.next);
    return status(data.message);
  }
  arrange(data.order);
  status(data.message);
  const sheet = document.getElementById("make-it-count");
  if (data.state === "pending" && sheet && !asked) sheet.showModal();
  asked = true;
});

/** Key 1, 2 or 3 on a design: it takes that place. */
form?.addEventListener("place", (event) => {
  const item = event.target.closest("[data-code]");
  const there = ranked().filter((each) => each !== item)[event.detail - 1];
  if (!item || event.detail > places || (!slots.contains(item) && ranked().length >= places)) return;
  if (there) there.before(item);
  else MOVES.add(item);
  save();
  told(item, "up");
});

/** A reload shows the server's old order. */
addEventListener("pageshow", () => {
  const mine = form && unseen().filter((each) => each.key === form.action).pop();
  if (mine) arrange(new URLSearchParams(mine.body).getAll("order"));
});
