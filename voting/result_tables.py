"""The tables of a result page: what stands beside each design, the rounds of a count, and who beat whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import format_decimal, gettext

from contests.submissions.queries import CardRow
from contests.ways import RULES, Rule
from voting.results import Result
from voting.tally import Placed

MOST = 12  # designs of a matrix and rounds of a table: more are in the result's JSON


@dataclass(frozen=True)
class Line:
    """One design of the round's order, with the figures of its method in the order of the heads."""

    placed: Placed
    cells: list[str]


@dataclass(frozen=True)
class Stage:
    """One round of a run-off or transferable vote: votes by design's id, who came in or went out, the rest."""

    number: int
    votes: dict[int, str]
    gone: list[int]
    elected: list[int]
    exhausted: str
    note: str


@dataclass(frozen=True)
class Duel:
    """A run-off of STAR: two designs, how many ballots prefer each, and who won."""

    sides: list[tuple[int, str]]
    winners: list[int]


def says(result: Result) -> str:
    """Return the counting rule in one sentence."""
    return str(gettext(_rule(result).says))


def label(result: Result) -> str:
    """Return the counting rule's name for people."""
    return str(gettext(_rule(result).label))


def heads(result: Result) -> list[str]:
    """Return the heads of the columns between a design and its place on the shortlist."""
    ranked = gettext("Ballots that rank it")
    steady = [gettext("Steadied mean"), gettext("Interval (95 per cent)")]
    of_method = {
        "score": [gettext("Stars"), gettext("Rated by"), *steady],
        "star": [gettext("Stars"), gettext("Rated by"), *steady],
        "borda": [gettext("Points"), ranked],
        "irv": [ranked],
        "stv": [ranked],
        "schulze-wv": [gettext("Duels won"), ranked],
        "schulze-margins": [gettext("Duels won"), ranked],
        "bradley-terry": [gettext("Strength"), gettext("Interval (95 per cent)"), gettext("Pairs won")],
    }
    return of_method.get(result.method, [gettext("Hearts")])


def lines(result: Result) -> list[Line]:
    """Return the order with the figures of each design."""
    won = _duels_won(result)
    return [
        Line(each, _cells(result, each, result.table.get(str(each.submission_id), {}), won)) for each in result.order
    ]


def stages(result: Result) -> list[Stage]:
    """Return the last rounds of a run-off or transferable vote."""
    if result.method not in ("irv", "stv"):
        return []
    found = [_stage(number, row) for number, row in enumerate(result.rounds, 1)]
    return found[-MOST:]


def duels(result: Result) -> list[Duel]:
    """Return the run-offs of STAR that decided the first places."""
    if result.method != "star":
        return []
    rows = [row for row in result.rounds if row.get("runoff")][:MOST]
    return [
        Duel([(int(name), number(votes)) for name, votes in row["runoff"].items()], _ids(row["winners"]))
        for row in rows
    ]


def matrix(result: Result) -> tuple[list[int], list[list[str]]]:
    """Return the first designs of the order, and on how many ballots the row's stands before the column's."""
    votes = result.statistics.get("matrix")
    if not votes or result.method == "borda":
        return [], []
    index = {design: place for place, design in enumerate(result.statistics["designs"])}
    first = [each.submission_id for each in result.order[:MOST]]
    rows = [["–" if a == b else number(votes[index[a]][index[b]]) for b in first] for a in first]
    return first, rows


def notes(result: Result, cards: Mapping[int, CardRow]) -> list[str]:
    """Return the sentences of the count, with titles where the count speaks of numbers."""
    titles = {str(each.submission_id): each.submission_id for each in result.order}

    def named(found: re.Match[str]) -> str:
        card = cards.get(titles.get(found[0], 0))
        return f"“{card.title}”" if card else found[0]

    return [re.sub(r"\b\d+\b", named, note) for note in result.notes]


def number(value: Any) -> str:
    """Return a figure as people read it; a fraction ('p/q') is cut to two decimals."""
    if value is None:
        return "–"
    exact = Fraction(value) if isinstance(value, str) else value
    return str(format_decimal(round(float(exact), 2)))


def _rule(result: Result) -> Rule:
    return RULES.get(result.method, RULES["approval"])  # rounds of before were all counted by hearts


def _cells(result: Result, each: Placed, row: Mapping[str, Any], won: Mapping[int, str]) -> list[str]:
    votes = number(each.votes)
    if result.method in ("score", "star"):
        return [number(row.get("total", 0)), number(row.get("scored_by", 0)), *_steady(row)]
    if result.method == "borda":
        return [number(row.get("points", 0)), votes]
    if result.method.startswith("schulze"):
        return [won.get(each.submission_id, "–"), votes]
    if result.method == "bradley-terry":
        compared = "interval" in row or row.get("strength")  # what met no other design has no strength
        return [number(row.get("strength")) if compared else "–", _interval(row), votes]
    return [votes]


def _steady(row: Mapping[str, Any]) -> list[str]:
    return [number(row.get("shrunk_mean")), _interval(row)]


def _interval(row: Mapping[str, Any]) -> str:
    found = row.get("interval")
    return f"{number(found[0])} … {number(found[1])}" if found else "–"


def _duels_won(result: Result) -> dict[int, str]:
    votes = result.statistics.get("matrix")
    if not votes:
        return {}
    every = range(len(votes))
    won = [sum(votes[a][b] > votes[b][a] for b in every) for a in every]
    return {
        design: gettext("%(won)s of %(all)s", won=won[place], all=len(votes) - 1)
        for place, design in enumerate(result.statistics["designs"])
    }


def _stage(place: int, row: Mapping[str, Any]) -> Stage:
    return Stage(
        number=place,
        votes={int(name): number(votes) for name, votes in row["votes"].items()},
        gone=_ids(row.get("out", [])),
        elected=_ids(row.get("elected", [])),
        exhausted=number(row.get("exhausted", 0)),
        note=row.get("note", ""),
    )


def _ids(names: list[str]) -> list[int]:
    return [int(name) for name in names]
