"""The studio's drawings: flat, light, tinted by the colour of the text around them (currentColor)."""

from cloth.garments import Garment
from cloth.paths import Path

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 1500"><g id="garment">'
_LINE = 'stroke="#1D1035" stroke-opacity=".45" stroke-linejoin="round"'


def drawing(garment: Garment, sheet: bool) -> str:
    """Return the SVG of one side. Lines come dark and, a little below, light, so that they show on any colour."""
    cloth = "".join(path.svg() for path in garment.cloth)
    # Lines first, then cloth over them: where pieces are one, no line is left between them.
    parts = [_HEAD, f'<path d="{cloth}" {_LINE} stroke-width="6"/>']
    parts += [f'<path d="{path.svg()}" fill="currentColor"/>' for path in garment.cloth]
    if not sheet:
        parts += [f'<path d="{path.svg()}" fill="none" {_LINE} stroke-width="3"/>' for path in garment.edges]
        parts += [f'<path d="{path.svg()}" fill="#000" fill-opacity=".34"/>' for path in garment.inside]
        parts += [f'<path d="{path.svg()}" fill="#000" fill-opacity=".07"/>' for path in garment.ribs]
        parts += [_twice(garment.seams, 3, "")]
        parts += [_twice(garment.stitches, 2.5, ' stroke-dasharray="9 6"')]
        parts += [_over(garment.over)]
    return "".join(parts) + "</g></svg>\n"


def _twice(paths: tuple[Path, ...], width: float, dashes: str) -> str:
    d = "".join(path.svg() for path in paths)
    if not d:
        return ""
    kind = f'd="{d}" fill="none" stroke-width="{width}" stroke-linecap="round"{dashes}'
    return (
        f'<path {kind} stroke="#fff" stroke-opacity=".22" transform="translate(0 3)"/>'
        f'<path {kind} stroke="#000" stroke-opacity=".4"/>'
    )


def _over(paths: tuple[Path, ...]) -> str:
    d = "".join(path.svg() for path in paths)
    return (
        f'<path id="over" d="{d}" fill="currentColor" stroke="#000" stroke-opacity=".5" stroke-width="2"/>' if d else ""
    )
