"""From a picture and the products of a contest to one report each."""

from collections.abc import Sequence
from typing import Any, Literal

from PIL import Image

from contests.submissions.images.print_report import findings
from contests.submissions.images.print_report.contrast import contrasts
from contests.submissions.images.print_report.edges import reaches_edge
from contests.submissions.images.print_report.gamut import share_out
from contests.submissions.images.print_report.ground import Drawing, drawing
from contests.submissions.images.print_report.inks import FULL_COLOUR, Ink, inks
from contests.submissions.images.print_report.lines import thinnest_mm
from contests.submissions.images.print_report.oklab import distance, of_rgb, parse
from contests.submissions.images.print_report.sample import Sample, sampled
from contests.submissions.images.print_report.spec import PrintSpec

Placed = Literal["fit", "box"]
Size = tuple[int, int]
MOST_PIXELS = 8_000_000
"""A larger picture is made smaller first: no measure gets better beyond, all cost more."""
SHARP = 200
"""Dots per inch from which nobody sees the dots at arm's length."""
SAME_AS_CLOTH = 0.075


def report(picture: Image.Image, size: Size, spec: PrintSpec, placed: Placed = "fit") -> dict[str, Any]:
    """The report on a picture for one product; see `reports`."""
    return reports(picture, size, [spec], placed)[0]


def reports(
    picture: Image.Image, size: Size, specs: Sequence[PrintSpec], placed: Placed = "fit"
) -> list[dict[str, Any]]:
    """One report for each of `specs`, in that order; what doesn't depend on the product is measured once.

    `picture` is upright sRGB, RGB or RGBA, and may be smaller than the original, whose upright
    `size` counts for the resolution. `placed` says how it comes into the print box: "fit" as large as
    the box lets it be, "box" when it is the print box. Keys: docs/print.md. Raises ValueError for
    other modes and for colours of cloth that are none.
    """
    if picture.mode not in ("RGB", "RGBA"):
        raise ValueError(f"RGB or RGBA, not {picture.mode}")
    small = _bounded(picture)
    seen = sampled(small)
    found, out, drawn = inks(seen), share_out(seen), drawing(small)
    return [_one(spec, size, placed, small.size, seen, found, out, drawn) for spec in specs]


def _one(
    spec: PrintSpec,
    size: Size,
    placed: Placed,
    looked: Size,
    seen: Sample,
    found: list[Ink],
    out: float,
    drawn: Drawing,
) -> dict[str, Any]:
    px_per_cm = _px_per_cm(size, spec, placed)
    mm_per_px = 10 / px_per_cm * size[0] / looked[0]
    needed = [ink for ink in found if not _is_cloth(ink, spec)]
    values = {
        "product": spec.position,
        "kind": spec.kind,
        "title": spec.title,
        "dpi": int(px_per_cm * 2.54),
        "width_cm": _down(size[0] / px_per_cm),
        "height_cm": _down(size[1] / px_per_cm),
        "max_width_cm": _down(size[0] / SHARP * 2.54),
        "alpha": round(seen.clear, 3),
        "semi": round(seen.semi, 3),
        "inks": len(needed),
        "full_colour": len(needed) > FULL_COLOUR,
        "ink_list": [[ink.hex, round(ink.share, 3)] for ink in needed[:FULL_COLOUR]],
        "max_inks": spec.max_inks,
        "out_of_gamut": round(out, 3),
        "thinnest_mm": thinnest_mm(drawn.strength, mm_per_px) if drawn.strength else None,
        "safe": not reaches_edge(drawn.strength, mm_per_px) if seen.art else True,
        "sheet": None if drawn.sheet is None else "#{:02X}{:02X}{:02X}".format(*drawn.sheet),
        "contrast": contrasts(seen, spec.colours),
    }
    told = findings.judged(values, blank=not seen.tones)
    return {**values, "verdict": findings.verdict(told), "findings": told}


def _px_per_cm(size: Size, spec: PrintSpec, placed: Placed) -> float:
    """How densely the original's pixels lie in print."""
    across = size[0] / spec.width_cm
    return across if placed == "box" else max(across, size[1] / spec.height_cm)


def _is_cloth(ink: Ink, spec: PrintSpec) -> bool:
    """Whether the colour needs no ink because it is the paper of a poster."""
    cloths = [of_rgb(parse(colour)) for colour in spec.colours]
    return spec.kind == "poster" and len(cloths) == 1 and distance(of_rgb(ink.rgb), cloths[0]) < SAME_AS_CLOTH


def _down(value: float) -> float:
    return int(value * 10 + 1e-6) / 10


def _bounded(picture: Image.Image) -> Image.Image:
    pixels = picture.width * picture.height
    if pixels <= MOST_PIXELS:
        return picture
    scale = (MOST_PIXELS / pixels) ** 0.5
    size = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    return picture.resize(size, Image.Resampling.BOX)
