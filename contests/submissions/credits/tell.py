"""Who hears of credit. Outbox handlers: safe to run twice."""

from sqlalchemy.orm import Session

from contests.submissions.credits import queries
from contests.submissions.credits.queries import ShareRow
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices.store import notify


def of_offer(share_id: int) -> None:
    """CreditOffered: tell who may accept it, as long as it waits."""
    with transaction() as session:
        share = queries.share(session, share_id)
        if share and share.state == "offered":
            _tell(session, share, share.person_id, share.designer_id, "credit-offered", "/credits")


def of_answer(share_id: int) -> None:
    """CreditAnswered: tell the designer."""
    with transaction() as session:
        share = queries.share(session, share_id)
        if share and share.state != "offered":
            kind = "credit-accepted" if share.state == "accepted" else "credit-declined"
            _tell(session, share, share.designer_id, share.person_id, kind, f"/D/{share.code}#credit")


def _tell(session: Session, share: ShareRow, reader: int, other: int, kind: str, path: str) -> None:
    name = accounts.names(session, [other])[other]
    params = {"path": path, "title": share.title, "name": name, "percent": share.percent, "note": share.note}
    notify(session, [reader], kind, f"{kind}:{share.id}", params, now())
