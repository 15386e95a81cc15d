"""What a file says of itself, judged before any pixel is decoded."""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

from contests.submissions.images import heif
from contests.submissions.images.damage import cut_short, no_size, rare
from contests.submissions.images.frames import count_frames
from contests.submissions.images.limits import MEGA, Limits
from contests.submissions.images.notes import without_bombs
from contests.submissions.images.parts import crowded
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.images.sniff import HEAD, kind_of

DNG_VERSION, NEW_SUBFILE_TYPE, SUB_FOLDERS = 50706, 254, 330
MOST_WALKED = 2_000_000_000
"""Pixels of all scans of a JPEG: 40 scans of the largest picture, or three seconds of work."""
_quiet = threading.Lock()


@dataclass(frozen=True)
class Header:
    """A file's own claims: Pillow's format and mode names, stored (not yet upright) size, frames.

    `turned` says that the container itself turns the picture (HEIC), `mode` may then be a guess.
    """

    format: str
    width: int
    height: int
    frames: int
    mode: str
    turned: bool = False


def inspect_header(source: bytes | Path, limits: Limits) -> Header:
    """Read the header of `source`; no pixel is decoded.

    Raises `Unacceptable` for what is not a picture of an accepted format, breaks a cap of
    `limits`, or has a header that cannot be read.
    """
    kind = check_kind(source, limits)
    data = source if isinstance(source, bytes) else source.read_bytes()
    if kind == "WEBP":  # its decoder allocates the canvas on opening, so the size is judged first
        _check_webp(data, limits)
    if kind == "HEIF":
        return _heif(data, limits)
    if crowded(data, kind):
        raise Unacceptable("too-complex")
    data = readable(data, kind)
    with quiet(), opened(data, kind, limits) as image:
        check_size(kind, image.size, limits)
        _refuse_raw(image, kind)
        _refuse_scans(data, kind, image.size)
        mode = image.mode
    return Header(kind, *image.size, count_frames(data, kind), mode)


def check_kind(source: bytes | Path, limits: Limits) -> str:
    """The format of `source` by its first bytes; raises `Unacceptable`. Costs one short read."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.bytes:
        raise Unacceptable("too-many-bytes", limit=limits.bytes // MEGA)
    if isinstance(source, bytes):
        head = source[:HEAD]
    else:
        with source.open("rb") as file:
            head = file.read(HEAD)
    kind = kind_of(head)
    if kind == "HEIF" and not heif.available():
        raise Unacceptable("format-heic")
    return kind


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow's warnings on odd metadata say nothing to us; one thread at a time changes filters."""
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def readable(data: bytes, kind: str) -> bytes:
    """`data` without what Pillow would refuse it for, though it is no part of the picture."""
    return without_bombs(data, PngImagePlugin.MAX_TEXT_CHUNK) if kind == "PNG" else data


def opened(data: bytes, kind: str, limits: Limits) -> Image.Image:
    """Open `data` as a picture of `kind` and no other; raises `Unacceptable`."""
    try:
        return Image.open(io.BytesIO(data), formats=[kind])
    except Image.DecompressionBombError:
        raise too_many_pixels(kind, limits) from None
    except MemoryError:
        raise Unacceptable("out-of-memory") from None
    except Exception:  # a hostile header may raise anything; all of it means the same
        raise unreadable(data, kind) from None


def unreadable(data: bytes, kind: str) -> Unacceptable:
    """Why `data` with the magic of `kind` has no readable header."""
    if kind == "PNG" and len(data) >= 24 and 0 in (_big(data[16:20]), _big(data[20:24])):
        return Unacceptable("zero-size")
    if kind in ("JPEG", "TIFF") and no_size(data, kind):
        return Unacceptable("zero-size")
    if kind == "GIF" and len(data) >= 10 and 0 in (_little(data[6:8]), _little(data[8:10])):
        return Unacceptable("zero-size")
    if rare(data, kind):
        return Unacceptable("rare-variant")
    return Unacceptable("truncated" if cut_short(data, kind) else "corrupt")


def check_size(kind: str, size: tuple[int, int], limits: Limits) -> None:
    """Raise `Unacceptable` when `size` breaks a cap."""
    width, height = size
    if width < 1 or height < 1:
        raise Unacceptable("zero-size")
    if max(size) > limits.side:
        raise Unacceptable("side-too-long", limit=limits.side)
    if width * height > limits.pixels_of(kind):
        raise too_many_pixels(kind, limits)


def too_many_pixels(kind: str, limits: Limits) -> Unacceptable:
    """The refusal of a picture of `kind` above the pixel cap of `limits`."""
    return Unacceptable("too-many-pixels", limit=f"{limits.pixels_of(kind) / MEGA:g}")


def _heif(data: bytes, limits: Limits) -> Header:
    """Every size that will be decoded is judged: of the picture, of its tiles, of its alpha plane."""
    told = heif.still_of(data, cut_short(data, "HEIF"))
    for size in [told.size, *told.sizes()]:
        check_size("HEIF", size, limits)
    return Header("HEIF", *told.size, told.frames, "RGB", told.turned)


def _check_webp(data: bytes, limits: Limits) -> None:
    if cut_short(data, "WEBP"):
        raise Unacceptable("truncated")
    if data[12:16] == b"VP8X":
        check_size("WEBP", (_little(data[24:27]) + 1, _little(data[27:30]) + 1), limits)


def _refuse_raw(image: Image.Image, kind: str) -> None:
    """DNG, NEF, ARW and others are TIFFs whose first picture is a thumbnail of what a camera saw."""
    tags: Any = getattr(image, "tag_v2", {}) if kind == "TIFF" else {}
    small = tags.get(NEW_SUBFILE_TYPE, 0) == 1 and SUB_FOLDERS in tags
    if DNG_VERSION in tags or small:
        raise Unacceptable("format-raw")


def _refuse_scans(data: bytes, kind: str, size: tuple[int, int]) -> None:
    """Each scan of a progressive JPEG walks over the whole picture; thousands of them fit into a small file."""
    if kind == "JPEG" and data.count(b"\xff\xda") * size[0] * size[1] > MOST_WALKED:
        raise Unacceptable("too-complex")


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
