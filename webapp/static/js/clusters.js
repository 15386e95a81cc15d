// Keys for the desk of odd ballots: J and K go through the clusters; H, C and X press that cluster's buttons, U undoes.
const box = document.querySelector("[data-keys]");
const cards = [...document.querySelectorAll("[data-cluster]")];
let sent = false; // one decision per page, however long a key is held

function move(step) {
  const here = cards.indexOf(document.activeElement?.closest?.("[data-cluster]"));
  const next = cards[Math.min(cards.length - 1, Math.max(0, here + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const card = document.activeElement?.closest?.("[data-cluster]");
  const target = key === "u" ? document.querySelector("[data-key=u]") : card?.querySelector(`[data-act="${key}"]`);
  if (!target || sent) return false;
  sent = true;
  target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select") || (box && !box.checked)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (!/^[hcxu]$/.test(key) || !press(key)) return;
  event.preventDefault();
});

// The offer to undo goes after ten seconds; the log page still has it.
const offer = document.querySelector("[data-undo]");
if (offer) {
  setTimeout(() => {
    if (!offer.contains(document.activeElement)) offer.hidden = true;
  }, Number(offer.dataset.undo) * 1000);
}
addEventListener("pageshow", () => { sent = false; });
