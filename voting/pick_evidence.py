"""The evidence for a pick: what the vote says of each finalist, and how far to trust it. Shown once it is asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from flask_babel import format_percent, gettext
from sqlalchemy.orm import Session

from contests.submissions import queries as submissions
from contests.submissions.queries import CardRow
from contests.ways import HEARTS
from voting import decisions, pick_rules, result_tables
from voting.results import Result


@dataclass(frozen=True)
class Figure:
    """One line of evidence on a design, in words: 'I'd wear it' · '42 (S 5, M 20, L 17)'."""

    label: str
    value: str


# What other parts know of designs: (session, contest id, design ids) -> figures by design. Filled in boot.wiring.
SOURCES: list[Callable[[Session, int, Collection[int]], Mapping[int, Iterable[Figure]]]] = []


@dataclass(frozen=True)
class Evidence:
    """Figures by design, what designs were begun from, the fans' choice, and the sums of the whole vote."""

    figures: dict[int, list[Figure]]
    begun_from: dict[int, CardRow]
    fans_choice: tuple[int, ...]
    vote: list[Figure]
    provisional: bool


def build(session: Session, counted: Result, ids: Collection[int]) -> Evidence:
    """Return the evidence on designs; as many statements for any number of them."""
    told = [source(session, counted.contest_id, ids) for source in SOURCES]
    of_vote = _of_vote(counted, ids)
    return Evidence(
        figures={each: [*of_vote.get(each, ()), *(line for one in told for line in one.get(each, ()))] for each in ids},
        begun_from=_begun_from(session, ids),
        fans_choice=counted.fans_choice,
        vote=_sums(counted),
        provisional=decisions.is_provisional(session, counted.contest_id),
    )


def _of_vote(counted: Result, ids: Collection[int]) -> dict[int, list[Figure]]:
    heads = result_tables.heads(counted)
    with_held = {each["submission_id"]: each["rank"] for each in counted.with_held or ()}
    found = {}
    for line in result_tables.lines(counted):
        design = line.placed.submission_id
        if design not in ids:
            continue
        figures = [Figure(head, cell) for head, cell in zip(heads, line.cells, strict=True)]
        if counted.way == HEARTS:
            figures += _share(line.placed.votes, counted.ballots)
        if with_held.get(design, line.placed.rank) != line.placed.rank:
            figures.append(Figure(gettext("Rank if held votes counted"), str(with_held[design])))
        found[design] = figures
    return found


def _share(votes: int, ballots: int) -> list[Figure]:
    found = pick_rules.share(votes, ballots)
    if found is None:
        return []
    part, low, high = (format_percent(each) for each in found)
    return [Figure(gettext("On ballots (interval of 95 per cent)"), f"{part} ({low} … {high})")]


def _sums(counted: Result) -> list[Figure]:
    rows = (
        (gettext("Ballots counted"), counted.counted),
        (gettext("Held as doubtful"), counted.held),
        (gettext("Rejected"), counted.rejected),
        (gettext("Counted again after a look"), counted.reinstated),
    )
    return [Figure(label, result_tables.number(value)) for label, value in rows]


def _begun_from(session: Session, ids: Collection[int]) -> dict[int, CardRow]:
    begun = {row.id: row.remix_of_id for row in submissions.by_ids(session, ids).values() if row.remix_of_id}
    sources = submissions.by_ids(session, begun.values()) if begun else {}
    cards = submissions.cards(session, [each for each, row in sources.items() if submissions.is_public(row)])
    return {design: cards[source] for design, source in begun.items() if source in cards}
