"""Scenes with animals: whale, moth, fox."""

import math
from collections.abc import Callable, Sequence

from .inks import BARE, COOL, LINE, SHADE, WARM
from .letters import centred
from .press import Point, Press
from .shapes import arc, mirror, scatter, smooth, star, turn, wave


def whale_light(p: Press, words: str) -> None:
    """A whale carries a lighthouse on its back through the night."""
    for p0, p1, ink in (((198, 205), (198, 345), SHADE), ((802, 205), (802, 345), SHADE)):
        side = 0 if p0[0] < 500 else 1000
        p.poly(ink, [(500, 268), (side, p0[1] - 130), (side, p1[1] + 40)])
    for x, y in scatter(p.rng, 34, (50, 50, 950, 560), 70, [(500, 300, 190), (500, 520, 200)]):
        p.poly(LINE, star(x, y, p.rng.choice((6, 8, 15))))
    p.disc(WARM, 500, 268, 62)
    p.shade(
        LINE,
        lambda s: s.disc(255, 500, 268, 118),
        lambda x, y: 0.7 - math.dist((x, y), (500, 268)) / 170,
        13,
        (370, 140, 630, 400),
    )
    p.poly(LINE, [(462, 318), (538, 318), (566, 650), (434, 650)])
    for k in (0, 2):
        y0, y1 = 372 + k * 62, 434 + k * 62
        spread = (38 + (y0 - 318) * 28 / 332, 38 + (y1 - 318) * 28 / 332)
        p.poly(
            WARM,
            [
                (500 - spread[0], y0),
                (500 + spread[0], y0 + 26),
                (500 + spread[1], y1 + 26),
                (500 - spread[1], y1),
            ],
        )
    p.box(LINE, 440, 306, 120, 16, 4)
    p.box(BARE, 466, 238, 68, 68, 6)
    p.box(WARM, 476, 244, 48, 58, 4)
    p.poly(LINE, [(452, 240), (548, 240), (500, 186)])
    body = smooth(
        [
            (70, 790),
            (120, 690),
            (260, 628),
            (450, 612),
            (620, 640),
            (740, 700),
            (820, 690),
            (872, 610),
            (836, 530),
            (898, 556),
            (940, 520),
            (972, 470),
            (972, 570),
            (930, 660),
            (880, 790),
            (760, 880),
            (560, 930),
            (330, 930),
            (140, 890),
        ]
    )
    p.poly(COOL, body)
    belly = smooth([(76, 800), (200, 812), (380, 846), (520, 922), (420, 960), (240, 940), (110, 880)])
    window = p.stencil()
    window.poly(255, body)
    folds, cut = p.stencil(), p.stencil()
    folds.poly(LINE, belly)
    for k in range(7):
        folds.line(COOL, smooth([(90, 838 + k * 20), (240, 852 + k * 18), (470, 930 + k * 16)], closed=False), 5)
    cut.poly(255, belly)
    p.overlay(folds, p.both(window, cut))
    p.shade(SHADE, lambda s: s.poly(255, body), lambda x, y: (x - 560) / 420, 14, (540, 480, 980, 940))
    p.disc(BARE, 250, 770, 13)
    p.line(LINE, arc(250, 764, 30, 24, 200, 340, 12), 6)
    p.brush(SHADE, smooth([(360, 850), (420, 930), (520, 985)], closed=False), 84, 0.1)
    for k in range(4):
        crest = wave(-20, 1020, 918 + k * 30, 14, 190, 0.2 + k * 0.31)
        p.poly((LINE, SHADE, COOL, BARE)[k], [*crest, (1020, 1300), (-20, 1300)])
    centred(p, LINE, words, 1078, 66, 16, widest=860, track=1.15)


def moon_moth(p: Press, words: str) -> None:
    """A moth with trailing lower wings under a thin moon."""
    p.disc(WARM, 500, 175, 105)
    p.disc(BARE, 500, 138, 100)
    upper = smooth(
        [
            (515, 420),
            (600, 330),
            (760, 262),
            (930, 252),
            (936, 300),
            (880, 420),
            (806, 540),
            (700, 600),
            (520, 560),
        ]
    )
    lower = smooth(
        [
            (515, 560),
            (640, 590),
            (745, 640),
            (760, 730),
            (716, 800),
            (730, 900),
            (768, 990),
            (720, 1010),
            (672, 930),
            (640, 830),
            (560, 770),
            (512, 660),
        ]
    )
    for side in (list, mirror):
        _wings(p, side, upper, lower)
    for side in (list, mirror):
        feeler = smooth([(508, 410), (540, 330), (600, 280), (640, 270)], closed=False)
        p.brush(LINE, side(feeler), 13, 0.3)
        for i in range(8, len(feeler) - 2, 4):
            x, y = feeler[i]
            p.line(LINE, side([(x, y), (x + 22, y + 20)]), 5)
    p.poly(
        LINE,
        smooth([(500, 372), (532, 420), (540, 520), (526, 680), (500, 800), (474, 680), (460, 520), (468, 420)]),
    )
    for k in range(8):
        y = 560 + k * 26
        p.line(WARM, arc(500, y, 34 - k * 3, 12, 20, 160, 10), 8)
    for x, y, r in (
        (300, 150, 20),
        (700, 150, 20),
        (210, 220, 10),
        (790, 220, 10),
        (380, 90, 9),
        (620, 90, 9),
    ):
        p.poly(LINE, star(x, y, r))
    centred(p, LINE, words, 1076, 70, 17)


def _wings(p: Press, side: Callable[[Sequence[Point]], list[Point]], upper: list[Point], lower: list[Point]) -> None:
    """The two wings of one side, given as on the right-hand side."""
    low, up = side(lower), side(upper)
    p.poly(COOL, low)
    p.shade(LINE, lambda s: s.poly(255, low), lambda x, y: (y - 660) / 260, 14, (200, 540, 800, 1020))
    p.line(LINE, [*low, low[0]], 9)
    p.poly(LINE, up)
    band = smooth([(515, 462), (610, 392), (760, 322), (884, 296), (842, 400), (780, 496), (690, 556), (520, 520)])
    p.poly(WARM, side(band))
    p.shade(
        BARE,
        lambda s: s.poly(255, side(band)),
        lambda x, y: 0.85 - abs(x - 500) / 250,
        14,
        (60, 250, 940, 620),
    )
    for k in range(5):
        vein = [(520, 500), (640 + k * 10, 430 + k * 28), (846 - k * 36, 316 + k * 56)]
        p.brush(LINE, side(smooth(vein, closed=False)), 9, 0.3)
    _eye(p, side([(742, 414)])[0], 52)
    _eye(p, side([(650, 690)])[0], 36)


def _eye(p: Press, at: tuple[float, float], r: float) -> None:
    for ink, share in ((LINE, 1.0), (COOL, 0.8), (BARE, 0.56), (LINE, 0.2)):
        p.disc(ink, *at, r * share)


def sleeping_fox(p: Press, words: str) -> None:
    """A fox asleep, curled into a circle, under a moon cut from the night."""
    p.disc(WARM, 500, 600, 360)
    p.shade(
        SHADE,
        lambda s: s.disc(255, 500, 600, 360),
        lambda x, y: (math.dist((x, y), (430, 480)) - 300) / 260,
        15,
        (130, 230, 870, 970),
    )
    for k in range(6):
        a = -150 + k * 22
        spine = [
            (500 + 352 * math.cos(math.radians(a)), 600 + 352 * math.sin(math.radians(a))),
            (500 + 215 * math.cos(math.radians(a + 10)), 600 + 215 * math.sin(math.radians(a + 10))),
        ]
        p.brush(
            BARE,
            smooth(
                [spine[0], ((spine[0][0] + spine[1][0]) / 2 + 6, (spine[0][1] + spine[1][1]) / 2), spine[1]],
                closed=False,
            ),
            36,
            0.05,
        )
    tail = arc(500, 610, 262, 262, 20, 196, 60)
    p.line(BARE, tail, 218)
    p.brush(WARM, arc(500, 610, 262, 262, 10, 180, 60), 190, 0.9)
    p.poly(BARE, [*arc(500, 610, 380, 380, 172, 236, 20), *arc(500, 610, 140, 140, 200, 172, 10)])
    outer, inner = arc(500, 610, 352, 352, 176, 238, 30), arc(500, 610, 170, 170, 176, 200, 8)
    hook = smooth([outer[-1], (360, 370), (330, 450), inner[-1]], closed=False)
    fur = [(330 - 182 * t, 598 + (26 if n % 2 else -16)) for n, t in enumerate((0.0, 0.2, 0.4, 0.6, 0.8, 1.0))]
    p.poly(LINE, [*outer, *hook, *fur])
    _fox_head(p)
    p.disc(LINE, 500, 140, 66)
    p.disc(BARE, 530, 122, 62)
    for x, y, r in ((320, 130, 14), (680, 130, 14), (220, 210, 9), (780, 210, 9)):
        p.poly(LINE, star(x, y, r))
    centred(p, LINE, words, 1064, 76, 18)


def _fox_head(p: Press) -> None:
    def put(ink: int, points: Sequence[Point], grow: float = 1.0) -> None:
        p.poly(ink, turn([(610 + x * grow, 600 + y * grow) for x, y in points], (610, 600), 24))

    head = [
        (-150, -60),
        (-164, -214),
        (-60, -128),
        (60, -128),
        (164, -214),
        (150, -60),
        (96, 40),
        (0, 150),
        (-96, 40),
    ]
    put(BARE, head, 1.13)
    put(WARM, head)
    for m in (-1, 1):
        put(BARE, [(m * 142, -172), (m * 80, -118), (m * 136, -76)])
        put(LINE, [(m * 150, -60), (m * 92, -20), (m * 30, 40), (0, 150), (m * 96, 40)])
        eye = turn([(610 + m * 78 + x, 570 + y) for x, y in arc(0, 0, 40, 24, 20, 160, 14)], (610, 600), 24)
        p.line(BARE, eye, 11)
    put(BARE, [(-26, 118), (26, 118), (0, 154)])
