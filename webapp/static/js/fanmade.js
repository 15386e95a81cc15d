// Small comforts for every page. Each one improves a link, form or text that already works alone.
import "./outbox.js"; // votes that wait are sent from whatever page is opened next
import { say } from "./say.js";

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

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.done);
  } catch {
    // Clipboards are closed on plain http: show the link, selected, instead.
    prompt(button.dataset.label || "", button.dataset.copy);
  }
}

async function share(button) {
  if (!navigator.share) return copy(button);
  try {
    await navigator.share({ title: button.dataset.title, url: button.dataset.copy });
  } catch { /* The reader closed the sheet. */ }
}

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
  if (on("[data-share]")) share(on("[data-share]"));
  else if (on("[data-copy]")) copy(on("[data-copy]"));
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("input[data-code]")) return;
  field.value = field.value.replace(/\D/g, "").slice(0, 6);
  if (field.value.length === 6) field.form.requestSubmit();
});

// A filter that sends itself; its submit button carries class no-script.
document.addEventListener("change", (event) => {
  if (event.target.form?.hasAttribute("data-auto")) event.target.form.requestSubmit();
});

// Keys for voting come with the first key that is pressed.
if (document.querySelector("[data-vote-keys]")) {
  addEventListener("keydown", async (event) => (await import("./keys.js")).press(event), { once: true });
}

// Names to mention come with the first @ that is typed.
addEventListener("input", async (event) => {
  const field = event.target;
  if (field.localName === "textarea" && field.form?.dataset.names && field.value.includes("@")) {
    (await import("./mentions.js")).typed(field);
  }
});

// After "Show 24 more": keyboard and screen reader go on at the first new card.
let known = 0;
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.closest?.("[data-more]")) known = document.querySelectorAll(".grid > *").length;
});
document.addEventListener("htmx:after:swap", () => {
  localTimes(document);
  if (!known) return;
  document.querySelectorAll(".grid > *")[known]?.querySelector("a, button")?.focus();
  known = 0;
});

localTimes(document);
