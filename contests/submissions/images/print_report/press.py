"""Which colours four process inks can make: a model of offset printing on coated paper.

No profile of a press is read. Sixteen solids (each combination of full cyan, magenta, yellow, black)
are known from the international standard for offset printing (ISO 12647-2, coated paper, CIELAB
under D50); what lies between is computed by Neugebauer's equations with Yule and Nielsen's
correction for light that spreads in paper. `table` walks through all dot areas and notes, for
classes of hue and lightness, the most chroma met. `gamut` keeps that table; a test makes it anew.
"""

from itertools import product

from contests.submissions.images.print_report.oklab import chroma_hue, of_linear

HUES, LIGHTS = 24, 10
SPREAD = 2.0
_WHITE = (0.9642, 1.0, 0.8249)
# (cyan, magenta, yellow) printed solid -> L*, a*, b*
_SOLIDS = {
    (0, 0, 0): (95, 0, -2),
    (1, 0, 0): (55, -37, -50),
    (0, 1, 0): (48, 74, -3),
    (0, 0, 1): (91, -5, 93),
    (0, 1, 1): (47, 68, 48),
    (1, 0, 1): (50, -68, 25),
    (1, 1, 0): (24, 22, -46),
    (1, 1, 1): (23, 0, 0),
}
_BLACK = (16, 0, 0)
# From CIE XYZ under D50 to linear sRGB (Bradford's adaptation to D65 included).
_TO_RGB = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)


def table(steps: int = 20) -> list[list[float]]:
    """The most chroma (OKLCh) by class of hue (24) and of lightness (10), two places."""
    most = [[0.0] * LIGHTS for _ in range(HUES)]
    solids = _solids()
    areas = [step / steps for step in range(steps + 1)]
    for cyan, magenta, yellow in product(areas, repeat=3):
        for black in (0.0, 0.3, 0.6, 0.9):
            lab = of_linear(*_rgb(_mixed(solids, (cyan, magenta, yellow, black))))
            chroma, hue = chroma_hue(lab)
            at, light = int(hue / 360 * HUES) % HUES, min(LIGHTS - 1, max(0, int(lab[0] * LIGHTS)))
            most[at][light] = max(most[at][light], chroma)
    return [[round(value, 2) for value in row] for row in most]


def _solids() -> dict[tuple[int, ...], tuple[float, ...]]:
    """XYZ of the sixteen solids to the power 1/SPREAD; black lets through of a colour what it does of paper."""
    paper, black = _xyz(_SOLIDS[0, 0, 0]), _xyz(_BLACK)
    found: dict[tuple[int, ...], tuple[float, ...]] = {}
    for inks, lab in _SOLIDS.items():
        plain = _xyz(lab)
        covered = tuple(value * dark / light for value, dark, light in zip(plain, black, paper, strict=True))
        found[*inks, 0] = tuple(value ** (1 / SPREAD) for value in plain)
        found[*inks, 1] = tuple(value ** (1 / SPREAD) for value in covered)
    return found


def _mixed(solids: dict[tuple[int, ...], tuple[float, ...]], areas: tuple[float, ...]) -> list[float]:
    sums = [0.0, 0.0, 0.0]
    for inks, values in solids.items():
        weight = 1.0
        for printed, area in zip(inks, areas, strict=True):
            weight *= area if printed else 1 - area
        if weight:
            sums = [total + weight * value for total, value in zip(sums, values, strict=True)]
    return [value**SPREAD for value in sums]


def _xyz(lab: tuple[float, float, float]) -> tuple[float, ...]:
    middle = (lab[0] + 16) / 116
    roots = (middle + lab[1] / 500, middle, middle - lab[2] / 200)
    cubes = (root**3 if root > 6 / 29 else 3 * (6 / 29) ** 2 * (root - 4 / 29) for root in roots)
    return tuple(white * value for white, value in zip(_WHITE, cubes, strict=True))


def _rgb(xyz: list[float]) -> tuple[float, float, float]:
    red, green, blue = (sum(a * b for a, b in zip(row, xyz, strict=True)) for row in _TO_RGB)
    return red, green, blue
