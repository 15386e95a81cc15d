"""From an order to winners: shared last places, and the draw when too many share one.

All tied at the last place win while that makes no more than twice the seats. Beyond that the places left
are drawn among them by the lots of a published seed; without a seed nobody draws, and all tied are named.
A design that no ballot speaks for never wins.
"""

from voting.methods.election import Election
from voting.methods.result import Order, by_lot, in_words, named


def winners(election: Election, order: Order, seats: int, seed: str | None) -> tuple[list[int], list[str]]:
    """Return the winning designs and the sentences that explain ties at the last place."""
    supported = election.supported()
    chosen: list[int] = []
    for full in order:
        group = [design for design in full if design in supported]
        if not group:
            continue
        if len(chosen) + len(group) > max(2 * seats, 1):
            return _drawn(election, chosen, group, seats, seed)
        chosen += group
        if len(chosen) >= seats:
            return chosen, _tie_in_words(election, group, len(chosen), seats)
    return chosen, ending(election, len(chosen), seats)


def _drawn(
    election: Election, chosen: list[int], group: list[int], seats: int, seed: str | None
) -> tuple[list[int], list[str]]:
    places = seats - len(chosen)
    tied = f"{in_words(named(election, group))} tie for {_places(places)}"
    if seed is None:
        return chosen + group, [f"{tied}: more than a tie may admit. A draw by a published seed has to decide."]
    drawn = by_lot(election, group, seed)[:places]
    return chosen + drawn, [f"{tied}: drawn by the seed: {in_words(named(election, drawn))}."]


def _tie_in_words(election: Election, group: list[int], reached: int, seats: int) -> list[str]:
    if len(group) == 1 or reached == seats:
        return []
    places = seats - (reached - len(group))
    return [f"{in_words(named(election, group))} tie for {_places(places)}: all of them are admitted."]


def ending(election: Election, reached: int, seats: int) -> list[str]:
    """Return in words why fewer designs win than there are seats."""
    if not election.names:
        return ["There is no design: nobody can win."]
    if reached == 0:
        return ["No ballot speaks for a design: all tie, nobody wins."]
    return [f"Only {reached} of {seats} seats are filled: no ballot speaks for another design."]


def _places(places: int) -> str:
    return "the last place" if places == 1 else f"the last {places} places"
