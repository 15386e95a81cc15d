"""What the pick desk shows: finalists in an order that says nothing while it is blind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.queries import ContestRow, ProductRow
from contests.submissions import queries as submissions
from contests.submissions import worn
from contests.submissions.print_files import queries as print_files
from contests.submissions.print_files.queries import Standing
from contests.submissions.queries import CardRow
from contests.submissions.worn import Worn
from voting import guarded, pick_evidence, picks_queries, results, tally
from voting.pick_evidence import Evidence
from voting.picks_queries import FinalistRow, PickRow


@dataclass(frozen=True)
class Finalist:
    """A finalist with a letter to talk about it without naming anybody."""

    letter: str
    card: CardRow
    row: FinalistRow
    note: str


@dataclass(frozen=True)
class Desk:
    """Finalists, the two being compared, cloth colours, and what may be done now.

    `own` holds the reader's notes to themselves by design; there is no `evidence` while the desk is blind. `held` says
    of designs that can't be picked whether their licence 'waits' for a guardian or was 'refused'.
    """

    finalists: list[Finalist]
    pair: list[Finalist]
    colours: list[dict[str, str]]
    colour: int
    blind: bool
    counted: bool
    ballots: int
    may_pick: bool
    standing: PickRow | None
    picked: CardRow | None
    voided: list[PickRow]
    prints: dict[int, Standing]
    worn: dict[int, list[Worn]]
    own: dict[int, str]
    held: dict[int, str]
    evidence: Evidence | None

    @property
    def cloth(self) -> str:
        """The colour behind the designs, as '#RRGGBB'."""
        return self.colours[self.colour]["hex"] if self.colours else "#FFFFFF"

    def on_cloth(self, card: CardRow) -> Worn | None:
        """Return a design on a product of the chosen colour, or of another if it was not drawn for that one."""
        return worn.in_colour(self.worn.get(card.id, ()), self.cloth)

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the query of this view with some parts changed: each link keeps what it does not change."""
        here: dict[str, Any] = {"blind": int(self.blind), "colour": self.colour}
        here |= dict(zip("ab", (each.card.code for each in self.pair), strict=False))
        return here | changes


def build(session: Session, contest: ContestRow, query: Mapping[str, str], owner: str, now: datetime) -> Desk:
    """Return the desk as the query asks for it, with the notes of `owner`; unknown wishes fall back to the usual."""
    blind = query.get("blind", "1") != "0"
    counted = results.result(session, contest.id)
    finalists = _finalists(session, contest, blind)
    ids = [each.card.id for each in finalists]
    standing = picks_queries.standing_pick(session, contest.id)
    announced = picks_queries.announced(session, contest.id)
    voided = [each for each in announced if each.voided_at]
    phase = contest.phase(now)
    products = contests.products(session, contest.id)
    colours = _colours(products)
    chosen = [standing.submission_id] if standing else []
    mockups = submissions.mockups(session, [*ids, *chosen])
    return Desk(
        finalists=finalists,
        pair=_pair(finalists, query.get("a"), query.get("b")),
        colours=colours,
        colour=_number(query.get("colour"), len(colours)),
        blind=blind,
        counted=counted is not None,
        ballots=counted.ballots if counted else 0,
        may_pick=bool(
            counted and standing is None and (phase is Phase.PICKING or (phase is Phase.LAPSED and bool(voided)))
        ),
        standing=standing,
        picked=submissions.cards(session, [standing.submission_id]).get(standing.submission_id) if standing else None,
        voided=voided,
        prints=print_files.standings(session, ids),
        worn={design_id: worn.worn(found, products) for design_id, found in mockups.items()},
        own=picks_queries.notes_to_self(session, owner, ids),
        held=guarded.held_back(session, ids),
        evidence=pick_evidence.build(session, counted, ids) if counted and not blind else None,
    )


def _finalists(session: Session, contest: ContestRow, blind: bool) -> list[Finalist]:
    rows = picks_queries.finalists(session, contest.id)
    shown = set(submissions.public_ids(session, contest.id))
    cards = submissions.cards(session, [row.submission_id for row in rows])
    rows = [row for row in rows if row.submission_id in shown and row.submission_id in cards]
    # Letters go by lot, so that they say nothing; they stay the same when the blinds are lifted.
    by_lot = sorted(rows, key=lambda row: tally.lot(contest.seed_hash, row.submission_id))
    letters = {row.submission_id: chr(ord("A") + place) for place, row in enumerate(by_lot)}
    notes = picks_queries.notes(session, list(letters))
    return [
        Finalist(letters[row.submission_id], cards[row.submission_id], row, notes[row.submission_id])
        for row in (by_lot if blind else rows)
    ]


def _pair(finalists: list[Finalist], a: str | None, b: str | None) -> list[Finalist]:
    by_code = {each.card.code: each for each in finalists}
    pair = [by_code[code] for code in dict.fromkeys((a, b)) if code in by_code]
    return (pair + [each for each in finalists if each not in pair])[:2]


def _colours(products: list[ProductRow]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for product in products:
        for colour in product.colours:
            found.setdefault(colour["hex"], colour)
    return list(found.values())


def _number(text: str | None, count: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) < count else 0
