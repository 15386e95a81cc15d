"""A locked drop is made from the print file that stands: no other one is taken any more."""

from contests.submissions.print_files import store
from preorders import queries
from webapp.infra.db import transaction
from webapp.kernel.now import now


def drop_locked(drop_id: int) -> None:
    """DropLocked: close the call for the winner's print file. May run twice."""
    with transaction() as session:
        drop = queries.drop(session, drop_id)
        if drop is not None and drop.submission_id:
            store.close_calls(session, [drop.submission_id], now())
