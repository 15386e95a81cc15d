"""Is a file that cannot be read cut short, or damaged inside? The advice differs."""

import struct
from collections.abc import Iterator

_STRIPS = ((273, 279), (324, 325))
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TYPES = {3: "H", 4: "I", 16: "Q"}
_JPEG_USUAL = (0xC0, 0xC1, 0xC2)
_TIFF_USUAL = {1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32809, 32946, 34925, 50000}


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


def rare(data: bytes, kind: str) -> bool:
    """True when `data` is of a variant of `kind` that no browser opens either: the file may be in order."""
    try:
        if kind == "JPEG":
            frame = _jpeg_frame(data)
            return frame is not None and (frame[0] not in _JPEG_USUAL or frame[1] != 8 or frame[4] not in (1, 3, 4))
        if kind == "TIFF":
            values = _tiff_values(data, (258, 259, 277))
            ways, bits, samples = (values.get(tag, ()) for tag in (259, 258, 277))
            if any(way not in _TIFF_USUAL for way in ways) or max((0, *bits)) > 32 or max((0, *samples)) > 6:
                return True
            return max((1, *samples)) > 1 and any(depth not in (8, 16) for depth in bits)
    except (struct.error, IndexError):
        pass
    return False


def no_size(data: bytes, kind: str) -> bool:
    """True when the header of `data` says that it has no width or no height."""
    try:
        if kind == "JPEG":
            frame = _jpeg_frame(data)
            return frame is not None and 0 in frame[2:4]
        return 0 in [value for values in _tiff_values(data, (256, 257)).values() for value in values]
    except (struct.error, IndexError):
        return False


def _jpeg_frame(data: bytes) -> tuple[int, int, int, int, int] | None:
    """Marker, bits per sample, height, width and number of components of a JPEG's frame header."""
    at = 2
    while at + 10 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return marker, *struct.unpack_from(">BHHB", data, at + 4)
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


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
    if data[2:4] in (b"+\0", b"\0+"):
        return
    at, count, order = _tiff_folder(data)
    yield at + 2 + 12 * count
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        _tag, kind, many, where = struct.unpack_from(order + "HHII", data, entry)
        if many * _SIZES.get(kind, 0) > 4:
            yield where + many * _SIZES[kind]
    values = _tiff_values(data, (273, 279, 324, 325))
    for starts, lengths in _STRIPS:
        for start, length in zip(values.get(starts, ()), values.get(lengths, ()), strict=False):
            yield start + length


def _tiff_values(data: bytes, wanted: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    """Whole numbers of the first directory of a classic TIFF, by tag."""
    at, count, order = _tiff_folder(data)
    values: dict[int, tuple[int, ...]] = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, many = struct.unpack_from(order + "HHI", data, entry)
        if tag in wanted and kind in _TYPES:
            form = f"{order}{min(many, 100_000)}{_TYPES[kind]}"
            inside = struct.calcsize(form) <= 4
            where = entry + 8 if inside else struct.unpack_from(order + "I", data, entry + 8)[0]
            values[tag] = struct.unpack_from(form, data, where)
    return values


def _tiff_folder(data: bytes) -> tuple[int, int, str]:
    """Where the first directory begins, how many entries it has, and the order of bytes."""
    order = ">" if data[:2] == b"MM" else "<"
    at = struct.unpack_from(order + "I", data, 4)[0]
    return at, struct.unpack_from(order + "H", data, at)[0], order
