"""Which messages a sender has in its hands: a batch of what is due, the lowest rank first, taken by one statement.

Whoever takes messages counts that against them until something is heard of them. One whose sender was not heard of
again may have been what killed it, so it is taken alone from then on, after the others, and given up in the end.
"""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from webapp.infra.mail import outcomes
from webapp.infra.mail.models import RANK_BULK, RANKS, OutgoingMail
from webapp.infra.short_ways import strike
from webapp.kernel.now import now

BATCH = 100
BULK_BATCH = 20  # a code that is asked for meanwhile waits for no more than so many newsletters
# What a sender that died had in its hands comes free after the lease, while a code still counts; one that lives is
# done before (connection.BATCH_TIME, and four answers of a relay, of 20 seconds at most, for the message in hand).
LEASE = timedelta(minutes=2)
MAX_DEATHS = 5  # of senders that had the same message in their hands

_MAILS = cast("Table", OutgoingMail.__table__)
_DUE = (_MAILS.c.state == "queued", _MAILS.c.rank == bindparam("of_rank"), _MAILS.c.not_before <= bindparam("moment"))
_READ = (
    *("id", "attempts", "deaths", "created_at", "address", "kind", "locale", "params", "message_id"),
    *("optional", "rank", "zone", "quiet_from"),
)


def _taking(which: Select[Any]) -> ReturningUpdate[Any]:
    # Rows that another sender is taking right now are left to it; SQLite has one writer at a time.
    due = which.with_for_update(skip_locked=True).cte("due")
    # The lease is a later `not_before`: a sender that dies gives the batch back by itself.
    taken = {"not_before": bindparam("until"), "attempts": _MAILS.c.attempts + 1, "deaths": _MAILS.c.deaths + 1}
    found = (_MAILS.c[name] for name in _READ)
    return update(_MAILS).where(_MAILS.c.id.in_(select(due.c.id))).values(taken).returning(*found)


_TAKE = _taking(
    select(_MAILS.c.id)
    .where(*_DUE, _MAILS.c.deaths == 0)
    .order_by(_MAILS.c.not_before, _MAILS.c.id)
    .limit(bindparam("most"))
)
_TAKE_ALONE = _taking(
    select(_MAILS.c.id).where(*_DUE, _MAILS.c.deaths > 0).order_by(_MAILS.c.not_before, _MAILS.c.id).limit(1)
)


def take() -> list[Row[Any]]:
    """Return messages that are now ours to send, those due first first; none when nothing is due."""
    moment = now()
    values = {"moment": moment, "until": moment + LEASE}
    for rank in RANKS:
        most = BULK_BATCH if rank == RANK_BULK else BATCH
        if taken := strike(_TAKE, {**values, "of_rank": rank, "most": most}):
            return sorted(taken, key=lambda row: row.id)
    for rank in RANKS:
        while alone := strike(_TAKE_ALONE, {**values, "of_rank": rank}):
            if alone[0].deaths <= MAX_DEATHS:
                return list(alone)
            outcomes.give_up(alone[0].id, f"the worker died {MAX_DEATHS} times while at it")
    return []
