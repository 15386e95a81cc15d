"""Asking for a pack and taking it: both are written down before anything is made or handed over."""

from datetime import datetime

from preorders import queries as drops
from preorders.production import queries, store
from preorders.production.queries import PackRow
from preorders.rows import DropRow
from webapp.accounts import audit
from webapp.infra.db import after_commit, db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def ask(drop_id: int, person_id: int, now: datetime) -> int:
    """Let a pack be made, or join the one that is being made; return its id.

    Raises NotFound, or Refused('cancelled').
    """
    drop = _drop(drop_id)
    if drop.cancelled_at:
        raise Refused("cancelled", N_("This drop was called off: there is nothing to make."))
    with transaction() as session:
        pack_id, is_new = store.ask(session, drop_id, person_id, now)
        if is_new:
            audit.note(session, now, person_id, drop.artist_id, "drop.pack", f"drop:{drop_id}", pack=pack_id)
            after_commit(lambda: store.LEASES.wake(pack_id))
    return pack_id


def retry(drop_id: int, pack_id: int, person_id: int, now: datetime) -> None:
    """Let a failed pack be tried again; raises NotFound, Refused('not-failed')."""
    drop = _drop(drop_id)
    with transaction() as session:
        row = queries.pack(session, pack_id)
        if row is None or row.drop_id != drop_id:
            raise NotFound()
        if not store.wait_again(session, drop_id, pack_id, person_id, now):
            raise Refused("not-failed", N_("This pack is not one that failed, or there is a newer one."))
        audit.note(session, now, person_id, drop.artist_id, "drop.pack.retry", f"drop:{drop_id}", pack=pack_id)
        after_commit(lambda: store.LEASES.wake(pack_id))


def hand_over(drop_id: int, pack_id: int, person_id: int, now: datetime) -> PackRow:
    """Write down who takes a pack that names how many persons, and return it; its `file_key` is there.

    Raises NotFound, or Refused('link-expired').
    """
    drop, row = _drop(drop_id), queries.pack(db.session(), pack_id)
    if row is None or row.drop_id != drop_id:
        raise NotFound()
    if not row.is_there(now):
        raise Refused("link-expired", N_("This pack was kept for a week and is gone. Make it again."), 410)
    with transaction() as session:
        details = {"pack": pack_id, "persons": row.persons, "sha256": row.sha256}
        audit.note(session, now, person_id, drop.artist_id, "drop.pack.taken", f"drop:{drop_id}", **details)
    return row


def _drop(drop_id: int) -> DropRow:
    drop = drops.drop(db.session(), drop_id)
    if drop is None:
        raise NotFound()
    return drop
