// This or that: the page holds the rest of a set of seven; a tap goes into the outbox and the next pair is there
// at once, with or without network. Undo replaces the entry of its pair, so that each pair is told once.
import { put, unseen, words } from "./outbox.js";
import { say } from "./say.js";

const set = document.querySelector("[data-pairs]");
const steps = set ? [...set.querySelectorAll("[data-pair]")] : [];
const undo = document.querySelector("form[data-undo]");
const before = Number(set?.dataset.pairs); // pairs of this set that were done when the page came
let at = 0;
let asked = false;

const keyOf = (step) => `${step.action}#${[step.elements.one.value, step.elements.other.value].sort()}`;
const bodyOf = (form, submitter) => {
  const body = new URLSearchParams(new FormData(form, submitter));
  body.delete("csrf_token");
  body.delete("next");
  return body.toString();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  const back = form === undo && at > 0;
  if (!back && !form.matches?.("[data-pair]")) return;
  const step = back ? steps[at - 1] : form;
  if (back) for (const name of ["one", "other"]) undo.elements[name].value = step.elements[name].value;
  try {
    put({ key: keyOf(step), action: form.action, body: bodyOf(form, event.submitter) });
  } catch {
    return; // No storage: the form posts.
  }
  event.preventDefault();
  show(back ? at - 1 : at + 1, true);
});

function show(to, focus) {
  at = to;
  steps.forEach((step, number) => { step.hidden = number !== at; });
  const end = document.getElementById("set-end");
  const over = at >= steps.length;
  if (end) end.hidden = !over;
  set.hidden = over;
  const done = before + at;
  for (const place of document.querySelectorAll("[data-step]")) place.textContent = done + 1;
  for (const bar of document.querySelectorAll("[data-progress]")) bar.value = done;
  document.querySelector("[data-skip]")?.toggleAttribute("hidden", over);
  const skip = document.querySelector("[data-skip] button");
  if (skip && !over) skip.setAttribute("form", steps[at].id);
  if (undo) undo.hidden = !(done || undo.dataset.undo);
  fetchAhead();
  if (focus) (over ? end?.querySelector("h2") : steps[at].querySelector("button"))?.focus();
}

/** Once somebody has begun, the pictures of the next pair come before they are asked for. */
function fetchAhead() {
  for (const picture of steps[at + 1]?.querySelectorAll("img") || []) picture.loading = "eager";
}

document.addEventListener("voted", (event) => {
  const { entry, data, ok } = event.detail;
  if (!steps.some((step) => keyOf(step) === entry.key)) return;
  event.preventDefault();
  if (!ok) return say(data.message || words("failed"), data.next);
  const over = at >= steps.length;
  const sheet = document.getElementById("make-it-count");
  if (data.state === "pending" && over && sheet && !asked) {
    asked = true;
    sheet.showModal();
  }
  say(data.message);
});

/** A reload shows the server's old state: pairs that it does not know of are done. */
addEventListener("pageshow", () => {
  if (!set) return;
  const told = new Map(unseen().map((each) => [each.key, !each.action.endsWith("/undo")])); // the last of a key counts
  const open = steps.findIndex((step) => !told.get(keyOf(step)));
  const done = open < 0 ? steps.length : open;
  if (done > at) show(done, false);
});
