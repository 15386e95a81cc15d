"""The proof sheet of a product: what will be made, small, and where to sign for it."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from preorders.production import sides
from preorders.production.facts import Facts, Sheet, Taken
from preorders.production.leaves import EDGE, WIDTH, Leaves
from preorders.production.placing import placed
from preorders.production.words import number, side_word

_SMALL = 40.0, 50.0
_STEP = _SMALL[0] + 5
_ROW = _SMALL[1] + 12


def draw(
    leaves: Leaves, facts: Facts, sheet: Sheet, shown: Sequence[dict[str, bytes]], taken: Mapping[str, Taken]
) -> None:
    """Draw the sheet: each side on each colour, the checks, the lines to sign."""
    leaves.page(gettext("Proof: %(product)s", product=sheet.product.title), facts.artist)
    _pictures(leaves, sheet, shown)
    leaves.head(gettext("Please check, and tick"))
    for words in _checks(sheet, taken):
        _tick(leaves, words)
    leaves.y += 3
    leaves.room(62)
    for label, lines in ((gettext("Changes"), 3), (gettext("Approved by"), 1), (gettext("Date"), 1)):
        for place in range(lines):
            if not place:
                leaves.paper.put(EDGE, leaves.y, leaves.paper.clean(label), 10)
            leaves.paper.rule(EDGE + 34, leaves.y + 0.8, WIDTH - 34)
            leaves.y += 10


def _pictures(leaves: Leaves, sheet: Sheet, shown: Sequence[dict[str, bytes]]) -> None:
    assert sheet.box is not None
    names = {hex_.upper(): name for name, hex_ in sheet.product.colours}
    x = 0.0
    leaves.y += 1
    for side, by_colour in zip(sheet.sides, shown, strict=True):
        where = placed(sheet.product.kind, side.side, sheet.box, (side.source.width, side.source.height), side.whole)
        pictures: dict[str, bytes | None] = {**by_colour} or {"": None}
        for colour, data in pictures.items():
            if x + _SMALL[0] > WIDTH:
                x, leaves.y = 0.0, leaves.y + _ROW
            if not x:
                leaves.room(_ROW)
            sides.picture(leaves.paper, data, where, EDGE + x, leaves.y - 3, _SMALL)
            words = ", ".join(word for word in (side_word(side.side), names.get(colour, colour)) if word)
            for place, line in enumerate(leaves.paper.lines(leaves.paper.clean(words), _SMALL[0], 8)[:2]):
                leaves.paper.put(EDGE + x, leaves.y + _SMALL[1] + 1 + 3.6 * place, line, 8)
            x += _STEP
    leaves.y += _ROW


def _checks(sheet: Sheet, taken: Mapping[str, Taken]) -> list[str]:
    assert sheet.box is not None
    found = []
    for side in sheet.sides:
        size = (side.source.width, side.source.height)
        where = placed(sheet.product.kind, side.side, sheet.box, size, side.whole)
        file = taken.get(side.source.name)
        digest = f" (SHA-256 {file.sha256[:12]}…)" if file and file.sha256 else ""
        named = {"side": side_word(side.side), "file": side.source.name + digest}
        measures = {"width": number(where.width), "height": number(where.height)}
        found.append(gettext("%(side)s: %(file)s, printed %(width)s × %(height)s cm", **named, **measures))
    found.append(gettext("The place on the garment"))
    found.append(gettext("The colours of the inks, on each colour of garment"))
    found.append(gettext("The number of pieces: %(count)s", count=number(sheet.pieces)))
    return [str(each) for each in found]


def _tick(leaves: Leaves, words: str) -> None:
    leaves.room(7)
    leaves.paper.set_draw_color(0)
    leaves.paper.set_line_width(0.3)
    leaves.paper.rect(EDGE, leaves.y - 3.2, 4, 4)
    leaves.text(words, left=7)
    leaves.y += 2
