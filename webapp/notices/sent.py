"""What we mailed somebody: every mail to them, told from the notices it was about, without what it said."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.infra.mail import OutgoingMail
from webapp.infra.paging import Page, page_of
from webapp.kernel.refusal import N_
from webapp.notices import kinds, letters
from webapp.notices.models import DigestLine, Notice
from webapp.notices.store import NOTICE

PAGE = 50
STATES = {
    "queued": N_("Waits to be sent"),
    "sent": N_("Sent"),
    "failed": N_("Could not be delivered"),
    "dropped": N_("Not sent: it was no longer wanted, or your address refused it"),
}


@dataclass(frozen=True)
class Mail:
    """One mail: its kind and subject in words; `at` is when it went or was written, `goes_at` when it goes."""

    id: int
    title: str
    subject: str
    state: str
    at: datetime
    goes_at: datetime


def history(session: Session, person_id: int, address: str, before: int | None = None) -> Page[Mail]:
    """Return the mails to a person, and those to their address that named nobody; the latest first."""
    mine = or_(
        OutgoingMail.recipient_id == person_id,
        and_(OutgoingMail.recipient_id.is_(None), OutgoingMail.address == address),
    )
    # Columns, without the params: those may hold a code.
    columns = ("id", "kind", "dedupe", "state", "created_at", "sent_at", "not_before")
    query = select(*(getattr(OutgoingMail, name) for name in columns)).where(mine)
    if before is not None:
        query = query.where(OutgoingMail.id < before)
    rows = session.execute(query.order_by(OutgoingMail.id.desc()).limit(PAGE + 1)).all()
    keys = {row.dedupe: _fact(row.dedupe, person_id) for row in rows if row.kind == letters.NOTICE}
    told = _notices(session, person_id, set(keys.values()))
    sizes = _sizes(session, person_id, {row.dedupe for row in rows if row.kind == letters.DIGEST})
    items = []
    for row in rows:
        title, subject = _words(row.kind, told.get(keys.get(row.dedupe, "")), sizes.get(row.dedupe, 0))
        items.append(Mail(row.id, title, subject, row.state, row.sent_at or row.created_at, row.not_before))
    return page_of(items, PAGE, lambda item: item.id)


def _words(kind: str, notice: Notice | None, size: int) -> tuple[str, str]:
    if notice:
        return kinds.title(notice.kind), kinds.words(notice.kind, notice.params).subject
    if kind == letters.DIGEST and size:
        news = ngettext("%(num)s piece of news for you", "%(num)s pieces of news for you", size)
        return letters.title(kind), str(news)
    return letters.title(kind), ""


def _fact(dedupe: str, person_id: int) -> str:
    """Return the fact of a notice from the key of its mail, which names its reader as well."""
    return dedupe.removeprefix(NOTICE).removesuffix(f":{person_id}")


def _notices(session: Session, person_id: int, facts: set[str]) -> dict[str, Notice]:
    query = select(Notice).where(Notice.recipient_id == person_id, Notice.dedupe.in_(facts))
    return {row.dedupe: row for row in session.scalars(query)} if facts else {}


def _sizes(session: Session, person_id: int, wanted: set[str]) -> dict[str, int]:
    query = select(DigestLine.letter, func.count()).where(
        DigestLine.person_id == person_id, DigestLine.letter.in_(wanted)
    )
    return {row[0] or "": row[1] for row in session.execute(query.group_by(DigestLine.letter))} if wanted else {}
