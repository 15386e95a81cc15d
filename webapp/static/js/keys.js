// Keys for those who vote at a desk: J and K go on and back, V votes, U takes back, figures give stars or a place,
// ? opens the help; where there is no room for it, there are no keys. Each presses a button or link that works
// without script. Off in fields, and by a switch.
// Loaded with the first key somebody presses on such a page: a phone never fetches it.
const SWITCH = "fanmade.keys";
const box = document.querySelector("[data-vote-keys]");
const ITEMS = "[data-code], .grid > li";

try {
  if (box) box.checked = localStorage.getItem(SWITCH) !== "off";
} catch { /* No storage: keys stay on. */ }

box?.addEventListener("change", () => {
  try {
    localStorage.setItem(SWITCH, box.checked ? "on" : "off");
  } catch { /* It holds for this page then. */ }
});

const seen = (each) => each.offsetParent && !each.disabled;
const within = (place, name) => [...(place?.querySelectorAll(`[data-key="${name}"]`) || [])].find(seen);

/** Where there is a list, J and K walk through its designs. */
function walk(step) {
  const items = [...document.querySelectorAll(ITEMS)].filter(seen);
  const next = items[items.indexOf(document.activeElement?.closest(ITEMS)) + step] || (step > 0 && items[0]);
  const stop = next && [...next.querySelectorAll("button, a")].find(seen);
  stop?.focus();
  return stop;
}

function pressed(key, item) {
  const target = within(item, key) || within(document, key);
  if (target) target.click();
  else if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  else if (/[1-9]/.test(key) && item) item.dispatchEvent(new CustomEvent("place", { detail: Number(key), bubbles: true }));
  return target;
}

/** What a key does; the one that loaded this module is handed in, those after it are heard. */
export function press(event) {
  if (!box?.checked || !box.closest("details").offsetParent || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select, dialog *")) return;
  const key = event.key.toLowerCase();
  if (key === "?") box.closest("details").open = true;
  else if (!/^[jkvu0-9]$/.test(key) || !pressed(key, document.activeElement?.closest(ITEMS))) return;
  event.preventDefault();
}

document.addEventListener("keydown", press);
