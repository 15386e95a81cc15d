"""An artist's own colour: kept as given, darkened where words must be read on it. Pure."""

import re

ENOUGH = 4.5  # WCAG 2.2, 1.4.3


def is_colour(text: str) -> bool:
    """Return whether `text` is a colour like '#2748D9'."""
    return re.fullmatch(r"#[0-9A-Fa-f]{6}", text or "") is not None


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1.0 to 21.0."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, against: str = "#FFFFFF") -> str:
    """Return `colour`, darkened until text in `against` on it (or it on `against`) has a contrast of 4.5."""
    shares = _channels(colour if is_colour(colour) else "#2748D9")
    for step in range(101):
        darker = "#" + "".join(f"{round(c * (100 - step) / 100):02X}" for c in shares)
        if contrast(darker, against) >= ENOUGH:
            return darker
    return "#000000"


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
