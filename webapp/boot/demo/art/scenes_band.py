"""Scenes of the band: record, microphones, paper planes."""

import math

from .inks import BARE, COOL, LINE, SHADE, WARM
from .letters import centred
from .press import Point, Press
from .shapes import arc, polar, scatter, smooth, star, turn


def vinyl_planet(p: Press, words: str) -> None:
    """A dotted planet wears a long-playing record as its ring."""
    tilt, centre = p.rng.choice((-20, -16, 18)), (500, 510)

    def ring(start: float, end: float) -> None:
        for r, width, ink in (
            (432, 96, LINE),
            (432, 80, BARE),
            (466, 7, LINE),
            (450, 5, COOL),
            (434, 7, LINE),
            (418, 5, COOL),
            (402, 7, WARM),
        ):
            p.line(ink, turn(arc(*centre, r, r * 0.3, start, end, 90), centre, tilt), width)

    for x, y in scatter(p.rng, 24, (70, 80, 930, 950), 90, [(*centre, 330), (250, 560, 200), (750, 460, 200)]):
        p.poly(LINE, star(x, y, p.rng.choice((7, 10, 18))))
    ring(180, 360)
    p.disc(BARE, *centre, 292)
    p.disc(WARM, *centre, 276)
    p.shade(
        LINE,
        lambda s: s.disc(255, *centre, 276),
        lambda x, y: 1 - math.dist((x, y), (400, 400)) / 230,
        16,
        (210, 220, 790, 800),
    )
    p.shade(
        SHADE,
        lambda s: s.disc(255, *centre, 276),
        lambda x, y: (math.dist((x, y), (400, 400)) - 210) / 230,
        16,
        (210, 220, 790, 800),
    )
    ring(0, 180)
    centred(p, LINE, words, 948, 110, 26)
    centred(p, WARM, "AINO KUU + THE TIDEWATER", 1096, 44, 10, widest=640)


def mic_bouquet(p: Press, words: str) -> None:
    """Five microphones tied like flowers with a ribbon."""
    tie = (500, 800)
    heads = [(500, 210, 94), (300, 300, 84), (700, 300, 84), (180, 480, 74), (820, 480, 74)]
    for k, (x, y, _) in enumerate(heads):
        p.line(
            LINE,
            smooth([(x, y), ((x * 2 + 500) / 3, y + 250), tie, (500 - (x - 500) * 0.28, 960)], closed=False),
            15,
        )
        if k:
            side = 1 if x > 500 else -1
            leaf = turn([(0, 0), (44, -46), (58, -130), (8, -70), (0, 0)], (0, 0), 12 + abs(x - 500) / 5)
            spot = ((x + 500) / 2 + (x - 500) * 0.1, (y + 800) / 2 + 50)
            p.poly(COOL, smooth([(spot[0] + a * side * 1.2, spot[1] + b * 1.2) for a, b in leaf[:-1]]))
    for k, (x, y, r) in enumerate(heads):
        _microphone(p, x, y, r, (x - 500) / 9, (WARM, COOL, COOL, WARM, WARM)[k])
    for m in (-1, 1):
        loop = smooth([tie, (500 + m * 110, 730), (500 + m * 190, 770), (500 + m * 150, 850)])
        p.poly(WARM, loop)
        p.line(BARE, [*loop, loop[0]], 8)
        p.brush(
            WARM,
            smooth([tie, (500 + m * 70, 880), (500 + m * 150, 930), (500 + m * 150, 1000)], closed=False),
            42,
            0.6,
        )
    p.disc(WARM, *tie, 40)
    p.ring(BARE, *tie, 42, 8)
    centred(p, LINE, words, 1066, 76, 18)


def _microphone(p: Press, x: float, y: float, r: float, tilt: float, ink: int) -> None:
    def at(points: list[Point]) -> list[Point]:
        return turn(points, (x, y), tilt)

    p.disc(BARE, x, y, r + 14)
    p.poly(BARE, at([(x - r, y), (x + r, y), (x + r * 0.46, y + r * 2.5), (x - r * 0.46, y + r * 2.5)]))
    p.poly(
        LINE,
        at(
            [
                (x - r * 0.72, y + r * 0.6),
                (x + r * 0.72, y + r * 0.6),
                (x + r * 0.34, y + r * 2.4),
                (x - r * 0.34, y + r * 2.4),
            ]
        ),
    )
    p.disc(ink, x, y, r)
    p.shade(
        LINE,
        lambda s: s.disc(255, x, y, r),
        lambda u, v: 0.72 - math.dist((u, v), (x - r * 0.4, y - r * 0.45)) / (r * 1.7),
        11,
        (x - r, y - r, x + r, y + r),
    )
    p.poly(
        LINE,
        at(
            [
                (x - r * 1.04, y + r * 0.1),
                (x + r * 1.04, y + r * 0.1),
                (x + r, y + r * 0.42),
                (x - r, y + r * 0.42),
            ]
        ),
    )
    p.ring(LINE, x, y, r, 10)


def plane_stars(p: Press, words: str) -> None:
    """Paper planes draw loops between the stars of an invented constellation."""
    nodes = [(150, 330), (270, 220), (420, 280), (520, 180), (690, 230), (800, 150), (880, 290)]
    chain = [(x + p.rng.uniform(-24, 24), y + p.rng.uniform(-36, 36)) for x, y in nodes]
    p.line(COOL, chain, 6)
    for node in chain:
        p.disc(BARE, *node, 28)
        p.poly(LINE, star(*node, 28, 4, 0.3))
    trail = smooth(
        [
            (110, 930),
            (300, 900),
            (480, 820),
            (540, 690),
            (440, 620),
            (360, 700),
            (430, 820),
            (600, 800),
            (720, 660),
        ],
        closed=False,
        steps=14,
    )
    for i in range(0, len(trail) - 5, 5):
        p.line(LINE, trail[i : i + 3], 10)
    for x, y in scatter(p.rng, 26, (90, 420, 910, 960), 84, [(500, 740, 190), (770, 570, 190), (250, 560, 130)]):
        p.poly((LINE, COOL, WARM)[p.rng.randrange(3)], star(x, y, p.rng.choice((8, 12))))
    _plane(p, (770, 560), 2.1, -8)
    _plane(p, (250, 545), 1.05, 6)
    centred(p, LINE, words, 1050, 84, 20)


def _plane(p: Press, at: Point, size: float, tilt: float) -> None:
    def put(ink: int, points: list[Point]) -> None:
        p.poly(ink, turn([(at[0] + x * size, at[1] + y * size) for x, y in points], at, tilt))

    put(BARE, [(96, -72), (-110, 8), (-50, 38), (-34, 96), (20, 60), (58, 84)])
    put(LINE, [(84, -62), (-92, 8), (-42, 32)])
    put(SHADE, [(84, -62), (-42, 32), (-30, 82)])
    put(COOL, [(84, -62), (-30, 82), (-8, 44)])
    put(WARM, [(84, -62), (-12, 40), (50, 72)])


def record_sun(p: Press, ray_ink: int = WARM) -> None:
    """A record rising as a sun: shared by the album cover."""
    for i in range(36):
        if i % 2:
            p.poly(
                ray_ink,
                [
                    polar(500, 640, 330, i * 10),
                    polar(500, 640, 1100, i * 10 - 1),
                    polar(500, 640, 1100, i * 10 + 11),
                    polar(500, 640, 330, i * 10 + 10),
                ],
            )
    p.disc(LINE, 500, 640, 300)
    p.disc(BARE, 500, 640, 284)
    for k in range(8):
        p.ring(LINE if k % 3 else COOL, 500, 640, 264 - k * 18, 5)
    p.disc(WARM, 500, 640, 112)
    p.disc(LINE, 500, 640, 16)
