"""Wishes and the forecast as the team reads them, once the round is counted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from voting.pick_evidence import Figure
from voting.result_tables import number
from voting.wearing import queries
from voting.wearing.forecast import Forecast, forecast
from voting.wearing.queries import Wishes


@dataclass(frozen=True)
class Past:
    """An artist's drops before: (people, buyers) of those who would wear the design, and of those who only voted."""

    worn: tuple[tuple[int, int], ...] = ()
    voted: tuple[tuple[int, int], ...] = ()


# How an artist's drops went: (session, artist id) -> what they teach. The room of preorders fills it, in boot.wiring.
PAST: list[Callable[[Session, int], Past]] = []


@dataclass(frozen=True)
class Outlook:
    """What is known of the demand for one design."""

    wishes: Wishes = field(default_factory=Wishes)
    expected: Forecast = field(default_factory=lambda: forecast(0, 0))

    @property
    def sizes(self) -> list[tuple[str, int, tuple[int, int]]]:
        """For each size the wishes and (low, high) of the preorders to expect."""
        whole = self.wishes.people
        return [(size, count, self.expected.share(count, whole)) for size, count in self.wishes.sizes.items()]


def outlook(session: Session, contest_id: int, ids: Collection[int]) -> dict[int, Outlook]:
    """Return wishes and forecast of designs, by design. Only for the team, and only after the count."""
    contest = contests.contest(session, contest_id)
    if contest is None or not ids:
        return {}
    past = PAST[0](session, contest.artist_id) if PAST else Past()
    wishes, voted = queries.wishes(session, ids), queries.voters_beside(session, contest_id, ids)
    found = {}
    for each in ids:
        mine = wishes.get(each, Wishes())
        found[each] = Outlook(mine, forecast(mine.people, voted.get(each, 0), past.worn, past.voted))
    return found


def between(expected: Forecast) -> str:
    """Return a forecast in words."""
    return str(gettext("between %(low)s and %(high)s", low=number(expected.low), high=number(expected.high)))


def figures(known: Outlook) -> list[Figure]:
    """Return what is known of the demand for one design, as the pick desk shows it."""
    sizes = ", ".join(f"{size} {number(count)}" for size, count in known.wishes.sizes.items())
    worn = number(known.wishes.people) + (f" ({sizes})" if sizes else "")
    return [
        Figure(gettext("I'd wear it"), worn),
        Figure(gettext("Preorders to expect"), between(known.expected)),
    ]
