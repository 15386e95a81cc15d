"""The card a messenger shows for a link: the whole design on paper, no words, no counts."""

import io
from pathlib import Path

from PIL import Image

from contests.submissions.images.ground import PAPER, Colour, flattened
from contests.submissions.images.processed import Rendition
from contests.submissions.images.renditions import rendition_name

WIDTH, HEIGHT, MARGIN = 1200, 630, 24
MOST_BYTES = 150_000
"""Messengers drop heavier ones."""


def share_card(picture: Image.Image, version: int, sha256: str, out_dir: Path, ground: Colour = PAPER) -> Rendition:
    """Write the card of `picture` (RGB or RGBA) on `ground`; the design stays inside the centre square."""
    data = _light_enough(_composed(picture, ground))
    name = rendition_name(sha256, version, "card", "jpg")
    part = out_dir / (name + ".part")
    part.write_bytes(data)
    part.replace(out_dir / name)
    return Rendition(WIDTH, HEIGHT, "JPEG", name, len(data))


def _composed(picture: Image.Image, ground: Colour) -> Image.Image:
    room = HEIGHT - 2 * MARGIN
    scale = room / max(picture.size)
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    # A few big pixels stay crisp; anything else is scaled smoothly.
    way = Image.Resampling.NEAREST if max(picture.size) <= 64 else Image.Resampling.LANCZOS
    design = flattened(picture.resize((size[0], size[1]), way), ground)
    card = Image.new("RGB", (WIDTH, HEIGHT), ground)
    card.paste(design, ((WIDTH - design.width) // 2, (HEIGHT - design.height) // 2))
    return card


def _light_enough(card: Image.Image) -> bytes:
    data = b""
    for quality in (85, 75, 65, 50, 35, 20):
        out = io.BytesIO()
        card.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        data = out.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return data
