"""Pictures of a print on its garment for the tech pack: made from our own renditions, never from a stranger's file."""

import io
from collections.abc import Sequence

import structlog
from PIL import Image

from contests.submissions.images.mockups import Wearer
from preorders.production.facts import Side
from webapp.infra.storage import storage

WIDTH = 1000
SMALL = 420
_QUALITY = 88

log = structlog.get_logger()


def on_cloth(kind: str, side: Side, box: tuple[float, float], colours: Sequence[str], width: int) -> dict[str, bytes]:
    """Return JPEGs of a side on each colour ("#RRGGBB") it can be shown on; {} when nothing of it can be drawn."""
    art = _art(side)
    if art is None:
        return _ready(side, colours)
    wearer = Wearer(art, kind, side.side, *box, width=width, place="box" if side.whole else "fit")
    return {colour: _jpeg(wearer.on(colour)) for colour in colours}


def _art(side: Side) -> Image.Image | None:
    if side.picture is None:
        return None
    try:
        with Image.open(io.BytesIO(storage().get(side.picture))) as picture:
            return picture.convert("RGBA")
    except (OSError, ValueError) as error:
        log.warning("no picture for a production pack", key=side.picture, error=repr(error))
        return None


def _ready(side: Side, colours: Sequence[str]) -> dict[str, bytes]:
    """What the site shows already: for the second side of a drawing there is no other picture."""
    found = {}
    for colour in colours:
        key = side.worn.get(colour.upper())
        if key is not None:
            try:
                found[colour] = storage().get(key)
            except FileNotFoundError:
                log.warning("no picture for a production pack", key=key)
    return found


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
