"""How much of the whole a run takes: a part that is the same each day, or with SOAK=1 all of it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache

from tests.hostile import naughty, scripts

SEED = 20270301
SOAK = bool(os.environ.get("SOAK"))


@cache
def every() -> tuple[str, ...]:
    """Return all texts, in a shuffled order that never changes."""
    texts = [*scripts.every(), *naughty.every()]
    random.Random(SEED).shuffle(texts)
    return tuple(texts)


def some(count: int, seed: int = 0) -> list[str]:
    """Return `count` texts, or all of them when the whole is asked for; another seed, another part."""
    if SOAK:
        return list(every())
    return random.Random(SEED + seed).sample(every(), count)


def endless(seed: int = 0) -> Iterator[str]:
    """Yield texts, again from the first when all were there."""
    texts = list(every())
    random.Random(SEED + seed).shuffle(texts)
    while True:
        yield from texts


def kept(text: str) -> str:
    """Return a text as every form keeps it: no NUL, which no database holds, and no blanks around it."""
    return text.replace("\x00", "").strip()
