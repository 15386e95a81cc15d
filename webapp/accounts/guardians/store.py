"""Every write of guardians, in the caller's transaction, and the mails that go with it."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.accounts.guardians import queries
from webapp.accounts.guardians.actions import ACTIONS
from webapp.accounts.guardians.models import Guardian, GuardianRequest
from webapp.accounts.guardians.queries import PENDING, UNSPOKEN, GuardianRow, RequestRow
from webapp.accounts.guardians.rules import LINK_TIME
from webapp.accounts.login import hash_of
from webapp.accounts.queries import A_FAN
from webapp.accounts.secrets_kept import keyed, keyed_by_any
from webapp.infra import mail
from webapp.infra.db import changed, insert_once


def ask(session: Session, person_id: int, action: str, subject_id: int, now: datetime) -> bool:
    """Ask the person's guardian for one thing, once; return whether a guardian is known and was written to.

    Without one the question waits until the person has named one.
    """
    ACTIONS[action]  # a question nobody can answer is a mistake of the caller
    values = {"person_id": person_id, "action": action, "subject_id": subject_id}
    request_id = insert_once(session, GuardianRequest, **values, asked_at=now, terms_hash="")
    guardian = queries.of_person(session, person_id)
    if guardian and request_id is not None:
        write(session, guardian, [request_id], now)
    return guardian is not None


def name_guardian(session: Session, person_id: int, email: str, now: datetime) -> bool:
    """Keep a person's guardian, or correct the address; a corrected one's link no longer works.

    Returns whether the address is a new one.
    """
    nonce = secrets.token_hex(32)
    values: dict[str, Any] = {"email": email, "nonce": nonce, "token_hash": hash_of(_token(nonce)), "named_at": now}
    values["expires_at"] = now + LINK_TIME
    if insert_once(session, Guardian, person_id=person_id, **values) is not None:
        return True
    another = update(Guardian).where(Guardian.person_id == person_id, Guardian.email != email)
    return changed(session, another.values(**values)) == 1


def write(session: Session, guardian: GuardianRow, request_ids: Sequence[int], now: datetime, again: str = "") -> None:
    """Mail the link for these requests, and let it open the page for another month; `again` tells mails apart."""
    session.flush()
    nick = guardian.nick or A_FAN
    with force_locale(guardian.locale):
        asked = [str(gettext(ACTIONS[each].words)) for each in _names(session, guardian.person_id, request_ids)]
    path = f"/guardian/{_living_token(session, guardian)}"
    words = {"nick": nick, "asked": asked, "path": path, "again": again == "reminder"}
    known = ",".join(map(str, request_ids))
    dedupe = f"guardian:{guardian.id}:{guardian.nonce[:12]}:{known}:{again}"[:200]
    mail.post(session, [mail.Message(guardian.email, "guardian", words, guardian.locale, dedupe=dedupe)])
    longer = update(Guardian).where(Guardian.id == guardian.id)
    changed(session, longer.values(expires_at=now + LINK_TIME))
    date = "reminded_at" if again == "reminder" else "mailed_at"
    if request_ids:
        changed(session, update(GuardianRequest).where(GuardianRequest.id.in_(request_ids)).values({date: now}))


def answer(session: Session, request_id: int, person_id: int, said: str, terms_hash: str, now: datetime) -> bool:
    """Keep an answer: agreed or refused once, withdrawn once after agreed; return whether it was still to be given."""
    mine = update(GuardianRequest).where(GuardianRequest.id == request_id, GuardianRequest.person_id == person_id)
    if said == "withdrawn":
        given = (GuardianRequest.agreed_at.is_not(None), GuardianRequest.withdrawn_at.is_(None), UNSPOKEN)
        return changed(session, mine.where(*given).values(withdrawn_at=now)) == 1
    values: dict[str, Any] = {"agreed_at": now, "terms_hash": terms_hash} if said == "agreed" else {"refused_at": now}
    return changed(session, mine.where(PENDING).values(values)) == 1


def own_answer(session: Session, request: RequestRow, yes: bool, now: datetime) -> bool:
    """Keep what somebody of age says to a request of theirs, once; return whether it stood as it was read."""
    # As it was read: a guardian may have answered in this very moment.
    as_read = {"agreed_at": request.agreed_at, "refused_at": request.refused_at, "withdrawn_at": request.withdrawn_at}
    still = [getattr(GuardianRequest, name).is_not_distinct_from(value) for name, value in as_read.items()]
    mine = update(GuardianRequest).where(GuardianRequest.id == request.id, UNSPOKEN, *still)
    return changed(session, mine.values(**{"own_yes_at" if yes else "own_no_at": now})) == 1


def mark_reminded(session: Session, request_id: int, now: datetime) -> bool:
    """Note that a request needs no reminder any more; return whether this call did."""
    statement = update(GuardianRequest).where(GuardianRequest.id == request_id, GuardianRequest.reminded_at.is_(None))
    return changed(session, statement.values(reminded_at=now)) == 1


def _names(session: Session, person_id: int, request_ids: Sequence[int]) -> list[str]:
    chosen = [each.action for each in queries.requests(session, person_id) if each.id in set(request_ids)]
    return list(dict.fromkeys(chosen))


def _living_token(session: Session, guardian: GuardianRow) -> str:
    """The token that opens the guardian's page: it was made by the secret key of its time."""
    for each in keyed_by_any("guardian", guardian.nonce):
        if hash_of(each) == guardian.token_hash:
            return each
    # That key counts no more, and no link it made: this one opens the page from now on.
    fresh = _token(guardian.nonce)
    changed(session, update(Guardian).where(Guardian.id == guardian.id).values(token_hash=hash_of(fresh)))
    return fresh


def _token(nonce: str) -> str:
    return keyed("guardian", nonce)
