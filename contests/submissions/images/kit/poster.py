"""The poster: the design, who made it, and a code to scan; A4 or A3, as PDF."""

import io
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from PIL import Image

from contests.submissions.images.kit import lettering, qr
from contests.submissions.images.kit.backdrop import Backdrop
from contests.submissions.images.kit.order import KitOrder
from contests.submissions.images.print_report.oklab import RGB

PAGES = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
INK: RGB = (23, 21, 28)
EDGE = 14.0
CODE = 78.0
MOST_PX = 1900
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Every poster says so: the bytes depend on what is shown, not on when it was made."""


def poster(art: Image.Image, backdrop: Backdrop, order: KitOrder, paper: str, path: Path) -> None:
    """Write the poster of one paper size; lengths are in mm of A4, larger papers are scaled."""
    wide, _high = PAGES[paper]
    sheet = _Sheet(paper, wide / 210)
    sheet.picture(art, backdrop)
    sheet.words(order)
    sheet.code(order)
    sheet.pdf.output(str(path))


class _Sheet:
    """One page; everything is placed in mm of A4."""

    def __init__(self, paper: str, scale: float) -> None:
        self.scale = scale
        self.pdf = FPDF(unit="mm", format=PAGES[paper])
        self.pdf.creation_date = _EPOCH
        self.pdf.set_auto_page_break(False)
        self.pdf.add_page()

    def picture(self, art: Image.Image, backdrop: Backdrop) -> None:
        """The design in the upper part, on a panel of its backdrop that reaches the edges of the room."""
        x, y, wide, high = EDGE, EDGE, 210 - 2 * EDGE, 148.0
        self._fill(backdrop.colour)
        self._rect(x, y, wide, high)
        inset = 0.0 if backdrop.kind == "sheet" else 8.0
        flat = _flat(art, backdrop)
        fit = min((wide - 2 * inset) / flat.width, (high - 2 * inset) / flat.height)
        w, h = flat.width * fit, flat.height * fit
        data = io.BytesIO()
        flat.save(data, "JPEG", quality=88)
        left, top = (x + (wide - w) / 2) * self.scale, (y + (high - h) / 2) * self.scale
        self.pdf.image(data, x=left, y=top, w=w * self.scale, h=h * self.scale)

    def words(self, order: KitOrder) -> None:
        """Title and maker beneath the picture."""
        y = 179.0
        for line, size in _sized(order.title, 13.0, 210 - 2 * EDGE, 2):
            self._text(line, EDGE, y, size)
            y += size * 1.12
        under = "  ·  ".join(part for part in (order.by, order.place) if part)
        for line, size in _sized(under, 5.2, 210 - 2 * EDGE, 1):
            self._text(line, EDGE, y - 3.0, size)

    def code(self, order: KitOrder) -> None:
        """The code to the left with its link beneath, the invitation to the right."""
        symbol = qr.symbol(order.address)
        module = CODE / len(qr.rows(symbol))
        top = 297 - EDGE - CODE - 5.0
        self._fill(INK)
        left = EDGE - qr.QUIET * module  # the quiet zone may lie in the margin
        for column, row, length in qr.runs(symbol):
            # A hair more, so that no viewer shows seams between the rows.
            self._rect(left + column * module, top + row * module, length * module, module + 0.02)
        inner = CODE - 2 * qr.QUIET * module
        link = lettering.legible(order.link)
        self._text(link, EDGE, 297 - EDGE, lettering.fitted(link, 6.0, 210 - 2 * EDGE))
        x, y = EDGE + inner + 12, top + qr.QUIET * module
        room = 210 - EDGE - x
        broken = _sized(order.call, 17.0, room, 4)
        for line, size in broken:
            y += size
            self._text(line, x, y, size)
            y += size * 0.12
        for line, size in _sized(order.note, 5.2, room, 2):
            y += size * 1.5
            self._text(line, x, y, size)

    def _text(self, text: str, x: float, y: float, size: float) -> None:
        font = lettering.face_for(text)
        if font.id not in self.pdf.fonts:
            self.pdf.add_font(font.id, fname=str(font.path))
        self.pdf.set_font(font.id, size=size * self.scale / 25.4 * 72)
        self.pdf.set_text_color(*INK)
        self.pdf.text(x * self.scale, y * self.scale, text)

    def _fill(self, colour: RGB) -> None:
        self.pdf.set_fill_color(*colour)

    def _rect(self, x: float, y: float, wide: float, high: float) -> None:
        self.pdf.rect(x * self.scale, y * self.scale, wide * self.scale, high * self.scale, "F")


def _sized(text: str, size: float, room: float, most: int) -> list[tuple[str, float]]:
    words = lettering.legible(text)
    if not words:
        return []
    broken, fits = lettering.lines(words, size, room, most)
    return [(line, fits) for line in broken]


def _flat(art: Image.Image, backdrop: Backdrop) -> Image.Image:
    """The design on its backdrop, no larger than paper needs."""
    fit = min(1.0, MOST_PX / max(art.size))
    if fit < 1:
        size = (max(1, round(art.width * fit)), max(1, round(art.height * fit)))
        if art.mode == "RGBA":
            art = art.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
        else:
            art = art.resize(size, Image.Resampling.LANCZOS)
    if art.mode != "RGBA":
        return art
    flat = Image.new("RGB", art.size, backdrop.colour)
    flat.paste(art, mask=art)
    return flat
