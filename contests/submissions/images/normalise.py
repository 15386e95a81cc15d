"""One upright sRGB picture, no larger than needed, with nothing but pixels in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from contests.submissions.images.colour import eight_bit, peak_of, to_srgb

ORIENTATION = 0x0112
BAND_PIXELS = 4_000_000
_T = Image.Transpose
_UPRIGHT = {
    2: _T.FLIP_LEFT_RIGHT,
    3: _T.ROTATE_180,
    4: _T.FLIP_TOP_BOTTOM,
    5: _T.TRANSPOSE,
    6: _T.ROTATE_270,
    7: _T.TRANSVERSE,
    8: _T.ROTATE_90,
}


@dataclass(frozen=True)
class Normalised:
    """An RGB or RGBA picture with empty `info`, and what was learnt of the original.

    `width` and `height` are those of the original, upright; `picture` may be smaller.
    """

    picture: Image.Image
    width: int
    height: int
    icc: str | None
    turned: bool

    def marked(self, turned: bool) -> "Normalised":
        """The same, saying whether the decoder had to turn it."""
        return replace(self, turned=turned)


def normalise(
    image: Image.Image,
    size: tuple[int, int],
    factor: Callable[[int, int, int], int],
    declared: int = 1,
    *,
    stands: bool = False,
    coded: bytes | None = None,
) -> Normalised:
    """Make a loaded `image` upright, sRGB, 8 bit, without metadata.

    `size` is the stored size of the original, of which `image` may be a smaller draft;
    `factor(width, height, now)` the whole number by which an upright picture of that size, decoded
    `now` pixels wide, may be divided; `declared` the orientation known before
    loading (Pillow turns TIFFs by itself, and then forgets it); with `stands` the decoder has turned
    the picture and no orientation is left to apply; `coded` is a profile made of what the file says
    of its colours in numbers (`primaries`), which goes before its own.
    """
    left = 1 if stands else orientation_of(image)
    profile, gamma = coded or image.info.get("icc_profile"), _gamma(image)
    width, height = size if left < 5 else size[::-1]
    wide_now = image.width if left < 5 else image.height
    small = _shrunk(image, factor(width, height, wide_now))
    upright, icc = to_srgb(small, profile, gamma)
    if left in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[left])
    clean = _without_idle_alpha(upright).copy()
    clean.info = {}
    return Normalised(clean, width, height, icc, turned=declared != 1 or left != 1)


def orientation_of(image: Image.Image) -> int:
    """1 to 8 as Exif counts; 1 when there is none, or none that can be read."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # Exif is anybody's bytes; a picture is not refused for it
        return 1
    return value if value in _UPRIGHT else 1


def _shrunk(image: Image.Image, factor: int) -> Image.Image:
    """Reduce in bands, so that only a band at a time exists in full size besides the decoded one."""
    peak = peak_of(image)
    if factor == 1:
        return eight_bit(image, peak)
    width, height = image.size
    rows = max(1, BAND_PIXELS // width // factor) * factor
    whole = None
    for top in range(0, height, rows):
        band = _reduced(eight_bit(image.crop((0, top, width, min(height, top + rows))), peak), factor)
        whole = whole or Image.new(band.mode, (band.width, -(-height // factor)))
        whole.paste(band, (0, top // factor))
    assert whole is not None
    return whole


def _reduced(band: Image.Image, factor: int) -> Image.Image:
    """Average blocks; colours of transparent pixels must not bleed, so alpha is multiplied in."""
    if band.mode in ("LA", "RGBA"):
        return band.convert(band.mode[:-1] + "a").reduce(factor).convert(band.mode)
    return band.reduce(factor)


def _gamma(image: Image.Image) -> float | None:
    gamma = None if "srgb" in image.info else image.info.get("gamma")
    return gamma if isinstance(gamma, float) and gamma > 0 else None


def _without_idle_alpha(picture: Image.Image) -> Image.Image:
    """An alpha channel that hides nothing only costs bytes."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        return picture.convert("RGB")
    return picture
