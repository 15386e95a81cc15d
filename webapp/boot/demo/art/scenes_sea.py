"""Scenes of the sea: sun, shell, jellyfish, moon over water, mast on a skerry."""

import math

from .inks import BARE, COOL, LINE, SHADE, WARM
from .letters import block, centred
from .press import Press
from .shapes import arc, polar, scatter, smooth, wave


def tide_sun(p: Press, words: str) -> None:
    """A sun with alternating rays sinks into rows of waves, all inside one disc."""
    rays = p.rng.choice((18, 22, 26))
    step = 180 / rays
    for i in range(rays):
        ink = WARM if i % 2 else LINE
        reach = 430 if i % 2 else 396
        a = 180 + i * step
        p.poly(
            ink,
            [
                polar(500, 560, 225, a + step * 0.22),
                polar(500, 560, reach, a + step * 0.1),
                polar(500, 560, reach, a + step * 0.9),
                polar(500, 560, 225, a + step * 0.78),
            ],
        )
    p.disc(WARM, 500, 560, 200)
    p.shade(LINE, lambda s: s.disc(255, 500, 560, 200), lambda x, y: (y - 400) / 240, 15, (290, 350, 710, 560))
    sea, window = p.stencil(), p.stencil()
    sea.flood(BARE)
    for row in range(7):
        y = 574 + row * 62
        ink = (COOL, SHADE)[row % 2]
        crest = wave(40, 960, y, 13 + row, 150 + row * 14, row * 0.37)
        sea.poly(ink, [*crest, (960, 1100), (40, 1100)])
        sea.line(LINE, crest, 7)
    window.poly(255, [*wave(60, 940, 574, 13, 150), *arc(500, 560, 430, 430, 0, 180)])
    p.overlay(sea, window)
    centred(p, LINE, words, 1040, 86, 20, widest=860, track=1.1)


def radio_shell(p: Press, words: str) -> None:
    """A scallop shell as a loudspeaker: broadcast rings rise from its rim."""
    foot = (500, 930)
    for k in range(5):
        r = 560 + k * 58
        p.line((WARM, LINE)[k % 2], arc(*foot, r, r, -122 + k * 3, -58 - k * 3), 22 - k * 2)
    ribs = 9
    span = 128
    rim = []
    for i in range(ribs):
        a = -90 - span / 2 + i * span / ribs
        rim += [polar(*foot, 480 + 30 * math.sin(math.pi * j / 10), a + span / ribs * j / 10) for j in range(11)]
    hinge = [(575, 915), (590, 985), (410, 985), (425, 915)]
    p.poly(LINE, hinge)
    p.poly(WARM, [*rim, (540, 940), (460, 940)])
    p.shade(
        COOL,
        lambda s: s.poly(255, [*rim, (540, 940), (460, 940)]),
        lambda x, y: 1.25 - math.dist((x, y), foot) / 330,
        16,
        (100, 380, 900, 950),
    )
    for r in (300, 400):
        p.line(BARE, arc(*foot, r, r, -90 - span / 2 + 1, -90 + span / 2 - 1), 7)
    for i in range(ribs + 1):
        a = -90 - span / 2 + i * span / ribs
        p.brush(LINE, [polar(*foot, 482 - 44 * k, a) for k in range(11)], 17, 0.4)
    p.line(LINE, [*rim, rim[-1]], 15)
    p.line(BARE, [(446, 950), (554, 950)], 7)
    centred(p, LINE, words, 1050, 84, 20)


def moon_water(p: Press, words: str) -> None:
    """Phases of the moon in an arch above one full moon and its path on the water."""
    p.poly(SHADE, [(0, 690), (1000, 690), (1000, 1300), (0, 1300)])
    p.disc(LINE, 500, 520, 216)
    p.shade(WARM, lambda s: s.disc(255, 500, 520, 216), lambda x, y: (x + y - 960) / 330, 14, (280, 300, 720, 740))
    for dx, dy, r in ((-70, -60, 34), (40, -100, 20), (-20, 40, 24), (90, 10, 40), (-110, 60, 16)):
        p.ring(WARM, 500 + dx, 520 + dy, r, 8)
    p.poly(SHADE, [(0, 690), (1000, 690), (1000, 1300), (0, 1300)])
    for i in range(7):
        a = -172 + i * 27.33
        x, y = polar(500, 560, 400, a)
        p.disc(LINE, x, y, 46)
        if i != 3:
            p.disc(BARE, x + (i - 3) * -17 - (12 if i < 3 else -12) * -1, y, 44)
            p.ring(LINE, x, y, 45, 4)
    p.box(COOL, -100, 684, 1200, 12)
    for row in range(17):
        y, half = 716 + row * 21, (216 - row * 3) * p.rng.uniform(0.55, 1.0)
        shift = p.rng.uniform(-26, 26)
        p.line(LINE if row % 4 else WARM, [(500 + shift - half, y), (500 + shift + half, y)], 10)
        edge = half + 60 + p.rng.uniform(0, 40)
        for side in (-1, 1):
            x0 = 500 + side * edge
            p.line(COOL, [(x0, y), (x0 + side * p.rng.uniform(40, 180), y)], 6)
    block(p, LINE, words, (80, 1086, 840, 62), 16)


def signal_tower(p: Press, words: str) -> None:
    """A radio mast on a skerry; its rings fill the sky and break up into dots."""
    mast = (500, 330)
    for k in range(9):
        r = 90 + k * 62
        ink = (WARM, LINE, COOL)[k % 3]
        p.ring(ink, *mast, r, 24 - k * 1.7)
    p.shade(
        BARE,
        lambda s: s.flood(255),
        lambda x, y: (math.dist((x, y), mast) - 260) / 420,
        17,
        (0, 0, 1000, 1200),
    )
    p.disc(BARE, *mast, 62)
    p.disc(WARM, *mast, 44)
    p.poly(BARE, [(480, 330), (520, 330), (640, 930), (360, 930)])
    for m in (-1, 1):
        p.line(LINE, [(500 + m * 8, 340), (500 + m * 92, 900)], 13)
    for k in range(7):
        t0, t1 = (k / 7) ** 0.85, ((k + 1) / 7) ** 0.85
        y0, y1 = 350 + 550 * t0, 350 + 550 * t1
        w0, w1 = 8 + 84 * t0, 8 + 84 * t1
        p.line(LINE, [(500 - w0, y0), (500 + w1, y1)], 7)
        p.line(LINE, [(500 + w0, y0), (500 - w1, y1)], 7)
        p.line(LINE, [(500 - w1, y1), (500 + w1, y1)], 7)
    p.poly(SHADE, smooth([(250, 960), (330, 900), (430, 870), (560, 880), (680, 894), (760, 960), (500, 990)]))
    for k in range(4):
        crest = wave(-20, 1020, 945 + k * 34, 12, 170, 0.1 + k * 0.37)
        p.poly((COOL, LINE, COOL, BARE)[k], [*crest, (1020, 1300), (-20, 1300)])
    block(p, LINE, words, (80, 1092, 840, 66), 16)


def jelly_lamp(p: Press, words: str) -> None:
    """A jellyfish glows like a hanging lamp, tentacles falling the whole height of the print."""
    for i in range(9):
        x = 300 + i * 50
        sway, length = p.rng.uniform(20, 52), p.rng.uniform(400, 560) - abs(i - 4) * 30
        path = [
            (
                x + (x - 500) * 0.25 * t / 40 + sway * math.sin(t / 40 * math.tau * 1.2 + i),
                455 + length * t / 40,
            )
            for t in range(41)
        ]
        p.brush((COOL, LINE, WARM)[i % 3], path, 24 if i % 3 else 17, 0.12)
    for side in (-1, 1):
        frill = [(500 + side * (54 + 46 * math.sin(t / 2.2) * (1 - t / 44)), 450 + t * 10) for t in range(40)]
        p.brush(LINE, frill, 56, 0.1)
    dome = smooth(
        [
            (500, 110),
            (700, 165),
            (800, 330),
            (800, 446),
            (740, 486),
            (660, 456),
            (580, 492),
            (500, 460),
            (420, 492),
            (340, 456),
            (260, 486),
            (200, 446),
            (200, 330),
            (300, 165),
        ]
    )
    p.poly(WARM, dome)
    p.shade(
        LINE,
        lambda s: s.poly(255, dome),
        lambda x, y: 1.0 - math.dist((x, y), (420, 210)) / 260,
        16,
        (190, 100, 810, 500),
    )
    p.shade(
        SHADE,
        lambda s: s.poly(255, dome),
        lambda x, y: (math.dist((x, y), (420, 210)) - 270) / 260,
        16,
        (190, 100, 810, 500),
    )
    for x, y, r in ((452, 292, 30), (548, 292, 30), (412, 352, 38), (588, 352, 38)):
        p.ring(BARE, x, y, r, 10)
    p.line(LINE, [*dome, dome[0]], 13)
    for bubble in scatter(p.rng, 16, (80, 120, 920, 1000), 110, [(500, 300, 340), (500, 700, 300)]):
        p.ring(LINE, *bubble, p.rng.choice((8, 12, 18)), 6)
    centred(p, LINE, words, 1076, 70, 17)
