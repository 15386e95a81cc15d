"""Usual measures of garments in cm, laid flat: a first draft that staff correct for what they buy."""

from typing import Any

_SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL")
_USUAL = {  # size of the first column at XS, step; the same for the length
    "tee": (46, 3, 67, 2),
    "hoodie": (50, 3, 66, 2),
}


def usual_chart(kind: str, sizes: list[str]) -> list[dict[str, Any]]:
    """Return {"size", "width", "length"} for each size we know measures of; empty for other kinds."""
    if kind not in _USUAL:
        return []
    width, wider, length, longer = _USUAL[kind]
    known = {size: (width + i * wider, length + i * longer) for i, size in enumerate(_SIZES)}
    return [{"size": size, "width": known[size][0], "length": known[size][1]} for size in sizes if size in known]


def written(chart: list[dict[str, Any]]) -> str:
    """Return a chart as staff type it: one size a line, 'M 52 71'."""
    return "\n".join(f"{row['size']}: {row['width']} {row['length']}" for row in chart)


def read(text: str) -> list[dict[str, Any]]:
    """Return the chart typed as 'M: 52 71', one size a line; raises ValueError for anything else."""
    chart = []
    for line in filter(None, map(str.strip, text.splitlines())):
        size, _, measures = line.partition(":")
        width, length = measures.split()
        chart.append({"size": size.strip()[:20], "width": _cm(width), "length": _cm(length)})
    return chart


def _cm(word: str) -> int:
    measure = int(word)
    if not 1 <= measure <= 300:
        raise ValueError(word)
    return measure
