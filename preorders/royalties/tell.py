"""What happens to royalties after a fact. Outbox handlers: safe to run twice."""

from preorders.royalties import queries, service
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices import values
from webapp.notices.store import notify


def drop_locked(drop_id: int) -> None:
    """DropLocked: who shares the credit is fixed."""
    service.freeze_credit(drop_id, now())


def drop_closed(drop_id: int) -> None:
    """DropClosed: freeze the statements and tell everybody who is owed something."""
    service.freeze(drop_id, now())
    with transaction() as session:
        for row in queries.statements(session, drop_id):
            if row.person_id is None or not row.amount_minor:
                continue
            amount = values.money(row.amount_minor, row.currency)
            params = {"title": row.title, "pieces": row.pieces, "amount": amount, "path": "/royalties"}
            notify(session, [row.person_id], "royalty-ready", f"royalty:{row.id}", params, now())
