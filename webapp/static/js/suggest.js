// A tap on the picture of a suggestion's form says where it is meant: it fills the two numbers, which stay the truth.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const figure = form.querySelector("[data-pin-picture]");
  const [x, y] = ["x", "y"].map((name) => form.elements.namedItem(name));
  const mark = figure?.querySelector("[data-pin-here]");
  if (!figure || !mark) continue;

  const show = () => {
    const set = x.value !== "" && y.value !== "";
    mark.toggleAttribute("hidden", !set);
    if (!set) return;
    mark.setAttribute("cx", `${x.value}%`);
    mark.setAttribute("cy", `${y.value}%`);
  };

  figure.querySelector("picture")?.addEventListener("click", (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const percent = (at, start, size) => Math.max(0, Math.min(100, Math.round(((at - start) / size) * 100)));
    x.value = percent(event.clientX, box.left, box.width);
    y.value = percent(event.clientY, box.top, box.height);
    show();
  });
  for (const input of [x, y]) input.addEventListener("input", show);
  show();
}
