"""The hoodie: thick fleece in round, heavy folds; sleeves pushed together above the cuffs."""

from cloth.fields import calc, clamped, level, noise, plus, shape, strokes, times, warped
from cloth.folds import Fold, between, fan, pressed
from cloth.garments import Garment
from cloth.light import grooves, lit, over, ribbed, shadow, volume
from cloth.paths import Path, line, pair
from cloth.sewing import ramp, sewn
from PIL import Image

Drawn = tuple[Image.Image, Image.Image, Image.Image, Image.Image | None]


def hoodie(garment: Garment, side: str) -> Drawn:
    """Return light, mask, the height of the folds and what hangs before the print."""
    sleeves, body, hood = shape(*garment.cloth[:2]), shape(garment.pieces["body"]), shape(garment.pieces["hood"])
    mask = shape(*garment.cloth)
    folds = _heavy(side)
    light = _sleeves(garment, sleeves, folds)
    light = times(light, _beside(body))
    light = over(light, _body(garment, folds, side), body)
    light = over(light, _bands(garment), shape(*garment.ribs))
    light = times(light, over(shadow(hood, 3, 15, 16, 0.42), level(1), hood))
    light = over(light, _hood(garment, hood, side), hood)
    before = None
    if side == "front":
        light, before = _strings(garment, light)
    return light, mask, folds, before


def _beside(body: Image.Image) -> Image.Image:
    """Return the body's shadow on the sleeves: only below the armpits, where they part."""
    return plus(level(1), times(plus(shadow(body, 4, 6, 14, 0.5), level(-1)), ramp((560, 0.0), (720, 1.0))))


def _one_above_parted_below(garment: Garment, piece: Image.Image, radius: float) -> Image.Image:
    """Return the volume of a piece that is one with its neighbours at the shoulders and round by itself below."""
    whole = shape(*garment.cloth, _HANGING)
    one = plus(volume(whole, 80, 50), volume(whole, 16, 9))
    parted = plus(volume(piece, radius, 49), volume(piece, 14, 9))
    return over(one, parted, ramp((470, 0.0), (700, 1.0)))


_HANGING = line((-345, 1250), (345, 1250), (345, 1500), (-345, 1500), closed=True)


def _sleeves(garment: Garment, sleeves: Image.Image, folds: Image.Image) -> Image.Image:
    height = plus(_one_above_parted_below(garment, sleeves, 58), folds)
    return lit(plus(height, sewn(garment.seams, garment.stitches, 1.5)), 0.016)


def _body(garment: Garment, folds: Image.Image, side: str) -> Image.Image:
    height = plus(_one_above_parted_below(garment, shape(garment.pieces["body"], _HANGING), 70), folds)
    height = plus(height, volume(shape(_TORSO), 200, 56, 2.0))
    height = plus(height, times(shape(garment.ribs[-1]), level(-5)))
    height = plus(height, sewn(garment.seams, garment.stitches, 1.5))
    if side == "back":
        return lit(height, 0.016)
    pocket = shape(garment.pieces["pocket"])
    height = plus(height, plus(volume(pocket, 5, 5), volume(pocket, 60, 16)))
    light = lit(plus(height, grooves(_inset_pocket(), 2.0, 1.8, 1.0)), 0.016)
    return times(light, over(shadow(pocket, 3, 6, 7, 0.22), level(1), pocket))


_TORSO = line((-350, 330), (350, 330), (356, 1500), (-356, 1500), closed=True)


def _inset_pocket() -> tuple[Path, Path]:
    """Return the second row of stitches along the openings of the pocket."""
    return pair((154, 1030), (166, 1086, 204, 1140, 258, 1172))


def _heavy(side: str) -> Image.Image:
    s = f"hoodie-{side}-2"
    folds: list[Fold] = [
        *fan(s + "ra", (950, 668), (110, 200), 5, (170, 330), (22, 38), (8, 15)),
        *fan(s + "la", (250, 668), (-20, 70), 5, (170, 330), (22, 38), (8, 15)),
        *fan(s + "rb", (956, 660), (-70, 60), 5, (110, 210), (18, 30), (8, 14), 12),
        *fan(s + "lb", (244, 660), (120, 250), 5, (110, 210), (18, 30), (8, 14), 12),
        *between(
            s + "re", ((946, 760), (996, 1190)), ((1096, 720), (1128, 1150)), 13, (15, 27), (6, 12), 0.22, (0.3, 0.0)
        ),
        *between(
            s + "le", ((254, 760), (204, 1190)), ((104, 720), (72, 1150)), 13, (15, 27), (6, 12), 0.22, (0.3, 0.0)
        ),
        *between(s + "rc", ((996, 1130), (1002, 1212)), ((1126, 1120), (1126, 1206)), 4, (12, 18), (4, 8), 0.14),
        *between(s + "lc", ((204, 1130), (198, 1212)), ((74, 1120), (74, 1206)), 4, (12, 18), (4, 8), 0.14),
        *between(
            s + "g", ((262, 1262), (938, 1262)), ((266, 1150), (934, 1150)), 15, (11, 20), (3, 7), 0.2, (1.0,), True
        ),
        *between(
            s + "rw", ((952, 800), (952, 1160)), ((620, 960), (700, 1230)), 4, (20, 34), (6, 12), 0.18, (1.0, 0.6), True
        ),
        *between(
            s + "lw", ((250, 820), (250, 1180)), ((590, 960), (500, 1230)), 4, (20, 34), (6, 12), 0.18, (1.0, 0.6), True
        ),
        *between(s + "rsh", ((800, 420), (930, 470)), ((700, 760), (900, 700)), 3, (26, 42), (4, 9), 0.14),
        *between(s + "lsh", ((400, 420), (270, 470)), ((500, 760), (300, 700)), 3, (26, 42), (4, 9), 0.14),
    ]
    broad = warped(noise(s + "broad", 230, 380), s + "w1", 70)
    small = warped(noise(s + "small", 80, 130, 10), s + "w2", 40)
    fine = warped(noise(s + "fine", 26, 40, -14), s + "w3", 20)
    rough = plus(plus(times(broad, level(52)), times(small, level(11))), times(fine, level(1.6)))
    return plus(warped(pressed(folds), s + "w4", 18, 130), rough)


def _bands(garment: Garment) -> Image.Image:
    """Return the light on cuffs and hem: ribs across, rounded, pulled in."""
    bands = shape(*garment.ribs)
    lines = ribbed(
        line((-356, 1238), (-240, 1260, -120, 1266, 0, 1266), (120, 1266, 240, 1260, 356, 1238)),
        line((-340, 1330), (-230, 1350, -110, 1356, 0, 1356), (110, 1356, 230, 1350, 340, 1330)),
        9,
    )
    tops = pair((526, 1212), (490, 1228, 440, 1228, 400, 1216))
    ends = pair((518, 1300), (488, 1314, 442, 1312, 412, 1298))
    for top, end in zip(tops, ends, strict=True):
        lines += ribbed(top, end, 8)
    ribs = times(strokes(lines, 3.4), level(-2.6))
    loose = warped(noise("bands", 60, 90), "bands-w", 16)
    height = plus(plus(volume(bands, 20, 16), volume(shape(*garment.ribs[:2]), 50, 26)), ribs)
    seam = grooves(garment.seams, 4, 4.0, 1.8)
    return lit(plus(plus(height, times(loose, level(12))), seam))


def _hood(garment: Garment, hood: Image.Image, side: str) -> Image.Image:
    s = f"hood-{side}"
    rough = plus(
        times(warped(noise(s + "b", 150, 200), s + "w", 50), level(34)),
        times(warped(noise(s + "s", 46, 80, 16), s + "v", 24), level(5)),
    )
    height = plus(plus(volume(hood, 70, 60), volume(hood, 14, 9)), rough)
    height = plus(height, sewn(garment.seams[-1:], garment.stitches[:2], 1.5))
    height = plus(height, pressed(_hood_folds(side)))
    light = lit(height, 0.018)
    for path in garment.inside:
        hole = shape(path)
        rim = volume(hole, 9, -16)
        light = lit(plus(height, rim), 0.018)
        light = over(light, _deep(hole), hole)
    return light


def _hood_folds(side: str) -> list[Fold]:
    s = f"hoodfold-{side}"
    if side == "front":
        return [
            *between(s + "r", ((750, 250), (700, 150)), ((770, 400), (812, 240)), 4, (14, 24), (4, 8), 0.25),
            *between(s + "l", ((450, 250), (500, 150)), ((430, 400), (388, 240)), 4, (14, 24), (4, 8), 0.25),
            *fan(s + "n", (640, 452), (-70, -20), 4, (90, 170), (12, 20), (5, 9), 10),
            *fan(s + "m", (560, 452), (200, 250), 4, (90, 170), (12, 20), (5, 9), 10),
        ]
    return [
        *between(s + "a", ((420, 330), (480, 500)), ((780, 330), (720, 500)), 5, (18, 34), (7, 14), 0.22),
        *fan(s + "b", (596, 300), (30, 150), 6, (110, 200), (14, 26), (4, 8), 16),
    ]


def _deep(hole: Image.Image) -> Image.Image:
    """Return the dark of the hood's inside: lighter at the lower back of the neck, with a soft fold or two."""
    folds = pressed(
        [
            *fan("deep", (596, 190), (60, 120), 4, (120, 220), (16, 28), (6, 12), 30),
            Fold(((500, 330), (560, 382), (640, 384), (704, 328)), 20, 12),
        ]
    )
    cushion = plus(volume(hole, 44, -36), folds)
    light = calc(lambda f: f["a"] * 0.36, a=lit(cushion))
    light = times(light, ramp((150, 0.5), (300, 0.85), (420, 1.15)))
    return clamped(light, 0.06, 0.6)


def _strings(garment: Garment, light: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the light with the strings and their eyelets, and the strings themselves."""
    cords = shape(*garment.over)
    light = times(light, over(shadow(cords, 7, 9, 5, 0.42), level(1), cords))
    twist = times(strokes(_twist(), 1.8), level(-1.4))
    light = over(light, lit(plus(volume(cords, 5, 9), twist)), cords)
    eyes = shape(*(_eye(x) for x in (-46, 46)))
    rings = strokes([_eye(x).flat() for x in (-46, 46)], 4.5)
    light = over(light, level(0.35), times(eyes, level(0.9)))
    light = over(light, lit(times(rings, level(6))), clamped(rings, 0, 1))
    light = over(light, lit(plus(volume(cords, 5, 9), twist)), times(cords, ramp((448, 0.0), (452, 1.0))))
    return light, clamped(plus(cords, rings), 0, 1)


def _eye(x: float) -> Path:
    return line(
        (x, 434), (x + 7, 434, x + 11, 439, x + 11, 445), (x + 11, 451, x + 6, 456, x, 456),
        (x - 6, 456, x - 11, 451, x - 11, 445), (x - 11, 439, x - 7, 434, x, 434), closed=True,
    )  # fmt: skip


def _twist() -> list[list[tuple[float, float]]]:
    left, right = 600 - 64, 600 + 64
    return [[(x - 14, y), (x + 18, y + 9)] for x in (left + 14, right - 14) for y in range(440, 640, 7)]
