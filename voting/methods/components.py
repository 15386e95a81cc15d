"""Which designs hang together by comparisons: without a chain of comparisons there is no common scale."""

from collections.abc import Callable

from voting.methods.pairwise import Matrix


def compared(votes: Matrix) -> list[list[int]]:
    """Return the groups within which each design is connected with each other by comparisons, by number."""
    return _groups(votes, lambda a, b: bool(votes[a][b] or votes[b][a]))


def every_one_can_lose(votes: Matrix, group: list[int]) -> bool:
    """Return whether in a group a chain of wins leads from each design to each other one.

    Only then strengths are finite: otherwise some part of the group never lost to the rest.
    """
    inside = set(group)
    forth = _reached(group[0], inside, lambda a, b: bool(votes[a][b]))
    back = _reached(group[0], inside, lambda a, b: bool(votes[b][a]))
    return forth == inside == back


def _groups(votes: Matrix, linked: Callable[[int, int], bool]) -> list[list[int]]:
    left = set(range(len(votes)))
    found = []
    while left:
        group = _reached(min(left), left, linked)
        found.append(sorted(group))
        left -= group
    return found


def _reached(start: int, inside: set[int], linked: Callable[[int, int], bool]) -> set[int]:
    reached, new = {start}, [start]
    while new:
        here = new.pop()
        for there in inside - reached:
            if linked(here, there):
                reached.add(there)
                new.append(there)
    return reached
