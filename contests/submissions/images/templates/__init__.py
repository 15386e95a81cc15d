"""Where a print sits on which garment: one drawing board of 1200 × 1500 units for every kind and side.

The same board carries the studio's line drawings (webapp/static/studio/garments) and the maps of the mockups, so a
design lies in the studio where it lies in its mockup. Pure: no framework, no file, no picture.
"""

from contests.submissions.images.templates.boards import BOARD, KINDS, SIDES, TEMPLATES, Board, Box, Template
from contests.submissions.images.templates.canvas import DPIS, MOST_PIXELS, Canvas, canvas
from contests.submissions.images.templates.placing import placement, px_per_cm

__all__ = [
    "BOARD",
    "DPIS",
    "KINDS",
    "MOST_PIXELS",
    "SIDES",
    "TEMPLATES",
    "Board",
    "Box",
    "Canvas",
    "Template",
    "canvas",
    "placement",
    "px_per_cm",
]
