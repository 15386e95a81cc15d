// What a button with data-copy does: copies its text, or with data-share opens the sheet of the phone.
import { say } from "./say.js";

/** Called by the press of such a button. */
export async function press(button) {
  if (!("share" in button.dataset) || !navigator.share) return copy(button);
  try {
    await navigator.share({ title: button.dataset.title, url: button.dataset.copy });
  } catch { /* The reader closed the sheet. */ }
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
