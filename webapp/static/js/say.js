// Shared by the other modules, and without effect of its own when loaded.

/** Says `text`, on screen and to screen readers, in the one live region. With `href` it is a link and stays. */
export function say(text, href) {
  const region = document.getElementById("status");
  if (!region || !text) return;
  region.querySelector(".toast")?.remove();
  const toast = Object.assign(document.createElement("p"), { className: "toast" });
  toast.append(href ? Object.assign(document.createElement("a"), { href, textContent: text }) : text);
  region.append(toast);
  if (!href) setTimeout(() => toast.remove(), 8000);
}
