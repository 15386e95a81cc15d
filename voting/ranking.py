"""What a tap does to an order of designs, the best first: pure."""

from collections.abc import Sequence

ACTS = ("add", "remove", "up", "down")


def changed(order: Sequence[int], act: str, design: int) -> list[int]:
    """Return an order after one of ACTS on a design; an act that changes nothing gives the same order again."""
    others = [each for each in order if each != design]
    if act == "remove":
        return others
    if design not in order:
        return [*order, design] if act == "add" else list(order)
    if act == "add":
        return list(order)
    place = max(0, list(order).index(design) + (-1 if act == "up" else 1))
    return [*others[:place], design, *others[place:]]
