// Hearts, stars and the list: a tap stamps at once and goes into the outbox; without script the forms post.
// A form shows one word: "true" or "false", or for stars a number or "none".
import { put, unseen, words } from "./outbox.js";
import { say } from "./say.js";

let asked = false;

const key = (form) => form.action + (form.dataset.slot ? `#${form.dataset.slot}` : "");
const button = (form) => form.querySelector("[aria-pressed]");
const radios = (form) => [...form.querySelectorAll("[role=radio]")];
const formOf = (entry) => [...document.querySelectorAll("form[data-vote]")].find((form) => key(form) === entry.key);

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-vote]");
  if (!form) return;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  body.delete("csrf_token");
  try {
    put({ key: key(form), action: form.action, body: body.toString() });
  } catch {
    return; // No storage: the form posts.
  }
  event.preventDefault();
  stamp(form, wanted(body));
});

function wanted(body) {
  if (body.has("stars")) return body.get("stars");
  return String(body.has("add") || body.get("wish") === "cast");
}

function shown(form) {
  const stars = radios(form);
  if (!stars.length) return button(form)?.getAttribute("aria-pressed");
  return stars.find((star) => star.getAttribute("aria-checked") === "true")?.value ?? "none";
}

/** Shows a wish; what stood there before is kept for a refusal. */
function stamp(form, value) {
  form.dataset.was ??= shown(form);
  show(form, value);
}

function show(form, value) {
  for (const star of radios(form)) star.setAttribute("aria-checked", String(star.value === value));
  rove(form);
  const one = button(form);
  if (!one) return;
  one.setAttribute("aria-pressed", value);
  one.classList.toggle("stamping", value === "true");
  const { wish } = form.elements;
  if (wish) wish.value = value === "true" ? "withdraw" : "cast";
  else one.name = value === "true" ? "remove" : "add";
}

/** One star is a stop of the Tab key; arrows go to the others. */
function rove(form) {
  const stars = radios(form);
  const stop = stars.find((star) => star.getAttribute("aria-checked") === "true") || stars[0];
  for (const star of stars) star.tabIndex = star === stop ? 0 : -1;
}

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  const star = step && event.target.closest?.("[role=radio]");
  if (!star) return;
  event.preventDefault();
  const stars = radios(star.form);
  stars.at((stars.indexOf(star) + step) % stars.length).focus();
});

document.addEventListener("voted", (event) => {
  const { entry, data, ok } = event.detail;
  const form = formOf(entry);
  if (!form) return;
  event.preventDefault();
  if (!ok) return refused(form, data);
  delete form.dataset.was;
  if ("stars" in data) show(form, String(data.stars ?? "none"));
  else if (data.order) show(form, String(data.order.includes(button(form)?.value)));
  else if (button(form)) show(form, String(data.state !== "none"));
  count(data);
  if (data.state === "pending") return makeItCount(form, data);
  say(data.message);
  if (data.next && form.dataset.vote === "follow") location.assign(data.next);
});

function count(data) {
  const given = data.order ? data.order.length : data.budget - data.left;
  for (const place of document.querySelectorAll("[data-votes-left]")) place.textContent = data.left ?? place.textContent;
  if (!isNaN(given)) for (const place of document.querySelectorAll("[data-votes-given]")) place.textContent = given;
}

function makeItCount(form, data) {
  const sheet = document.getElementById("make-it-count");
  if (sheet && !asked) sheet.showModal();
  else if (data.next && form.dataset.vote === "follow") return location.assign(data.next);
  asked = true;
  say(data.message, sheet ? "" : data.next);
}

function refused(form, data) {
  if (form.dataset.was) show(form, form.dataset.was);
  delete form.dataset.was;
  say(data.message || words("failed"), data.next);
}

/** A reload shows the server's old state: put the taps back that it does not know. */
function restore() {
  for (const entry of unseen()) {
    const form = formOf(entry);
    if (form) (entry.done ? show : stamp)(form, wanted(new URLSearchParams(entry.body)));
  }
  document.querySelectorAll("form[data-vote]").forEach(rove);
}

addEventListener("pageshow", restore);
