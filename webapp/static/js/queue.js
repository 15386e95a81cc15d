// Keys for the moderators' queue. Every key presses a button or link that works without script.
// A approves, R goes to the reasons and 1 to 6 picks one, S skips, E puts aside, U takes the last act back,
// X hides at once what may be against the law and hands it to the operators.
const SWITCH = "fanmade.keys";
const box = document.querySelector("[data-keys]");
let choosing = false; // after R: the next figure is a reason
let sent = false; // one decision per page, however often a key repeats

try {
  if (box && localStorage.getItem(SWITCH) === "off") box.checked = false;
} catch { /* No storage: keys stay on. */ }

box?.addEventListener("change", () => {
  try {
    localStorage.setItem(SWITCH, box.checked ? "on" : "off");
  } catch { /* It holds for this page then. */ }
});

function press(element) {
  if (!element || sent) return;
  sent = element.matches("a, [name], [data-key=u]");
  element.click();
}

function reasons() {
  choosing = true;
  document.querySelector("#reasons button")?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-focus=reasons]")) reasons();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select")) return;
  if ((box && !box.checked) || (!box && event.key !== "u")) return;
  const key = event.key.toLowerCase();
  const target = /^[1-6]$/.test(key)
    ? choosing && document.querySelector(`[data-reason="${key}"]`)
    : /^[arseux]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  event.preventDefault();
  press(target);
});

// The reader of a new page begins at the thing to decide about.
document.getElementById("item-title")?.focus({ preventScroll: true });
// A page from the back-forward cache may decide again.
addEventListener("pageshow", () => { sent = false; choosing = false; });
