"""Pictures of the artist's page: an abstract portrait and the album cover."""

import random

from PIL import Image

from .inks import BARE, COOL, INK_SETS, LINE, SHADE, WARM
from .letters import block, centred
from .press import Press
from .scenes_band import record_sun
from .shapes import arc, smooth, wave


def portrait(seed: int, size: tuple[int, int] = (1200, 1200)) -> Image.Image:
    """An opaque abstract portrait: a profile whose hair is the tide, before a moon."""
    rng = random.Random(f"portrait:{seed}")
    press = Press(size, rng)
    press.disc(WARM, 560, 520, 380)
    press.shade(LINE, lambda s: s.disc(255, 560, 520, 380), lambda x, y: (520 - y) / 420, 18, (170, 130, 950, 910))
    face = smooth(
        [
            (430, 250),
            (610, 250),
            (690, 350),
            (700, 440),
            (752, 540),
            (700, 566),
            (706, 610),
            (690, 640),
            (704, 676),
            (680, 740),
            (590, 760),
            (580, 840),
            (640, 960),
            (420, 1000),
            (400, 700),
        ],
        steps=8,
    )
    shoulders = smooth([(60, 1240), (150, 1030), (380, 940), (620, 930), (820, 1010), (930, 1240)], closed=False)
    press.poly(COOL, shoulders)
    press.poly(LINE, face)
    press.poly(COOL, smooth([(330, 1010), (480, 930), (660, 930), (760, 1010), (700, 1100), (400, 1100)]))
    press.shade(SHADE, lambda s: s.poly(255, face), lambda x, y: (560 - x) / 190, 14, (380, 240, 600, 1000))
    _hair(press)
    press.line(BARE, arc(640, 470, 36, 20, 15, 165, 14), 10)
    press.line(BARE, [(660, 640), (694, 640)], 8)
    return press.pull(INK_SETS[seed % len(INK_SETS)], opaque=True)


def _hair(press: Press) -> None:
    """Hair that falls as a breaking wave, combed with contrasting strands."""
    shape = smooth(
        [
            (694, 344),
            (660, 236),
            (540, 166),
            (400, 190),
            (300, 310),
            (272, 470),
            (232, 640),
            (130, 790),
            (70, 850),
            (180, 880),
            (150, 960),
            (290, 930),
            (300, 1000),
            (420, 880),
            (480, 720),
            (500, 560),
            (560, 440),
            (620, 400),
        ]
    )
    press.poly(BARE, [(x + (x - 420) * 0.05, y + (y - 560) * 0.03) for x, y in shape])
    press.poly(COOL, shape)
    for k in range(7):
        f = k / 6
        strand = [
            (668 - 18 * f, 330 - 70 * f),
            (560 - 60 * f, 330 - 100 * f),
            (462 - 120 * f, 470 - 90 * f),
            (420 - 130 * f, 660 - 60 * f),
            (380 - 200 * f, 850 - 30 * f),
        ]
        press.brush(LINE if k % 2 else BARE, smooth(strand, closed=False), 15, 0.25)


def cover(seed: int, size: tuple[int, int] = (1400, 1400)) -> Image.Image:
    """The opaque square cover of the album: a record rising over the tide like a sun."""
    rng = random.Random(f"cover:{seed}")
    press = Press(size, rng)
    record_sun(press, SHADE)
    for k, ink in enumerate((COOL, BARE, WARM, BARE, COOL, BARE)):
        crest = wave(-160, 1160, 690 + k * 62, 15, 220, rng.random())
        press.poly(ink, [*crest, (1160, 1300), (-160, 1300)])
    press.poly(BARE, [(-160, 1010), (1160, 1010), (1160, 1300), (-160, 1300)])
    block(press, LINE, "LOW TIDE RADIO", (-40, 1034, 1080, 84), 21)
    centred(press, WARM, "AINO KUU + THE TIDEWATER", 60, 46, 11, widest=900)
    return press.pull(INK_SETS[seed % len(INK_SETS)], opaque=True)
