"""What the pages of the log show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.models import Contest
from contests.queries import ContestRow
from contests.submissions.queries import CardRow
from contests.ways import RANK, STARS
from voting import marks
from voting.log import roots, tree
from voting.log.roots import RootRow
from voting.models import Round


class Said(Protocol):
    """A ballot that says something: its kind and its choices."""

    @property
    def way(self) -> str: ...
    @property
    def choices(self) -> list[Any]: ...


@dataclass(frozen=True)
class RoundLog:
    """The published roots of one round, oldest first, and the proof from each to the next (hexadecimal)."""

    contest_id: int
    kind: str
    roots: list[RootRow]
    proofs: list[list[str]]

    @property
    def seal(self) -> RootRow | None:
        """The root of the seal, when the round is sealed."""
        return next((each for each in self.roots if each.label == roots.SEAL), None)


@dataclass(frozen=True)
class LogPage:
    """The public log of a contest."""

    slug: str
    title: str
    keys: list[str]
    rounds: list[RoundLog]


def build(session: Session, contest_id: int) -> list[RoundLog]:
    """Return the logs of a contest's rounds, the first round first; some statements for each of at most two."""
    rows = session.execute(
        select(Round.id, Round.kind).where(Round.contest_id == contest_id).order_by(Round.kind.desc())
    ).all()
    found = []
    for row in rows:
        known = roots.of_round(session, row.id)
        proofs = tree.consistencies(session, row.id, [each.size for each in known]) if known else []
        found.append(RoundLog(contest_id, row.kind, known, [[step.hex() for step in path] for path in proofs]))
    return found


def as_json(page: LogPage) -> dict[str, Any]:
    """Return the same for programs; `verify.py` of a bundle reads this form."""
    return {
        "contest": page.slug,
        "keys": page.keys,
        "rounds": [round_json(each) for each in page.rounds],
    }


def round_json(each: RoundLog) -> dict[str, Any]:
    """Return the log of one round: signed roots, and the proof from each to the next."""
    pairs = zip(each.roots, each.roots[1:], each.proofs, strict=False)
    return {
        "round": each.kind,
        "roots": [roots.signed(each.contest_id, each.kind, row) for row in each.roots],
        "consistency": [{"from": old.size, "to": new.size, "path": path} for old, new, path in pairs],
    }


def contests_of(session: Session, slugs: Collection[str]) -> list[ContestRow]:
    """Return the contests of those names."""
    ids = session.scalars(select(Contest.id).where(Contest.slug.in_(slugs))).all() if slugs else []
    return list(contests.by_ids(session, ids).values()) if ids else []


def designs_of(ballot: Said) -> set[int]:
    """Return the designs a ballot names."""
    return set(marks.values(ballot.way, ballot.choices))


def in_words(ballot: Said, cards: Mapping[int, CardRow], numbered: bool = False) -> list[str]:
    """Return what a ballot says, a line for each design, in the reader's language; `numbered`: with its number."""
    said = marks.values(ballot.way, ballot.choices)
    order = sorted(said, key=lambda design: said[design]) if ballot.way == RANK else list(said)
    ends = {design: f" (#{design})" if numbered else "" for design in order}
    return [_line(ballot.way, cards.get(design), said[design]) + ends[design] for design in order]


def _line(way: str, card: CardRow | None, value: int) -> str:
    title = card.title if card else str(gettext("A design that is not shown any more"))
    if way == STARS:
        return str(gettext("%(stars)s stars: %(title)s", stars=value, title=title))
    if way == RANK:
        return str(gettext("Place %(place)s: %(title)s", place=value, title=title))
    if way == "pairs":
        return str(gettext("Won %(wins)s of its pairs: %(title)s", wins=value, title=title))
    return title
