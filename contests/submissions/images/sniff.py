"""What a file is, by its first bytes. Never by its name, never by what the sender says."""

import zlib

from contests.submissions.images.refusals import Unacceptable

HEAD = 16_384
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "TIFF")

_PREFIXES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"%PDF-", "format-pdf"),
    (b"PK\x03\x04", "format-zip"),
    (b"PK\x05\x06", "format-zip"),
    (b"Rar!\x1a\x07", "format-zip"),
    (b"7z\xbc\xaf\x27\x1c", "format-zip"),
    (b"\x1f\x8b", "format-zip"),
    (b"8BPS", "format-layers"),
    (b"gimp xcf", "format-layers"),
    (b"%!PS", "format-layers"),
    (b"\xc5\xd0\xd3\xc6", "format-layers"),
    (b"\x1aE\xdf\xa3", "format-video"),
    (b"FUJIFILMCCD-RAW", "format-raw"),
    (b"IIRO", "format-raw"),
    (b"IIRS", "format-raw"),
    (b"MMOR", "format-raw"),
    (b"IIU\0", "format-raw"),
    (b"FOVb", "format-raw"),
    (b"BM", "format-bmp"),
    (b"\0\0\x01\0", "format-icon"),
    (b"\0\0\x02\0", "format-icon"),
    (b"icns", "format-icon"),
    (b"\xff\x0a", "format-jxl"),
    (b"\0\0\0\x0cJXL ", "format-jxl"),
    (b"\0\0\0\x0cjP  ", "format-jpeg2000"),
    (b"\xff\x4f\xff\x51", "format-jpeg2000"),
    (b"v/1\x01", "format-hdr"),
    (b"#?RADIANCE", "format-hdr"),
    (b"#?RGBE", "format-hdr"),
    (b"DDS ", "format-texture"),
    (b"\xabKTX ", "format-texture"),
    (b"VTF\0", "format-texture"),
    (b"BLP1", "format-texture"),
    (b"BLP2", "format-texture"),
    (b"\x8aMNG", "format-video"),
    (b"\0\0\x01\xba", "format-video"),
    (b"\0\0\x01\xb3", "format-video"),
    (b"FLV\x01", "format-video"),
    (b"OggS", "format-video"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "format-video"),
    (b"qoif", "format-unknown"),
    (b"SIMPLE  =", "format-unknown"),
    (b"FLIF", "format-unknown"),
    (b"BPG\xfb", "format-unknown"),
    (b"II\xbc", "format-unknown"),
    (b"\x8bJNG", "format-unknown"),
    (b"\x59\xa6\x6a\x95", "format-unknown"),
    (b"\x01\xda", "format-unknown"),
    (b"\xd7\xcd\xc6\x9a", "format-unknown"),
    (b"/* XPM */", "format-unknown"),
    (b"id=ImageMagick", "format-unknown"),
)
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def kind_of(head: bytes) -> str:
    """One of FORMATS for a file that begins with `head` (up to HEAD bytes).

    Raises `Unacceptable` with a code that names the kind, if we know it.
    """
    if not head:
        raise Unacceptable("empty-file")
    kind = _by_magic(head) or _by_text(head) or "not-a-picture"
    if kind in FORMATS:
        return kind
    raise Unacceptable(kind)


def _by_magic(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else "format-video" if head[8:12] == b"AVI " else None
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"skip", b"pnot"):
        return "format-video"
    if head[:2] == b"\x1f\x8b" and b"<svg" in _unzipped(head).lower():
        return "format-svg"
    if head[:2] == b"BM" and len(head) >= 14 and head[6:10] != b"\0\0\0\0":
        return None
    if head[:2] == b"\x0a\x05" and head[2:3] in (b"\0", b"\x01"):
        return "format-unknown"
    if head[:3] in (b"\0\0\x02", b"\0\0\x0a") and head[3:8] == bytes(5) and head[16:17] in (b"\x10", b"\x18", b"\x20"):
        return "format-unknown"  # TGA has no magic of its own, and would pass for a mouse pointer
    found = next((kind for prefix, kind in _PREFIXES if head.startswith(prefix)), None)
    if found == "TIFF" and head[8:12] == b"CR\x02\0":
        return "format-raw"
    return found


def _by_brands(head: bytes) -> str:
    """ISO media files say what they are in a list of four-letter brands."""
    length = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    brands = {head[at : at + 4] for at in (8, *range(16, length, 4))}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIF" if brands & _HEIF else "format-raw" if b"crx " in brands else "format-video"


def _unzipped(head: bytes) -> bytes:
    """The beginning of what gzip holds, as far as `head` tells."""
    try:
        return zlib.decompressobj(31).decompress(head, HEAD)
    except zlib.error:
        return b""


def _by_text(head: bytes) -> str | None:
    if head[:2] in (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7", b"PF", b"Pf") and head[2:3].isspace():
        return "format-unknown"
    text = head.replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") else head
    text = text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f\v").lower()
    if not text.startswith(b"<"):
        return None
    if b"<svg" in text or b"<!doctype svg" in text or b":svg" in text:
        return "format-svg"
    marks = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
    return "format-html" if any(mark in text for mark in marks) else None
