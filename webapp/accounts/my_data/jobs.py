"""The worker's part: files of everything about people, and erasures. The row's lease is the truth, not the queue."""

import tempfile
from datetime import timedelta
from pathlib import Path

import structlog

from webapp.accounts import queries as accounts
from webapp.accounts.my_data import erasing, exporting, letters, queries, receipts, store
from webapp.accounts.my_data.queries import RequestRow
from webapp.infra import mail, queue
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now

ATTEMPTS = 5
BATCH = 50
LEASE = timedelta(minutes=15)  # as long as the queue lets a worker of exports run
PAUSE = timedelta(seconds=20)
SLOWEST = timedelta(hours=1)
KEPT = timedelta(days=7)  # how long a file waits to be fetched
LETTER_OVER = timedelta(days=5)  # mail has given the receipt up by then: its row goes whatever it says

log = structlog.get_logger()


def work(request_id: int) -> bool:
    """Do what was asked; return whether this call finished it. Nothing when it is done or another worker has it."""
    row = _take(request_id)
    if row is None:
        return False
    try:
        return _erase(row) if row.kind == "erase" else _export(row)
    except Exception as error:
        # The kind of error only: its words may hold what is being erased.
        log.warning("data request put back", request=row.id, attempt=row.attempts, error=type(error).__name__)
        db.session.rollback()
        return _put_back(row)


def sweep() -> int:
    """Wake the queue for requests that nobody works on; return how many."""
    found = queries.due(db.session(), now(), BATCH)
    db.session.rollback()
    for request_id in found:
        queue.enqueue("exports", "webapp.accounts.my_data.jobs.work", request_id, job_id=f"data-{request_id}")
    return len(found)


def forget() -> int:
    """Delete the files whose time is up; return how many."""
    found = queries.over(db.session(), now(), BATCH)
    db.session.rollback()
    for row in found:
        _delete_file(row)
    return len(found)


def _take(request_id: int) -> RequestRow | None:
    with transaction() as session:
        if not store.take(session, request_id, now(), LEASE):
            return None
        return queries.request(session, request_id)


def _export(row: RequestRow) -> bool:
    """Write to a nameless place, put it under its key, then say so: the row never names half a file."""
    person = accounts.person(db.session(), row.person_id)
    if person is None or person.erased_at or row.attempts > ATTEMPTS:
        return _fail(row, "erased" if person is None or person.erased_at else "worker-died")
    key, moment = f"my-data/{row.id}-{receipts.token(row.id)[-24:]}-{row.attempts}.zip", now()
    older = queries.files_of(db.session(), row.person_id)
    with tempfile.TemporaryDirectory(prefix="fanmade-data-") as folder:
        path = Path(folder) / "file"
        exporting.write(db.session(), row.person_id, person.locale or "en", moment, path)
        size = path.stat().st_size
        storage().put_file(key, path)
    with transaction() as session:
        done = {"file_key": key, "bytes": size, "expires_at": moment + KEPT}
        kept = store.finish(session, row.id, row.attempts, moment, **done)
        if kept and person.email:
            letter = {"path": "/settings/my-data", "days": KEPT.days}
            locale, dedupe = person.locale or "en", f"my-data:{row.id}"
            mail.post(session, [mail.Message(person.email, "my-data", letter, locale, row.person_id, dedupe)])
    if not kept:
        storage().delete(key)
        return False
    for before in older:
        _delete_file(before)
    return True


def _erase(row: RequestRow) -> bool:
    moment = now()
    for file in queries.files_of(db.session(), row.person_id):
        _delete_file(file)
    erasing.forget(row.person_id, moment)
    with transaction() as session:
        person = accounts.person(session, row.person_id)
        said = erasing.receipt(session, row.person_id)
        done = {"receipt": said, "expires_at": moment + LETTER_OVER}
        if not store.finish(session, row.id, row.attempts, moment, **done):
            return False  # another worker has it and goes on from here
        store.empty_person(session, row.person_id)
        if person and person.email:
            letter = {"path": f"/erased/{receipts.token(row.id)}", **said}
            # To nobody we know: the row goes once the letter is sent (webapp.accounts.my_data.letters).
            dedupe = letters.dedupe(row.id)
            mail.post(session, [mail.Message(person.email, "erased", letter, person.locale or "en", dedupe=dedupe)])
    return True


def _delete_file(row: RequestRow) -> None:
    assert row.file_key is not None
    storage().delete(row.file_key)
    with transaction() as session:
        store.forget_file(session, row.id, row.file_key)


def _fail(row: RequestRow, code: str) -> bool:
    with transaction() as session:
        return store.fail(session, row.id, row.attempts, code)


def _put_back(row: RequestRow) -> bool:
    """An export is given up after some tries; an erasure never is, it only waits longer."""
    if row.kind == "export" and row.attempts >= ATTEMPTS:
        return _fail(row, "broken")
    with transaction() as session:
        store.put_back(session, row.id, row.attempts, now() + min(PAUSE * row.attempts, SLOWEST), "broken")
    return False
