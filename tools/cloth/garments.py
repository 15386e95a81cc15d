"""The garments as outlines: one set of paths for the studio's line drawings and the maps of the mockups."""

from dataclasses import dataclass, field

from cloth.paths import Path, line, pair, whole


@dataclass(frozen=True)
class Garment:
    """The paths of one side.

    `cloth` are the pieces that make the silhouette, bottom first; `inside` what lies in shadow (the inner neck);
    `ribs` the ribbed bands; `seams` and `stitches` lines; `over` small things before the print, as strings;
    `edges` pieces whose outline shows even where they lie on others.
    """

    cloth: tuple[Path, ...]
    inside: tuple[Path, ...] = ()
    ribs: tuple[Path, ...] = ()
    seams: tuple[Path, ...] = ()
    stitches: tuple[Path, ...] = ()
    over: tuple[Path, ...] = ()
    edges: tuple[Path, ...] = ()
    pieces: dict[str, Path] = field(default_factory=dict)


# --- tee

_TEE_SIDE = (
    (352, 258),
    (404, 280, 440, 326, 466, 382),
    (492, 436, 516, 484, 532, 520),
    (500, 556, 442, 592, 384, 610),
    (378, 594, 370, 574, 362, 554),
    (361, 630, 349, 700, 346, 762),
    (343, 812, 337, 862, 339, 930),
    (341, 1000, 350, 1060, 349, 1130),
    (348, 1190, 357, 1250, 358, 1318),
    (330, 1329, 304, 1340, 266, 1341),
    (224, 1342, 200, 1350, 152, 1351),
    (104, 1352, 62, 1349, 0, 1352),
)
_TEE_NECK = ((0, 208), (58, 207, 98, 200, 120, 178), (190, 204, 290, 232, 352, 258))
_TEE_BODY = whole(*_TEE_NECK, *_TEE_SIDE[1:])
_TEE_ARMHOLES = pair((352, 258), (334, 350, 336, 450, 362, 554))
_TEE_CUFFS = pair((519, 494), (488, 530, 434, 566, 378, 584))


def _hem(dx: float, y: float, sag: float, seed: int = 1) -> Path:
    return line((-dx, y), (-dx * 0.6, y + sag, dx * 0.6, y + sag, dx, y), seed=seed)


def tee_front() -> Garment:
    """A crew-neck tee as if worn by nobody, from the front."""
    opening = whole((0, 208), (58, 207, 98, 200, 120, 178), (112, 250, 66, 296, 0, 298))
    seam = line((-150, 190), (-142, 278, -84, 334, 0, 334), (84, 334, 142, 278, 150, 190))
    rib = whole((0, 298), (66, 296, 112, 250, 120, 178), (150, 190), (142, 278, 84, 334, 0, 334))
    return Garment(
        cloth=(_TEE_BODY,),
        inside=(opening,),
        ribs=(rib,),
        seams=(seam, *_TEE_ARMHOLES),
        stitches=(
            line((-158, 196), (-150, 286, -90, 344, 0, 344), (90, 344, 150, 286, 158, 196)),
            *_TEE_CUFFS,
            _hem(357, 1288, 35),
        ),
    )


def tee_back() -> Garment:
    """The same tee from behind."""
    body = whole((0, 190), (58, 190, 98, 186, 120, 178), (190, 204, 290, 232, 352, 258), *_TEE_SIDE[1:])
    rib = whole((0, 190), (58, 190, 98, 186, 120, 178), (150, 189), (120, 222, 60, 232, 0, 232))
    return Garment(
        cloth=(body,),
        ribs=(rib,),
        seams=(line((-150, 189), (-120, 222, -60, 232, 0, 232), (60, 232, 120, 222, 150, 189)), *_TEE_ARMHOLES),
        stitches=(
            line((-160, 193), (-126, 232, -62, 243, 0, 243), (62, 243, 126, 232, 160, 193)),
            *_TEE_CUFFS,
            _hem(357, 1288, 35),
        ),
    )


# --- hoodie

_SLEEVES = pair(
    (352, 412),
    (430, 446, 466, 540, 486, 740),
    (504, 900, 522, 1060, 526, 1212),
    (524, 1240, 522, 1272, 518, 1300),
    (488, 1314, 442, 1312, 412, 1298),
    (408, 1272, 404, 1244, 400, 1216),
    (384, 1060, 366, 860, 350, 668),
    (330, 560, 326, 480, 352, 412),
    closed=True,
)
_HOODIE_BODY = whole(
    (0, 300),
    (80, 300, 150, 320, 204, 346),
    (260, 366, 310, 388, 360, 414),
    (350, 500, 346, 590, 354, 672),
    (360, 800, 356, 1060, 356, 1238),
    (352, 1270, 346, 1302, 340, 1330),
    (230, 1350, 110, 1356, 0, 1356),
)
_HOODIE_ARMS = pair((354, 412), (330, 490, 332, 590, 354, 672))
_CUFF_SEAMS = pair((526, 1212), (490, 1228, 440, 1228, 400, 1216))
_CUFF_RIBS = pair(
    (526, 1212),
    (524, 1240, 522, 1272, 518, 1300),
    (488, 1314, 442, 1312, 412, 1298),
    (408, 1272, 404, 1244, 400, 1216),
    (440, 1228, 490, 1228, 526, 1212),
    closed=True,
)
_HEM_RIB = whole(
    (0, 1266), (120, 1266, 240, 1260, 356, 1238), (352, 1270, 346, 1302, 340, 1330), (230, 1350, 110, 1356, 0, 1356)
)


def hoodie_front() -> Garment:
    """A pullover hoodie with its hood up, strings and a kangaroo pocket."""
    hood = whole(
        (0, 92),
        (104, 90, 186, 142, 212, 246),
        (226, 302, 226, 336, 214, 366),
        (160, 420, 80, 462, 0, 470),
    )
    opening = whole((0, 150), (66, 150, 112, 190, 124, 256), (132, 318, 74, 392, 0, 446))
    pocket = whole(
        (0, 1022),
        (60, 1022, 110, 1022, 162, 1018),
        (176, 1076, 214, 1132, 268, 1164),
        (268, 1196, 268, 1226, 268, 1250),
        (180, 1262, 90, 1266, 0, 1266),
    )
    hem = line((-356, 1238), (-240, 1260, -120, 1266, 0, 1266), (120, 1266, 240, 1260, 356, 1238))
    neck = line((-214, 366), (-160, 424, -80, 462, 0, 472), (80, 462, 160, 424, 214, 366))
    facing = pair((0, 470), (92, 404, 158, 326, 150, 250), (142, 176, 84, 122, 0, 122))
    strings = pair(
        (40, 446), (46, 500, 44, 560, 50, 618), (50, 628, 60, 628, 61, 618), (55, 560, 58, 500, 52, 440), closed=True
    )
    return Garment(
        cloth=(*_SLEEVES, _HOODIE_BODY, hood),
        inside=(opening,),
        ribs=(*_CUFF_RIBS, _HEM_RIB),
        seams=(*_HOODIE_ARMS, *_CUFF_SEAMS, hem, neck),
        stitches=(*facing, pocket),
        over=strings,
        edges=(hood,),
        pieces={"hood": hood, "pocket": pocket, "body": _HOODIE_BODY},
    )


def hoodie_back() -> Garment:
    """The hoodie from behind, the hood hanging down."""
    hood = whole(
        (0, 268),
        (90, 262, 168, 280, 214, 322),
        (232, 350, 232, 384, 210, 418),
        (168, 480, 84, 522, 0, 530),
    )
    hem = line((-356, 1238), (-240, 1260, -120, 1266, 0, 1266), (120, 1266, 240, 1260, 356, 1238))
    return Garment(
        cloth=(*_SLEEVES, _HOODIE_BODY, hood),
        ribs=(*_CUFF_RIBS, _HEM_RIB),
        seams=(*_HOODIE_ARMS, *_CUFF_SEAMS, hem, line((0, 268), (6, 350, -4, 450, 0, 530))),
        edges=(hood,),
        pieces={"hood": hood, "body": _HOODIE_BODY},
    )


# --- tote


def _strap(foot: float, top: float, lean: float, seed: int) -> Path:
    width = 25
    return line(
        (-foot - width, 640),
        (-foot - width + 4, 420, -foot * 0.86 - width, top, lean, top),
        (foot * 0.86 + width, top, foot + width - 4, 420, foot + width, 640),
        (foot - width, 640),
        (foot - width - 4, 430, foot * 0.76 - width, top + 50, lean, top + 50),
        (-foot * 0.76 + width, top + 50, -foot + width + 4, 430, -foot + width, 640),
        closed=True,
        seed=seed,
    )


_BAG = whole(
    (0, 574),
    (60, 572, 100, 560, 152, 556),
    (220, 556, 300, 562, 356, 570),
    (362, 760, 352, 960, 358, 1150),
    (362, 1220, 364, 1290, 358, 1340),
    (356, 1356, 346, 1362, 330, 1362),
    (220, 1372, 110, 1374, 0, 1372),
    uneven=6,
    seed=3,
)


def tote(side: str) -> Garment:
    """A canvas bag hanging by its straps; the back differs in how the straps fall."""
    front = _strap(152, 128 if side == "front" else 140, 10 if side == "front" else -14, 3 if side == "front" else 5)
    back = _strap(138, 104 if side == "front" else 112, -18 if side == "front" else 16, 4)
    hem = line(
        (-357, 606),
        (-300, 598, -220, 592, -152, 592),
        (-100, 596, -60, 608, 0, 610),
        (60, 608, 100, 596, 152, 592),
        (220, 592, 300, 598, 357, 606),
        uneven=6,
        seed=3,
    )
    boxes = tuple(
        line((x - 21, 578), (x + 21, 578), (x + 21, 636), (x - 21, 636), (x - 21, 578), seed=3) for x in (-152, 152)
    )
    return Garment(
        cloth=(back, _BAG, front),
        stitches=(hem, *boxes),
        edges=(_BAG, front),
        pieces={"back strap": back, "bag": _BAG, "front strap": front},
    )


# --- poster


def poster() -> Garment:
    """A sheet of A2 on a wall; other sizes stretch the middle of it."""
    sheet = line((-441.5, 120), (441.5, 120), (441.5, 1360), (-441.5, 1360), closed=True, uneven=0)
    return Garment(cloth=(sheet,))


def garments() -> dict[str, Garment]:
    """Return every garment by `<kind>-<side>`."""
    return {
        "tee-front": tee_front(),
        "tee-back": tee_back(),
        "hoodie-front": hoodie_front(),
        "hoodie-back": hoodie_back(),
        "tote-front": tote("front"),
        "tote-back": tote("back"),
        "poster-front": poster(),
        "poster-back": poster(),
    }
