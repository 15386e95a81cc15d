// Votes that wait to be sent. A tap is kept in this browser until the server has answered it, so a vote made
// in a hall without network survives a reload or a restart, and leaves when any page of the site is open.
//
// An entry with the key of an older one replaces it (the last tap wins) and goes to the end, so that the server
// hears of the taps in their order. It treats a repeat as done: sending twice is harmless.
import { say } from "./say.js";

const STORE = "fanmade.votes";
const PAUSE = 5000;
const JSON_PLEASE = { headers: { Accept: "application/json" } };
let sending = false;
let told = false; // "Saved on your phone" is said once, not at each retry.
let token;

/** The waiting entries, oldest first: {key, action, body, at}; body is the form, encoded, without its token. */
export function waiting() {
  try {
    const box = JSON.parse(localStorage.getItem(STORE)) || [];
    // Before there were orders and pairs, the box was an object by address.
    return Array.isArray(box) ? box : Object.entries(box).map(([key, entry]) => ({ key, action: key, ...entry }));
  } catch {
    return [];
  }
}

/** Keeps an entry and tries to send it. Throws where nothing can be kept: then the form itself is to post. */
export function put(entry) {
  keep([...waiting().filter((each) => each.key !== entry.key), { ...entry, at: Date.now() + Math.random() }]);
  send();
}

/** Translated phrases: data-saved, -pending and others of the element #vote-words (a macro). */
export const words = (name) => document.getElementById("vote-words")?.dataset[name] || "";

const keep = (box) => localStorage.setItem(STORE, JSON.stringify(box));
// Two tabs must not send at once: what was tapped first would perhaps arrive last.
const alone = (work) => (navigator.locks ? navigator.locks.request(STORE, work) : work());

async function send() {
  if (sending || !waiting().length) return;
  sending = true;
  try {
    await alone(sendAll);
    told = false;
  } catch {
    if (!told) say(words("saved"));
    told = true;
  } finally {
    sending = false;
  }
}

/** Sends until the box is empty; a tap made meanwhile is found by the next turn of the loop. */
async function sendAll() {
  const stuck = [];
  for (let next; (next = waiting().find((each) => !stuck.includes(each.at))); ) {
    if (!(await sendOne(next))) stuck.push(next.at);
  }
  if (stuck.length) throw new Error("later");
}

/** Sends one entry; returns false when the server stumbled over it, throws when no server was reached. */
async function sendOne(entry) {
  const answer = await post(entry, true);
  if (answer.status === 429) throw new Error("later");
  if (answer.status >= 500) return false;
  const data = await answer.json(); // The log-in page of a hall's network is no answer: this throws.
  const box = waiting();
  // A newer tap may have replaced this entry meanwhile: that one goes next, and nothing is said of this one.
  if (!box.some((each) => each.at === entry.at)) return true;
  keep(box.filter((each) => each.at !== entry.at));
  const news = new CustomEvent("voted", { detail: { entry, data, ok: answer.ok }, cancelable: true });
  if (document.dispatchEvent(news)) say(data.message, answer.ok ? "" : data.next);
  return true;
}

async function post(entry, again) {
  token ??= (await (await fetch("/csrf", JSON_PLEASE)).json()).token;
  const body = new URLSearchParams(entry.body);
  body.set("csrf_token", token);
  const answer = await fetch(entry.action, { method: "POST", body, keepalive: true, ...JSON_PLEASE });
  if (answer.status !== 400 || !again) return answer;
  token = undefined; // stale: the session is another one than when it was fetched
  return post(entry, false);
}

addEventListener("online", send);
addEventListener("pageshow", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
setInterval(send, PAUSE);
