"""The round a voter's act is for, held open until the act is done, and what may be chosen in it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from voting import locks, picks_queries, queries, rules, store
from voting.booth import Terms
from voting.queries import ChoiceRow, RoundRow
from webapp.kernel.refusal import NotFound


def of_design(session: Session, submission_id: int) -> tuple[ChoiceRow, ContestRow]:
    """Return a design and its contest; raises NotFound."""
    design = queries.choice(session, submission_id)
    contest = contests.contest(session, design.contest_id) if design else None
    if design is None or contest is None:
        raise NotFound()
    return design, contest


def of_contest(session: Session, contest_id: int) -> ContestRow:
    """Return a contest; raises NotFound."""
    contest = contests.contest(session, contest_id)
    if contest is None:
        raise NotFound()
    return contest


def ensure(session: Session, contest: ContestRow | Terms, kind: str) -> RoundRow:
    """Return the contest's round of that kind with the rules it was published with, made now if need be."""
    method = contest.method if kind == rules.OPEN else contest.final_method
    budget = rules.budget_of(kind, contest.hearts)
    return store.ensure_round(session, contest.id, kind, budget, method, contest.rank_places)


def held_open(session: Session, contest: ContestRow | Terms, way: str, now: datetime) -> tuple[RoundRow, datetime]:
    """Return the round that takes votes now, protected from its seal until the transaction ends, and the moment.

    The moment is when the act came by the clock of the database (`locks.share_round`): that decides, not the clock
    of the machine that was reached. Raises Refused when voting is not open, or fans vote in another way than `way`.
    """
    likely = rules.kind_at(contest.schedule, now)
    moment = locks.share_round(session, contest.id, likely, now)
    phase = contest.phase(moment)
    rules.require_voting(phase, contest.schedule, contest.timezone)
    kind = rules.kind_in(phase)
    if kind != likely:
        locks.share_round(session, contest.id, kind, now)
    poll = ensure(session, contest, kind)
    rules.require_unsealed(poll.sealed_at)
    rules.require_way(poll.way, way)
    return poll, moment


def require_choosable(session: Session, poll: RoundRow, designs: Collection[ChoiceRow], voter_id: int | None) -> None:
    """Refuse designs that can't be chosen in a round: hidden, one's own, of another contest, no finalists."""
    finalists = picks_queries.shortlist(session, poll.contest_id) if poll.kind == rules.FINAL else None
    for design in designs:
        is_in = design.is_public and design.contest_id == poll.contest_id
        rules.require_choosable(design.id, is_in, design.author_id == voter_id, finalists)


def choosable(session: Session, poll: RoundRow, ids: Collection[int], voter_id: int | None) -> dict[int, ChoiceRow]:
    """Return designs by id, every one of which can be chosen; raises Refused like `require_choosable`."""
    found = queries.choices(session, ids)
    rules.require_known(ids, found)
    require_choosable(session, poll, list(found.values()), voter_id)
    return found
