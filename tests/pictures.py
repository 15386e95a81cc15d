"""Good, odd and hostile pictures, made in memory; no test needs a picture file."""

import gzip
import io
import struct
import zlib
from functools import cache
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, TiffImagePlugin
from PIL.PngImagePlugin import PngInfo

SECRET = b"SERIAL-7731-OWNER"
"""Stands in the metadata of `tagged` pictures; must be in no file made of them."""
CORNERS = {"nw": (220, 30, 30), "ne": (30, 200, 30), "sw": (30, 30, 220), "se": (230, 220, 30)}
GPS_SECRET = (60.0, 11.0, 7731.0)


def corners(width: int = 64, height: int = 48) -> Image.Image:
    """Four quarters of different colours: shows at once which way up a picture is."""
    picture = Image.new("RGB", (width, height), CORNERS["nw"])
    half_w, half_h = width // 2, height // 2
    picture.paste(CORNERS["ne"], (half_w, 0, width, half_h))
    picture.paste(CORNERS["sw"], (0, half_h, half_w, height))
    picture.paste(CORNERS["se"], (half_w, half_h, width, height))
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """`picture` as the bytes of a file of Pillow's format `kind`."""
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    out = io.BytesIO()
    picture.copy().save(out, kind, **options)  # saving leaves settings on a picture
    return out.getvalue()


def png(width: int = 64, height: int = 48) -> bytes:
    """A plain good PNG."""
    return saved(corners(width, height), "PNG")


def jpeg(width: int = 64, height: int = 48) -> bytes:
    """A plain good JPEG."""
    return saved(corners(width, height), "JPEG", quality=90)


# Metadata and orientation


def exif(orientation: int = 1) -> Image.Exif:
    """Exif with an owner, a camera serial and a place."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = tags[0x013B] = tags[0x8298] = SECRET.decode()
    tags.get_ifd(0x8769)[0xA431] = SECRET.decode()
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", GPS_SECRET, "E", GPS_SECRET
    gps[27] = SECRET
    return tags


def turned(orientation: int, kind: str = "JPEG", width: int = 64, height: int = 48) -> bytes:
    """`corners` stored so that it is upright only when Exif `orientation` is applied."""
    stored = corners(width, height)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose values
    if orientation in undo:
        stored = stored.transpose(Image.Transpose(undo[orientation]))
    options = {"quality": 95} if kind in ("JPEG", "AVIF", "HEIF") else {"lossless": True} if kind == "WEBP" else {}
    tags = exif(orientation)
    # Given as bytes, the HEIC encoder writes the turn into the boxes, where it belongs.
    return saved(stored, kind, exif=tags.tobytes() if kind == "HEIF" else tags, **options)


def tagged(kind: str) -> bytes:
    """A picture of `kind` that carries SECRET in every place that format has."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>' + SECRET + b"</a></x:xmpmeta>"
    if kind == "GIF":
        return saved(corners(), "GIF", comment=SECRET)
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Author", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        text.add_text("Comment", SECRET.decode(), zip=True)
        return saved(corners(), "PNG", exif=exif(), pnginfo=text)
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[270] = tags[315] = SECRET.decode()
        tags[700] = xmp
        return saved(corners(), "TIFF", tiffinfo=tags)
    more = {"comment": SECRET} if kind == "JPEG" else {}
    return saved(corners(), kind, exif=exif(), xmp=xmp, **more)


# Colour


def profile_srgb() -> bytes:
    """A small sRGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile_wide(gamma: float = 2.2) -> bytes:
    """A matrix profile with the primaries of Adobe RGB (1998), written by hand."""
    columns = {
        b"rXYZ": (0.60974, 0.31111, 0.01947),
        b"gXYZ": (0.20528, 0.62567, 0.06087),
        b"bXYZ": (0.14919, 0.06322, 0.74457),
        b"wtpt": (0.9642, 1.0, 0.8249),
    }
    name = b"Test wide gamut\0"
    tags = {sig: b"XYZ \0\0\0\0" + b"".join(_fixed(v) for v in xyz) for sig, xyz in columns.items()}
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78
    tags |= {b"desc": described, b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    return _icc(b"RGB ", tags)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _icc(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for signature, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += signature + struct.pack(">II", start + len(body), len(data))
        body += data
    white = b"".join(_fixed(value) for value in (0.9642, 1.0, 0.8249))
    head = b"\0" * 8 + b"\x02\x10\0\0" + b"mntr" + space + b"XYZ " + b"\0" * 12 + b"acsp"
    head = head + b"\0" * (68 - len(head)) + white
    head = struct.pack(">I", start + len(body)) + head[4:].ljust(124, b"\0")
    return head + struct.pack(">I", len(tags)) + table + body


# Parts of a PNG, to make what Pillow would not write


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with a right checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG of hand-made rows (each with its filter byte); `extra` chunks come before the data."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(extra) + data + chunk(b"IEND", b"")


def png16(colour: int, samples: tuple[int, ...], size: int = 16, *extra: bytes) -> bytes:
    """A 16-bit PNG of one flat colour; `colour` is the PNG colour type."""
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples) * size
    return raw_png(size, size, 16, colour, row * size, *extra)


def apng() -> bytes:
    """Two frames, the first red."""
    red, blue = Image.new("RGB", (32, 32), (200, 0, 0)), Image.new("RGB", (32, 32), (0, 0, 200))
    return saved(red, "PNG", save_all=True, append_images=[blue])


# Hostile


def png_bomb(side: int = 40_000) -> bytes:
    """A header that claims `side` × `side` pixels and holds almost none."""
    return raw_png(side, side, 8, 2, b"\0" * 100)


def flat_bomb(width: int, height: int) -> bytes:
    """Few bytes, many real pixels: a PNG of nothing but zeros."""
    squeeze = zlib.compressobj(1)
    data = b"".join(squeeze.compress(bytes(1 + width * 4)) for _ in range(height)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zero_png() -> bytes:
    """A PNG that claims to be 0 pixels wide."""
    return raw_png(0, 10, 8, 2, b"\0" * 10)


def broken_idat() -> bytes:
    """A PNG whose compressed data is spoilt in the middle, its checksum right."""
    rows = b"".join(b"\0" + bytes((x * y) % 251 for x in range(300)) for y in range(100))
    data = bytearray(zlib.compress(rows))
    data[len(data) // 2 : len(data) // 2 + 40] = b"\xff" * 40
    head = struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", bytes(data)) + chunk(b"IEND", b"")


def scan_bomb(scans: int = 3000, side: int = 2000) -> bytes:
    """A progressive JPEG that repeats its last scan: each costs a walk over the whole picture."""
    data = saved(Image.new("L", (side, side), 90), "JPEG", progressive=True)
    at, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    return data[:end] + data[at:end] * scans + data[end:]


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP whose canvas header claims a size."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size + b"\0" * 40
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic() -> bytes:
    """The first bytes of an iPhone photo."""
    return struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 200


def jxl() -> bytes:
    """The first bytes of a JPEG XL, which no decoder of ours reads."""
    return b"\xff\x0a" + bytes(60)


def heic_claiming(width: int, height: int) -> bytes:
    """An HEIC of 300 × 220 pixels that claims another size."""
    data = saved(corners(300, 220), "HEIF")
    return _patched(data, b"ispe", 8, struct.pack(">II", width, height))


def _patched(data: bytes, mark: bytes, after: int, put: bytes) -> bytes:
    at = data.index(mark) + after
    return data[:at] + put + data[at + len(put) :]


def _inflating(kind: bytes, head: bytes) -> bytes:
    """A PNG whose metadata swells to 100 MB."""
    return raw_png(2, 2, 8, 2, bytes(14), chunk(kind, head + zlib.compress(bytes(100_000_000), 9)))


@cache
def odd_but_good() -> dict[str, bytes]:
    """Name to bytes: strange files that are pictures all the same, each to be accepted."""
    rgb, clear = corners(), corners()
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    clear.paste((0, 0, 0, 0), (8, 8, 24, 24))
    red, blue = Image.new("RGB", (32, 32), (200, 0, 0)), Image.new("RGB", (32, 32), (0, 0, 200))
    two: dict[str, Any] = {"save_all": True, "append_images": [blue], "duration": 100}
    palette = rgb.quantize(8)
    good = {
        "cmyk.jpg": saved(rgb.convert("CMYK"), "JPEG"),
        "cmyk.tif": saved(rgb.convert("CMYK"), "TIFF"),
        "progressive.jpg": saved(rgb, "JPEG", progressive=True),
        "grey.jpg": saved(rgb.convert("L"), "JPEG"),
        "444.jpg": saved(rgb, "JPEG", subsampling=0),
        "mpo.jpg": saved(red, "MPO", save_all=True, append_images=[blue.copy()]),
        "dpi.jpg": saved(rgb, "JPEG", dpi=(65535, 1)),
        "dpi0.jpg": saved(rgb, "JPEG", dpi=(0, 0)),
        "broken-exif.jpg": saved(rgb, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7fgarbage"),
        "exif-no-tiff.jpg": saved(rgb, "JPEG", exif=b"Exif\0\0nonsense that is not a directory"),
        "broken-exif.png": saved(rgb, "PNG", exif=b"II*\0\x08\0\0\0\xff\xff"),
        "broken-icc.png": saved(rgb, "PNG", icc_profile=b"not a profile at all"),
        "broken-icc.jpg": saved(rgb, "JPEG", icc_profile=b"\0" * 200),
        "grey-rgb-icc.png": saved(rgb.convert("L"), "PNG", icc_profile=profile_srgb()),
        "wide.png": saved(rgb, "PNG", icc_profile=profile_wide()),
        "wide-alpha.webp": saved(clear, "WEBP", icc_profile=profile_wide()),
        "cmyk-rgb-icc.jpg": saved(rgb.convert("CMYK"), "JPEG", icc_profile=profile_srgb()),
        "grey16.png": png16(0, (40_000,)),
        "rgb16.png": png16(2, (60_000, 10_000, 30_000)),
        "grey-alpha16.png": png16(4, (40_000, 30_000)),
        "rgba16.png": png16(6, (60_000, 10_000, 30_000, 40_000)),
        "grey16-key.png": png16(0, (40_000,), 16, chunk(b"tRNS", struct.pack(">H", 40_000))),
        "rgb16-key.png": png16(2, (1, 2, 3), 16, chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))),
        "grey-alpha.png": saved(clear.convert("LA"), "PNG"),
        "one-bit.png": saved(rgb.convert("1"), "PNG"),
        "one-bit-key.png": saved(rgb.convert("1"), "PNG", transparency=0),
        "palette.png": saved(palette, "PNG"),
        "palette-clear.png": saved(palette, "PNG", transparency=bytes([0, 60, 120, 180, 255])),
        "palette-key.png": saved(palette, "PNG", transparency=2),
        "rgb-key.png": saved(rgb, "PNG", transparency=CORNERS["nw"]),
        "two-bit.png": saved(palette.quantize(4), "PNG", bits=2),
        "gamma.png": raw_png(4, 4, 8, 2, (b"\0" + b"\x80\x40\x20" * 4) * 4, chunk(b"gAMA", b"\0\0\x4e\x20")),
        "animated.png": apng(),
        "animated.gif": saved(red, "GIF", **two),
        "clear.gif": saved(clear, "GIF"),
        "animated.webp": saved(red, "WEBP", **two),
        "alpha.webp": saved(clear, "WEBP"),
        "alpha.avif": saved(clear, "AVIF"),
        "animated.avif": saved(red, "AVIF", **two),
        "pages.tif": saved(red, "TIFF", save_all=True, append_images=[blue.copy()], compression="tiff_lzw"),
        "one-pixel.png": png(1, 1),
        "one-pixel.gif": saved(Image.new("P", (1, 1)), "GIF"),
        "thin.png": png(1, 900),
        "flat.png": png(3000, 2),
        "photo.heic": saved(rgb, "HEIF"),
        "alpha.heic": saved(clear, "HEIF"),
        "grid.heic": saved(corners(300, 220), "HEIF", tile_size=128),
        "grey.heic": saved(rgb.convert("L"), "HEIF"),
        "deep.heic": saved(_deep("I;16", 257), "HEIF"),
        "two.heic": saved(red, "HEIF", save_all=True, append_images=[blue.copy()]),
        "polyglot.jpg": jpeg() + b"PK\x03\x04<script>alert(1)</script>" + SECRET,
        "polyglot.png": png() + b"<?php system($_GET['c']); ?>",
        "polyglot.gif": saved(rgb, "GIF") + b"/*<html>*/=1;",
    }
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "F", "CMYK", "YCbCr", "LAB"):
        source = clear if mode in ("RGBA", "LA") else rgb
        deep = {"I;16": 257, "I": 257, "F": 1 / 255}.get(mode)
        good[f"{mode.replace(';', '')}.tif"] = saved(_deep(mode, deep) if deep else source.convert(mode), "TIFF")
    for way in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "lzma", "zstd"):
        good[f"{way}.tif"] = saved(rgb, "TIFF", compression=way)
    good["group4.tif"] = saved(rgb.convert("1"), "TIFF", compression="group4")
    good["big.tif"] = saved(rgb, "TIFF", big_tiff=True)
    good["inflates.png"] = _inflating(b"iCCP", b"a\0\0")
    return good


def _deep(mode: str, scale: float) -> Image.Image:
    wide = corners().convert("L").convert("F").point(lambda value: value * scale + 0)
    return wide if mode == "F" else wide.convert("I").convert(mode)


@cache
def hostile() -> dict[str, tuple[bytes, set[str]]]:
    """Name to (bytes, the reason codes that are right for it)."""
    whole = saved(corners(300, 300).effect_spread(40), "PNG")
    noisy = corners(300, 300).effect_spread(40)
    cut = {
        f"cut.{kind.lower()}": (saved(noisy, kind)[:-take], {"truncated"})
        for kind, take in (("JPEG", 3000), ("GIF", 3000), ("WEBP", 200), ("AVIF", 900), ("TIFF", 2000))
    }
    return {
        "empty.png": (b"", {"empty-file"}),
        "zeros.jpg": (bytes(5000), {"not-a-picture"}),
        "text.png": (b"hello, I am a picture\n" * 40, {"not-a-picture"}),
        "one-byte.png": (b"\x89", {"not-a-picture"}),
        "magic.png": (b"\x89PNG\r\n\x1a\n", {"truncated"}),
        "magic.jpg": (b"\xff\xd8\xff\xe0", {"truncated"}),
        "magic.gif": (b"GIF89a", {"truncated"}),
        "magic.webp": (b"RIFF\x10\0\0\0WEBPVP8 ", {"truncated"}),
        "magic.tif": (b"II*\0\x08\0\0\0", {"truncated"}),
        "magic.avif": (saved(noisy, "AVIF")[:40], {"truncated"}),
        "cut.png": (whole[: len(whole) // 2], {"truncated"}),
        "cut-little.png": (whole[:-60], {"truncated"}),
        **cut,
        "bomb.png": (png_bomb(), {"side-too-long", "too-many-pixels"}),
        "bomb-pixels.png": (png_bomb(19_000), {"too-many-pixels"}),
        "bomb.webp": (webp_claiming(16_000, 16_000), {"too-many-pixels"}),
        "flat-bomb.png": (flat_bomb(9400, 9400), {"too-many-pixels"}),
        "zero.png": (zero_png(), {"zero-size"}),
        "broken.png": (broken_idat(), {"corrupt"}),
        "drawing.svg": (b'<?xml version="1.0"?>\n<svg xmlns="x"><script>1</script></svg>', {"format-svg"}),
        "svg-named.png": (b"\xef\xbb\xbf<!-- hi --><svg onload='x'/>", {"format-svg"}),
        "page.jpg": (b"<!DOCTYPE html><html><script>alert(1)</script>", {"format-html"}),
        "archive.png": (b"PK\x03\x04\x14\0\0\0" + b"x" * 99, {"format-zip"}),
        "paper.png": (b"%PDF-1.7\n%abc", {"format-pdf"}),
        "photo.jpg": (heic(), {"corrupt"}),
        "cut.heic": (saved(noisy, "HEIF")[:-900], {"truncated"}),
        "grid.heic": (heic_claiming(30_000, 30_000), {"side-too-long"}),
        "flat.heic": (heic_claiming(0, 64), {"zero-size"}),
        "lying.heic": (heic_claiming(64, 64), {"corrupt"}),
        "film.heic": (struct.pack(">I", 16) + b"ftyphevc\0\0\0\0" + struct.pack(">I", 8) + b"moov", {"format-video"}),
        "packed.svgz": (gzip.compress(b"<svg xmlns='x'/>"), {"format-svg"}),
        "wide-letters.svg": ("<svg/>".encode("utf-16"), {"format-svg"}),
        "remark.svg": (b"<!--" + b"x" * 5000 + b"--><svg/>", {"format-svg"}),
        "icon.png": (saved(corners(), "ICO"), {"format-icon"}),
        "future.jpg": (jxl(), {"format-jxl"}),
        "wavelet.jpg": (saved(corners(), "JPEG2000"), {"format-jpeg2000"}),
        "texture.png": (saved(corners(), "DDS"), {"format-texture"}),
        "light.png": (b"#?RADIANCE\n", {"format-hdr"}),
        "twelve-bit.jpg": (_patched(jpeg(), b"\xff\xc0", 4, b"\x0c"), {"rare-variant"}),
        "lossless.jpg": (_patched(jpeg(), b"\xff\xc0", 1, b"\xc3"), {"rare-variant"}),
        "camera.tif": (saved(corners(), "TIFF", tiffinfo={254: 1, 330: 8}), {"format-raw"}),
        "no-height.jpg": (_patched(jpeg(), b"\xff\xc0", 5, b"\0\0"), {"zero-size"}),
        "no-palette.png": (raw_png(4, 4, 8, 3, bytes(20)), {"corrupt"}),
        "pointer.tga": (saved(corners(), "TGA"), {"format-unknown"}),
        "walk.jpg": (scan_bomb(600), {"too-complex"}),
        "clip.gif": (struct.pack(">I", 24) + b"ftypisom\0\0\0\0isommp42" + b"\0" * 99, {"format-video"}),
        "layers.png": (b"8BPS\0\x01" + b"\0" * 99, {"format-layers"}),
        "old.bmp": (saved(corners(), "BMP"), {"format-bmp"}),
        "print.jpg": (b"%!PS-Adobe-3.0 EPSF-3.0\n", {"format-layers"}),
    }
