"""Which designs a fan can vote for, which of them the focus page shows, and what comes before and after it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contests.phases import Phase
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.queries import CardRow
from voting import paths, picks_queries
from voting.exposure import orders
from webapp.kernel import codes
from webapp.kernel.now import now


@dataclass(frozen=True)
class Step:
    """One design of many, with its place, its neighbours and where a vote and skip lead to."""

    card: CardRow | None
    before: CardRow | None
    number: int
    of: int
    then: str
    is_last: bool


def step(
    session: Session,
    contest: ContestRow,
    phase: Phase,
    person_id: int | None,
    marked: Collection[int],
    at: str | None,
) -> Step:
    """Return the step at the design of code `at`; without one, at the first of which nothing is said yet."""
    order = in_order(session, contest, phase, person_id)
    if not order:
        return Step(None, None, 0, 0, paths.ballot(contest.slug), True)
    index = _index(session, order, marked, at)
    near = submissions.cards(session, order[max(0, index - 1) : index + 2])
    after = near.get(order[index + 1]) if index + 1 < len(order) else None
    return Step(
        card=near.get(order[index]),
        before=near.get(order[index - 1]) if index else None,
        number=index + 1,
        of=len(order),
        then=f"{paths.focus(contest.slug)}?at={after.code}" if after else paths.ballot(contest.slug),
        is_last=after is None,
    )


def in_order(session: Session, contest: ContestRow, phase: Phase, person_id: int | None) -> list[int]:
    """Return the designs this person can vote for, in the order in which this visitor meets them; never their own."""
    ids = set(submissions.public_ids(session, contest.id))
    if phase is Phase.FINAL:
        ids &= set(picks_queries.shortlist(session, contest.id))
    if person_id:
        ids -= {mine.id for mine in submissions.by_author(session, person_id, contest.id)}
    return orders.of_visitor(session, contest, phase, ids, now())


def _index(session: Session, order: list[int], marked: Collection[int], at: str | None) -> int:
    wanted = submissions.design(session, codes.normalise(at)) if at else None
    if wanted and wanted.id in order:
        return order.index(wanted.id)
    return next((i for i, each in enumerate(order) if each not in marked), 0)
