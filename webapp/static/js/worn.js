// The pictures of a design: a link below the strip slides to its picture instead of jumping the page, and shows
// which one is seen. Pictures beside the first are fetched when somebody comes near. A colour chosen in a form (data-kind on the form) is tried on at once.
for (const worn of document.querySelectorAll("[data-worn]")) {
  const strip = worn.querySelector("ul"), links = [...worn.querySelectorAll("nav a")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const fetchAll = () => worn.querySelectorAll("noscript").forEach((held) => (held.parentElement.innerHTML = held.textContent));
  for (const near of ["pointerover", "touchstart", "focusin"]) worn.addEventListener(near, fetchAll, { once: true, passive: true });
  const show = (at) => fetchAll() ?? strip.scrollTo({ left: at * strip.clientWidth * (getComputedStyle(strip).direction === "rtl" ? -1 : 1), behavior: calm.matches ? "instant" : "smooth" });
  worn.addEventListener("click", (event) => {
    const at = links.indexOf(event.target.closest("a"));
    if (at < 0) return;
    event.preventDefault();
    show(at);
  });
  strip.addEventListener("scroll", () => {
    fetchAll();
    const at = Math.round(Math.abs(strip.scrollLeft) / strip.clientWidth);
    links.forEach((link, n) => (n === at ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  }, { passive: true });
  document.addEventListener("change", ({ target }) => {
    const { colour } = target.dataset, { kind } = target.form?.dataset ?? {};
    const at = colour ? links.findIndex((link) => link.dataset.colour === colour && link.dataset.kind === kind) : -1;
    if (at >= 0) show(at);
  });
}
