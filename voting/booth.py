"""Where a vote is given: one design and its contest's terms, read in one statement before the transaction begins.

What is read here may change in the same instant, and the vote that came first may still count: nobody can tell the
two orders apart. What no vote may pass, the seal, is read under its lock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from contests.models import Contest
from contests.phases import Decisions, Phase, Schedule, phase_of
from contests.submissions.models import Submission
from contests.submissions.queries import is_public
from voting.queries import ChoiceRow
from webapp.infra.short_ways import look

# Of tables, not of entities, and built once: on the way of a vote, building statements costs more than running them.
_DESIGNS: Any = Submission.__table__
_CONTESTS: Any = Contest.__table__
_DATES = tuple(Schedule.__dataclass_fields__) + tuple(Decisions.__dataclass_fields__)
_RULES = ("slug", "timezone", "hearts", "method", "final_method", "rank_places")
_OF_DESIGN = ("id", "code", "title", "contest_id", "author_id", "current_revision_id")
_PUBLIC = ("state", "submitted_at", "withdrawn_at")
_BOOTH = select(
    *(_DESIGNS.c[name] for name in (*_OF_DESIGN, *_PUBLIC)), *(_CONTESTS.c[name] for name in (*_RULES, *_DATES))
).join(_CONTESTS, _CONTESTS.c.id == _DESIGNS.c.contest_id)
# A draft's code names nothing to anybody but its author: what was never sent in can't be voted for.
_BY_CODE = _BOOTH.where(_DESIGNS.c.code == bindparam("wanted"), _DESIGNS.c.submitted_at.is_not(None))
_BY_ID = _BOOTH.where(_DESIGNS.c.id == bindparam("wanted"))


@dataclass(frozen=True)
class Terms:
    """What a vote must know of its contest."""

    id: int
    schedule: Schedule
    decisions: Decisions
    slug: str
    timezone: str
    hearts: int
    method: str
    final_method: str
    rank_places: int

    def phase(self, now: datetime) -> Phase:
        """Return the phase at `now`."""
        return phase_of(self.schedule, self.decisions, now)


@dataclass(frozen=True)
class Booth:
    """A design as its voter names it and as the rules see it, and the terms of its contest."""

    code: str
    title: str
    design: ChoiceRow
    terms: Terms


def by_code(code: str) -> Booth | None:
    """Return where a vote for the design of a code is given."""
    return _booth(_BY_CODE, code)


def by_id(submission_id: int) -> Booth | None:
    """Return where a vote for a design is given."""
    return _booth(_BY_ID, submission_id)


def _booth(statement: Any, wanted: str | int) -> Booth | None:
    rows = look(statement, {"wanted": wanted})
    if not rows:
        return None
    row: Any = rows[0]
    design = ChoiceRow(row.id, row.contest_id, row.author_id, row.current_revision_id, is_public(row))
    dates = row[len(_OF_DESIGN) + len(_PUBLIC) + len(_RULES) :]
    split = len(Schedule.__dataclass_fields__)
    schedule, decisions = Schedule(*dates[:split]), Decisions(*dates[split:])
    rules: Any = [getattr(row, name) for name in _RULES]
    terms = Terms(row.contest_id, schedule, decisions, *rules)
    return Booth(row.code, row.title, design, terms)
