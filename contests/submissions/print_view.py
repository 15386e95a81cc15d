"""Print reports as pages show them, in the reader's language."""

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, gettext

from contests import specs
from contests.submissions.images.print_report import sentences, verdict_words

_BADGES = {"ready": ("ok", "circle-check"), "usable": ("warn", "triangle-alert"), "idea": ("info", "palette")}


@dataclass(frozen=True)
class Line:
    """One finding: 'ok', 'advice' or 'problem', and what to do about it."""

    level: str
    text: str


@dataclass(frozen=True)
class Shown:
    """The report on one product: its name, the verdict as a word, what it means, its findings.

    `badge` and `icon` are how the verdict looks; `inks` are (colour, percent) of the art.
    """

    product: str
    kind: str
    verdict: str
    word: str
    meaning: str
    badge: str
    icon: str
    lines: list[Line]
    inks: list[tuple[str, int]]
    values: dict[str, Any]

    @property
    def to_do(self) -> list[Line]:
        """Return what should be mended."""
        return [line for line in self.lines if line.level != "ok"]

    @property
    def fine(self) -> list[Line]:
        """Return what is good as it is."""
        return [line for line in self.lines if line.level == "ok"]


def shown(reports: list[dict[str, Any]] | None) -> list[Shown]:
    """Return reports as stored with a revision or a print file; [] when there are none yet."""
    return [_shown(each) for each in reports or ()]


def _shown(report: dict[str, Any]) -> Shown:
    word, meaning = verdict_words(report)
    badge, icon = _BADGES[report["verdict"]]
    return Shown(
        product=gettext(report["title"]) if report["title"] in specs.KINDS.values() else report["title"],
        kind=report["kind"],
        verdict=report["verdict"],
        word=gettext(word),
        meaning=gettext(meaning),
        badge=badge,
        icon=icon,
        lines=[Line(each.level, gettext(each.msgid, **_said(each.values))) for each in sentences(report)],
        inks=[(colour, max(1, round(share * 100))) for colour, share in report["ink_list"]],
        values=report,
    )


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers as the reader writes them, cloth colours by their names."""
    said = {key: format_decimal(value) if isinstance(value, (int, float)) else value for key, value in values.items()}
    if values.get("colour") in specs.COLOURS:
        said["colour"] = gettext(specs.COLOURS[values["colour"]])
    return said
