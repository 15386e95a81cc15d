"""The same designs as fans really send them: phone photographs of paper and exported files."""

import io
import random
from typing import Literal

from PIL import Image, ImageChops, ImageFilter

Kind = Literal["png", "jpeg", "webp"]

SAVING: dict[str, dict[str, int]] = {"png": {}, "jpeg": {"quality": 90}, "webp": {"quality": 88, "method": 3}}
ORIENTATION, GPS, MAKE, MODEL, TAKEN = 0x0112, 0x8825, 0x010F, 0x0110, 0x0132
TURNED_LEFT = 6
"""EXIF: the camera was held upright, so a viewer must turn the stored pixels a quarter clockwise."""


def as_upload(image: Image.Image, kind: Kind, ground: tuple[int, int, int] = (255, 255, 255)) -> bytes:
    """Encode as PNG, JPEG (transparency laid on ground) or WebP. Raises KeyError on another kind."""
    options = SAVING[kind]
    out = io.BytesIO()
    (flatten(image, ground) if kind == "jpeg" else image).save(out, format=kind, **options)
    return out.getvalue()


def flatten(image: Image.Image, ground: tuple[int, int, int]) -> Image.Image:
    """The image on a plain ground, without transparency."""
    base = Image.new("RGBA", image.size, (*ground, 255))
    base.alpha_composite(image.convert("RGBA"))
    return base.convert("RGB")


def as_phone_photo(image: Image.Image, seed: int, ground: tuple[int, int, int] = (244, 240, 230)) -> bytes:
    """JPEG of the drawing photographed on a table: slanted, vignetted, turned by EXIF, at an invented place.

    The pixels are stored turned; a reader that ignores the orientation shows the picture lying on its side.
    """
    rng = random.Random(f"photo:{seed}")
    paper = _paper(flatten(image, ground), rng)
    table = _table((round(image.width * 1.14), round(image.height * 1.12)), rng)
    shot = _light(_slanted(paper, table, rng), rng)
    out = io.BytesIO()
    stored = shot.transpose(Image.Transpose.ROTATE_90)
    stored.save(out, "JPEG", quality=84, exif=_exif(rng))
    return out.getvalue()


def _noise(rng: random.Random, small: tuple[int, int], size: tuple[int, int], spread: float) -> Image.Image:
    """Soft grey noise around white."""
    raw = Image.frombytes("L", small, rng.randbytes(small[0] * small[1]))
    return raw.point([round(255 - spread * (255 - v) / 255) for v in range(256)]).resize(size, Image.Resampling.BICUBIC)


def _paper(drawing: Image.Image, rng: random.Random) -> Image.Image:
    w, h = drawing.size
    fibres = ImageChops.multiply(_noise(rng, (w // 3, h // 9), (w, h), 22), _noise(rng, (w // 60, h // 60), (w, h), 16))
    return ImageChops.multiply(drawing, Image.merge("RGB", (fibres,) * 3))


def _table(size: tuple[int, int], rng: random.Random) -> Image.Image:
    tone = rng.choice(((146, 112, 82), (96, 92, 90), (178, 158, 132)))
    grain = _noise(rng, (7, size[1] // 5), size, 70)
    return ImageChops.multiply(Image.new("RGB", size, tone), Image.merge("RGB", (grain,) * 3))


def _slanted(paper: Image.Image, table: Image.Image, rng: random.Random) -> Image.Image:
    """Lay the sheet on the table with a slight perspective and a soft shadow."""
    (w, h), (tw, th) = paper.size, table.size
    mx, my = (tw - w) / 2, (th - h) / 2
    jig = [(rng.uniform(0.1, 0.8) * mx, rng.uniform(0.1, 0.8) * my) for _ in range(4)]
    corners = [
        (mx + jig[0][0], my - jig[0][1]),
        (tw - mx - jig[1][0] * 0.4, my + jig[1][1] * 0.3),
        (tw - mx + jig[2][0] * 0.7, th - my + jig[2][1] * 0.6),
        (mx - jig[3][0], th - my + jig[3][1] * 0.4),
    ]
    terms = _perspective(corners, [(0, 0), (w, 0), (w, h), (0, h)])
    lying = paper.transform((tw, th), Image.Transform.PERSPECTIVE, terms, Image.Resampling.BILINEAR)
    mask = Image.new("L", (w, h), 255).transform(
        (tw, th), Image.Transform.PERSPECTIVE, terms, Image.Resampling.BILINEAR
    )
    small = (max(1, tw // 8), max(1, th // 8))
    shadow = mask.resize(small).filter(ImageFilter.GaussianBlur(small[0] / 60)).resize((tw, th))
    table.paste((30, 24, 20), (round(tw * 0.008), round(th * 0.008)), shadow.point([v // 2 for v in range(256)]))
    table.paste(lying, (0, 0), mask)
    return table


def _perspective(seen: list[tuple[float, float]], flat: list[tuple[float, float]]) -> list[float]:
    """The eight terms that map seen corners back to flat ones, by Gaussian elimination."""
    rows = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        best = max(range(i, 8), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(8):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[8] for row in rows]


def _light(photo: Image.Image, rng: random.Random) -> Image.Image:
    """A warm lamp from one side and dark corners."""
    glow = ImageChops.invert(Image.radial_gradient("L")).resize((512, 512))
    shift = (rng.randint(-60, 60), rng.randint(-60, 60))
    glow = (
        ImageChops.offset(glow, *shift).crop((90, 90, 422, 422)).filter(ImageFilter.GaussianBlur(24)).resize(photo.size)
    )
    lamp = Image.merge(
        "RGB",
        [glow.point([min(255, round(low + v * (274 - low) / 255)) for v in range(256)]) for low in (150, 138, 120)],
    )
    return ImageChops.multiply(photo, lamp)


def _exif(rng: random.Random) -> Image.Exif:
    """Camera, time and a place on the open sea, as phones write them."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_LEFT
    exif[MAKE], exif[MODEL] = "Tidewater", "Pocket 3"
    exif[TAKEN] = f"2026:03:{rng.randint(10, 28)} 19:{rng.randint(10, 59)}:07"
    place = {
        1: "N",
        2: (58.0, float(rng.randint(0, 59)), 30.0),
        3: "E",
        4: (20.0, float(rng.randint(0, 59)), 12.0),
    }
    exif.get_ifd(GPS).update(place)
    return exif
