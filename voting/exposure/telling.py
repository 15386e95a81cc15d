"""Exposure as the result page, the results bundle and the pick desk tell it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_percent, gettext
from sqlalchemy.orm import Session

from contests.submissions.queries import CardRow
from voting.exposure import queries, reporting
from voting.pick_evidence import Figure
from voting.result_tables import number


@dataclass(frozen=True)
class Line:
    """One design of the table: None where a number is too small to be told."""

    card: CardRow | None
    shown: int
    missed: bool
    by_link: int | None


def lines(report: Mapping[str, Any], cards: Mapping[int, CardRow]) -> list[Line]:
    """Return the table of a round, the least shown first."""
    found = [
        Line(
            cards.get(each["submission_id"]),
            each["shown"],
            each["submission_id"] in report["missed"],
            each["votes_by_link"],
        )
        for each in report["designs"]
    ]
    return sorted(found, key=lambda line: (line.shown, line.card.title if line.card else ""))


def section(session: Session, contest_id: int) -> dict[str, Any] | None:
    """Return 'exposure.json' of the results bundle; None where nothing is known."""
    known = queries.reports(session, contest_id)
    if not known:
        return None
    return {"method": reporting.METHOD, "rounds": [{"round": kind, **report} for kind, report in known.items()]}


def evidence(session: Session, contest_id: int, ids: Collection[int]) -> Mapping[int, Iterable[Figure]]:
    """Return what the pick desk shows of designs: how often they were shown, beside the average."""
    known = queries.reports(session, contest_id)
    report = known.get("final") or known.get("open")
    if not report:
        return {}
    return {
        each["submission_id"]: [_shown(each["shown"], report["mean"])]
        for each in report["designs"]
        if each["submission_id"] in ids
    }


def by_link(report: Mapping[str, Any]) -> str:
    """Return the share of votes that came by a design's own link, in words."""
    if report["votes_by_link"] is None:
        return str(gettext("fewer than %(least)s", least=reporting.LEAST))
    if not report["votes"]:
        return str(gettext("none"))
    share = format_percent(report["votes_by_link"] / report["votes"])
    return f"{number(report['votes_by_link'])} ({share})"


def _shown(shown: int, mean: float) -> Figure:
    return Figure(gettext("Shown"), gettext("%(shown)s times (%(mean)s on average)", shown=shown, mean=round(mean)))
