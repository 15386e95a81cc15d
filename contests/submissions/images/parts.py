"""Files that are more packaging than picture: counted before any library walks through them.

Pillow reads a header part by part, and the web process waits for it: millions of empty chunks, or
megabytes of padding between two markers, would hold up everybody. No camera or program comes near
these numbers.
"""

MOST_PARTS = 100_000
MOST_EXIF = 100
"""Parts of Exif in one JPEG: Pillow joins them one after the other, copying all before each time."""
_ALONE = {0x01, *range(0xD0, 0xDA)}


def crowded(data: bytes, kind: str) -> bool:
    """True when the header of `data`, a file of `kind`, has more parts than are worth a walk."""
    try:
        match kind:
            case "PNG":
                return _png_is_crowded(data)
            case "JPEG":
                return _jpeg_is_crowded(data)
            case "GIF":
                return _gif_is_crowded(data)
    except IndexError:  # it ends early, which others say
        pass
    return False


def _png_is_crowded(data: bytes) -> bool:
    at, parts = 8, 0
    while at + 12 <= len(data) and parts <= MOST_PARTS:
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        parts += 1
    return parts > MOST_PARTS


def _jpeg_is_crowded(data: bytes) -> bool:
    """Walk up to the first scan as Pillow does, which takes padding and junk byte by byte."""
    at, parts, exif = 2, 0, 0
    while parts <= MOST_PARTS and exif <= MOST_EXIF:
        begin = data.find(b"\xff", at)
        if begin < 0:
            return len(data) - at > MOST_PARTS
        parts += 1 + begin - at
        marker = data[begin + 1]
        if marker == 0xDA:
            return parts > MOST_PARTS
        if marker == 0xFF:
            at = begin + 1
        elif marker == 0 or marker in _ALONE:
            at = begin + 2
        else:
            exif += marker == 0xE1 and data[begin + 4 : begin + 10] == b"Exif\0\0"
            at = begin + 2 + max(2, int.from_bytes(data[begin + 2 : begin + 4], "big"))
    return True


def _gif_is_crowded(data: bytes) -> bool:
    """Count blocks of extensions up to the first picture."""
    at, parts = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0), 0
    while data[at] == 0x21 and parts <= MOST_PARTS:
        at += 2
        while data[at] and parts <= MOST_PARTS:
            at += 1 + data[at]
            parts += 1
        at += 1
        parts += 1
    return parts > MOST_PARTS
