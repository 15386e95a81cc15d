"""Text that strangers typed, made fit for paper: no controls, no towers of accents, a mark for what no face has.

Pure. What is lost here is lost on paper only: lists keep every text as it was typed.
"""

import unicodedata
from collections.abc import Container

MARK = "\ufffd"
MOST_ACCENTS = 3
"""How many marks one letter may carry; no language needs more, and a hundred would cover the lines above."""
_BLANKS = frozenset("\t\n\v\f\r\x85")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0000, 0xE01F0), range(0x1F3FB, 0x1F400))
"""What only changes the colour or style of the letter before it."""
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_DRAWN_AS_ONE = (range(0x0900, 0x0980), range(0x1CD0, 0x1D00), range(0xA8E0, 0xA900))
"""Letters of the plain face that take other shapes beside each other."""


def fit_for_paper(text: str, covered: Container[int]) -> tuple[str, bool]:
    """Return the text in one line with single spaces, and whether a letter was replaced because no face has it.

    `covered` are the code points that can be drawn.
    """
    found: list[str] = []
    accents, lost = 0, False
    for letter in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(letter)
        if letter in _BLANKS or kind[0] == "Z":
            found.append(" ")
        elif letter in _JOINERS and found and _joins(found[-1]):
            found.append(letter)
        elif kind in ("Cc", "Cf") or any(ord(letter) in each for each in _SELECTORS):
            continue
        elif kind[0] == "M":
            accents += 1
            known = ord(letter) in covered
            lost = lost or not known
            if known and found and accents <= MOST_ACCENTS:
                found.append(letter)
            continue
        else:
            known = ord(letter) in covered
            lost = lost or not known
            found.append(letter if known else MARK)
        accents = 0
    return " ".join("".join(found).split()), lost


def needs_no_shaping(letter: str) -> bool:
    """Return whether a letter of the plain face may be set by itself, from left to right."""
    alone = unicodedata.category(letter)[0] not in "MC" and not any(ord(letter) in each for each in _DRAWN_AS_ONE)
    return alone and unicodedata.bidirectional(letter) not in _RIGHT_TO_LEFT


def _joins(letter: str) -> bool:
    """Return whether a joiner after this letter means something: in Arabic and in the scripts of India."""
    return unicodedata.bidirectional(letter) == "AL" or "\u0900" <= letter <= "\u0dff"
