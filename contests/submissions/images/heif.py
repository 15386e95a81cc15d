"""HEIC and HEIF: the header by our own reading, the pixels (child process only) through libheif.

libheif itself turns and mirrors a picture as its boxes say. What its Exif says of orientation is
then history, and is never applied: phones write both.
"""

import importlib.util
import io
from typing import Any

from PIL import Image

from contests.submissions.images.isobmff import Broken, Still, still
from contests.submissions.images.refusals import Unacceptable


def available() -> bool:
    """Whether this installation can decode HEIC: the library has no wheel for some platforms."""
    return importlib.util.find_spec("pillow_heif") is not None


def still_of(data: bytes, cut: bool) -> Still:
    """The boxes of `data`; raises `Unacceptable`, "truncated" when the file is known to be `cut`."""
    try:
        told = still(data)
        told.size  # noqa: B018  (raises when there is none)
        return told
    except Broken:
        if cut:
            raise Unacceptable("truncated") from None
        # A sequence without a still picture is a film.
        raise Unacceptable("format-video" if b"moov" in data else "corrupt") from None


def decoded(data: bytes) -> Image.Image:
    """The primary picture of `data`: upright, 8 bit, with its metadata in `info`. Whatever libheif raises."""
    import pillow_heif

    _thrifty(pillow_heif.options)
    container = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    picture: Image.Image = container[container.primary_index].to_pillow()
    return picture


def reason(error: Exception, cut: bool) -> str:
    """The code of a refusal for what libheif raised."""
    text = str(error).lower()
    if "security limit" in text:  # sizes that contradict each other, or more parts than any camera writes
        return "corrupt" if "image size" in text else "too-complex"
    if "allocation" in text or "memory" in text:
        return "out-of-memory"
    if "unsupported" in text or "plugin" in text:
        return "format-heic"
    return "truncated" if cut or "end of" in text else "corrupt"


def _thrifty(options: Any) -> None:
    """One thread (each reserves address space, and a grid keeps its tiles), no planes that nobody looks at."""
    options.DECODE_THREADS = 0
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
