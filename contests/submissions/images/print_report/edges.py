"""Whether the art comes so near the edge of the print that a printer might cut it."""

from PIL import Image

from contests.submissions.images.print_report.ground import DRAWN

MARGIN_MM = 5.0
"""Presses and scissors wander by some millimetres."""
TOUCH = 0.001
"""The share of the margin that may be drawn: specks of dust are not art."""


def reaches_edge(strength: Image.Image | None, mm_per_px: float) -> bool:
    """Whether art lies in the outer MARGIN_MM; `strength` None is a picture that fills its frame."""
    if strength is None:
        return True
    wide, high = strength.size
    margin = max(1, min(round(MARGIN_MM / mm_per_px), min(wide, high) // 4))
    boxes = (
        (0, 0, wide, margin),
        (0, high - margin, wide, high),
        (0, margin, margin, high - margin),
        (wide - margin, margin, wide, high - margin),
    )
    counts = [strength.crop(box).histogram() for box in boxes if box[2] > box[0] and box[3] > box[1]]
    drawn = sum(sum(each[DRAWN + 1 :]) for each in counts)
    return drawn > TOUCH * sum(sum(each) for each in counts)
