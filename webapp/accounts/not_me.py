"""A sign-in from a new device, told by mail; and the page behind its link, whose button signs that device out.

The link needs no sign-in: whoever reads the mailbox is the person. It can only sign out, and only the device it names.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.accounts import store
from webapp.accounts.audit import note
from webapp.accounts.devices import device_of
from webapp.accounts.models import Person, SessionRow
from webapp.infra import keys, mail
from webapp.infra.db import changed, db, transaction
from webapp.kernel.refusal import N_, Refused

LIFE = timedelta(days=30)
_OVER = N_("This link is too old, or not whole. Your settings show every browser that is signed in.")


@dataclass(frozen=True)
class SignIn:
    """A sign-in as its mail names it: whose, by which browser, when; `is_over` once that device is signed out."""

    session_id: int
    person_id: int
    mark: str
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
    row = db.session.get(SessionRow, session_id)
    found = row and SignIn(row.id, row.person_id, row.device_mark, row.user_agent, row.created_at, _is_over(row))
    db.session.rollback()
    if not found or now - found.created_at > LIFE:
        raise Refused("link-over", _OVER, 410)
    return found


def disown(token: str, now: datetime) -> SignIn:
    """Sign that device out, and let it be a stranger from now on; a second time is nothing more."""
    found = find(token, now)
    with transaction() as session:
        theirs = update(SessionRow).where(*_same_device(found.session_id, found.person_id, found.mark))
        if changed(session, theirs.values(revoked_at=now)):
            store.forget_device(session, found.person_id, found.mark)
            note(session, now, found.person_id, None, "session.disown", f"session:{found.session_id}")
    return found


def _is_over(row: SessionRow) -> bool:
    still = select(SessionRow.id).where(*_same_device(row.id, row.person_id, row.device_mark))
    return db.session.scalar(still.limit(1)) is None


def _same_device(session_id: int, person_id: int, mark: str) -> tuple[ColumnElement[bool], ...]:
    """Open sessions of the same device: who signs in again there has another one by then."""
    same = SessionRow.device_mark == mark if mark else SessionRow.id == session_id
    return (same, SessionRow.person_id == person_id, SessionRow.revoked_at.is_(None))


def _signer() -> URLSafeSerializer:
    return keys.signer("not me")
