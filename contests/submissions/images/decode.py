"""From bytes to files: the whole work on one picture. Runs in the child process only."""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from contests.submissions.images import heif, metadata
from contests.submissions.images.damage import cut_short, rare
from contests.submissions.images.extras import REPORT_PIXELS, REPORT_WIDTH, Extras
from contests.submissions.images.finish import finished
from contests.submissions.images.header import Header, check_size, inspect_header, opened, readable, too_many_pixels
from contests.submissions.images.limits import Limits
from contests.submissions.images.normalise import Normalised, normalise, orientation_of
from contests.submissions.images.primaries import profile_for
from contests.submissions.images.processed import Processed
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.images.renditions import Recipe

_CUT = ("truncated", "unexpected end", "end of file", "ended prematurely", "not enough data")


def process(
    data: bytes, sha256: str, out_dir: Path, recipe: Recipe, limits: Limits, extras: Extras | None = None
) -> Processed:
    """Judge, decode and render `data`; files go into `out_dir`. Raises `Unacceptable`."""
    extras = extras or Extras()
    header = inspect_header(data, limits)
    clean, mode, carried = _cleaned(data, header, Needs(recipe, bool(extras.specs)), limits)
    facts = {
        "original_sha256": sha256,
        "format": header.format,
        "width": clean.width,
        "height": clean.height,
        "mode": mode,
        "frames": header.frames,
        "icc": clean.icc,
        "orientation_applied": clean.turned,
        "metadata_removed": bool(carried),
        "metadata_found": sorted(carried),
    }
    return finished({"front": clean.picture}, facts, out_dir, recipe, extras, placed="fit")


def upright(data: bytes, limits: Limits, factor: Callable[[int, int], int]) -> Normalised:
    """The first picture of `data`, RGB or RGBA in sRGB, upright, without metadata. Raises `Unacceptable`.

    It is divided by at most the whole number `factor(width, height)`, of its upright size.
    """
    header = inspect_header(data, limits)
    return _cleaned(data, header, _Part(factor), limits)[0]


class Needs:
    """How wide a picture must stay for what is made of it."""

    def __init__(self, recipe: Recipe, reported: bool) -> None:
        self.recipe, self.reported = recipe, reported

    def width(self, width: int, height: int) -> int:
        """The width below which nothing may be lost of an upright picture of this size."""
        wanted = self.recipe.widest(width, height)
        if not self.reported:
            return wanted
        # Bounded by area too, so that a long strip costs no more memory than a square.
        by_area = int((REPORT_PIXELS * width / height) ** 0.5)
        return max(wanted, min(width, REPORT_WIDTH, by_area))

    def factor(self, width: int, height: int, now: int) -> int:
        """By which whole number a decoded picture that is `now` wide may be divided."""
        smooth = now / (1.5 * self.recipe.widest(width, height))
        if not self.reported:
            return max(1, int(smooth))
        by_area = math.ceil(math.sqrt(now * now * height / width / REPORT_PIXELS))
        return max(1, int(min(smooth, now / self.width(width, height))), min(by_area, int(smooth)))


class _Part(Needs):
    def __init__(self, by: Callable[[int, int], int]) -> None:
        super().__init__(Recipe(), False)
        self.by = by

    def width(self, width: int, height: int) -> int:
        return -(-width // self.by(width, height))

    def factor(self, width: int, height: int, now: int) -> int:
        return max(1, now // self.width(width, height))


def _cleaned(data: bytes, header: Header, needs: Needs, limits: Limits) -> tuple[Normalised, str, set[str]]:
    """The picture made plain, the mode it came in, and what it carried besides pixels."""
    if header.format == "HEIF":
        image = _from_heif(data, limits)
        coded = profile_for(data, "HEIF", image.info)
        clean = normalise(image, image.size, needs.factor, stands=True, coded=coded)
        return clean.marked(turned=header.turned), image.mode, metadata.found(image)
    data = readable(data, header.format)
    with opened(data, header.format, limits) as image:
        # Asking a PNG for its Exif decodes it; only these two must be asked before (see `normalise`).
        declared = orientation_of(image) if header.format in ("JPEG", "TIFF") else 1
        load(image, data, header, needs, declared, limits)
        check_size(header.format, image.size, limits)
        drawn = image.size if header.format == "GIF" else (header.width, header.height)
        coded = profile_for(data, header.format, image.info)
        try:
            clean = normalise(image, drawn, needs.factor, declared, coded=coded)
        except (ValueError, KeyError, IndexError, TypeError, AssertionError):  # a palette that is not there, and such
            raise Unacceptable("corrupt") from None
        return clean, header.mode, metadata.found(image)


def load(image: Image.Image, data: bytes, header: Header, needs: Needs, declared: int, limits: Limits) -> None:
    """Decode the first frame in place; JPEGs at a fraction of their size. Raises `Unacceptable`."""
    if header.format == "JPEG":
        image.draft(None, _draft_size(header, needs, declared))
    try:
        image.load()
    except MemoryError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels(header.format, limits) from None
    except Exception as error:  # each decoder has its own way to say that it cannot go on
        if rare(data, header.format):
            raise Unacceptable("rare-variant") from None
        cut = any(word in str(error).lower() for word in _CUT) or cut_short(data, header.format)
        raise Unacceptable("truncated" if cut else "corrupt") from None


def _from_heif(data: bytes, limits: Limits) -> Image.Image:
    try:
        image = heif.decoded(data)
    except MemoryError:
        raise
    except Exception as error:  # libheif's own kinds of error are strings
        raise Unacceptable(heif.reason(error, cut_short(data, "HEIF"))) from None
    check_size("HEIF", image.size, limits)
    return image


def _draft_size(header: Header, needs: Needs, declared: int) -> tuple[int, int]:
    """The least stored size that still fills what will be made."""
    width, height = header.width, header.height
    scale = needs.width(width, height) / width if declared < 5 else needs.width(height, width) / height
    return max(1, round(width * scale)), max(1, round(height * scale))
