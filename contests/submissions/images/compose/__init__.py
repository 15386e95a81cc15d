"""From a scene to its print: what the browser drew, again, with Pillow and RAQM, the same bytes on every run."""

from contests.submissions.images.compose.sides import as_png, side

__all__ = ["as_png", "side"]
