"""Where on the board a print box lies."""

from contests.submissions.images.templates.boards import TEMPLATES, Box, Template


def placement(kind: str, side: str, print_w_cm: float, print_h_cm: float) -> Box:
    """Return the print box in units of the board: true to scale, below the collar, shrunk where the garment ends.

    Raises KeyError for an unknown kind or side, ValueError for a box without an area.
    """
    template = TEMPLATES[kind][side]
    scale = px_per_cm(kind, side, print_w_cm, print_h_cm)
    width, height = print_w_cm * scale, print_h_cm * scale
    left = template.anchor[0] - width / 2
    return Box(left, _top(template, height), width, height)


def px_per_cm(kind: str, side: str, print_w_cm: float, print_h_cm: float) -> float:
    """Return how many units of the board a centimetre of this print takes: less than usual for a box too big."""
    if print_w_cm <= 0 or print_h_cm <= 0:
        raise ValueError("A print box has a width and a height.")
    template = TEMPLATES[kind][side]
    fits = min(template.room.w / print_w_cm, template.room.h / print_h_cm)
    return fits if template.sheet else min(template.px_per_cm, fits)


def _top(template: Template, height: float) -> float:
    return template.room.y + (template.room.h - height) / 2 if template.sheet else template.anchor[1]
