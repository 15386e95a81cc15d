"""What authors do with print files: send one, try one again. Each is one transaction."""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.submissions import leases, originals
from contests.submissions import queries as submissions
from contests.submissions.originals import Original
from contests.submissions.print_files import queries, rules, store
from contests.submissions.print_files.events import PrintFileSent
from contests.submissions.print_files.models import PrintFile
from webapp.infra import outbox, quotas
from webapp.infra.db import transaction
from webapp.infra.storage import storage
from webapp.kernel.refusal import N_, NotFound, Refused


def send(submission_id: int, author_id: int, data: bytes, name: str, now: datetime, key: str = "") -> int:
    """Store a print file for a finalist and return its id; a worker looks at it after the commit.

    `key`, when given, makes a repeated request answer with the file of the first. Raises Unacceptable
    for the picture's own faults, NotFound for a design of somebody else, Refused when none is taken.
    """
    judged = originals.judged(data, name)
    original = replace(judged, key=f"print-files/{judged.sha256[:2]}/{judged.sha256}")
    with quotas.counted([quotas.person(author_id)], original.bytes, now):
        return _kept(original, data, submission_id, author_id, _wish(author_id, submission_id, key), now)


def retry(submission_id: int, author_id: int, now: datetime) -> None:
    """Let the newest print file be tried anew. Raises Refused when it has not failed."""
    with transaction() as session:
        _require_own(session, submission_id, author_id)
        newest = queries.standing(session, submission_id).newest
        if newest is None or not leases.wait_again(session, PrintFile, newest.id):
            raise Refused("not-failed", N_("That file is not in trouble any more. Reload the page."))
        outbox.record(session, PrintFileSent(newest.id))


def _kept(original: Original, data: bytes, submission_id: int, author_id: int, wish: str | None, now: datetime) -> int:
    originals.keep(original, data)
    try:
        with transaction() as session:
            file_id = _written(session, submission_id, author_id, original, wish, now)
            originals.hold(session, original)
    except (Refused, NotFound):
        _discard(original)
        raise
    originals.keep(original, data)  # unless a refused twin's clean-up was faster than our commit
    return file_id


def _written(
    session: Session, submission_id: int, author_id: int, original: Original, wish: str | None, now: datetime
) -> int:
    person = submissions.lock_person(session, author_id)
    if person is None or person.suspended_at:
        raise Refused("suspended", N_("This account can't send anything at the moment."), 403)
    design = _require_own(session, submission_id, author_id)
    known = queries.by_wish(session, wish) if wish else None
    if known:
        return known
    contest = contests.contest(session, design.contest_id)
    call = queries.standing(session, submission_id).call
    running = contest is not None and contest.phase(now) is not Phase.CANCELLED and submissions.is_public(design)
    rules.require_open(call is not None, bool(call and call.closed_at), running)
    rules.require_room(queries.count(session, submission_id))
    file_id = store.add(session, submission_id, original, wish, now)
    outbox.record(session, PrintFileSent(file_id))
    return file_id


def _require_own(session: Session, submission_id: int, author_id: int) -> submissions.DesignRow:
    design = submissions.by_id(session, submission_id)
    if design is None or design.author_id != author_id or design.withdrawn_at:
        raise NotFound()
    return design


def _wish(author_id: int, submission_id: int, key: str) -> str | None:
    return hashlib.sha256(f"{author_id}:{submission_id}:{key}".encode()).hexdigest() if key else None


def _discard(original: Original) -> None:
    with transaction() as session:
        originals.hold(session, original)
        if not queries.uses(session, original.key):
            storage().delete(original.key)
