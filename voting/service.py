"""The use cases of votes and picks under one name, for other rooms.

Each is one transaction. There is nothing to retry: unique keys with ON CONFLICT and conditional updates
settle every race at PostgreSQL's default isolation, and locks are always taken in the order of `locks`.
"""

from voting.casting import (
    Standing,
    cast,
    cast_at,
    cast_pending,
    cast_pending_at,
    withdraw,
    withdraw_at,
    withdraw_pending,
    withdraw_pending_at,
)
from voting.claiming import choose, claim
from voting.closing import close
from voting.marking import (
    Marked,
    compare,
    compare_pending,
    rank,
    rank_pending,
    rate,
    rate_pending,
    uncompare,
    uncompare_pending,
)
from voting.picking import announce, ask_void, note_to_self, pick, undo_pick, void_pick

__all__ = [
    "Marked",
    "Standing",
    "announce",
    "ask_void",
    "cast",
    "cast_at",
    "cast_pending",
    "cast_pending_at",
    "choose",
    "claim",
    "close",
    "compare",
    "compare_pending",
    "note_to_self",
    "pick",
    "rank",
    "rank_pending",
    "rate",
    "rate_pending",
    "uncompare",
    "uncompare_pending",
    "undo_pick",
    "void_pick",
    "withdraw",
    "withdraw_at",
    "withdraw_pending",
    "withdraw_pending_at",
]
