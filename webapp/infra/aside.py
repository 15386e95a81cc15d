"""Counts that gather in Redis and are written down in batches by the ticker, of which any number may run at once.

A key is set aside by a rename before it is read: what is counted meanwhile gathers anew. One ticker at a time holds
the turn, else two would write the same counts twice. What a dying one left aside is taken up by the next.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import ResponseError

from webapp.infra import queue

FLUSHING, TURN = ":flushing", ":turn"
LONGEST = 60  # seconds after which a ticker that fell silent loses its turn


@contextmanager
def set_aside(key: str) -> Iterator[str | None]:
    """Yield the key under which the counts of `key` stand aside, or None: there are none, or another is at them.

    On a cluster `key` is one of `queue.parts_of`.

    They are deleted after the block, unless it raises or took so long that another has its turn.
    """
    redis, turn, token = queue.counters(), key + TURN, secrets.token_hex(8)
    if not redis.set(turn, token, nx=True, ex=LONGEST):
        yield None
        return
    try:
        aside = _aside(key)
        yield aside
        if aside is not None and _is_ours(turn, token):
            redis.delete(aside)
    finally:
        if _is_ours(turn, token):
            redis.delete(turn)


def _aside(key: str) -> str | None:
    redis, aside = queue.counters(), key + FLUSHING
    if redis.exists(aside):
        return aside
    try:
        redis.rename(key, aside)
    except ResponseError:  # nothing was counted
        return None
    return aside


def _is_ours(turn: str, token: str) -> bool:
    return queue.counters().get(turn) == token.encode()
