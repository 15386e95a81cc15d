"""What people do with kits: try again what went wrong."""

from sqlalchemy.orm import Session

from contests.submissions import leases
from contests.submissions.finalists import queries
from contests.submissions.finalists.events import KitWanted
from contests.submissions.finalists.models import FinalistKit
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def retry(submission_id: int) -> None:
    """Let a kit that failed be made anew; the caller has checked who asks. Raises Refused when it has not failed."""
    with transaction() as session:
        kit_id = _kit_id(session, submission_id)
        if not leases.wait_again(session, FinalistKit, kit_id):
            raise Refused("not-failed", N_("That kit is not in trouble any more. Reload the page."))
        outbox.record(session, KitWanted(kit_id))


def _kit_id(session: Session, submission_id: int) -> int:
    found = queries.of_design(session, submission_id)
    if found is None:
        raise NotFound()
    return found.id
