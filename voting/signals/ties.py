"""What may bind ballots together: candidates for clusters, before anybody asks whether they are odd."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from voting.signals import evidence, odds
from voting.signals.voters import Crowd, Voter

SMALLEST = 6
TARGETS = 3  # designs of one group that are looked at
HOUR = 3600.0
DOMAIN_SHARE = 0.02  # a mail domain of more voters than this binds nobody


@dataclass(frozen=True)
class Tied:
    """A group bound by a tie (kind and hashed value), and those in it who speak for one design: its core."""

    tie: str
    value: str
    group: tuple[Voter, ...]
    core: tuple[Voter, ...]
    design: int


def candidates(crowd: Crowd) -> Iterator[Tied]:
    """Yield every group with a design that more of it speak for than chance lets expect; in a fixed order."""
    common = DOMAIN_SHARE * len(crowd.voters)
    for tie, value_of in KEYS.items():
        for value, group in sorted(_grouped(crowd.voters, value_of).items()):
            if len(group) >= SMALLEST and not (tie == "domain" and len(group) > max(common, 60)):
                yield from _favourites(crowd, tie, value, group)
    for value, group in sorted(_grouped(crowd.voters, lambda v: v.said if len(v.names) > 2 else "").items()):
        if len(group) >= SMALLEST:
            rarest = min(group[0].names, key=lambda name: (crowd.support[name], name))
            yield Tied("copies", value, tuple(group), tuple(group), rarest)
    yield from _crowded(crowd)
    yield from _surges(crowd)


KEYS: dict[str, Callable[[Voter], str]] = {
    "browser": lambda voter: voter.device,
    "address": lambda voter: voter.prefix,
    "series": lambda voter: voter.series,
    "domain": lambda voter: voter.domain,
    "throwaway": lambda voter: "throwaway" if voter.throwaway else "",
    "program": lambda voter: voter.agent,
}


def _grouped(voters: Sequence[Voter], value_of: Callable[[Voter], str]) -> dict[str, list[Voter]]:
    found: defaultdict[str, list[Voter]] = defaultdict(list)
    for each in voters:
        if value := value_of(each):
            found[value].append(each)
    return found


def _favourites(crowd: Crowd, tie: str, value: str, group: list[Voter]) -> Iterator[Tied]:
    named = Counter(name for each in group for name in each.names)
    rated = []
    for design, hits in named.items():
        if hits >= SMALLEST:
            chance = evidence.favour(crowd, group, design).chance
            rated.append((chance, -hits, design))
    for chance, _hits, design in sorted(rated)[:TARGETS]:
        if chance < 0.01:
            core = tuple(each for each in group if design in each.names)
            yield Tied(tie, value, tuple(group), core, design)


def _crowded(crowd: Crowd) -> Iterator[Tied]:
    """Yield for each design the addresses from which new accounts speak for nothing else, taken together."""
    found: defaultdict[tuple[int, str], list[list[Voter]]] = defaultdict(list)
    for _prefix, group in sorted(_grouped(crowd.voters, KEYS["address"]).items()):
        if len(group) < SMALLEST - 1:
            continue
        named = Counter(name for each in group for name in each.names)
        for design, hits in named.items():
            core = [each for each in group if design in each.names]
            new = sum(each.fresh for each in core)
            usual = odds.share(crowd.support[design] - hits, len(crowd.voters) - len(group))
            odd = hits >= 0.8 * len(group) and new >= 0.8 * hits and odds.at_least(hits, len(group), usual) < 1e-3
            if odd:
                found[design, _usual_ballot(core)].append(core)
    for (design, said), groups in sorted(found.items()):
        for together in _at_one_time(groups):
            union = tuple(each for group in together for each in group)
            if len(together) > 1:
                yield Tied("addresses", f"{design} {said}", union, union, design)


def _at_one_time(groups: list[list[Voter]]) -> Iterator[list[list[Voter]]]:
    """Part addresses by when they voted: two classes on different days have nothing to do with each other."""
    ordered = sorted(groups, key=_middle)
    start = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or _middle(ordered[place]) - _middle(ordered[place - 1]) > HOUR:
            yield ordered[start:place]
            start = place


def _middle(group: list[Voter]) -> float:
    return sorted(each.at for each in group)[len(group) // 2]


def _usual_ballot(core: Sequence[Voter]) -> str:
    # Only addresses that vote alike are one hand: a school class must not be counted to a farm it doesn't know.
    return min(Counter(each.said for each in core).items(), key=lambda item: (-item[1], item[0]))[0]


def _surges(crowd: Crowd) -> Iterator[Tied]:
    """Yield the hours in which a design got far more than its share of what came in."""
    if not crowd.voters:
        return
    first, whole = crowd.times[0], len(crowd.voters)
    for design, backers in sorted(crowd.backers.items()):
        usual = len(backers) / whole
        bins = Counter(int((each.at - first) // HOUR) for each in backers)
        busy = sorted(
            hour for hour, hits in bins.items() if hits >= SMALLEST and _odd_hour(crowd, first, hour, hits, usual)
        )
        for start, end in _runs(busy):
            inside = tuple(v for v in backers if start <= int((v.at - first) // HOUR) <= end)
            yield Tied("surge", f"{design} {start}", inside, inside, design)


def _odd_hour(crowd: Crowd, first: float, hour: int, hits: int, usual: float) -> bool:
    begin = first + hour * HOUR
    came = bisect_left(crowd.times, begin + HOUR) - bisect_left(crowd.times, begin)
    return odds.at_least(hits, came, usual) < 1e-4


def _runs(hours: list[int]) -> Iterator[tuple[int, int]]:
    start = None
    for place, hour in enumerate(hours):
        start = hour if start is None else start
        if place + 1 == len(hours) or hours[place + 1] > hour + 2:
            yield start, hour
            start = None
