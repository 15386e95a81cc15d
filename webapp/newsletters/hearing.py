"""What mail that comes back says of letters: bounces, complaints, and mails that end a newsletter."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.infra.db import changed
from webapp.infra.mail.returned import COMPLAINT
from webapp.kernel.now import now
from webapp.newsletters import joining
from webapp.newsletters.models import LetterDelivery


def hear(session: Session, mail_id: int, why: str) -> None:
    """Count a bounce or a complaint with its letter; who complains has left. In the caller's transaction."""
    moment = now()
    column = LetterDelivery.complained_at if why == COMPLAINT else LetterDelivery.bounced_at
    mine = (LetterDelivery.mail_id == mail_id, column.is_(None))
    changed(session, update(LetterDelivery).where(*mine).values({column: moment}))
    if why == COMPLAINT:
        found = session.scalar(select(LetterDelivery.subscription_id).where(LetterDelivery.mail_id == mail_id))
        if found is not None:
            joining.end(session, found, "complaint", moment)


def leave(subject: str) -> bool:
    """End the newsletter whose token is the subject of a mail; return whether it was one."""
    return joining.leave(subject, "mail", now())
