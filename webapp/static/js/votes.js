// The vote outbox. A tap stamps at once and is kept in this browser until the server has answered, so a
// vote made in a hall without network is sent later. Without script the same forms simply post.
//
// The entry of a design is replaced by a newer tap on it (last one wins), and the server treats a repeat
// of the same wish as done: sending twice is harmless.
import { say } from "./say.js";

const STORE = "fanmade.votes";
const PAUSE = 5000;
let sending = false;
let told = false; // "Saved on your phone" is said once, not at each retry.

/** The waiting votes: {action: {body, at}}; body is the form, encoded, without its token. */
function waiting() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) || {};
  } catch {
    return {};
  }
}

function keep(box) {
  localStorage.setItem(STORE, JSON.stringify(box));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-vote]");
  if (!form) return;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  body.delete("csrf_token");
  try {
    keep({ ...waiting(), [form.action]: { body: body.toString(), at: Date.now() } });
  } catch {
    return; // No storage (private window): let the form post.
  }
  event.preventDefault();
  stamp(form, pressed(form) ? false : true);
  send();
});

const button = (form) => form.querySelector("[aria-pressed]");
const pressed = (form) => button(form)?.getAttribute("aria-pressed") === "true";
const formOf = (action) => [...document.querySelectorAll("form[data-vote]")].find((form) => form.action === action);

/** Shows a heart as given or taken back; the hidden `wish` field then asks for the opposite. */
function stamp(form, given) {
  const heart = form && button(form);
  if (!heart) return;
  heart.setAttribute("aria-pressed", String(given));
  heart.classList.toggle("stamping", given);
  const wish = form.elements.wish;
  if (wish) wish.value = given ? "withdraw" : "cast";
}

/** Sends until the box is empty; a tap made meanwhile is found by the next turn of the loop. */
async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let next; (next = Object.entries(waiting())[0]); ) await sendOne(...next);
    told = false;
  } catch {
    if (!told) say(words("saved"));
    told = true;
  } finally {
    sending = false;
  }
}

async function sendOne(action, entry) {
  const token = (await (await fetch("/csrf", { headers: { Accept: "application/json" } })).json()).token;
  const body = new URLSearchParams(entry.body);
  body.set("csrf_token", token);
  const answer = await fetch(action, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
  if (answer.status === 429 || answer.status >= 500) throw new Error("later");
  const data = await answer.json().catch(() => ({}));
  // A newer tap on the same design may have replaced this entry meanwhile: then it stays, and goes next.
  const box = waiting();
  if (box[action]?.at === entry.at) {
    delete box[action];
    keep(box);
  } else return;
  if (answer.ok) settled(formOf(action), data);
  else refused(formOf(action), entry, data);
}

function settled(form, data) {
  stamp(form, data.state !== "none");
  for (const place of document.querySelectorAll("[data-votes-left]")) place.textContent = data.left ?? place.textContent;
  for (const place of document.querySelectorAll("[data-votes-given]")) place.textContent = data.budget - data.left || 0;
  const text = data.message || words(data.state).replace("%n", data.left ?? "");
  if (data.state === "pending") return makeItCount(form, text, data.next);
  say(text);
  if (data.next && form?.dataset.vote === "follow") location.assign(data.next);
}

/** The vote is kept but not confirmed: the page's own sheet, or the next page, or a link that stays. */
function makeItCount(form, text, next) {
  const sheet = document.getElementById("make-it-count");
  if (sheet) sheet.showModal();
  else if (next && form?.dataset.vote === "follow") return location.assign(next);
  say(text, sheet ? "" : next);
}

function refused(form, entry, data) {
  stamp(form, new URLSearchParams(entry.body).get("wish") === "withdraw");
  say(data.message || words("failed"), data.next);
}

/** Translated phrases: data-counted, -pending, -none, -saved, -failed of the element #vote-words (a macro). */
function words(name) {
  return document.getElementById("vote-words")?.dataset[name] || "";
}

/** A reload shows the server's old state: put the waiting taps back on their hearts. */
function restore() {
  for (const [action, entry] of Object.entries(waiting())) {
    stamp(formOf(action), new URLSearchParams(entry.body).get("wish") !== "withdraw");
  }
  send();
}

addEventListener("online", send);
addEventListener("pageshow", restore);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
setInterval(() => Object.keys(waiting()).length && send(), PAUSE);
