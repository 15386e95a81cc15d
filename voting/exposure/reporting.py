"""What is published of a round's exposure. Counts of few votes that came by a link are not told."""

from collections.abc import Mapping
from typing import Any

from voting.fair import below_floor, floor_of, gini, spread

FORMAT = 1
LEAST = 10  # fewer votes than this could tell on somebody
METHOD = (
    "Every visitor sees the designs in one of 64 shuffled orders, new each minute and the same while they look "
    "around; every third place goes to one of those that were looked at least in this round, and in the last quarter "
    "of the round two of three places go to designs shown less than three quarters as often as the average."
)


def report(
    shown: Mapping[int, tuple[int, int]], arrivals: Mapping[int, tuple[int, int]], worn: Mapping[int, int]
) -> dict[str, Any]:
    """Return the report of a round.

    shown: (cards shown, looks in hundredths) of every design in the round. arrivals: (votes, votes by the design's
    own link) of counted ballots. worn: how many would wear a design.
    """
    cards = {design: count for design, (count, _looks) in shown.items()}
    by_link = _told({design: by_link for design, (_votes, by_link) in arrivals.items()}, arrivals)
    votes = sum(votes for votes, _by_link in arrivals.values())
    whole = sum(by_link for _votes, by_link in arrivals.values())
    return {
        "format": FORMAT,
        "designs": [
            {
                "submission_id": design,
                "shown": shown[design][0],
                "looks": round(shown[design][1] / 100),
                "votes_by_link": by_link.get(design, 0),
                "would_wear": _large(worn.get(design, 0)),
            }
            for design in sorted(shown)
        ],
        "shown": sum(cards.values()),
        "mean": round(sum(cards.values()) / len(cards), 1) if cards else 0.0,
        "least": min(cards.values(), default=0),
        "floor": floor_of(cards.values()),
        "missed": sorted(below_floor(cards)),
        "gini": round(gini(cards.values()), 4),
        "gini_looks": round(gini([looks for _shown, looks in shown.values()]), 4),
        "spread": _rounded(spread(cards.values())),
        "votes": votes,
        "votes_by_link": whole if whole >= LEAST or not whole else None,
    }


def _told(by_link: Mapping[int, int], arrivals: Mapping[int, tuple[int, int]]) -> dict[int, int | None]:
    """Return the counts that may be told: of neither those who came by a link nor of the others there are only few.

    Where exactly one count is withheld it would follow from the sum; the smallest of the others goes with it.
    """
    told: dict[int, int | None] = {}
    for design, count in by_link.items():
        others = arrivals[design][0] - count
        told[design] = count if count == 0 or (count >= LEAST and (others == 0 or others >= LEAST)) else None
    if list(told.values()).count(None) == 1 and (left := [(n, each) for each, n in told.items() if n]):
        told[min(left)[1]] = None
    return told


def _large(count: int) -> int | None:
    return count if count >= LEAST or count == 0 else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
