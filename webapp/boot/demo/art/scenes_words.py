"""Scenes made of lettering: rings, stacked slogans, tour dates, a checkerboard over one big word."""

import math

from .inks import BARE, COOL, LINE, SHADE, WARM
from .letters import block, centred, fattest, layout, on_arc, warped
from .press import Point, Press
from .shapes import polar, wave

DATES = (
    ("MAR 03", "GULL ROCK"),
    ("MAR 05", "NORTH PIER"),
    ("MAR 08", "SALT LANE"),
    ("MAR 12", "OLD CANNERY"),
    ("MAR 14", "LANTERN BAY"),
    ("MAR 19", "HERON QUAY"),
    ("MAR 21", "FOGHORN HILL"),
    ("MAR 26", "AMBER SOUND"),
    ("MAR 28", "LAST FERRY"),
    ("APR 02", "KELP HALL"),
)


def type_ring(p: Press, words: str) -> None:
    """Rings of lettering round a small moon on a wave."""
    lines = words.split(" / ")
    radii = ((400, 70, 19), (302, 62, 16), (218, 46, 12))
    for (r, height, weight), text, ink in zip(radii, lines, (LINE, WARM, COOL), strict=False):
        copies = max(1, round(math.tau * (r + height / 2) / ((len(text) + 2) * height * 0.86)))
        for c in range(copies):
            centre = (-90 + 360 * c / copies) % 360
            full = 360 / copies
            on_arc(
                p,
                ink,
                text,
                (500, 600, r),
                height,
                weight,
                centre,
                full * (1 - 2.2 / (len(text) + 2)),
                turned=False,
            )
            x, y = polar(500, 600, r + height / 2, centre + full / 2)
            p.disc(ink, x, y, height * 0.2)
    p.ring(LINE, 500, 600, 484, 8)
    p.ring(LINE, 500, 600, 385, 5)
    p.ring(LINE, 500, 600, 284, 5)
    p.disc(LINE, 500, 600, 188)
    p.disc(WARM, 500, 572, 100)
    sea, window = p.stencil(), p.stencil()
    for k in range(4):
        crest = wave(300, 700, 600 + k * 44, 13, 94, k * 0.4)
        sea.poly((COOL, BARE, WARM, BARE)[k], [*crest, (700, 820), (300, 820)])
    window.poly(255, [*wave(300, 700, 600, 13, 94), (700, 800), (300, 800)])
    inner = p.stencil()
    inner.disc(255, 500, 600, 178)
    p.overlay(sea, p.both(window, inner))


def slogan(p: Press, words: str) -> None:
    """Stacked lettering, each line stretched to the full width, on a rising wave."""
    lines = words.split(" / ")
    tall = (880 - 44 * (len(lines) - 1)) / len(lines)
    inks = p.rng.sample((LINE, WARM, COOL), 3)
    swell = p.rng.choice((0, 34, 46))

    def stack(ink: int | None, drop: float, weight: float) -> None:
        for k, text in enumerate(lines):

            def place(u: float, v: float, top: float = 142 + k * (tall + 44)) -> Point:
                lift = swell * math.sin((0.03 + 0.94 * u) * math.tau)
                return 132 + u * 736 + drop, top + v * (tall - 44) + drop + lift

            fat = min(weight, weight / 44 * fattest(text, 780))
            warped(p, inks[k % 3] if ink is None else ink, text, fat, place)

    stack(SHADE, 20, 58)
    stack(BARE, 0, 72)
    stack(None, 0, 56)
    if p.rng.random() < 0.6:
        stack(BARE, 0, 8)
    crest = wave(110, 890, 1085, 13, 130)
    p.line(WARM, crest, 13)
    p.line(LINE, [(x, y + 34) for x, y in crest], 7)


def tour_list(p: Press, words: str) -> None:
    """The back of a tour shirt: arched name, dates and harbours, a small moon on the tide."""
    on_arc(p, LINE, "AINO KUU", (500, 690, 490), 118, 27, sweep=72)
    on_arc(p, WARM, "+ THE TIDEWATER", (500, 690, 400), 44, 10, sweep=64)
    p.disc(WARM, 500, 400, 70)
    p.shade(LINE, lambda s: s.disc(255, 500, 400, 70), lambda x, y: (y - 350) / 110, 11, (430, 330, 570, 470))
    for k in range(3):
        reach = 150 + k * 60
        crest = wave(500 - reach, 500 + reach, 440 + k * 26, 9, 100, k * 0.4)
        p.poly(BARE, [*crest, (500 + reach, 520), (500 - reach, 520)])
        p.line((COOL, LINE, COOL)[k], crest, 9)
    rows = p.rng.sample(DATES, 8)
    rows.sort(key=DATES.index)
    for i, (day, place) in enumerate(rows):
        y = 556 + i * 61
        _left(p, WARM, day, 110, y, 34)
        _right(p, LINE, place, 890, y, 34)
        p.line(SHADE, [(110, y + 48), (890, y + 48)], 3)
    centred(p, COOL, words, 1072, 54, 13)


def _left(p: Press, ink: int, text: str, x: float, y: float, height: float) -> None:
    block(p, ink, text, (x, y, layout(text)[1] * height / 6 * 1.05, height), 7)


def _right(p: Press, ink: int, text: str, x: float, y: float, height: float) -> None:
    width = layout(text)[1] * height / 6 * 1.05
    block(p, ink, text, (x - width, y, width, height), 7)


def checker_swell(p: Press, words: str) -> None:
    """A checkerboard swells into a ball as if a wave passed under it."""
    cells, bulge = 14, p.rng.choice((0.55, 0.7))
    centre = (p.rng.uniform(440, 560), p.rng.uniform(440, 560))

    def bend(x: float, y: float) -> Point:
        d = math.dist((x, y), centre)
        pull = 1 + bulge * max(0.0, 1 - (d / 380) ** 2) ** 1.5
        sway = 16 * math.sin(y / 90) * (1 - max(0.0, 1 - d / 400))
        return centre[0] + (x - centre[0]) * pull + sway, centre[1] + (y - centre[1]) * pull

    side = 800 / cells
    for row in range(cells):
        for column in range(cells):
            x, y = 100 + column * side, 110 + row * side
            edge = [(x + side * t / 4, y) for t in range(4)] + [(x + side, y + side * t / 4) for t in range(4)]
            edge += [(x + side * (1 - t / 4), y + side) for t in range(4)] + [
                (x, y + side * (1 - t / 4)) for t in range(4)
            ]
            near = math.dist((x + side / 2, y + side / 2), centre) < 205
            ink = (LINE if not near else WARM) if (row + column) % 2 else (SHADE if not near else COOL)
            p.poly(ink, [bend(*q) for q in edge])
    block(p, LINE, words, (84, 976, 832, 116), 28)
