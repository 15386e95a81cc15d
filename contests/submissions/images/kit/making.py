"""From the bytes of a picture to the files of its kit that show it. Child process only."""

from pathlib import Path
from typing import Any

from contests.submissions.images.decode import upright
from contests.submissions.images.kit.backdrop import laid
from contests.submissions.images.kit.order import POSTERS, WALLPAPERS, KitOrder
from contests.submissions.images.kit.poster import poster
from contests.submissions.images.kit.wallpaper import save, wallpaper
from contests.submissions.images.limits import Limits

ENOUGH = (2400, 3000)
"""A picture is read at about this size: margins may be cut off, and the largest wallpaper still be filled."""


def made(asked: dict[str, Any], original: Path, out_dir: Path, limits: Limits) -> list[str]:
    """Draw what `asked` (a `KitOrder` as JSON) says; return the names of the files. Raises `Unacceptable`."""
    order = KitOrder.from_json(asked)
    art, ground = laid(upright(original.read_bytes(), limits, _factor).picture, order.cloths)
    for part, size in WALLPAPERS.items():
        save(wallpaper(art, ground, order, size), out_dir / order.name(part))
    for part, paper in POSTERS.items():
        poster(art, ground, order, paper, out_dir / order.name(part))
    return [order.name(part) for part in (*WALLPAPERS, *POSTERS)]


def _factor(width: int, height: int) -> int:
    return max(1, int(min(width / ENOUGH[0], height / ENOUGH[1])))
