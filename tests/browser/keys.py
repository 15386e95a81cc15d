"""A person who has only a keyboard: walks by Tab, and sees where the focus is or says so."""

from __future__ import annotations

from typing import Any

_STOP = """async () => {
  await new Promise(done => requestAnimationFrame(done));
  await Promise.all(document.getAnimations().map(each => each.finished.catch(() => {})));
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const ringed = each => [...each.querySelectorAll('circle')].some(circle =>
    parseFloat(getComputedStyle(circle).strokeWidth) >= 4);  // a pin on a picture is ringed
  const box = here.getBoundingClientRect();
  const places = [here, here.closest('label'), here.nextElementSibling].filter(Boolean);
  const framed = [...places.map(each => getComputedStyle(each)), getComputedStyle(here, '::after')].some(style =>
    style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || ringed(here);
  const bars = [...document.querySelectorAll('.dock, .masthead')].filter(bar => !bar.contains(here));
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const under = bars.some(bar => bar.contains(top));
  const seen = box.bottom > 0 && box.top < innerHeight;
  return {html: here.outerHTML.slice(0, 120), framed, under, seen};
}"""
_MANY = 150


def tab_to(page: Any, target: Any) -> None:
    """Press Tab until the target has the focus; each stop on the way must be seen."""
    for _ in range(_MANY):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
        _look(page, faults := [])
        assert not faults, faults
    raise AssertionError(f"{target} is not reached by {_MANY} presses of Tab")


def walked(page: Any, most: int = 60) -> tuple[int, list[str]]:
    """Press Tab through the page; return the number of stops, and those that can't be seen."""
    faults: list[str] = []
    for stops in range(most):
        page.keyboard.press("Tab")
        if not _look(page, faults):
            return stops, faults
    return most, faults


def _look(page: Any, faults: list[str]) -> bool:
    """Note what is wrong with the present stop; return whether there is one."""
    stop = page.evaluate(_STOP)
    if stop is None:
        return False
    if not stop["framed"]:
        faults.append(f"no visible focus: {stop['html']}")
    if stop["under"] or not stop["seen"]:
        faults.append(f"out of sight: {stop['html']}")
    return True
