"""Published results, read from the one row that holds each. Nothing here looks at running totals."""

from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests.ways import HEARTS
from voting.models import Round
from voting.shortlist import Draw
from voting.tally import Placed, fans_choice


@dataclass(frozen=True)
class Result:
    """The counted result of one round, as it was published at its close (docs/voting.md says what each holds).

    Results from before there was more than one way to vote lack what has a default here.
    """

    contest_id: int
    round_id: int
    kind: str
    closed_at: datetime
    method: str
    version: int
    ending: str
    ballots: int
    votes: int
    set_aside: int
    order: tuple[Placed, ...]
    shortlist: tuple[int, ...]
    draw: Draw | None
    seed: str
    seed_hash: str
    way: str = HEARTS
    variant: str = ""
    tie_rule: str = "equal-votes-share-a-rank"
    places: int = 0
    eligible: int | None = None
    cast: int = 0
    held: int = 0
    rejected: int = 0
    reinstated: int = 0
    counted: int = 0
    with_held: tuple[dict[str, Any], ...] | None = None
    winners: tuple[int, ...] = ()
    statistics: dict[str, Any] = field(default_factory=dict)
    table: dict[str, dict[str, Any]] = field(default_factory=dict)
    rounds: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    contest_seed: str = ""
    root: str | None = None
    revised_at: str | None = None

    def placed(self, submission_id: int) -> Placed | None:
        """Return where a design stands, None when it was not in the count."""
        return next((each for each in self.order if each.submission_id == submission_id), None)

    @property
    def fans_choice(self) -> tuple[int, ...]:
        """The designs the fans put first: several when tied, none without votes."""
        return tuple(each.submission_id for each in fans_choice(self.order))


def results(session: Session, contest_id: int) -> list[Result]:
    """Return the results of all rounds, the last first; none before the last round is counted.

    The first round's numbers stay hidden while the final round runs: they would steer it.
    """
    rows = session.execute(
        select(Round.id, Round.kind, Round.closed_at, Round.result)
        .where(Round.contest_id == contest_id)
        .order_by(Round.kind)  # 'final' before 'open'
    ).all()
    if not rows or any(row.closed_at is None for row in rows):
        return []
    return [_result(contest_id, row) for row in rows]


def result(session: Session, contest_id: int) -> Result | None:
    """Return the result of the contest's last round; None before it is counted."""
    return next(iter(results(session, contest_id)), None)


def _result(contest_id: int, row: Any) -> Result:
    kept = row.result
    draw = kept["draw"]
    before = {"cast": kept["ballots"], "counted": kept["ballots"], "contest_seed": kept["seed"]}
    later: dict[str, Any] = {
        name: kept.get(name, before.get(name)) for name in _LATER if name in kept or name in before
    }
    later = {name: tuple(value) if isinstance(value, list) else value for name, value in later.items()}
    return Result(
        contest_id=contest_id,
        round_id=row.id,
        kind=row.kind,
        closed_at=row.closed_at,
        order=tuple(Placed(each["submission_id"], each["votes"], each["rank"]) for each in kept["order"]),
        shortlist=tuple(kept["shortlist"]),
        draw=Draw(draw["places"], tuple(draw["tied"]), tuple(draw["admitted"])) if draw else None,
        **{name: kept[name] for name in ("method", "version", "ending", "ballots", "votes", "set_aside")},
        seed=kept["seed"],
        seed_hash=kept["seed_hash"],
        **later,
    )


_LATER = [each.name for each in fields(Result) if each.default is not MISSING or each.default_factory is not MISSING]
