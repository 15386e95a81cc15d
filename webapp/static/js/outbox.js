// Votes that wait: a tap is kept until the server has answered it, and leaves when any page is open.
// An entry replaces an older one of its key and goes to the end. The server takes a repeat as done.
import { say } from "./say.js";

const STORE = "fanmade.votes";
const PAUSE = 5000;
const JSON_PLEASE = { headers: { Accept: "application/json" } };
let sending = false;
let told = false;
let token;

/** Entries, oldest first: {key, action, body, at}; body is the form without its token. */
export function waiting() {
  try {
    const box = JSON.parse(localStorage.getItem(STORE));
    return Array.isArray(box) ? box : [];
  } catch {
    return [];
  }
}

// A tap can be answered while the next page is under way: that page shows the votes from before.
const now = () => performance.timeOrigin + performance.now();
const answered = () => JSON.parse(sessionStorage.getItem(STORE) || "[]").filter((each) => each.done > performance.timeOrigin);

/** What the server may not have known when it wrote this page, oldest first: answered since then, or waiting. */
export const unseen = () => [...answered(), ...waiting()];

/** Keeps an entry and sends it. Throws where nothing can be kept: then the form is to post. */
export function put(entry) {
  keep([...waiting().filter((each) => each.key !== entry.key), { ...entry, at: Date.now() + Math.random() }]);
  send();
}

export const words = (name) => document.getElementById("vote-words")?.dataset[name] || "";

const keep = (box) => localStorage.setItem(STORE, JSON.stringify(box));
// Two tabs at once would mix the order.
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

async function sendAll() {
  const stuck = [];
  for (let next; (next = waiting().find((each) => !stuck.includes(each.at))); ) {
    if (!(await sendOne(next))) stuck.push(next.at);
  }
  if (stuck.length) throw new Error("later");
}

/** False: the server stumbled. Throws when none was reached. */
async function sendOne(entry) {
  let answer = await post(entry, true);
  if (answer.status === 429) answer = await post({ ...entry, body: await puzzled(answer, entry.body) }, true);
  if (answer.status === 429) throw new Error("later");
  if (answer.status >= 500) return false;
  const data = await answer.json(); // A hall's own log-in page throws here.
  const box = waiting();
  // A newer tap has replaced this one: that goes next.
  if (!box.some((each) => each.at === entry.at)) return true;
  keep(box.filter((each) => each.at !== entry.at));
  if (answer.ok) sessionStorage.setItem(STORE, JSON.stringify([...answered(), { ...entry, done: now() }]));
  const news = new CustomEvent("voted", { detail: { entry, data, ok: answer.ok }, cancelable: true });
  if (document.dispatchEvent(news)) say(data.message, answer.ok ? "" : data.next);
  return true;
}

/** A crowd is asked some work first; other limits are to be waited for. */
async function puzzled(answer, body) {
  const { puzzle, message } = await answer.json();
  if (!puzzle) throw new Error("later");
  say(message);
  const number = await (await import("./puzzle.js")).solve(puzzle.nonce, puzzle.bits);
  return `${body}&${new URLSearchParams({ puzzle: puzzle.token, answer: number })}`;
}

async function post(entry, again) {
  token ??= (await (await fetch("/csrf", JSON_PLEASE)).json()).token;
  const body = new URLSearchParams(entry.body);
  body.set("csrf_token", token);
  const answer = await fetch(entry.action, { method: "POST", body, keepalive: true, ...JSON_PLEASE });
  if (answer.status !== 400 || !again) return answer;
  token = undefined; // of an older session
  return post(entry, false);
}

addEventListener("online", send);
addEventListener("pageshow", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
setInterval(send, PAUSE);
