"""From bytes to files: the whole work on one picture. Runs in the child process only."""

from pathlib import Path

from PIL import Image

from contests.submissions.images import metadata
from contests.submissions.images.damage import cut_short
from contests.submissions.images.hashing import dhashes, placeholder
from contests.submissions.images.header import Header, check_size, inspect_header, opened, too_many_pixels
from contests.submissions.images.limits import Limits
from contests.submissions.images.normalise import normalise, orientation_of
from contests.submissions.images.processed import Processed
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.images.renditions import Recipe, cascade, render
from contests.submissions.images.share_card import share_card

_CUT = ("truncated", "unexpected end", "end of file", "ended prematurely", "not enough data")


def process(data: bytes, sha256: str, out_dir: Path, recipe: Recipe, limits: Limits) -> Processed:
    """Judge, decode and render `data`; files go into `out_dir`. Raises `Unacceptable`."""
    header = inspect_header(data, limits)
    with opened(data, header.format, limits) as image:
        # Asking a PNG for its Exif decodes it; only these two must be asked before (see `normalise`).
        declared = orientation_of(image) if header.format in ("JPEG", "TIFF") else 1
        load(image, data, header, recipe, limits, declared)
        check_size(header.format, image.size, limits)
        drawn = image.size if header.format == "GIF" else (header.width, header.height)
        clean = normalise(image, drawn, recipe.widest, declared)
        carried = metadata.found(image)
    size = (clean.width, clean.height)
    made = render(clean.picture, size, recipe, sha256, out_dir)
    small = list(cascade(clean.picture, size, recipe))[-1]
    return Processed(
        original_sha256=sha256,
        recipe_version=recipe.version,
        format=header.format,
        width=size[0],
        height=size[1],
        mode=header.mode,
        frames=header.frames,
        icc=clean.icc,
        orientation_applied=clean.turned,
        metadata_removed=bool(carried),
        metadata_found=sorted(carried),
        has_alpha=clean.picture.mode == "RGBA",
        renditions=made,
        placeholder=placeholder(small),
        dhash=dhashes(small),
        share_card=share_card(clean.picture, recipe.version, sha256, out_dir),
    )


def load(image: Image.Image, data: bytes, header: Header, recipe: Recipe, limits: Limits, declared: int) -> None:
    """Decode the first frame in place; JPEGs at a fraction of their size. Raises `Unacceptable`."""
    if header.format == "JPEG":
        image.draft(None, _draft_size(header, recipe, declared))
    try:
        image.load()
    except MemoryError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels(header.format, limits) from None
    except Exception as error:  # each decoder has its own way to say that it cannot go on
        cut = any(word in str(error).lower() for word in _CUT) or cut_short(data, header.format)
        raise Unacceptable("truncated" if cut else "corrupt") from None


def _draft_size(header: Header, recipe: Recipe, declared: int) -> tuple[int, int]:
    """The least stored size that still fills the widest rendition."""
    width, height = header.width, header.height
    scale = recipe.widest(width, height) / width if declared < 5 else recipe.widest(height, width) / height
    return max(1, round(width * scale)), max(1, round(height * scale))
