"""The tee: thin jersey, as if worn; long drapes from shoulders and armpits, waves to the hem."""

from cloth.fields import calc, level, noise, plus, shape, strokes, times, warped
from cloth.folds import between, fan, pressed
from cloth.garments import Garment
from cloth.light import grooves, lit, over, ribbed, shadow, volume
from cloth.paths import Path, line
from cloth.sewing import ramp, sewn
from PIL import Image


def tee(garment: Garment, side: str) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return light, mask and the height of the folds of one side."""
    mask = shape(*garment.cloth)
    folds = _drape(side)
    hanging = shape(*garment.cloth, _HANGING)
    height = plus(folds, volume(hanging, 64, 38))
    height = plus(height, volume(hanging, 12, 6))
    height = plus(height, volume(_torso(), 200, 44, 2))
    height = plus(height, sewn(garment.seams, garment.stitches))
    light = lit(height)
    for path in garment.ribs:
        band = shape(path)
        light = times(light, shadow(band, 2, 6, 7, 0.16))
        light = over(light, _rib(garment, height, side), band)
    for path in garment.inside:
        light = over(light, _inner_neck(path), shape(path))
    return light, mask, folds


_HANGING = line((-357, 1250), (357, 1250), (357, 1500), (-357, 1500), closed=True)
"""Goes on below the hem, so that the cloth doesn't curl under there."""


def _torso() -> Image.Image:
    return shape(line((-350, 230), (350, 230), (352, 1500), (-352, 1500), closed=True))


def _drape(side: str) -> Image.Image:
    s = f"tee-{side}"
    folds = [
        *fan(s + "r1", (956, 556), (118, 190), 5, (150, 330), (15, 30), (4, 9)),
        *fan(s + "l1", (246, 556), (-10, 62), 5, (150, 330), (15, 30), (4, 9)),
        *fan(s + "r2", (958, 560), (-75, 25), 5, (90, 190), (11, 22), (5, 10), 14),
        *fan(s + "l2", (242, 560), (155, 255), 5, (90, 190), (11, 22), (5, 10), 14),
        *between(s + "rs", ((900, 250), (940, 330)), ((820, 640), (930, 720)), 3, (18, 34), (3, 7)),
        *between(s + "ls", ((300, 250), (260, 330)), ((380, 640), (270, 720)), 3, (18, 34), (3, 7)),
        *between(
            s + "hem", ((290, 900), (910, 900)), ((270, 1350), (930, 1350)), 8, (26, 52), (5, 12), 0.1, (-0.6, -0.2)
        ),
        *between(
            s + "rw",
            ((954, 700), (952, 1150)),
            ((560, 960), (640, 1330)),
            4,
            (14, 25),
            (3, 6.5),
            0.16,
            (1.0, 0.7),
            True,
        ),
        *between(
            s + "lw",
            ((248, 740), (248, 1180)),
            ((600, 930), (560, 1310)),
            4,
            (14, 25),
            (3, 6.5),
            0.16,
            (1.0, 0.7),
            True,
        ),
        *between(
            s + "rsl",
            ((968, 560), (1000, 606)),
            ((1050, 330), (1110, 470)),
            4,
            (12, 22),
            (4, 8),
            0.15,
            (0.4, 0.0),
            True,
        ),
        *between(
            s + "lsl", ((232, 560), (200, 606)), ((150, 330), (90, 470)), 4, (12, 22), (4, 8), 0.15, (0.4, 0.0), True
        ),
        *fan(s + "rsh", (742, 200), (40, 95), 3, (160, 330), (16, 30), (2, 5)),
        *fan(s + "lsh", (460, 200), (85, 140), 3, (160, 330), (16, 30), (2, 5)),
    ]
    broad = warped(noise(s + "broad", 210, 420), s + "w1", 60)
    small = warped(noise(s + "small", 60, 130, 8), s + "w2", 34)
    fine = warped(noise(s + "fine", 22, 40, -12), s + "w3", 18)
    rough = plus(plus(times(broad, level(44)), times(small, level(9))), times(fine, level(1.2)))
    return plus(warped(pressed(folds), s + "w4", 14, 120), rough)


def _rib(garment: Garment, height: Image.Image, side: str) -> Image.Image:
    if side == "front":
        inner = line((-120, 178), (-112, 250, -66, 296, 0, 298), (66, 296, 112, 250, 120, 178))
        outer = line((-150, 190), (-142, 278, -84, 334, 0, 334), (84, 334, 142, 278, 150, 190))
    else:
        inner = line((-120, 178), (-98, 186, -58, 190, 0, 190), (58, 190, 98, 186, 120, 178))
        outer = line((-150, 189), (-120, 222, -60, 232, 0, 232), (60, 232, 120, 222, 150, 189))
    band = shape(*garment.ribs)
    raised = plus(volume(band, 16, 12), times(strokes(ribbed(inner, outer, 6), 2.4), level(-1.4)))
    return lit(plus(raised, times(height, level(0.4))))


def _inner_neck(path: Path) -> Image.Image:
    """The inside of the back: darker downwards, with the band of the neck tape near its edge."""
    mask = shape(path)
    tape = line((-122, 190), (-70, 236, -40, 240, 0, 240), (40, 240, 70, 236, 122, 190))
    height = plus(volume(mask, 20, 10), grooves((tape,), 3, 2.4))
    deep = calc(lambda f: 0.62 + f["a"] * 0.5, a=noise("neck", 180, 120))
    return times(times(lit(height), deep), ramp((178, 0.95), (300, 0.55)))
