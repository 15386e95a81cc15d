"""The notes in a PNG (texts, XMP, a profile) may inflate to anything; a picture is not refused for them."""

import struct
import zlib

MOST_INFLATED = 16_000_000
"""Bytes that all compressed notes of a file may become; what comes after is left out unread."""
_COMPRESSED = (b"zTXt", b"iTXt", b"iCCP")


def without_bombs(data: bytes, most: int) -> bytes:
    """The PNG `data` without notes that inflate to more than `most` bytes.

    Of a text its keyword stays, so that the record still names what the file carried.
    """
    kept, begin, left = [], 0, MOST_INFLATED
    at = 8
    while at + 12 <= len(data):
        kind, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if kind in _COMPRESSED:
            body = data[at + 8 : end - 4]
            room = min(most, left)
            length = _inflated(body, kind, room)
            left -= min(length, room)
            if length > room:
                kept += [data[begin:at], b"" if kind == b"iCCP" else _mention(body)]
                begin = end
        at = end
    return b"".join([*kept, data[begin:]]) if kept else data


def _inflated(body: bytes, kind: bytes, most: int) -> int:
    """How many bytes a note becomes; `most` + 1 stands for any more. What is not compressed counts 0."""
    _key, _, rest = body.partition(b"\0")
    if kind == b"iTXt":
        if rest[:1] != b"\1":
            return 0
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        packed = rest[1:]
    inflate = zlib.decompressobj()
    try:
        length = len(inflate.decompress(packed, max(1, most)))
    except zlib.error:  # Pillow says what is to be said of it
        return 0
    return most + 1 if inflate.unconsumed_tail else length


def _mention(body: bytes) -> bytes:
    text = b"tEXt" + body.partition(b"\0")[0][:79] + b"\0left out"
    return struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
