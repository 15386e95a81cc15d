"""What is wrong with the look of a page: found by axe and by measuring."""

from __future__ import annotations

from typing import Any

from tests import services

AXE = (services.ROOT / "tests" / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose answer depends on the theme."""
BOXES = ["target-size", "scrollable-region-focusable"]
"""The rules whose answer depends on where things stand; all others look at the document alone."""
Look = tuple[int, str, list[str] | None]
LOOKS: tuple[Look, ...] = ((320, "light", []), (390, "light", None), (1280, "dark", [*COLOURS, *BOXES]))
"""All rules on a phone; on a desk, in the other theme, those whose answer may be another there; nothing is too wide."""
MORE: tuple[Look, ...] = (
    (320, "light", BOXES),
    (390, "light", None),
    (390, "dark", COLOURS),
    (1280, "dark", None),
    (1280, "light", COLOURS),
)
"""The same, and all rules on the desk, too, with the colours of both themes: the frame that many pages share."""

# No style sheet is fetched again: the one rule that would read it, on turning a phone, is an experiment of axe.
_RUN = """rules => axe.run(document,
  {runOnly: rules, resultTypes: ['violations'], preload: {assets: ['media'], timeout: 10000}})
  .then(({violations}) => violations.flatMap(({id, help, nodes}) =>
    nodes.map(({html}) => `${id}: ${html.slice(0, 160)} (${help})`)))"""
# What sticks to an edge of the window covers what lies below, and axe takes that for hidden. As it stands in the
# document it covers nothing: as in a window as tall as the document, which takes long to paint.
_MEASURE = """loose => {
  for (const each of loose ? document.querySelectorAll('body *') : [])
    if (getComputedStyle(each).position === 'sticky') Object.assign(each.style, {position: 'relative', inset: 'auto'});
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const cards = [...document.querySelectorAll('.card img, .mockup img')].filter(img => img.checkVisibility());
  const narrow = cards.map(img => img.getBoundingClientRect().width).filter(width => width < 120);
  return [wide, narrow.length];
}"""


def faults(page: Any, rules: list[str] | None = None) -> list[str]:
    """What axe has to say about the page as it stands, one line each: by the named rules, or by all (None)."""
    if rules == []:
        return []
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    asked = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found: list[str] = page.evaluate(_RUN, asked)
    return found


def measured(page: Any, loose: bool = False) -> list[str]:
    """Whether it scrolls sideways, and whether its pictures are big enough to be seen; `loose`: nothing sticks then."""
    wide, narrow = page.evaluate(_MEASURE, loose)
    return [*([f"{wide} px too wide"] if wide > 0 else []), *([f"{narrow} pictures under 120 px"] if narrow else [])]


def at_every_size(page: Any, more: bool = False) -> list[str]:
    """The faults at 320, 390 and 1280 px, in light and dark.

    A theme changes colours but no box; the smallest phone shows what the phone shows, in less room. With `more`
    each width is looked at in both themes, by all rules: on a page that stands for others with the same frame.
    """
    seen: list[str] = []
    looks = MORE if more else LOOKS
    if page.viewport_size["width"] == looks[-1][0]:
        looks = looks[::-1]  # to begin as the last page was left: each other size is laid out and painted anew
    for width, theme, rules in looks:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 844})
        seen += [f"{page.url} {width} {theme}: {each}" for each in (*measured(page, loose=True), *faults(page, rules))]
    return seen
