"""What the invented fans like: pure, and the same for the same seed.

Designs are called by their number in the folder's order, never by what the installation calls them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

COMMENTS = (
    "I would wear this to every show.",
    "The lines are **so** good. Would it work on dark cloth?",
    "Made me smile. My favourite so far.",
    "Maybe a little smaller, so that it breathes?",
    "That colour! Please let it be a poster as well.",
    "This is exactly how the last record sounds.",
    "Strong from far away, and there is more when you come closer.",
    "My sister wants one too.",
)


@dataclass(frozen=True)
class Wish:
    """What a buyer wants: `variant` is a number to be taken modulo the variants there are."""

    buyer: int
    variant: int
    quantity: int
    changes_mind: bool


def votes(seed: int, voters: int, designs: Sequence[int], hearts: int) -> list[list[int]]:
    """Return the designs each voter gives a heart, in the order they do it; some designs please more."""
    appeal = {design: random.Random(f"{seed}|appeal|{design}").lognormvariate(0.0, 1.0) for design in designs}
    return [_ballot(random.Random(f"{seed}|voter|{voter}"), appeal, hearts) for voter in range(voters)]


def taken_back(seed: int, voter: int, ballot: Sequence[int]) -> int | None:
    """Return the design a voter takes the heart back from afterwards; most keep all."""
    dice = random.Random(f"{seed}|doubt|{voter}")
    return dice.choice(list(ballot)) if ballot and dice.random() < 0.1 else None


def comments(seed: int, talkers: int, designs: Sequence[int]) -> list[tuple[int, int, str]]:
    """Return (who, which design, what they say); nobody says more than three things."""
    said: list[tuple[int, int, str]] = []
    for talker in range(talkers):
        dice = random.Random(f"{seed}|talker|{talker}")
        chosen = dice.sample(list(designs), k=min(len(designs), dice.choice((0, 0, 1, 1, 2, 3))))
        said += [(talker, design, dice.choice(COMMENTS)) for design in chosen]
    return said


def wishes(seed: int, fans: int) -> list[Wish]:
    """Return what is ordered, one buyer after the other."""
    found = []
    for buyer in range(fans):
        dice = random.Random(f"{seed}|buyer|{buyer}")
        if dice.random() < 0.5:
            quantity = dice.choice((1, 1, 1, 2))
            found.append(Wish(buyer, dice.randrange(1000), quantity, dice.random() < 0.06))
    return found


def _ballot(dice: random.Random, appeal: dict[int, float], hearts: int) -> list[int]:
    left = dict(appeal)
    chosen: list[int] = []
    for _ in range(min(len(left), dice.randint(1, hearts))):
        design = dice.choices(list(left), weights=list(left.values()))[0]
        chosen.append(design)
        del left[design]
    return chosen
