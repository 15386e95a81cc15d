"""From a scene to its print: what the browser drew, again, with Pillow and RAQM, the same bytes on every run."""

from contests.submissions.images.compose.pictures import Asset
from contests.submissions.images.compose.shelf import Shelf
from contests.submissions.images.compose.sides import drawn, save_png, side

__all__ = ["Asset", "Shelf", "drawn", "save_png", "side"]
