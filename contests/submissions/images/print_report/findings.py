"""From numbers to findings and a verdict. The thresholds, and why they are these, stand in docs/print.md."""

from typing import Any

from contests.submissions.images.print_report.contrast import LEAST

SHARP_DPI, SOFT_DPI = 200, 150
THIN_MM = 0.35
SEMI = 0.02
OUT_OF_GAMUT = 0.15

Finding = dict[str, Any]


def judged(values: dict[str, Any], blank: bool) -> list[Finding]:
    """What there is to say about the numbers of one product, worst first: {code, level, values}.

    `blank` says that the picture shows nothing at all; the rest says nothing then.
    """
    if blank:
        return [_finding("blank", "problem")]
    found = [
        _resolution(values),
        _inks(values),
        _semi(values),
        _lines(values),
        *_cloths(values),
        _background(values),
        _gamut(values),
        _edge(values),
    ]
    order = ("problem", "advice", "ok")
    return sorted((each for each in found if each), key=lambda each: order.index(each["level"]))


def verdict(found: list[Finding]) -> str:
    """'idea' below SOFT_DPI or without art, 'usable' when something must be mended, else 'ready'."""
    if any(each["code"] in ("resolution-low", "blank") for each in found):
        return "idea"
    mend = any(each["level"] == "problem" or each["code"] == "resolution-soft" for each in found)
    return "usable" if mend else "ready"


def verdict_of(reports: list[dict[str, Any]]) -> str:
    """The verdict on the product that suits the picture least; '' when there are no reports."""
    order = ("ready", "usable", "idea")
    return max((each["verdict"] for each in reports), key=order.index, default="")


def _resolution(values: dict[str, Any]) -> Finding:
    told = {name: values[name] for name in ("dpi", "max_width_cm", "width_cm", "height_cm")}
    if values["dpi"] >= SHARP_DPI:
        return _finding("resolution-good", "ok", **told)
    if values["dpi"] >= SOFT_DPI:
        return _finding("resolution-soft", "advice", **told)
    return _finding("resolution-low", "problem", **told)


def _inks(values: dict[str, Any]) -> Finding:
    limit = values["max_inks"]
    if values["full_colour"]:
        return _finding("inks-full-colour", "problem" if limit else "ok", limit=limit or 0)
    told = {"inks": values["inks"], "limit": limit or 0}
    if limit and values["inks"] > limit:
        return _finding("inks-over", "problem", **told)
    return _finding("inks-good", "ok", **told)


def _semi(values: dict[str, Any]) -> Finding | None:
    """Spot inks are there or not; process colours on paper can be thinned."""
    if values["semi"] <= SEMI:
        return None
    return _finding("semi-transparent", "problem" if values["max_inks"] else "advice", percent=_percent(values["semi"]))


def _lines(values: dict[str, Any]) -> Finding | None:
    thinnest = values["thinnest_mm"]
    if thinnest is None:
        return None
    if thinnest < THIN_MM:
        return _finding("lines-thin", "problem", thinnest_mm=thinnest, least_mm=THIN_MM)
    return _finding("lines-good", "ok", thinnest_mm=thinnest)


def _cloths(values: dict[str, Any]) -> list[Finding]:
    drowned = [colour for colour, ratio in values["contrast"].items() if ratio < LEAST]
    level = "problem" if len(drowned) == len(values["contrast"]) else "advice"
    return [_finding("drowns", level, colour=colour, ratio=values["contrast"][colour]) for colour in drowned]


def _background(values: dict[str, Any]) -> Finding | None:
    """A sheet of one colour around the art would be printed as a box on cloth."""
    if values["sheet"] is None or values["kind"] == "poster":
        return None
    return _finding("background", "advice", colour=values["sheet"])


def _gamut(values: dict[str, Any]) -> Finding | None:
    if values["out_of_gamut"] <= OUT_OF_GAMUT:
        return None
    return _finding("out-of-gamut", "advice", percent=_percent(values["out_of_gamut"]))


def _edge(values: dict[str, Any]) -> Finding | None:
    return None if values["safe"] else _finding("edge", "advice")


def _percent(share: float) -> int:
    return max(1, round(share * 100))


def _finding(code: str, level: str, **values: Any) -> Finding:
    return {"code": code, "level": level, "values": values}
