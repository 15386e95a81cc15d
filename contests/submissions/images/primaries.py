"""Colour spaces named by numbers instead of a profile: PNG's cICP and cHRM, the nclx box of HEIC and AVIF.

They are turned into a small ICC profile, so that one engine (LittleCMS) does every conversion.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from contests.submissions.images.isobmff import Broken, still

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]
# White, red, green, blue as CIE x, y.
_D65 = (0.3127, 0.3290)
SRGB = (*_D65, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060)
_PRIMARIES: dict[int, tuple[str, tuple[float, ...]]] = {
    1: ("sRGB", SRGB),
    5: ("BT.601 PAL", (*_D65, 0.640, 0.330, 0.290, 0.600, 0.150, 0.060)),
    6: ("BT.601 NTSC", (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    9: ("BT.2020", (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    11: ("DCI-P3", (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    12: ("Display P3", (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
}
_D50: Triple = (0.9642, 1.0, 0.8249)
_BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_PAPER_WHITE, _PEAK = 203.0, 1000.0
"""Candela: what a sheet of white paper has in HDR video, and the brightest light that keeps any detail."""
_KNEE, _MOST = 0.7, _PEAK / _PAPER_WHITE


def profile_for(data: bytes, kind: str, info: Mapping[Any, Any]) -> bytes | None:
    """An ICC profile for the colours that the file `data` names by numbers; None when it names sRGB or nothing.

    `info` is what Pillow says of it. A profile in the file wins, except over the cICP of a PNG, as
    the standards say.
    """
    if kind == "PNG":
        codes = _cicp(data)
        if codes:
            return of_codes(*codes)
        return None if info.get("icc_profile") or "srgb" in info else _of_chromaticities(info)
    if kind not in ("HEIF", "AVIF") or info.get("icc_profile"):
        return None
    try:
        codes = still(data).colour
    except Broken:
        return None
    return of_codes(*codes) if codes else None


def of_codes(primaries: int, transfer: int) -> bytes | None:
    """The profile of a pair of code points (ITU-T H.273); None for sRGB and for what has no meaning here."""
    name, points = _PRIMARIES.get(primaries, _PRIMARIES[1])
    label, curve = {4: (" 2.2", _power(2.2)), 5: (" 2.8", _power(2.8)), 8: (" linear", _power(1.0))}.get(
        transfer, {16: (" PQ", _pq), 18: (" HLG", _hlg)}.get(transfer, ("", _srgb))
    )
    if points == SRGB and curve is _srgb:
        return None
    return _profile(name + label, points, curve)


def _of_chromaticities(info: Mapping[Any, Any]) -> bytes | None:
    points, gamma = info.get("chromaticity"), info.get("gamma")
    if not isinstance(points, tuple) or len(points) != 8:
        return None
    if max(abs(a - b) for a, b in zip(points, SRGB, strict=True)) < 0.002:
        return None
    curve: Callable[[float], float] = _srgb
    if isinstance(gamma, float) and 0.1 <= gamma <= 10 and abs(gamma * 2.2 - 1) >= 0.05:
        curve = _power(1 / gamma)
    return _profile("PNG chromaticities", points, curve)


def _cicp(data: bytes) -> tuple[int, int] | None:
    """Primaries and transfer of a PNG's cICP chunk, which stands before the pixels and has a right checksum."""
    at = 8
    while at + 12 <= len(data) and data[at + 4 : at + 8] != b"IDAT":
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"cICP" and length == 4:
            right = zlib.crc32(data[at + 4 : at + 12]).to_bytes(4, "big") == data[at + 12 : at + 16]
            return (data[at + 8], data[at + 9]) if right else None
        at += 12 + length
    return None


def _profile(name: str, points: tuple[float, ...], curve: Callable[[float], float]) -> bytes | None:
    """A matrix profile; None when the primaries span no space."""
    try:
        columns = _columns(points)
    except (ZeroDivisionError, OverflowError):
        return None
    if any(not -1.99 < value < 1.99 for column in columns for value in column):
        return None
    table = [round(65535 * min(1.0, max(0.0, curve(step / 1023)))) for step in range(1024)]
    tone = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *table)
    text = name.encode() + b"\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _xyz(_D50),
        b"rXYZ": _xyz(columns[0]),
        b"gXYZ": _xyz(columns[1]),
        b"bXYZ": _xyz(columns[2]),
    }
    return _packed({**tags, **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), tone)})


def _columns(points: tuple[float, ...]) -> Matrix:
    """X, Y, Z of red, green and blue under D50, as profiles keep them (adapted by Bradford's matrix)."""
    white, *primaries = ((x / y, 1.0, (1 - x - y) / y) for x, y in zip(points[::2], points[1::2], strict=True))
    shares = _apply(_inverse(_turned(primaries)), white)
    scaled = [tuple(value * share for value in each) for each, share in zip(primaries, shares, strict=True)]
    before, after = _apply(_BRADFORD, white), _apply(_BRADFORD, _D50)
    back = _inverse(_BRADFORD)

    def adapted(xyz: Any) -> Triple:
        cone = _apply(_BRADFORD, xyz)
        return _apply(back, tuple(c * a / b for c, a, b in zip(cone, after, before, strict=True)))

    red, green, blue = (adapted(each) for each in scaled)
    return red, green, blue


def _apply(matrix: Any, vector: Any) -> Triple:
    one, two, three = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _turned(rows: Any) -> Any:
    return tuple(zip(*rows, strict=True))


def _inverse(m: Any) -> Any:
    (a, b, c), (d, e, f), (g, h, i) = m
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    rows = (e * i - f * h, c * h - b * i, b * f - c * e), (f * g - d * i, a * i - c * g, c * d - a * f)
    rows = (*rows, (d * h - e * g, b * g - a * h, a * e - b * d))  # type: ignore[assignment]
    return tuple(tuple(value / whole for value in row) for row in rows)


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _power(gamma: float) -> Callable[[float], float]:
    return lambda value: float(value**gamma)


def _pq(value: float) -> float:
    """SMPTE ST 2084 to light, brighter than paper rolled off: what a print can't show still has shape."""
    root = value ** (1 / 78.84375)
    light = (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return _rolled_off(10_000 * light / _PAPER_WHITE)


def _hlg(value: float) -> float:
    """ARIB STD-B67 to light of a 1000 candela screen, rolled off alike."""
    scene = (
        value * value / 3 if value <= 0.5 else (2.718281828 ** ((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    )
    return _rolled_off(_PEAK * float(scene) ** 1.2 / _PAPER_WHITE)


def _rolled_off(light: float) -> float:
    """Unchanged up to _KNEE, then Reinhard's curve with a white point: the peak becomes 1."""
    if light <= _KNEE:
        return light
    over, most = ((min(each, _MOST) - _KNEE) / (1 - _KNEE) for each in (light, _MOST))
    return _KNEE + (1 - _KNEE) * over * (1 + over / (most * most)) / (1 + over)


def _xyz(values: Triple) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _packed(tags: dict[bytes, bytes]) -> bytes:
    bodies = [data + b"\0" * (-len(data) % 4) for data in tags.values()]
    starts = [132 + 12 * len(tags)]
    for body in bodies:
        starts.append(starts[-1] + len(body))
    table = b"".join(
        name + struct.pack(">II", start, len(tags[name]))
        for name, (start, _end) in zip(tags, pairwise(starts), strict=True)
    )
    head = b"\0" * 8 + b"\x02\x10\0\0mntrRGB XYZ " + b"\0" * 12 + b"acsp"
    head = head.ljust(68, b"\0") + _xyz(_D50)[8:]
    head = struct.pack(">I", starts[-1]) + head[4:].ljust(124, b"\0")
    return head + struct.pack(">I", len(tags)) + table + b"".join(bodies)
