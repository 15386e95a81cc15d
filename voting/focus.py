"""Which design the focus page shows, and which come before and after it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from contests.phases import Phase
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.queries import CardRow
from voting import fair, paths, picks_queries
from voting.queries import Hearts
from webapp.kernel import codes


@dataclass(frozen=True)
class Step:
    """One design of many, with its place, its neighbours and where heart and skip lead to."""

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
    hearts: Hearts,
    visitor: int,
    at: str | None,
) -> Step:
    """Return the step at the design of code `at`; without one, at the first that has no heart yet."""
    order = _order(session, contest, phase, person_id, visitor)
    if not order:
        return Step(None, None, 0, 0, paths.ballot(contest.slug), True)
    index = _index(session, order, hearts, at)
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


def _order(session: Session, contest: ContestRow, phase: Phase, person_id: int | None, visitor: int) -> list[int]:
    ids = set(submissions.public_ids(session, contest.id))
    if phase is Phase.FINAL:
        ids &= set(picks_queries.shortlist(session, contest.id))
    if person_id:
        ids -= {mine.id for mine in submissions.by_author(session, person_id, contest.id)}
    return fair.order(ids, contest.seed_hash, visitor)


def _index(session: Session, order: list[int], hearts: Hearts, at: str | None) -> int:
    wanted = submissions.design(session, codes.normalise(at)) if at else None
    if wanted and wanted.id in order:
        return order.index(wanted.id)
    return next((i for i, each in enumerate(order) if hearts.state(each) == "none"), 0)
