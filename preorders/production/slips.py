"""Packing slips: a sheet of A6 for each parcel, in the order of picking. What doesn't fit goes on on another sheet."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from babel import Locale
from flask_babel import gettext

from preorders.production.paper import GREY, MM, RED, Paper
from preorders.production.parcels import Parcel

A6 = 105.0, 148.0
EDGE = 8.0
WIDTH = A6[0] - 2 * EDGE
FOOT = A6[1] - 13
QR = 27.0
_BESIDE_QR = WIDTH - QR - 2
_COUNTRIES = Locale("en").territories
"""Posts everywhere read the country in English."""


def write_slips(path: Path, parcels: Iterable[Parcel], total: int, title: str, moment: datetime) -> int:
    """Write a PDF with the slips of `parcels`, `total` being how many there are of the drop; return how many."""
    paper = Paper(*A6, title, moment)
    count = 0
    for parcel in parcels:
        _Slip(paper, parcel, f"{parcel.place} / {total}", paper.clean(title)).draw()
        count += 1
    paper.output(str(path))
    return count


class _Slip:
    """One slip in the making: `y` is the next baseline."""

    def __init__(self, paper: Paper, parcel: Parcel, place: str, title: str) -> None:
        self.paper, self.parcel, self.place, self.title = paper, parcel, place, title
        self.y, self.sheet = 0.0, 0

    def draw(self) -> None:
        """Draw the sheet, and further ones where it is full."""
        self.paper.lost = False
        self._new_sheet()
        self._address()
        self._pieces()
        self._note()
        if self.paper.lost:
            self._text(
                gettext("\ufffd stands for a letter we can't print here. The pick list has it."), 7.5, colour=RED
            )

    def _new_sheet(self) -> None:
        paper, parcel = self.paper, self.parcel
        paper.add_page()
        self.sheet += 1
        number = paper.clean(parcel.number)
        paper.qr(A6[0] - EDGE - QR, 5, QR, parcel.number)
        paper.put(EDGE, 16, number, _largest(paper, number), bold=True)
        self.y = 22
        words = [gettext("The rest of this order: a parcel has left before.")] if parcel.rest else []
        words += [gettext("Sheet %(number)s", number=self.sheet)] if self.sheet > 1 else []
        for each in words:
            for line in paper.lines(paper.clean(each), _BESIDE_QR, 8):
                paper.put(EDGE, self.y, line, 8, colour=GREY)
                self.y += 4
        paper.rule(EDGE, A6[1] - 10, WIDTH, grey=150)
        paper.put(A6[0] - EDGE, A6[1] - 6, self.place, 8, colour=GREY, align="R")
        first, *more = paper.lines(self.title, WIDTH - 24, 8) or [""]
        paper.put(EDGE, A6[1] - 6, first + ("…" if more else ""), 8, colour=GREY)
        self.y = max(self.y + 1.5, 26) if self.sheet == 1 else 5 + QR + 5

    def _address(self) -> None:
        parcel, address = self.parcel, self.parcel.address
        self._text(parcel.name, 12, bold=True, width=_BESIDE_QR if self.y < 5 + QR else WIDTH)
        self.y = max(self.y, 5 + QR + 4)
        if not address:
            self._text(gettext("The address is missing. Ask for it before you pack."), 11, bold=True, colour=RED)
        self._text(str(address.get("line1", "")), 11)
        self._text(f"{address.get('postcode', '')} {address.get('city', '')}", 11)
        self._text(_COUNTRIES.get(parcel.country, parcel.country).upper(), 11, bold=True)
        self._text(str(address.get("phone", "")), 9)

    def _pieces(self) -> None:
        self.y += 2.5
        for piece in self.parcel.pieces:
            self._room(9)
            self.paper.rule(EDGE, self.y - 3.6, WIDTH, grey=190)
            self.y += 0.8
            self.paper.put(EDGE, self.y, f"{piece.quantity} ×", 12, bold=True)
            self._text(piece.words, 10, bold=True, left=14)
            small = " · ".join(word for word in (piece.sku, piece.bundle) if word)
            self._text(small, 8, left=14)
            self.y += 0.8
        self.paper.rule(EDGE, self.y - 3.6, WIDTH, grey=190)

    def _note(self) -> None:
        note = str(self.parcel.address.get("note", ""))
        if note.strip():
            self.y += 1.5
            self._text(gettext("Note: %(note)s", note=note), 9)

    def _text(
        self,
        text: str,
        size: float,
        bold: bool = False,
        left: float = 0,
        width: float = WIDTH,
        colour: tuple[int, int, int] = (0, 0, 0),
    ) -> None:
        paper, height = self.paper, size * MM * 1.32
        for line in paper.lines(paper.clean(text), width - left, size, bold):
            self._room(0)
            paper.put(EDGE + left, self.y, line, size, bold, colour)
            self.y += height

    def _room(self, more: float) -> None:
        """Begin another sheet when not even this much is left."""
        if self.y + more > FOOT:
            self.paper.put(EDGE, FOOT + 1.5, gettext("Goes on on the next sheet."), 7.5, colour=GREY)
            self._new_sheet()


def _largest(paper: Paper, number: str) -> float:
    """Return the size at which the number fills the room beside the QR code, at most 22 points."""
    return min(22.0, 22.0 * _BESIDE_QR / max(1.0, paper.width_of(number, 22, bold=True)))
