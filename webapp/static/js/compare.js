// The slider shows as much of the newer version as it says, from the left. The page has both side by side as well.
const slider = document.querySelector("[data-compare-slider]");
const upper = document.querySelector("[data-compare-top]");
if (slider && upper) {
  const show = () => {
    upper.style.clipPath = `inset(0 ${100 - Number(slider.value)}% 0 0)`;
  };
  slider.addEventListener("input", show);
  show();
}
