"""What is odd about a group of ballots beside all others: each signal with its figures and its chance."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voting.signals import odds
from voting.signals.voters import Crowd, Voter

MOST_OF = 0.8  # a group's rush is the shortest time in which this share of it came


@dataclass(frozen=True)
class Signal:
    """One odd thing: its name, how many of how many, how usual that is elsewhere, and the chance of it."""

    name: str
    hits: int
    of: int
    usual: float
    chance: float

    def as_json(self) -> dict[str, object]:
        """Return it in plain values, rounded."""
        return {
            "name": self.name,
            "hits": self.hits,
            "of": self.of,
            "usual": round(self.usual, 4),
            "chance": float(f"{self.chance:.3g}"),
        }


def favour(crowd: Crowd, group: Sequence[Voter], design: int) -> Signal:
    """How many of a group speak for one design; looked at for every design, so the chance is multiplied."""
    hits, of = sum(design in each.names for each in group), len(group)
    usual = odds.share(crowd.support[design] - hits, len(crowd.voters) - of)
    return Signal("favour", hits, of, usual, min(1.0, len(crowd.support) * odds.at_least(hits, of, usual)))


def of_core(crowd: Crowd, core: Sequence[Voter], design: int, tie: str) -> list[Signal]:
    """Return the signals of those in a group who speak for its design; what binds the group is not counted again."""
    rest = len(crowd.voters) - len(core)
    found: list[Signal | None] = [rush(crowd, core), _fresh(crowd, core, rest)]
    found += [_throwaway(crowd, core, rest), _link(crowd, core, design)]
    if tie != "program":
        found.append(_most_common("program", Counter(v.agent for v in core), crowd.agents, len(core), rest))
    if tie != "copies":
        found.append(_same(crowd, core, design))
    if tie not in ("address", "addresses", "browser"):
        found.append(_places(core))
    found.append(_extreme(crowd, core, rest))
    return [each for each in found if each]


def rush(crowd: Crowd, core: Sequence[Voter]) -> Signal:
    """How much of the group came in its shortest busy time, beside how much of all others did."""
    times = sorted(each.at for each in core)
    need = max(2, round(MOST_OF * len(times)))
    start = min(range(len(times) - need + 1), key=lambda one: times[one + need - 1] - times[one])
    begin, end = times[start], times[start + need - 1]
    hits = sum(begin <= at <= end for at in times)
    others = bisect_right(crowd.times, end) - bisect_left(crowd.times, begin) - hits
    usual = odds.share(others, len(crowd.voters) - len(core))
    return Signal("rush", hits, len(times), usual, min(1.0, len(times) * odds.at_least(hits, len(times), usual)))


def _fresh(crowd: Crowd, core: Sequence[Voter], rest: int) -> Signal:
    hits = sum(each.fresh for each in core)
    usual = odds.share(crowd.fresh - hits, rest)
    return Signal("fresh", hits, len(core), usual, odds.at_least(hits, len(core), usual))


def _throwaway(crowd: Crowd, core: Sequence[Voter], rest: int) -> Signal:
    hits = sum(each.throwaway for each in core)
    usual = odds.share(crowd.throwaway - hits, rest)
    return Signal("throwaway", hits, len(core), usual, odds.at_least(hits, len(core), usual))


def _link(crowd: Crowd, core: Sequence[Voter], design: int) -> Signal:
    hits = sum(design in each.links for each in core)
    backers = crowd.backers[design]
    usual = odds.share(sum(design in each.links for each in backers) - hits, len(backers) - len(core))
    return Signal("link", hits, len(core), usual, odds.at_least(hits, len(core), usual))


def _extreme(crowd: Crowd, core: Sequence[Voter], rest: int) -> Signal | None:
    hits = sum(each.extreme for each in core)
    usual = odds.share(crowd.extreme - hits, rest)
    return Signal("scores", hits, len(core), usual, odds.at_least(hits, len(core), usual)) if crowd.extreme else None


def _same(crowd: Crowd, core: Sequence[Voter], design: int) -> Signal:
    inside = Counter(each.said for each in core)
    text, hits = min(inside.items(), key=lambda item: (-item[1], item[0]))
    backers = crowd.support[design] - len(core)
    usual = odds.share(crowd.said[text] - hits, backers)
    return Signal("same", hits, len(core), usual, min(1.0, len(inside) * odds.at_least(hits, len(core), usual)))


def _places(core: Sequence[Voter]) -> Signal | None:
    """How many share their address with five or more others of the group."""
    places = Counter(each.prefix for each in core if each.prefix)
    of = sum(places.values())
    if of < len(core) / 2:
        return None
    hits = sum(number for number in places.values() if number > 5)
    return Signal("places", hits, of, 0.1, odds.at_least(hits, of, 0.1))


def _most_common(name: str, inside: Counter[str], outside: Counter[str], of: int, rest: int) -> Signal | None:
    known = {value: number for value, number in inside.items() if value}
    if not known:
        return None
    value, hits = min(known.items(), key=lambda item: (-item[1], item[0]))
    usual = odds.share(outside[value] - hits, rest)
    return Signal(name, hits, of, usual, min(1.0, len(known) * odds.at_least(hits, of, usual)))
