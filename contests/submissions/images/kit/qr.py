"""QR codes: dark on light, four modules of quiet around, the short link beneath for those who type."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from contests.submissions.images.kit.lettering import fitted, legible, text_at
from contests.submissions.images.kit.order import KitOrder

if TYPE_CHECKING:
    from segno import QRCode

QUIET = 4
BENEATH = 3
"""Modules for the link, below the quiet zone."""
INK, LIGHT = "#17151C", "#FFFFFF"
PNG_MODULE = 40
TEE_DPI = 300
TEE_CM = 24
"""The width of the light plate on a tee: its code is read from about two metres away."""


def code_files(order: KitOrder) -> dict[str, bytes]:
    """Return the files that hold the code and no picture, by part."""
    return {"qr.svg": svg(order), "qr.png": png(order), "qr-tee.png": tee(order)}


def symbol(address: str, level: str = "M") -> QRCode:
    """Return the code of an address; an address in capitals gets the smaller, alphanumeric one."""
    import segno  # only who draws one

    return segno.make(address, error=level, micro=False, boost_error=False)


def rows(code: QRCode) -> list[list[bool]]:
    """Return the code's modules with its quiet zone, row by row; dark is True."""
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET)]


def runs(code: QRCode) -> list[tuple[int, int, int]]:
    """Return the dark runs of every row as (x, y, length) in modules, the quiet zone included."""
    found = []
    for y, row in enumerate(rows(code)):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                found.append((start, y, x - start))
            x += 1
    return found


def svg(order: KitOrder) -> bytes:
    """Return the code with its link beneath as a drawing of any size; no style, no script."""
    code = symbol(order.address)
    wide = len(rows(code))
    dark = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs(code))
    size = min(1.9, (wide - 4) / (0.58 * max(1, len(order.link))))
    words = (
        f'<text x="{wide / 2:g}" y="{wide + 1.5:g}" font-family="sans-serif" font-weight="700" '
        f'font-size="{size:.2f}" text-anchor="middle" fill="{INK}">{_escaped(order.link)}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {wide + BENEATH}" width="{wide * 10}" '
        f'height="{(wide + BENEATH) * 10}"><rect width="{wide}" height="{wide + BENEATH}" fill="{LIGHT}"/>'
        f'<path d="{dark}" fill="{INK}" shape-rendering="crispEdges"/>{words}</svg>\n'
    ).encode()


def png(order: KitOrder) -> bytes:
    """Return the same as pixels."""
    plate = _plate(symbol(order.address), PNG_MODULE, order.link)
    return _png(plate, None)


def tee(order: KitOrder) -> bytes:
    """Return the print file of a tee: the code on a light plate with round corners, nothing around it.

    Cloth stretches and folds, so the code bears more damage than on paper (level Q).
    """
    code = symbol(order.address, "Q")
    module = round(TEE_CM / 2.54 * TEE_DPI / len(rows(code)))
    plate = _plate(code, module, order.link)
    fine = Image.new("L", plate.size, 0)
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, plate.width - 1, plate.height - 1), 2.5 * module, 255)
    plate.putalpha(fine)
    return _png(plate, TEE_DPI)


def _plate(code: QRCode, module: int, link: str) -> Image.Image:
    """The code and its link on a light ground; every module is a whole number of pixels wide."""
    wide = len(rows(code)) * module
    plate = Image.new("RGB", (wide, wide + BENEATH * module), LIGHT)
    draw = ImageDraw.Draw(plate)
    for x, y, length in runs(code):
        draw.rectangle((x * module, y * module, (x + length) * module - 1, (y + 1) * module - 1), fill=INK)
    words = legible(link)
    text_at(plate, (wide / 2, wide + module), words, fitted(words, 1.9 * module, wide - 5 * module), INK)
    return plate


def _png(picture: Image.Image, dpi: int | None) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
