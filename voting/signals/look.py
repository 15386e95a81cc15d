"""One look at a round: clusters of odd ballots, which of them a rule holds, and designs by how odd their support is."""

from collections.abc import Sequence
from dataclasses import dataclass

from voting.signals import alarms, evidence, holding, odds, ties
from voting.signals.alarms import Alarm
from voting.signals.evidence import Signal
from voting.signals.ties import Tied
from voting.signals.voters import Crowd, Voter

FEWEST = 40  # in a smaller round nothing can be said of what is usual
# So many different signals must be real before a cluster is; where the tie itself is odd, it is one of them.
NEEDED = {"address": 3, "addresses": 3, "domain": 3, "surge": 3, "program": 3}
NEEDED_ELSE = 2
FALSE_RATE = 0.01
MOST_SHOWN = 200
ALIAS = "alias"


@dataclass(frozen=True)
class Cluster:
    """Ballots that belong together: the tie, the design, who is in it, and what is odd. `rule`: '' is only shown.

    `design` is None where it isn't one design that they have in common.
    """

    tie: str
    value: str
    design: int | None
    members: tuple[Voter, ...]
    of: int
    signals: tuple[Signal, ...]
    chance: float
    rule: str
    held: tuple[Voter, ...]


@dataclass(frozen=True)
class Findings:
    """What one look found; `held` names for each held ballot the rule."""

    clusters: list[Cluster]
    alarms: list[Alarm]
    held: dict[int, str]


def look(voters: Sequence[Voter]) -> Findings:
    """Return what is odd about a round's ballots."""
    held: dict[int, str] = {}
    crowd = Crowd(sorted(voters, key=lambda voter: voter.ballot))
    if len(voters) < FEWEST:
        return Findings([], [], held)
    weighed = [_weighed(crowd, tied) for tied in ties.candidates(crowd)]
    kept = odds.believed([chance for _, _, chance in weighed], FALSE_RATE)
    clusters = [_cluster(*each) for each, is_real in zip(weighed, kept, strict=True) if is_real]
    clusters = _distinct(sorted(clusters, key=_weight))
    for each in clusters:
        for voter in each.held:
            held.setdefault(voter.ballot, each.rule)
    return Findings(clusters[:MOST_SHOWN], alarms.ranked(crowd, held), held)


def doubled(voters: Sequence[Voter], aliases: Sequence[Sequence[int]]) -> Findings:
    """Return the later ballots of each mailbox, as held and as one cluster, so that people can decide about them.

    `voters`: those whose ballots they are; `aliases`: the ballots of one mailbox each, the first of which stays.
    """
    held = {ballot: ALIAS for same in aliases for ballot in same[1:]}
    members = tuple(sorted(voters, key=lambda voter: voter.ballot))
    of = sum(len(same) for same in aliases)
    return Findings([Cluster("mailbox", "", None, members, of, (), 1.0, ALIAS, members)] if members else [], [], held)


def _weighed(crowd: Crowd, tied: Tied) -> tuple[Tied, dict[str, Signal], float]:
    found = evidence.of_core(crowd, tied.core, tied.design, tied.tie)
    if tied.tie not in ("copies", "addresses", "surge"):
        found.insert(0, evidence.favour(crowd, tied.group, tied.design))
    signals = {each.name: each for each in found}
    odd_tie = tied.value.startswith(holding.PROGRAM_MARK)
    needed = NEEDED_ELSE if odd_tie else NEEDED.get(tied.tie, NEEDED_ELSE)
    return tied, signals, odds.together([each.chance for each in found], needed)


def _cluster(tied: Tied, signals: dict[str, Signal], chance: float) -> Cluster:
    rule, held = holding.rule_for(tied, signals)
    odd = tuple(sorted((s for s in signals.values() if s.chance < 0.001), key=lambda s: (s.chance, s.name)))
    members = held or tied.core
    return Cluster(tied.tie, tied.value, tied.design, tuple(members), len(tied.group), odd, chance, rule, tuple(held))


def _weight(cluster: Cluster) -> tuple[bool, int, float, str, str, int]:
    return (not cluster.rule, -len(cluster.members), cluster.chance, cluster.tie, cluster.value, cluster.design or 0)


def _distinct(clusters: list[Cluster]) -> list[Cluster]:
    """Leave out clusters nearly all of whose ballots stand in one before them: the same thing seen twice."""
    kept: list[Cluster] = []
    seen: dict[int | None, set[int]] = {}
    for each in clusters:
        ballots, known = {voter.ballot for voter in each.members}, seen.setdefault(each.design, set())
        new = {voter.ballot for voter in each.held} - {v.ballot for one in kept for v in one.held} if each.rule else ()
        if len(ballots - known) > 0.2 * len(ballots) or new:
            kept.append(each)
            known |= ballots
    return kept
