"""Draws the demo's own merchandise: screen-print designs, an artist's pictures, and uploads made of them."""

from .artist import cover, portrait
from .catalogue import ALBUM, ARTIST, STYLES, Style
from .sheet import contact_sheet
from .styles import Design, draw, ground_for, plan
from .uploads import as_phone_photo, as_upload

__all__ = [
    "ALBUM",
    "ARTIST",
    "STYLES",
    "Design",
    "Style",
    "as_phone_photo",
    "as_upload",
    "contact_sheet",
    "cover",
    "draw",
    "ground_for",
    "plan",
    "portrait",
]
