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
    ready = _ready(side, colours) if side.picture is None else {}
    if len(ready) == len(colours):
        return ready
    art = _art(side)
    if art is None:
        return ready
    wearer = Wearer(art, kind, side.side, *box, width=width, place="box" if side.whole else "fit")
    return {colour: _jpeg(wearer.on(colour)) for colour in colours}


def _art(side: Side) -> Image.Image | None:
    """A rendition, or the print file of a drawing: both were written by us."""
    key = side.picture or (side.source.key if side.source.part == "composed" else None)
    if key is None:
        return None
    try:
        with Image.open(io.BytesIO(storage().get(key))) as picture:
            return picture.reduce(max(1, picture.width // WIDTH)).convert("RGBA")
    except (OSError, ValueError) as error:
        log.warning("no picture for a production pack", key=key, error=repr(error))
        return None


def _ready(side: Side, colours: Sequence[str]) -> dict[str, bytes]:
    """What the site shows already of the second side of a drawing."""
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
