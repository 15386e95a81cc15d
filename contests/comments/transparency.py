"""What moderators and rules did, month by month, for everybody to read: counts by reason, time to a decision.

Small numbers say too much about single people: reasons counted fewer than FEW times in a month stand together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from contests.comments.models import Appeal, Comment, Report
from contests.comments.questions.models import Question
from contests.submissions.models import ModerationAct, Submission

FEW = 10
MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One month: (reason code, count) of what was hidden or held, the most frequent first.

    `others` counts what was merged, None when even that is fewer than FEW. `median` is the usual time from a
    report, or from sending in, to the decision; None when fewer than FEW decisions were made. `appeals` is
    (asked, granted), None below FEW.
    """

    begins: datetime
    reasons: list[tuple[str, int]] = field(default_factory=list)
    others: int | None = None
    total: int | None = None
    median: timedelta | None = None
    appeals: tuple[int, int] | None = None


def months(session: Session, now: datetime) -> list[Month]:
    """Return the last MONTHS months, the newest first, in UTC. Three statements."""
    starts = _starts(now)
    counted = _counts(session, starts)
    medians, asked = _medians(session, starts), _appeals(session, starts)
    return [_month(start, counted.get(at, {}), medians.get(at), asked.get(at)) for at, start in enumerate(starts)]


def _month(
    start: datetime, counts: dict[str, int], median: tuple[int, float] | None, appeals: tuple[int, int] | None
) -> Month:
    many = sorted(((code, n) for code, n in counts.items() if n >= FEW), key=lambda pair: (-pair[1], pair[0]))
    few = sum(n for n in counts.values() if n < FEW)
    total = sum(counts.values())
    # A rest too small to be said could be computed from the total: then the total is not said either.
    said = total >= FEW and not 0 < few < FEW
    return Month(
        begins=start,
        reasons=many,
        others=few if few >= FEW else None,
        total=total if said else None,
        median=timedelta(seconds=round(median[1])) if median and median[0] >= FEW else None,
        appeals=appeals if appeals and appeals[0] >= FEW else None,
    )


def _starts(now: datetime) -> list[datetime]:
    first = datetime(now.year, now.month, 1, tzinfo=UTC)
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _which(at: Any, starts: Sequence[datetime]) -> Any:
    """Return the number of the month a column falls into, 0 for the newest; both databases count alike."""
    return case(*((at >= start, literal(number)) for number, start in enumerate(starts)), else_=literal(len(starts)))


def _not_undone() -> Any:
    undo = aliased(ModerationAct)
    return ~exists(select(undo.id).where(undo.undoes_id == ModerationAct.id))


def _counts(session: Session, starts: Sequence[datetime]) -> dict[int, dict[str, int]]:
    acts = select(
        _which(ModerationAct.at, starts).label("month"),
        case((ModerationAct.reason_code == "", literal("other")), else_=ModerationAct.reason_code).label("code"),
    ).where(
        ModerationAct.at >= starts[-1],
        ModerationAct.act.in_(("hide", "hold", "suspend")),
        ModerationAct.moderator_id.is_not(None),
        _not_undone(),
    )
    by_rule = (
        select(_which(table.created_at, starts).label("month"), (literal("rule:") + table.rule).label("code")).where(
            table.created_at >= starts[-1], table.rule != ""
        )
        for table in (Comment, Question)
    )
    parts = union_all(acts, *by_rule).subquery()
    rows = session.execute(
        select(parts.c.month, parts.c.code, func.count().label("n")).group_by(parts.c.month, parts.c.code)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.month, {})[row.code] = row.n
    return found


def _medians(session: Session, starts: Sequence[datetime]) -> dict[int, tuple[int, float]]:
    """Return (how many, seconds) by month: the middle one of all times from a cause to the decision."""
    reported = select(Report.resolved_at.label("till"), Report.at.label("since")).where(
        Report.resolved_at >= starts[-1], Report.resolved_by.is_not(None)
    )
    first = func.min(ModerationAct.at)
    of_design = and_(ModerationAct.subject_kind == "submission", ModerationAct.subject_id == Submission.id)
    judged = (
        select(first.label("till"), Submission.submitted_at.label("since"))
        .join(ModerationAct, of_design)
        .where(ModerationAct.moderator_id.is_not(None), Submission.submitted_at.is_not(None))
        .group_by(Submission.id, Submission.submitted_at)
        .having(first >= starts[-1])
    )
    released = (
        select(first.label("till"), table.created_at.label("since"))
        .join(ModerationAct, and_(ModerationAct.subject_kind == kind, ModerationAct.subject_id == table.id))
        .where(ModerationAct.moderator_id.is_not(None), table.rule != "")
        .group_by(table.id, table.created_at)
        .having(first >= starts[-1])
        for kind, table in (("comment", Comment), ("question", Question))
    )
    parts = union_all(reported, judged, *released).subquery()
    lasted = _seconds(session, parts.c.till) - _seconds(session, parts.c.since)
    timed = select(_which(parts.c.till, starts).label("month"), lasted.label("lasted")).subquery()
    place = func.row_number().over(partition_by=timed.c.month, order_by=timed.c.lasted)
    many = func.count().over(partition_by=timed.c.month)
    ranked = select(timed.c.month, timed.c.lasted, place.label("place"), many.label("many")).subquery()
    middle = ranked.c.place * 2
    rows = session.execute(
        select(ranked.c.month, ranked.c.many, func.avg(ranked.c.lasted).label("lasted"))
        .where(middle >= ranked.c.many, middle <= ranked.c.many + 2)
        .group_by(ranked.c.month, ranked.c.many)
    )
    return {row.month: (row.many, float(row.lasted)) for row in rows}


def _seconds(session: Session, column: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(column) * 86400
    return func.extract("epoch", column)


def _appeals(session: Session, starts: Sequence[datetime]) -> dict[int, tuple[int, int]]:
    month = _which(Appeal.at, starts)
    rows = session.execute(
        select(month.label("month"), func.count().label("n"), func.count().filter(Appeal.outcome == "granted"))
        .where(Appeal.at >= starts[-1])
        .group_by(month)
    )
    return {row[0]: (row[1], row[2]) for row in rows}
