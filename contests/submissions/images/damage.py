"""Is a file that cannot be read cut short, or damaged inside? The advice differs."""

import struct
from collections.abc import Iterator

_STRIPS = ((273, 279), (324, 325))
_TYPES = {3: "H", 4: "I", 16: "Q"}


def cut_short(data: bytes, kind: str) -> bool:
    """True when bytes are missing at the end of `data`, a file of `kind`."""
    try:
        match kind:
            case "PNG":
                return _png_is_short(data)
            case "JPEG":
                return b"\xff\xd9" not in data
            case "GIF":
                return not data.rstrip(b"\0").endswith(b";")
            case "TIFF":
                return len(data) < 8 or any(end > len(data) for end in _tiff_ends(data))
            case "WEBP":
                return len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data) + 1
            case _:
                return any(end > len(data) for end in _box_ends(data))
    except (struct.error, IndexError):
        return True


def _png_is_short(data: bytes) -> bool:
    """Walk the chunks to IEND; running out of bytes before it is the sign."""
    at = 8
    while at + 12 <= len(data):
        if data[at + 4 : at + 8] == b"IEND":
            return False
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return True


def _box_ends(data: bytes) -> Iterator[int]:
    """Where each top box of an ISO media file ends; the last may reach past the file."""
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            length = struct.unpack_from(">Q", data, at + 8)[0]
        if length < 8:
            return
        at += length
        yield at


def _tiff_ends(data: bytes) -> Iterator[int]:
    """Where the directory and each strip or tile of a classic TIFF's first page end."""
    order = ">" if data[:2] == b"MM" else "<"
    if data[2:4] in (b"+\0", b"\0+"):
        return
    at = struct.unpack_from(order + "I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, at)[0]
    yield at + 2 + 12 * count
    values: dict[int, tuple[int, ...]] = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, many = struct.unpack_from(order + "HHI", data, entry)
        if tag in (273, 279, 324, 325) and kind in _TYPES:
            form = f"{order}{min(many, 100_000)}{_TYPES[kind]}"
            inside = struct.calcsize(form) <= 4
            where = entry + 8 if inside else struct.unpack_from(order + "I", data, entry + 8)[0]
            values[tag] = struct.unpack_from(form, data, where)
    for starts, lengths in _STRIPS:
        for start, length in zip(values.get(starts, ()), values.get(lengths, ()), strict=False):
            yield start + length
