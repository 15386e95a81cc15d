"""The page of one printed side: what it looks like on the garment, the file, its place in cm, inks, cloth, report."""

import io
from collections.abc import Mapping

from flask_babel import gettext

from preorders.production import pictures
from preorders.production.facts import Facts, Sheet, Side, Taken
from preorders.production.leaves import EDGE, WIDTH, Leaves
from preorders.production.paper import RED, Paper
from preorders.production.placing import Placed, placed
from preorders.production.words import PARTS, number, side_word

_PICTURE = 84.0, 105.0
_BESIDE = _PICTURE[0] + 7
_BLUE = (0, 90, 200)
_MOST_COLOURS = 12


def draw(leaves: Leaves, facts: Facts, sheet: Sheet, side: Side, taken: Mapping[str, Taken]) -> dict[str, bytes]:
    """Draw the page; return pictures of the side by colour, for the proof."""
    assert sheet.box is not None
    source, product = side.source, sheet.product
    where = placed(product.kind, side.side, sheet.box, (source.width, source.height), side.whole)
    shown = pictures.on_cloth(product.kind, side, sheet.box, cloths(sheet), pictures.WIDTH)
    leaves.page(product.title, side_word(side.side))
    top = leaves.y - 3
    _garment(leaves.paper, next(iter(shown.values()), None), where, EDGE, top, _PICTURE, dimensions=True)
    leaves.y = top + 4
    _file(leaves, side, taken, where)
    _place(leaves, sheet, where)
    leaves.y = max(leaves.y, top + _PICTURE[1] + 7)
    _inks(leaves, sheet, side)
    leaves.head(gettext("Colours of the garment"))
    colours = [(hex_ or "#FFFFFF", f"{name} {hex_}".strip()) for name, hex_ in product.colours]
    leaves.swatches(colours)
    _report(leaves, facts, sheet, side)
    return shown


def cloths(sheet: Sheet) -> list[str]:
    """Return the garment's colours that can be drawn, each once; white without any."""
    known = [hex_.upper() for _, hex_ in sheet.product.colours if len(hex_) == 7]
    return list(dict.fromkeys(known))[:_MOST_COLOURS] or ["#FFFFFF"]


def picture(paper: Paper, data: bytes | None, where: Placed, x: float, y: float, size: tuple[float, float]) -> None:
    """Draw a side on its garment, without measures."""
    _garment(paper, data, where, x, y, size, dimensions=False)


def _garment(
    paper: Paper,
    data: bytes | None,
    where: Placed,
    x: float,
    y: float,
    size: tuple[float, float],
    dimensions: bool,
) -> None:
    if data is not None:
        paper.image(io.BytesIO(data), x, y, *size)
    paper.set_draw_color(150)
    paper.set_line_width(0.2)
    paper.rect(x, y, *size)
    if data is None:
        words = gettext("There is no picture to show here.")
        for place, line in enumerate(paper.lines(words, size[0] - 6, 9)):
            paper.put(x + 3, y + 8 + 4.5 * place, line, 9, colour=RED)
    if dimensions:
        _measures(paper, where, x, y, size)


def _measures(paper: Paper, where: Placed, x: float, y: float, size: tuple[float, float]) -> None:
    """Draw the edge of the print, and its measures on white so that they are read on any cloth."""
    left, top = x + where.spot[0] * size[0], y + where.spot[1] * size[1]
    wide, tall = where.spot[2] * size[0], where.spot[3] * size[1]
    paper.set_draw_color(255)
    paper.set_line_width(0.45)
    paper.rect(left, top, wide, tall)
    paper.set_draw_color(*_BLUE)
    paper.set_dash_pattern(dash=1.4, gap=1)
    paper.rect(left, top, wide, tall)
    paper.set_dash_pattern()
    _tag(paper, left + wide / 2, min(top + tall + 4, y + size[1] - 2), f"{number(where.width)} cm")
    _tag(paper, min(left + wide + 8, x + size[0] - 8), top + tall / 2, f"{number(where.height)} cm")
    if where.below is not None and where.edge_at is not None:
        middle, edge = left + wide / 2, y + where.edge_at * size[1]
        for colour, width in (((255, 255, 255), 0.9), (_BLUE, 0.4)):
            paper.set_draw_color(*colour)
            paper.set_line_width(width)
            paper.line(middle - 3, edge, middle + 3, edge)
            paper.line(middle, edge, middle, top)
        _tag(paper, middle + 9, (edge + top) / 2 + 1, f"{number(where.below)} cm")


def _tag(paper: Paper, middle: float, y: float, text: str) -> None:
    text = paper.clean(text)
    wide = paper.width_of(text, 8, bold=True) + 1.6
    paper.set_fill_color(255)
    paper.rect(middle - wide / 2, y - 2.9, wide, 3.9, style="F")
    paper.put(middle, y, text, 8, bold=True, colour=_BLUE, align="C")


def _file(leaves: Leaves, side: Side, taken: Mapping[str, Taken], where: Placed) -> None:
    source, found = side.source, taken.get(side.source.name)
    _fact(leaves, gettext("File"), source.name)
    leaves.text(gettext(PARTS[source.part]), 8.5, left=_BESIDE)
    leaves.y += 2
    if found is None or not found.sha256:
        words = gettext("This file is not in the pack: it was not found where it is kept. Ask whoever runs this site.")
        leaves.text(words, 9.5, bold=True, left=_BESIDE, colour=RED)
        leaves.y += 1
    _fact(leaves, gettext("Pixels"), f"{source.width} × {source.height}")
    _fact(leaves, gettext("Resolution"), gettext("%(dpi)s dots per inch in this size", dpi=where.dpi))
    if found is not None and found.sha256:
        _fact(leaves, "SHA-256", " ".join(found.sha256[at : at + 16] for at in range(0, 64, 16)))


def _place(leaves: Leaves, sheet: Sheet, where: Placed) -> None:
    assert sheet.box is not None
    _fact(leaves, gettext("Print size"), f"{number(where.width)} × {number(where.height)} cm")
    box = f"{number(sheet.box[0])} × {number(sheet.box[1])} cm"
    if where.below is None or where.edge is None:
        _fact(leaves, gettext("Place"), gettext("The whole sheet, in the middle (%(box)s)", box=box))
    else:
        words = gettext("%(cm)s cm %(edge)s", cm=number(where.below), edge=gettext(where.edge))
        _fact(leaves, gettext("Place"), words)
        _fact(leaves, gettext("Print box"), gettext("%(box)s; the print hangs in the middle, at its top", box=box))
    if not sheet.agreed:
        words = gettext("The contest had no such product: this is the usual box of its kind. Agree on it first.")
        leaves.text(words, 9, bold=True, left=_BESIDE, colour=RED)


def _fact(leaves: Leaves, label: str, value: str) -> None:
    leaves.fact(label, value, left=_BESIDE, column=24)


def _inks(leaves: Leaves, sheet: Sheet, side: Side) -> None:
    leaves.head(gettext("Inks"))
    report = sheet.report
    if report is None:
        leaves.text(gettext("This picture was not measured for this product."))
        return
    values, limit = report.values, sheet.most_inks
    count = gettext("Full colour") if values["full_colour"] else number(values["inks"])
    words = gettext("Inks: %(count)s.", count=count)
    if limit:
        words += " " + gettext("At most %(limit)s were asked for.", limit=limit)
    leaves.text(words)
    if len(sheet.sides) > 1 and side.side != sheet.sides[0].side:
        leaves.text(gettext("They were measured on the other side; match these colours to the file."), 9)
    if not values["full_colour"]:
        leaves.swatches([(hex_, f"{hex_} · {share} %") for hex_, share in report.inks])


def _report(leaves: Leaves, facts: Facts, sheet: Sheet, side: Side) -> None:
    report = sheet.report
    if report is None:
        return
    leaves.head(gettext("What we measured"))
    leaves.text(f"{report.word}. {report.meaning}", bold=True)
    for line in (*report.to_do, *report.fine):
        leaves.text(f"– {line.text}", 9.5, left=2, width=WIDTH)
