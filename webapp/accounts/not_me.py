"""A sign-in from a new device, told by mail; and the page behind its link, whose button ends that session.

The link needs no sign-in: whoever reads the mailbox is the person. It can only sign out, and only what it names.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts import login, store
from webapp.accounts.audit import note
from webapp.accounts.devices import device_of
from webapp.accounts.models import Person, SessionRow
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, Refused

LIFE = timedelta(days=30)
_OVER = N_("This link is too old, or not whole. Your settings show every browser that is signed in.")


@dataclass(frozen=True)
class SignIn:
    """A session as its mail names it: whose, by which browser, since when, and whether it has ended."""

    session_id: int
    person_id: int
    user_agent: str
    created_at: datetime
    is_over: bool


def tell(session: Session, person: Person, session_id: int, user_agent: str) -> None:
    """Queue the mail in the caller's transaction."""
    browser, system = device_of(user_agent)
    params = {"browser": browser, "system": system, "path": f"/sign-in/not-me/{_signer().dumps(session_id)}"}
    message = mail.Message(person.email or "", "new-session", params, person.locale, person.id, urgent=True)
    mail.post(session, [message])


def find(token: str, now: datetime) -> SignIn:
    """Return the sign-in a link is about; raises Refused('link-over')."""
    try:
        session_id = _signer().loads(token)
    except BadSignature:
        raise Refused("link-over", _OVER, 410) from None
    columns = (SessionRow.person_id, SessionRow.user_agent, SessionRow.created_at, SessionRow.revoked_at)
    row = db.session.execute(select(*columns).where(SessionRow.id == session_id)).first()
    db.session.rollback()
    if row is None or now - row.created_at > LIFE:
        raise Refused("link-over", _OVER, 410)
    return SignIn(session_id, row.person_id, row.user_agent, row.created_at, row.revoked_at is not None)


def disown(token: str, now: datetime) -> SignIn:
    """Sign that browser out, and let it be a stranger from now on; a second time is nothing more."""
    found = find(token, now)
    with transaction() as session:
        if login.revoke(session, found.session_id, found.person_id, now):
            mark = session.scalar(select(SessionRow.device_mark).where(SessionRow.id == found.session_id))
            store.forget_device(session, found.person_id, mark or "")
            note(session, now, found.person_id, None, "session.disown", f"session:{found.session_id}")
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="not me")
