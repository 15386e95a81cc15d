"""How much of the art can be told from the cloth it is printed on."""

from collections.abc import Iterable

from contests.submissions.images.print_report.oklab import RGB, parse, ratio
from contests.submissions.images.print_report.sample import Sample, Tone

LEAST = 1.5
"""A contrast ratio below this drowns: black on navy."""
STANDS_OUT = 0.25
"""The share of the art that must stand out for the art to be seen at all."""


def contrasts(sample: Sample, colours: Iterable[str]) -> dict[str, float]:
    """For each colour of cloth the contrast ratio that the clearest quarter of the art reaches (1..21)."""
    return {colour: _reached(sample, parse(colour)) for colour in colours}


def _reached(sample: Sample, cloth: RGB) -> float:
    total = sum(tone.count for tone in sample.tones)
    left = total * STANDS_OUT
    for value, count in sorted(((ratio(_laid(tone, cloth), cloth), tone.count) for tone in sample.tones), reverse=True):
        left -= count
        if left <= 0:
            return round(value, 1)
    return 1.0


def _laid(tone: Tone, cloth: RGB) -> RGB:
    """The colour of see-through ink on cloth."""
    if tone.alpha == 1.0:
        return tone.rgb
    red, green, blue = (round(a * tone.alpha + b * (1 - tone.alpha)) for a, b in zip(tone.rgb, cloth, strict=True))
    return red, green, blue
