"""Words on kits: set in the studio's typefaces, in what of them can be shown."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from contests.submissions.images.fonts import FONTS, Font

FACES = ("archivo-black", "righteous", "anton", "lobster", "pacifico", "press-start-2p", "special-elite")
"""In this order of liking: the first that can show the most of a text sets it."""


def face_for(text: str) -> Font:
    """Return the typeface that shows most of a text."""
    return min((FONTS[name] for name in FACES), key=lambda font: len(font.missing(text)))


def legible(text: str) -> str:
    """Return what of a text can be shown in one typeface: a flag or a rare script may be lost, never a box shown."""
    plain = " ".join(text.split())
    font = face_for(plain)
    return " ".join("".join(char for char in plain if font.shows(char)).split())


def length(text: str, size: float) -> float:
    """Return how long a line is at a size."""
    return _set(text, 200).getlength(text) * size / 200


def fitted(text: str, size: float, room: float) -> float:
    """Return the size at which a line fits into `room`: at most `size`."""
    long = length(text, size)
    return size if long <= room else size * room / long


def text_at(picture: Image.Image, place: tuple[float, float], text: str, size: float, colour: str) -> None:
    """Write one line, its middle at x and the middle of its capitals at y."""
    font = _set(text, max(8, round(size)))
    x, y = place
    above = -font.getbbox("H", anchor="ls")[1]
    ImageDraw.Draw(picture).text((x, y + above / 2), text, colour, font, anchor="ms")


def lines(text: str, size: float, room: float, most: int) -> tuple[list[str], float]:
    """Break a text into at most `most` lines; return them and the size at which they fit."""
    words = text.split()
    for tried in (size, size * 0.82, size * 0.68):
        broken = _broken(words, tried, room)
        if len(broken) <= most and all(length(line, tried) <= room for line in broken):
            return broken, tried
    cut = _broken(words, size * 0.68, room)[:most]
    return cut, min((fitted(line, size * 0.68, room) for line in cut), default=size)


def _broken(words: list[str], size: float, room: float) -> list[str]:
    made: list[str] = []
    for word in words:
        longer = f"{made[-1]} {word}" if made else word
        if made and length(longer, size) <= room:
            made[-1] = longer
        else:
            made.append(word)
    return made


def _set(text: str, size: int) -> ImageFont.FreeTypeFont:
    return _loaded(face_for(text).id, size)


@lru_cache(maxsize=32)
def _loaded(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS[name].path), size)
