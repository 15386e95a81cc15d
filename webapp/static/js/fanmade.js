// Small comforts for every page. Each one improves a link, form or text that already works alone.
import "./outbox.js"; // votes that wait are sent from whatever page is opened next

document.documentElement.classList.add("scripted", window.PublicKeyCredential ? "passkeys" : "plain");

/** Adds the reader's own time to <time data-local> when it differs from the zone the server wrote. */
function localTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]:not([data-shown])")) {
    const here = new Date(time.dateTime);
    time.dataset.shown = "";
    if (isNaN(here) || time.dataset.zone === Intl.DateTimeFormat().resolvedOptions().timeZone) continue;
    const language = document.documentElement.lang;
    const words = here.toLocaleString(language, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    time.append(` (${time.dataset.local.replace("%s", words)})`);
  }
}

// A clipboard opens only right after a press: what copies comes before it.
const copying = () => import("./copy.js");
if (document.querySelector("[data-copy]")) copying();

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  const opener = on("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (on("[data-close]")) on("dialog")?.close();
  if (event.target.matches?.("dialog[data-dismiss]")) event.target.close();
  if (on("[data-passkey]")) import("./passkey.js").then((it) => it.press(on("[data-passkey]")));
  if (on("[data-copy]")) copying().then((it) => it.press(on("[data-copy]")));
});

// A filter that sends itself; its submit button carries class no-script.
document.addEventListener("change", (event) => {
  if (event.target.form?.hasAttribute("data-auto")) event.target.form.requestSubmit();
});

// Keys for voting come with the first key that is pressed.
if (document.querySelector("[data-vote-keys]")) {
  addEventListener("keydown", async (event) => (await import("./keys.js")).press(event), { once: true });
}

document.addEventListener("htmx:after:swap", () => localTimes(document));
if (document.querySelector("[data-more]")) import("./more.js");
if (document.querySelector("input[data-code]")) import("./code.js");

localTimes(document);
