"""Which messages a sender has in its hands: a batch of what is due, the lowest rank first, taken by one statement."""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, select, update

from webapp.infra.mail.models import RANK_BULK, RANKS, OutgoingMail
from webapp.infra.short_ways import strike
from webapp.kernel.now import now

BATCH = 100
BULK_BATCH = 20  # a code that is asked for meanwhile waits for no more than so many newsletters
# What a sender that died had in its hands comes free after the lease, while a code still counts; one that lives is
# done before (connection.BATCH_TIME, and four answers of a relay, of 20 seconds at most, for the message in hand).
LEASE = timedelta(minutes=2)

_MAILS = cast("Table", OutgoingMail.__table__)
_DUE = (
    select(_MAILS.c.id)
    .where(
        _MAILS.c.state == "queued",
        _MAILS.c.rank == bindparam("of_rank"),
        _MAILS.c.not_before <= bindparam("moment"),
    )
    .order_by(_MAILS.c.not_before, _MAILS.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # what another sender is taking right now; SQLite has one writer at a time
    .cte("due")
)
_READ = ("id", "attempts", "created_at", "address", "kind", "locale", "params", "message_id", "optional", "rank")
# The lease is a later `not_before`: a sender that dies gives the batch back by itself.
_TAKE = (
    update(_MAILS)
    .where(_MAILS.c.id.in_(select(_DUE.c.id)))
    .values(not_before=bindparam("until"), attempts=_MAILS.c.attempts + 1)
    .returning(*(_MAILS.c[name] for name in _READ), _MAILS.c.zone, _MAILS.c.quiet_from)
)


def take() -> list[Row[Any]]:
    """Return messages that are now ours to send, those due first first; none when nothing is due."""
    moment = now()
    for rank in RANKS:
        most = BULK_BATCH if rank == RANK_BULK else BATCH
        values = {"of_rank": rank, "moment": moment, "until": moment + LEASE, "most": most}
        if taken := strike(_TAKE, values):
            return sorted(taken, key=lambda row: row.id)
    return []
