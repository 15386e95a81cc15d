"""From sums to an order: the counting methods on a round's statistics, the same for the close and the recount. Pure.

In a count a design's name is its number, so that a lot is the SHA-256 of 'seed|number'.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from voting import tally
from voting.methods import borda, star
from voting.methods.catalogue import METHODS
from voting.methods.election import Election, Number
from voting.methods.result import Count, Order, by_value, plain
from voting.shortlist import Finalist, Shortlist, ending, shortlist
from voting.statistics import Statistics
from voting.tally import Placed

FORMAT = 2
FEW_HELD = 10  # fewer held ballots than this: the ranking with them is published without numbers
TIE_RULES = {
    "approval": "equal-votes-share-a-rank",
    "score": "equal-sums-share-a-rank",
    "star": "preferred-by-more-then-more-fives-then-lot",
    "borda": "equal-points-share-a-rank",
    "irv": "latest-earlier-round-then-lot",
    "schulze-wv": "unbeaten-together-share-a-rank",
    "schulze-margins": "unbeaten-together-share-a-rank",
    "stv": "latest-earlier-stage-then-lot",
    "bradley-terry": "strengths-within-0.0000001-share-a-rank",
}
VARIANTS = {"schulze-wv": "winning-votes", "schulze-margins": "margins", "stv": "scottish, exact fractions"}
# These draw lots where they must; what no ballot speaks for is put last together instead.
DRAWING = frozenset({"star", "irv", "stv"})


def seed_of(contest_seed: str, root: str | None) -> str:
    """Return the seed of all lots of a round: with a sealed root nobody knew it before the close.

    It is the hexadecimal SHA-256 of 'contest seed|root'; without a root the contest's seed itself.
    """
    return hashlib.sha256(f"{contest_seed}|{root}".encode()).hexdigest() if root else contest_seed


def count(sums: Statistics, seats: int, seed: str) -> Count:
    """Return the count of a round's statistics, designs by their index in `sums.designs`."""
    names = tuple(str(design) for design in sums.designs)
    if not any(sums.votes):
        return Count([list(range(len(names)))] if names else [], [])
    if sums.way == "hearts":
        return Count(by_value(dict(enumerate(sums.votes))))
    found = _counted(sums, names, seats, seed)
    if sums.method in DRAWING:
        found.order = _unsupported_last(found.order, sums.votes)
    return found


def placed(sums: Statistics, order: Order, seed: str) -> list[Placed]:
    """Return the order with its shared ranks; who share one stand in the order of their lots."""
    found: list[Placed] = []
    for group in order:
        rank = len(found) + 1
        ids = sorted((sums.designs[one] for one in group), key=lambda design: tally.lot(seed, design))
        found += [Placed(design, sums.votes[sums.index[design]], rank) for design in ids]
    return found


def chosen(sums: Statistics, found: Count, order: list[Placed], size: int, seed: str) -> Shortlist:
    """Return the shortlist: whom a transferable vote elected, otherwise by ranks (see `shortlist`)."""
    if sums.method == "stv" and found.winners:
        by_id = {each.submission_id: each for each in order}
        return Shortlist(tuple(Finalist(by_id[sums.designs[one]]) for one in found.winners))
    return shortlist(order, size, seed)


def result(
    official: Statistics,
    with_held: Statistics | None,
    terms: Mapping[str, Any],
    states: Mapping[str, int],
) -> tuple[dict[str, Any], Shortlist]:
    """Return what is published of a round, and its shortlist (empty in a final round).

    terms: kind, places, size (of the shortlist), eligible, contest_seed, seed_hash, root. states: ballots that
    are not blank, by state.
    """
    seed = seed_of(terms["contest_seed"], terms["root"])
    seats = terms["size"] if terms["kind"] == "open" else 1
    found = count(official, seats, seed)
    order = placed(official, found.order, seed)
    picked = chosen(official, found, order, terms["size"], seed) if terms["kind"] == "open" else Shortlist(())
    votes = sum(official.votes)
    held = states.get("held", 0)
    published = {
        "format": FORMAT,
        "method": official.method,
        "way": official.way,
        "variant": VARIANTS.get(official.method, ""),
        "version": METHODS[official.method].version,
        "tie_rule": TIE_RULES[official.method],
        "places": terms["places"],
        "size": terms["size"],
        "ending": ending(len(order), votes, terms["size"]),
        "eligible": terms["eligible"],
        "cast": sum(states.values()),
        "held": held,
        "rejected": states.get("rejected", 0),
        "reinstated": states.get("reinstated", 0),
        "counted": states.get("counted", 0) + states.get("reinstated", 0),
        "ballots": states.get("counted", 0) + states.get("reinstated", 0),
        "votes": votes,
        "set_aside": official.set_aside,
        "order": [asdict(each) for each in order],
        "with_held": _with_held(with_held, seats, seed, held),
        "winners": _winners(official, found, order),
        "statistics": official.as_json(),
        "table": plain(found.table),
        "rounds": plain(found.rounds),
        "notes": found.notes,
        "more": plain({name: value for name, value in found.more.items() if name != "paths"}),
        "shortlist": [each.placed.submission_id for each in picked.finalists],
        "draw": _plain(picked),
        "seed": seed,
        "contest_seed": terms["contest_seed"],
        "seed_hash": terms["seed_hash"],
        "root": terms["root"],
    }
    return published, picked


def _counted(sums: Statistics, names: tuple[str, ...], seats: int, seed: str) -> Count:
    every = range(len(names))
    if sums.way == "stars":
        return _stars(sums, names, seats, seed)
    if sums.method == "borda":
        return borda.count_matrix(names, sums.matrix, sums.ballots)
    if sums.papers:
        return METHODS[sums.method].count(Election(names, "ranked", ranked=sums.papers), seats, seed)
    pairs = {(a, b): sums.matrix[a][b] for a in every for b in every if sums.matrix[a][b]}
    return METHODS[sums.method].count(Election(names, "pairs", pairs=pairs), seats, seed)


def _stars(sums: Statistics, names: tuple[str, ...], seats: int, seed: str) -> Count:
    every = range(len(names))
    papers: dict[tuple[Number | None, ...], Number] = {
        tuple(stars if each == one else None for each in every): number
        for one in every
        for stars, number in enumerate(sums.histograms[one])
        if number
    }
    scored = METHODS["score"].count(Election(names, "score", scored=papers), seats, seed)
    if sums.method == "score":
        return scored
    totals: dict[int, Number] = {one: scored.table[names[one]]["total"] for one in every}
    most: dict[int, Number] = {one: sums.histograms[one][-1] for one in every}
    found = star.count_sums(Election(names, "score"), totals, most, sums.matrix, seats, seed)
    found.table, found.more = scored.table, scored.more
    return found


def _unsupported_last(order: Order, votes: list[int]) -> Order:
    above = [[one for one in group if votes[one]] for group in order]
    last = sorted(one for group in order for one in group if not votes[one])
    return [*(group for group in above if group), *([last] if last else [])]


def _winners(sums: Statistics, found: Count, order: list[Placed]) -> list[int]:
    if sums.method == "stv" and found.winners:
        return [sums.designs[one] for one in found.winners]
    return [each.submission_id for each in tally.fans_choice(order)]


def _with_held(sums: Statistics | None, seats: int, seed: str, held: int) -> list[dict[str, Any]] | None:
    """Return the ranking that held ballots would give; without numbers where few are held: they would tell on them."""
    if sums is None:
        return None
    order = [asdict(each) for each in placed(sums, count(sums, seats, seed).order, seed)]
    if held < FEW_HELD:
        return [{"submission_id": each["submission_id"], "rank": each["rank"]} for each in order]
    return order


def _plain(picked: Shortlist) -> dict[str, Any] | None:
    if picked.draw is None:
        return None
    return {"places": picked.draw.places, "tied": list(picked.draw.tied), "admitted": list(picked.draw.admitted)}
