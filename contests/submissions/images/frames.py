"""How many pictures a file holds, without decoding any; only the first is ever used."""

import io
import struct

from PIL import Image

MOST = 1000
"""Counting stops here: a file may claim a million pages, and nobody needs to know."""


def count_frames(data: bytes, kind: str) -> int:
    """Frames or pages in `data`, at least 1, at most MOST; damage after the first ends the count."""
    try:
        if kind == "GIF":
            return max(1, _gif_frames(data))
        if kind == "TIFF":
            return _tiff_pages(data)
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            return min(max(1, getattr(image, "n_frames", 1)), MOST)
    except Exception:  # damage after the first frame does not matter
        return 1


def _tiff_pages(data: bytes) -> int:
    """Hop from directory to directory (Pillow would read every tag of each)."""
    order, big = "<" if data[:2] == b"II" else ">", data[2:4] in (b"+\0", b"\0+")
    many, link, tag = ("Q", "Q", 20) if big else ("H", "I", 12)
    at = struct.unpack_from(order + link, data, 8 if big else 4)[0]
    seen: set[int] = set()
    while 0 < at < len(data) and at not in seen and len(seen) < MOST:
        try:
            after = at + struct.calcsize("=" + many) + tag * struct.unpack_from(order + many, data, at)[0]
            following = struct.unpack_from(order + link, data, after)[0]
        except struct.error:  # a page that is not all there
            break
        seen.add(at)
        at = following
    return max(1, len(seen))


def _gif_frames(data: bytes) -> int:
    """Hop from block to block (Pillow would decode every frame to count them)."""
    at = 13 + _colours(data[10])
    frames = 0
    while at < len(data) and frames < MOST:
        if data[at] == 0x2C:
            frames += 1
            at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
        elif data[at] == 0x21:
            at = _after_blocks(data, at + 2)
        else:
            break
    return frames


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _colours(flags: int) -> int:
    """Bytes of the colour table announced by `flags`."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
