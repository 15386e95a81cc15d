"""The tote: stiff canvas with crisp creases, pulled up where the straps are sewn on."""

from cloth.fields import level, noise, plus, shape, times, warped
from cloth.folds import Fold, between, fan, pressed
from cloth.garments import Garment
from cloth.light import grooves, lit, over, shadow, volume, walked
from cloth.paths import Path, line
from cloth.sewing import ramp, sewn
from PIL import Image

Drawn = tuple[Image.Image, Image.Image, Image.Image]


def tote(garment: Garment, side: str) -> Drawn:
    """Return light, mask and the height of the folds."""
    bag, before = shape(garment.pieces["bag"]), shape(garment.pieces["front strap"])
    folds = _stiff(side)
    light = times(_strap(garment.pieces["back strap"], side + "b"), level(0.80))
    light = times(light, shadow(before, 8, 12, 10, 0.45))
    light = over(light, _bag(garment, bag, folds), bag)
    light = times(light, over(shadow(before, 4, 7, 6, 0.38), level(1), before))
    light = over(light, _strap(garment.pieces["front strap"], side + "f", garment), before)
    return light, shape(*garment.cloth), folds


def _bag(garment: Garment, bag: Image.Image, folds: Image.Image) -> Image.Image:
    height = plus(plus(volume(bag, 9, 6), volume(bag, 110, 22)), folds)
    band = times(bag, ramp((588, 1.0), (612, 0.0)))
    height = plus(height, times(band, level(3.5)))
    height = plus(height, sewn((), garment.stitches, 1.3))
    sides = (
        line((349, 580), (355, 760, 345, 960, 351, 1150), (354, 1220, 355, 1290, 350, 1350), uneven=6, seed=3),
        line((-349, 580), (-355, 760, -345, 960, -351, 1150), (-354, 1220, -355, 1290, -350, 1350), uneven=6, seed=3),
    )
    return lit(plus(height, grooves(sides, 3, 2.0, 1.5)), 0.018)


def _strap(path: Path, seed: str, garment: Garment | None = None) -> Image.Image:
    mask = shape(path)
    rim = walked(path, 1.0)
    inner = grooves((Path(tuple(rim)),), 15, -1.0, 0.8)
    edge = grooves((Path(tuple(rim)),), 11, -1.0, 0.8)
    stitched = times(plus(inner, edge, -1), level(-1.6))
    creases = warped(noise("strap" + seed, 60, 46, 20), seed, 20)
    height = plus(plus(volume(mask, 6, 7), stitched), times(creases, level(11)))
    if garment:
        height = plus(height, sewn((), garment.stitches[1:], 1.3))
    return lit(height)


def _stiff(side: str) -> Image.Image:
    s = f"tote-{side}"
    folds: list[Fold] = [
        *fan(s + "rf", (752, 632), (52, 124), 4, (260, 560), (30, 56), (5, 9), 22, 0.10),
        *fan(s + "lf", (448, 632), (56, 128), 4, (260, 560), (30, 56), (5, 9), 22, 0.10),
        *fan(s + "rc", (962, 1368), (196, 258), 3, (240, 460), (26, 46), (4, 8), 8, 0.14),
        *fan(s + "lc", (238, 1368), (282, 344), 3, (240, 460), (26, 46), (4, 8), 8, 0.14),
        *between(s + "u", ((300, 660), (900, 660)), ((320, 1400), (880, 1400)), 6, (36, 70), (6, 12), 0.07),
        *between(s + "d", ((270, 760), (270, 1100)), ((930, 900), (930, 1240)), 3, (26, 44), (2, 4.5), 0.12),
        Fold(((470, 586), (540, 660), (660, 664), (732, 586)), 46, -10),
    ]
    broad = warped(noise(s + "broad", 240, 420), s + "w1", 60)
    small = warped(noise(s + "small", 90, 170, 6), s + "w2", 40)
    fine = warped(noise(s + "fine", 34, 34, -20), s + "w3", 18)
    rough = plus(plus(times(broad, level(56)), times(small, level(8))), times(fine, level(0.9)))
    return plus(warped(pressed(folds), s + "w4", 16, 130), rough)
