"""Use cases: somebody asks for their data, or to be erased."""

from datetime import datetime

from webapp.accounts import queries as accounts
from webapp.accounts import store as people
from webapp.accounts.my_data import erasing, queries, receipts, store
from webapp.accounts.my_data.queries import RequestRow
from webapp.infra import queue
from webapp.infra.db import after_commit, db, transaction
from webapp.kernel.refusal import NotFound, Refused


def ask_export(person_id: int, now: datetime) -> int:
    """Let a worker write the file of everything about a person; one that is being written is the answer already."""
    with transaction() as session:
        request_id = store.ask(session, person_id, "export", now)
        _wake(request_id)
    return request_id


def ask_erasure(person_id: int, now: datetime) -> str:
    """Let nobody sign in as the person from this moment, and a worker erase them; return the receipt's token.

    Raises Refused('hand-over') when something must be handed over first: roles that would leave a team without its
    artist, or an installation without its operator.
    """
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person is None:
            raise NotFound()
        if person.erased_at is None:
            for first in erasing.obstacles(session, person_id):
                raise Refused("hand-over", first.sentence, **first.params)
            store.mark_erasing(session, person_id, now)
        request_id = store.ask(session, person_id, "erase", now)
        people.revoke_other_sessions(session, person_id, None, now)
        store.end_exports(session, person_id)
        _wake(request_id)
    return receipts.token(request_id)


def receipt(token: str) -> RequestRow:
    """Return the erasure a receipt's token names; raises NotFound."""
    request_id = receipts.read(token)
    found = queries.request(db.session(), request_id) if request_id else None
    if found is None or found.kind != "erase":
        raise NotFound()
    return found


def _wake(request_id: int) -> None:
    after_commit(lambda: queue.enqueue("exports", "webapp.accounts.my_data.jobs.work", request_id, first=True))
