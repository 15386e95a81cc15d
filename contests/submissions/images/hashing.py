"""Numbers that stand for a picture: a look-alike hash and a placeholder colour."""

from PIL import Image

from contests.submissions.images.ground import PAPER, Colour, flattened

_T = Image.Transpose
_TURNS = (None, _T.ROTATE_90, _T.ROTATE_180, _T.ROTATE_270)


def dhashes(picture: Image.Image, ground: Colour = PAPER) -> list[str]:
    """Difference hashes of `picture` on `ground` and its turns, then of its mirror image and its turns.

    Two pictures look alike when any hash of one is near (`nearest`) the first of the other.
    """
    small = flattened(picture, ground).convert("L").resize((72, 72), Image.Resampling.BOX)
    views = (small, small.transpose(_T.FLIP_LEFT_RIGHT))
    return [_dhash(view if turn is None else view.transpose(turn)) for view in views for turn in _TURNS]


def nearest(dhash: str, others: list[str]) -> int:
    """The least number of differing bits between `dhash` and any of `others` (64 when empty)."""
    return min(((int(dhash, 16) ^ int(other, 16)).bit_count() for other in others), default=64)


def nearby(hashes: list[str], others: list[str], most: int) -> list[tuple[int, int]]:
    """Which of `others` (one hash a picture) lie within `most` bits of any of `hashes`: [(position, distance)].

    Plain integers compared one by one: 20,000 pictures take some ten milliseconds.
    """
    mine, found = [int(each, 16) for each in hashes], []
    for at, other in enumerate(others):
        value = int(other, 16)
        distance = min([(value ^ each).bit_count() for each in mine])
        if distance <= most:
            found.append((at, distance))
    return found


def placeholder(picture: Image.Image) -> int:
    """The mean colour on paper as a class 0..63: two bits each of red, green, blue."""
    red, green, blue = flattened(picture).resize((1, 1), Image.Resampling.BOX).tobytes()
    return (red // 64) * 16 + (green // 64) * 4 + blue // 64


def _dhash(grey: Image.Image) -> str:
    rows = grey.resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (rows[at] < rows[at + 1])
    return f"{bits:016x}"
