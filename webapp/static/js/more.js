// After "Show 24 more": keyboard and screen reader go on at the first new card. Loaded only where there is more.
const cards = () => document.querySelectorAll(".grid > *");
let known = 0;

document.addEventListener("htmx:before:request", (event) => {
  if (event.target.closest?.("[data-more]")) known = cards().length;
});

document.addEventListener("htmx:after:swap", () => {
  if (known) cards()[known]?.querySelector("a, button")?.focus();
  known = 0;
});
