"""A design laid on the folds: scaled to its place, bent, given the light and the grain of the cloth."""

from PIL import Image, ImageChops

from contests.submissions.images.mockups import cloth
from contests.submissions.images.mockups.sheets import MOST_BEND, Stage

_CELL, _SHEET_CELL = 9, 40
"""The step of the bending mesh in pixels of the picture; paper bends widely."""
_BAND = 1_000_000
"""How many pixels are averaged at once."""
_BLEED = 3
"""How far a design goes beyond the edge of its paper, in pixels of the picture: no white line is left there."""
_MARGIN = 14
"""Clear pixels around a design, so that its edge bends and stays smooth."""


def laid(art: Image.Image, stage: Stage, place: str) -> tuple[Image.Image, Image.Image, tuple[int, int]]:
    """Return the shaded ink (RGB), how much of it covers the cloth (L) and the corner where both belong."""
    drawn, corner = _placed(art, stage, place)
    bent = _bent(drawn, corner, stage)
    area = (corner[0], corner[1], corner[0] + bent.width, corner[1] + bent.height)
    shade = stage.shade.crop(area)
    factor, sheen = shade.point(cloth.ink_light(stage.weave)), shade.point(cloth.ink_sheen(stage.weave))
    alpha = ImageChops.multiply(bent.getchannel("A"), stage.inkable.crop(area))
    ink = ImageChops.multiply(bent.convert("RGB"), Image.merge("RGB", (factor, factor, factor)))
    ink = ImageChops.screen(ink, Image.merge("RGB", (sheen, sheen, sheen)))
    return ink, alpha.point(_worn()), corner


def _worn() -> list[int]:
    """Ink lets a little of the cloth through."""
    return [round(step * 0.965) for step in range(256)]


def _placed(art: Image.Image, stage: Stage, place: str) -> tuple[Image.Image, tuple[int, int]]:
    """Return the design at its size in the picture, with clear margins, and where its corner goes."""
    box = [value * stage.scale for value in stage.box]
    wide, tall = box[2], box[3]
    if place == "fit":
        share = min(wide / art.width, tall / art.height)
        wide, tall = art.width * share, art.height * share
    if stage.sheet:
        wide, tall = wide + 2 * _BLEED, tall + 2 * _BLEED * tall / wide
    left, top = box[0] + (box[2] - wide) / 2, box[1] + (box[3] - tall) / 2 * stage.sheet
    size = (max(1, round(wide)), max(1, round(tall)))
    small = _shrunk(art, size)
    padded = Image.new("RGBA", (size[0] + 2 * _MARGIN, size[1] + 2 * _MARGIN), (0, 0, 0, 0))
    padded.paste(small, (_MARGIN, _MARGIN))
    return padded, (round(left) - _MARGIN, round(top) - _MARGIN)


def _shrunk(art: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return `art` as RGBA of `size`; big art is averaged by whole steps first, which costs less and looks the same."""
    step = min(art.width // (2 * size[0]), art.height // (2 * size[1]))
    if step < 2:
        return _rgba(art).resize(size, Image.Resampling.LANCZOS)
    whole = (0, 0, art.width / step, art.height / step)
    return _averaged(art, step).resize(size, Image.Resampling.LANCZOS, box=whole)


def _averaged(art: Image.Image, step: int) -> Image.Image:
    """Return `art` smaller by `step`, band by band: a print of 25 million pixels must not be in memory thrice."""
    small = Image.new("RGBA", (-(-art.width // step), -(-art.height // step)))
    rows = step * max(1, _BAND // (art.width * step))
    for top in range(0, art.height, rows):
        band = art.crop((0, top, art.width, min(art.height, top + rows)))
        small.paste(_rgba(band).reduce(step), (0, top // step))
    return small


def _rgba(art: Image.Image) -> Image.Image:
    return art if art.mode == "RGBA" else art.convert("RGBA")


def _bent(drawn: Image.Image, corner: tuple[int, int], stage: Stage) -> Image.Image:
    """Return the design pushed along the folds, by a mesh whose corners move as the map of bends says."""
    xs, ys = (_stops(side, _SHEET_CELL if stage.sheet else _CELL) for side in drawn.size)
    east, south = (_moves(part, xs, ys, corner, stage) for part in stage.bend)
    mesh = []
    for r in range(len(ys) - 1):
        for c in range(len(xs) - 1):
            corners = ((c, r), (c, r + 1), (c + 1, r + 1), (c + 1, r))
            quad = [v for i, j in corners for v in (xs[i] + east[j][i], ys[j] + south[j][i])]
            mesh.append(((xs[c], ys[r], xs[c + 1], ys[r + 1]), tuple(quad)))
    return drawn.transform(drawn.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _stops(length: int, cell: int) -> list[int]:
    return [*range(0, length - cell // 2, cell), length]


def _moves(bend: Image.Image, xs: list[int], ys: list[int], corner: tuple[int, int], stage: Stage) -> list[list[float]]:
    """Return the moves at the mesh's corners, in pixels of the picture."""
    board = 1200 * stage.scale
    to_map = bend.width / board
    area = tuple(v * to_map for v in (corner[0], corner[1], corner[0] + xs[-1], corner[1] + ys[-1]))
    grid = bend.resize((len(xs), len(ys)), Image.Resampling.BILINEAR, box=_within(area, bend.size))
    values = grid.tobytes()
    unit = MOST_BEND / 127 * stage.scale
    return [[(v - 128) * unit for v in values[r * len(xs) : (r + 1) * len(xs)]] for r in range(len(ys))]


def _within(area: tuple[float, ...], size: tuple[int, int]) -> tuple[float, float, float, float]:
    return max(0.0, area[0]), max(0.0, area[1]), min(size[0], area[2]), min(size[1], area[3])
