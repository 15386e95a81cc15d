"""Colours that process inks can't reach: they come out duller than on a screen."""

from contests.submissions.images.print_report.oklab import chroma_hue, of_rgb
from contests.submissions.images.print_report.sample import Sample

TOLERANCE = 0.03
"""A difference in chroma that nobody sees without the screen beside the print."""

# The most chroma by hue (24 classes from 0 degrees on) and lightness (10 classes, dark first): `press.table()`.
LIMITS = (
    (0.07, 0.09, 0.14, 0.19, 0.22, 0.23, 0.17, 0.11, 0.07, 0.02),
    (0.07, 0.09, 0.14, 0.18, 0.22, 0.2, 0.16, 0.11, 0.07, 0),
    (0.06, 0.08, 0.13, 0.17, 0.19, 0.2, 0.17, 0.13, 0.06, 0.02),
    (0.04, 0.07, 0.09, 0.11, 0.14, 0.16, 0.17, 0.14, 0.08, 0.03),
    (0.03, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.16, 0.12, 0.04),
    (0.03, 0.06, 0.07, 0.1, 0.11, 0.13, 0.15, 0.17, 0.17, 0.07),
    (0.03, 0.06, 0.08, 0.09, 0.12, 0.13, 0.16, 0.17, 0.19, 0.2),
    (0.03, 0.07, 0.07, 0.1, 0.12, 0.15, 0.16, 0.18, 0.19, 0.03),
    (0.03, 0.07, 0.09, 0.11, 0.13, 0.15, 0.17, 0.17, 0.1, 0.02),
    (0.04, 0.07, 0.11, 0.13, 0.15, 0.18, 0.17, 0.11, 0.05, 0),
    (0.07, 0.09, 0.12, 0.16, 0.19, 0.18, 0.14, 0.09, 0.04, 0.01),
    (0.06, 0.07, 0.11, 0.15, 0.18, 0.17, 0.11, 0.07, 0.04, 0),
    (0.05, 0.06, 0.1, 0.13, 0.16, 0.16, 0.11, 0.07, 0.04, 0.01),
    (0.05, 0.07, 0.11, 0.13, 0.16, 0.17, 0.12, 0.08, 0.04, 0),
    (0.05, 0.08, 0.13, 0.16, 0.18, 0.21, 0.16, 0.09, 0.04, 0.01),
    (0.06, 0.08, 0.12, 0.16, 0.19, 0.19, 0.16, 0.1, 0.06, 0),
    (0.06, 0.09, 0.12, 0.15, 0.14, 0.13, 0.11, 0.08, 0.05, 0.02),
    (0.05, 0.08, 0.11, 0.13, 0.12, 0.1, 0.08, 0.06, 0.03, 0.01),
    (0.05, 0.11, 0.13, 0.12, 0.11, 0.09, 0.07, 0.05, 0.03, 0),
    (0.05, 0.08, 0.13, 0.13, 0.11, 0.09, 0.07, 0.05, 0.03, 0.01),
    (0.05, 0.08, 0.11, 0.14, 0.11, 0.09, 0.07, 0.05, 0.03, 0),
    (0.06, 0.09, 0.12, 0.15, 0.14, 0.11, 0.08, 0.06, 0.03, 0.01),
    (0.07, 0.1, 0.14, 0.17, 0.18, 0.15, 0.11, 0.07, 0.04, 0.02),
    (0.07, 0.1, 0.14, 0.19, 0.23, 0.23, 0.17, 0.11, 0.07, 0),
)


def share_out(sample: Sample) -> float:
    """The share of the art (0..1) whose colours are brighter than process inks print."""
    total = sum(tone.count for tone in sample.tones)
    return sum(tone.count for tone in sample.tones if beyond(tone.rgb)) / total if total else 0.0


def beyond(rgb: tuple[int, int, int]) -> bool:
    """Whether process inks can't print this sRGB colour."""
    lab = of_rgb(rgb)
    chroma, hue = chroma_hue(lab)
    return chroma > _limit(hue, lab[0]) + TOLERANCE


def _limit(hue: float, lightness: float) -> float:
    """Read the table between its classes: hues go round, lightness ends at both ends."""
    count, levels = len(LIMITS), len(LIMITS[0])
    at, part = divmod(hue / 360 * count - 0.5, 1)
    level, share = divmod(min(levels - 1.0, max(0.0, lightness * levels - 0.5)), 1)
    low, high = int(level), min(levels - 1, int(level) + 1)
    rows = (LIMITS[int(at) % count], LIMITS[(int(at) + 1) % count])
    one, two = (row[low] * (1 - share) + row[high] * share for row in rows)
    return one * (1 - part) + two * part
