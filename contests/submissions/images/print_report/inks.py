"""How many spot colours a printer would mix, and which."""

from dataclasses import dataclass
from itertools import combinations

from contests.submissions.images.print_report.oklab import RGB, Lab, distance, of_rgb
from contests.submissions.images.print_report.sample import Sample, Tone

FULL_COLOUR = 12
"""More inks than this and a picture is printed from four process colours instead."""
SAME = 0.065
"""Colours nearer than this are one ink: JPEG noise stays inside, two inks of a palette don't."""
LEAST_FLAT, LEAST_EDGE = 0.002, 0.012
"""Shares of the art below which a colour is noise: of flat areas, and of colours found on edges only."""
MOST_TONES, MOST_HEAPS = 5000, 40
"""Far more than any picture has that isn't full colour anyway."""
ON_EDGES = 0.25
"""A colour with less than this share in flat areas lives on edges: it may be what softening made of two others."""
BLEND = 0.06
"""How far from the straight line between two inks a blend of them may lie."""


@dataclass(frozen=True)
class Ink:
    """One spot colour: what it looks like, its share of the art, how much of it is in flat areas (0..1)."""

    rgb: RGB
    share: float
    flat: float

    @property
    def hex(self) -> str:
        """The colour as '#RRGGBB'."""
        return "#{:02X}{:02X}{:02X}".format(*self.rgb)


@dataclass
class _Heap:
    lab: Lab
    count: int
    flat: int
    rgb: RGB

    def add(self, tone: Tone) -> None:
        self.count += tone.count
        self.flat += tone.flat


def inks(sample: Sample) -> list[Ink]:
    """The inks of a picture, most used first. What softened edges and compression add is left out."""
    total = sum(tone.count for tone in sample.tones)
    if not total:
        return []
    heaps = [Ink(heap.rgb, heap.count / total, heap.flat / heap.count) for heap in _heaps(sample.tones)]
    heaps.sort(key=lambda ink: (-ink.share, ink.rgb))
    return _without_blends([ink for ink in heaps if _counts(ink)])


def _heaps(tones: list[Tone]) -> list[_Heap]:
    """Gather tones around the most frequent ones, those of flat areas first; the work is bounded for photos."""
    heaps: list[_Heap] = []
    ordered = sorted(tones, key=lambda each: (-each.flat * 8 - each.count, each.rgb, each.alpha))
    for tone in ordered[:MOST_TONES]:
        lab = of_rgb(tone.rgb)
        near = min(heaps, key=lambda heap: distance(heap.lab, lab), default=None)
        if near is None or (len(heaps) < MOST_HEAPS and distance(near.lab, lab) > SAME):
            near = _Heap(lab, 0, 0, tone.rgb)
            heaps.append(near)
        near.add(tone)
    return heaps


def _counts(ink: Ink) -> bool:
    return ink.share * ink.flat >= LEAST_FLAT or ink.share >= LEAST_EDGE


def _without_blends(found: list[Ink]) -> list[Ink]:
    """Drop colours that live on edges and lie between two others: from the least used on."""
    kept = list(found)
    for ink in reversed(found):
        others = [each for each in kept if each is not ink]
        if ink.flat < ON_EDGES and any(_between(ink, one, two) for one, two in combinations(others, 2)):
            kept.remove(ink)
    return kept


def _between(ink: Ink, one: Ink, two: Ink) -> bool:
    """Whether `ink` is a mixture of the two, as scaling mixes sRGB values."""
    ends = [b - a for a, b in zip(one.rgb, two.rgb, strict=True)]
    length = sum(value * value for value in ends)
    if not length:
        return False
    along = sum((c - a) * d for a, c, d in zip(one.rgb, ink.rgb, ends, strict=True)) / length
    if not 0.03 < along < 0.97:
        return False
    mixed = [min(255, max(0, round(a + along * d))) for a, d in zip(one.rgb, ends, strict=True)]
    return distance(of_rgb(ink.rgb), of_rgb((mixed[0], mixed[1], mixed[2]))) < BLEND
