"""Scenes of the land: tape hills, night train, cactus, mountains."""

import math

from .inks import BARE, COOL, LINE, SHADE, WARM
from .letters import block, centred
from .press import Point, Press
from .shapes import arc, pine, ridge, scatter, smooth, star


def tape_hills(p: Press, words: str) -> None:
    """A cassette whose tape runs out and becomes the lines of a hilly coast."""
    p.disc(WARM, 500, 640, 150)
    p.shade(BARE, lambda s: s.disc(255, 500, 640, 150), lambda x, y: (y - 560) / 200, 13, (340, 480, 660, 800))
    for k in range(9):
        base = 720 + k * 44
        lift = [(0.15 + math.exp(-(((x - 500) / 230) ** 2))) for x in range(90, 911, 10)]
        phase = [p.rng.random() * math.tau for _ in range(3)]
        crest = [
            (
                x,
                base - (84 + 52 * math.sin(x / 61 + phase[0]) + 26 * math.sin(x / 29 + phase[1])) * rise * (1 - k / 13),
            )
            for x, rise in zip(range(90, 911, 10), lift, strict=True)
        ]
        p.poly(SHADE if k % 2 else BARE, [*crest, (910, base + 44), (90, base + 44)])
        p.line((LINE, COOL, LINE, WARM)[k % 4], smooth(crest, closed=False, steps=3), 11)
    left = smooth([(350, 420), (330, 500), (220, 540), (120, 520), (70, 600), (90, 715)], closed=False)
    right = smooth([(650, 420), (690, 500), (800, 520), (900, 570), (930, 650), (908, 715)], closed=False)
    for path in (left, right):
        p.line(LINE, path, 11)
    p.box(LINE, 220, 90, 560, 350, 34)
    p.box(COOL, 244, 114, 512, 302, 20)
    p.box(LINE, 276, 140, 448, 190, 16)
    p.box(WARM, 276, 228, 448, 58)
    centred(p, BARE, words, 158, 50, 11, widest=400)
    p.box(BARE, 346, 232, 308, 84, 42)
    for x in (394, 606):
        p.disc(LINE, x, 274, 34)
        p.poly(BARE, star(x, 274, 26, 6, 0.6))
        p.disc(BARE, x, 274, 12)
    p.box(LINE, 440, 250, 120, 48, 6)
    p.poly(LINE, [(330, 420), (356, 352), (644, 352), (670, 420)])
    for x in (400, 470, 530, 600):
        p.disc(BARE, x, 388, 10)
    for x, y in ((258, 128), (742, 128), (258, 402), (742, 402)):
        p.disc(LINE, x, y, 6)


def night_train(p: Press, words: str) -> None:
    """A lit train crosses a viaduct between pines under a huge moon."""
    moon = (p.rng.choice((330, 500, 670)), 380)
    p.disc(WARM, *moon, 250)
    p.shade(
        LINE,
        lambda s: s.disc(255, *moon, 250),
        lambda x, y: (moon[1] + 90 - y) / 300,
        15,
        (60, 120, 940, 640),
    )
    for x, y in scatter(p.rng, 26, (40, 150, 960, 480), 60, [(*moon, 280)]):
        p.poly(LINE, star(x, y, p.rng.choice((5, 8, 13))))
    p.poly(COOL, [*ridge(p.rng, -20, 1020, 640, 180), (1020, 1300), (-20, 1300)])
    p.shade(
        SHADE,
        lambda s: s.poly(255, [(-20, 400), (1020, 400), (1020, 800), (-20, 800)]),
        lambda x, y: (y - 560) / 200 if y > 560 else 0,
        14,
        (0, 560, 1000, 800),
    )
    for x in range(-10, 1020, 62):
        p.poly(SHADE, pine(p.rng, x + p.rng.uniform(-14, 14), 800, p.rng.uniform(120, 210), 92))
    p.poly(SHADE, [(-20, 780), (1020, 780), (1020, 1300), (-20, 1300)])
    p.box(LINE, -50, 768, 1100, 26)
    for k in range(-1, 5):
        x = 40 + k * 240
        p.box(LINE, x, 780, 44, 260)
        p.poly(
            LINE,
            [
                (x - 98, 782),
                (x + 142, 782),
                *arc(x + 142, 900, 98, 92, 270, 180, 16)[0:1],
                *arc(x + 142, 900, 98, 92, 270, 180, 16),
                *arc(x - 98, 900, 98, 92, 0, -90, 16),
            ],
        )
    _train(p)
    for x in range(-20, 1040, 46):
        near = abs(x - 500) / 500
        p.poly(
            BARE,
            pine(p.rng, x + p.rng.uniform(-12, 12), 1240, 130 + 190 * near**2 + p.rng.uniform(0, 70), 104),
        )
    p.poly(BARE, [(-20, 1040), (1020, 1040), (1020, 1300), (-20, 1300)])
    block(p, LINE, words, (70, 1086, 860, 62), 15)


def _train(p: Press) -> None:
    for k in range(4):
        x = -60 + k * 222
        p.box(BARE, x, 678, 212, 84, 14)
        p.box(LINE, x + 6, 752, 200, 8)
        for w in range(5):
            p.box(WARM, x + 18 + w * 37, 700, 26, 30, 5)
    p.poly(
        BARE,
        [
            *smooth([(828, 762), (828, 700), (828, 678), (900, 678), (948, 704), (966, 762)], closed=False),
            (828, 762),
        ],
    )
    p.box(WARM, 846, 700, 40, 30, 5)
    p.disc(LINE, 940, 736, 12)
    p.poly(LINE, [(952, 730), (1060, 696), (1060, 790), (952, 744)])


def neon_cactus(p: Press, words: str) -> None:
    """A cactus as a neon tube sign before a striped evening sun."""
    p.disc(WARM, 500, 470, 330)
    for k in range(7):
        p.box(BARE, 100, 520 + k * 42, 800, 8 + k * 4)
    arms: list[list[Point]] = [
        [(500, 960), (500, 250)],
        smooth([(500, 700), (400, 700), (330, 680), (310, 600), (310, 480)], closed=False),
        smooth([(500, 600), (590, 600), (660, 585), (684, 520), (684, 380)], closed=False),
    ]
    for ink, width in ((BARE, 176), (COOL, 150), (BARE, 118), (LINE, 92), (BARE, 66), (COOL, 36), (BARE, 14)):
        for arm in arms:
            p.line(ink, arm, width)
    p.box(BARE, 380, 962, 240, 120)
    for k, half in enumerate((430, 300, 380, 210)):
        p.line((LINE, COOL, WARM, LINE)[k], [(500 - half, 970 + k * 26), (500 + half, 970 + k * 26)], 12)
    for x, y in ((160, 200), (860, 170), (90, 420), (905, 640), (130, 700)):
        p.poly(LINE, star(x, y, p.rng.choice((14, 22, 30))))
    centred(p, LINE, words, 1084, 72, 17)


def equaliser_peaks(p: Press, words: str) -> None:
    """Level meters stand like a mountain range and mirror in a lake."""
    p.disc(LINE, 500, 360, 190)
    p.shade(WARM, lambda s: s.disc(255, 500, 360, 190), lambda x, y: (y - 240) / 240, 14, (300, 160, 700, 560))
    columns, wide, tall = 23, 36, 26
    peaks = [
        (p.rng.uniform(0.2, 0.28), p.rng.uniform(0.55, 0.7), 2.3),
        (p.rng.uniform(0.46, 0.58), 1.0, 2.9),
        (p.rng.uniform(0.76, 0.84), p.rng.uniform(0.45, 0.62), 2.1),
    ]
    for c in range(columns):
        x = 500 + (c - columns / 2) * wide
        t = (c + 0.5) / columns
        level = max(top - abs(t - at) * slope for at, top, slope in peaks)
        segments = max(2, round(level * 19 + p.rng.uniform(-0.6, 0.6)))
        p.box(BARE, x - 3, 790 - segments * tall, wide, segments * tall)
        for s in range(segments):
            ink = WARM if s >= segments - 2 and segments > 7 else LINE if s >= segments * 0.6 else COOL
            p.box(ink, x, 790 - (s + 1) * tall, wide - 7, tall - 7, 3)
        for s in range(segments // 2):
            p.box(SHADE if s % 2 else COOL, x, 812 + s * 17, wide - 7, max(2, 11 - s), 2)
    p.box(LINE, 70, 794, 860, 9, 4)
    centred(p, LINE, words, 1048, 86, 21)
