"""Every write about people, artists and teams. Callers own the transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from webapp.accounts.addresses import normalise
from webapp.accounts.models import (
    ApiToken,
    Artist,
    Consent,
    Follow,
    Invitation,
    KnownDevice,
    Person,
    RecoveryCode,
    SessionRow,
    SignInCode,
    TeamMember,
)
from webapp.infra.db import changed, insert_once

ATTEMPTS = 5


def add_person(session: Session, email: str, display_name: str, now: datetime, **fields: Any) -> int:
    """Insert a person and return the id; an address that stands already raises IntegrityError."""
    row = Person(email=normalise(email), display_name=display_name, created_at=now, **fields)
    session.add(row)
    session.flush()
    return row.id


def person_of(session: Session, email: str, now: datetime, **fields: Any) -> tuple[int, bool]:
    """Return (id, whether new) of the person with this normalised address, made when there is none."""
    new = insert_once(session, Person, **fields, email=email, created_at=now)
    if new is not None:
        return new, True
    return session.scalars(select(Person.id).where(Person.email == email)).one(), False


def change_person(session: Session, person_id: int, **fields: Any) -> bool:
    """Set columns of one person who is not erased; return whether there was one."""
    statement = update(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    return bool(changed(session, statement.values(**fields)))


def first_age_band(session: Session, person_id: int, band: str, now: datetime) -> bool:
    """Keep the first answer to the age question; return False when one stands already."""
    unasked = update(Person).where(Person.id == person_id, Person.age_band.is_(None))
    return bool(changed(session, unasked.values(age_band=band, age_told_at=now)))


def next_age_band(session: Session, person_id: int, known: str, band: str, now: datetime) -> bool:
    """Replace the answer that was read by a newer one; return False when another stands meanwhile."""
    as_read = update(Person).where(Person.id == person_id, Person.age_band == known)
    return bool(changed(session, as_read.values(age_band=band, age_told_at=now)))


def add_code(
    session: Session, email: str, purpose: str, person_id: int | None, code_hash: str, now: datetime, life: timedelta
) -> int:
    """Insert a code for an address; being the newest, it is the only one that counts."""
    row = SignInCode(
        email=email, purpose=purpose, person_id=person_id, code_hash=code_hash, created_at=now, expires_at=now + life
    )
    session.add(row)
    session.flush()
    return row.id


def try_code(session: Session, email: str, purpose: str, person_id: int | None, now: datetime) -> SignInCode | None:
    """Spend one attempt on the newest code of an address and return it; None when none can be tried any more.

    The conditional update decides the race: twenty guesses sent at once are five attempts.
    """
    query = select(SignInCode.id).where(
        SignInCode.email == email, SignInCode.purpose == purpose, SignInCode.person_id == person_id
    )
    newest = session.scalar(query.order_by(SignInCode.id.desc()).limit(1))
    statement = update(SignInCode).where(
        SignInCode.id == newest,
        SignInCode.attempts < ATTEMPTS,
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > now,
    )
    if newest is None or not changed(session, statement.values(attempts=SignInCode.attempts + 1)):
        return None
    return session.get(SignInCode, newest, populate_existing=True)


def use_code(session: Session, code_id: int, now: datetime) -> bool:
    """Use a code up; return whether this was the first use."""
    statement = update(SignInCode).where(SignInCode.id == code_id, SignInCode.used_at.is_(None))
    return bool(changed(session, statement.values(used_at=now)))


def replace_recovery_codes(session: Session, person_id: int, hashes: list[str]) -> None:
    """Let `hashes` be the person's recovery codes; the old ones are gone."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all(RecoveryCode(person_id=person_id, code_hash=code_hash) for code_hash in hashes)


def use_recovery_code(session: Session, person_id: int, hashes: list[str], now: datetime) -> bool:
    """Use a recovery code up, known by one of its hashes; return whether there was one."""
    statement = update(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.code_hash.in_(hashes), RecoveryCode.used_at.is_(None)
    )
    return bool(changed(session, statement.values(used_at=now)))


def revoke_other_sessions(session: Session, person_id: int, but: int | None, now: datetime) -> int:
    """Revoke the person's sessions except `but`; return how many."""
    statement = update(SessionRow).where(SessionRow.person_id == person_id, SessionRow.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(SessionRow.id != but)
    return changed(session, statement.values(revoked_at=now))


def revoke_all_sessions(session: Session, now: datetime) -> int:
    """Revoke everybody's sessions; return how many."""
    return changed(session, update(SessionRow).where(SessionRow.revoked_at.is_(None)).values(revoked_at=now))


def meet_device(session: Session, person_id: int, mark: str, now: datetime) -> int | None:
    """Remember a device by its mark; return how many others there were before it, None when it is known.

    A sign-in without a mark (no browser of ours) is of a device nobody can know again.
    """
    if mark and not insert_once(session, KnownDevice, person_id=person_id, mark=mark, first_at=now, last_at=now):
        seen = update(KnownDevice).where(KnownDevice.person_id == person_id, KnownDevice.mark == mark)
        changed(session, seen.values(last_at=now))
        return None
    others = select(func.count()).where(KnownDevice.person_id == person_id, KnownDevice.mark != mark)
    return session.scalar(others) or 0


def remark_device(session: Session, person_id: int, mark: str, former: list[str]) -> None:
    """Let a device that is known by a mark of a former secret key be known by the present one's."""
    if not former:
        return
    known = select(KnownDevice.id).where(KnownDevice.person_id == person_id)
    if session.scalar(known.where(KnownDevice.mark == mark)) is not None:
        return
    newest = session.scalar(known.where(KnownDevice.mark.in_(former)).order_by(KnownDevice.last_at.desc()).limit(1))
    if newest is not None:
        changed(session, update(KnownDevice).where(KnownDevice.id == newest).values(mark=mark))
        theirs = update(SessionRow).where(SessionRow.person_id == person_id, SessionRow.device_mark.in_(former))
        changed(session, theirs.values(device_mark=mark))


def forget_device(session: Session, person_id: int, mark: str) -> None:
    """Let a device be a stranger again."""
    changed(session, delete(KnownDevice).where(KnownDevice.person_id == person_id, KnownDevice.mark == mark))


def record_consent(session: Session, person_id: int, kind: str, given: bool, text_hash: str, now: datetime) -> None:
    """Append what somebody agreed to or took back."""
    session.add(Consent(person_id=person_id, kind=kind, given=given, text_hash=text_hash, at=now))


def add_artist(session: Session, slug: str, name: str, now: datetime, **fields: Any) -> int:
    """Insert an artist and return the id; a slug that is taken raises IntegrityError."""
    row = Artist(slug=slug, name=name, created_at=now, **fields)
    session.add(row)
    session.flush()
    return row.id


def change_artist(session: Session, artist_id: int, **fields: Any) -> None:
    """Set columns of one artist."""
    changed(session, update(Artist).where(Artist.id == artist_id).values(**fields))


def add_member(session: Session, artist_id: int, person_id: int, role: str, now: datetime) -> bool:
    """Give somebody a role; return False when they held it already."""
    new = insert_once(session, TeamMember, artist_id=artist_id, person_id=person_id, role=role, since=now)
    return new is not None


def remove_member(session: Session, artist_id: int, member_id: int) -> tuple[int, str] | None:
    """Take a role away; return whose and which it was, None when it is gone already."""
    row = session.execute(
        select(TeamMember.person_id, TeamMember.role).where(
            TeamMember.id == member_id, TeamMember.artist_id == artist_id
        )
    ).first()
    if row is None or not changed(session, delete(TeamMember).where(TeamMember.id == member_id)):
        return None
    return row.person_id, row.role


def add_invitation(session: Session, now: datetime, life: timedelta, **fields: Any) -> int:
    """Insert an invitation (artist_id, email, role, token_hash, invited_by) and return its id."""
    row = Invitation(created_at=now, expires_at=now + life, **fields)
    session.add(row)
    session.flush()
    return row.id


def accept_invitation(session: Session, invitation_id: int, person_id: int, now: datetime) -> bool:
    """Close an open invitation in favour of a person; return whether it was open."""
    return bool(changed(session, _open_invitation(invitation_id, now).values(accepted_at=now, accepted_by=person_id)))


def revoke_invitation(session: Session, artist_id: int, invitation_id: int, now: datetime) -> bool:
    """Take an open invitation back; return whether there was one."""
    statement = _open_invitation(invitation_id, now).where(Invitation.artist_id == artist_id)
    return bool(changed(session, statement.values(revoked_at=now)))


def _open_invitation(invitation_id: int, now: datetime) -> Any:
    return update(Invitation).where(
        Invitation.id == invitation_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )


def add_follow(session: Session, artist_id: int, person_id: int, now: datetime) -> bool:
    """Let somebody follow an artist; return False when they did already."""
    return insert_once(session, Follow, artist_id=artist_id, person_id=person_id, since=now) is not None


def remove_follow(session: Session, artist_id: int, person_id: int) -> bool:
    """End the following; return whether there was one."""
    statement = delete(Follow).where(Follow.artist_id == artist_id, Follow.person_id == person_id)
    return bool(changed(session, statement))


def add_token(session: Session, person_id: int, name: str, token_hash: str, scopes: list[str], now: datetime) -> int:
    """Insert an API token's hash and return its id."""
    row = ApiToken(person_id=person_id, name=name, token_hash=token_hash, scopes=scopes, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def revoke_token(session: Session, person_id: int, token_id: int, now: datetime) -> bool:
    """Revoke one of the person's own tokens; return whether there was one."""
    statement = update(ApiToken).where(
        ApiToken.id == token_id, ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)
    )
    return bool(changed(session, statement.values(revoked_at=now)))


def touch_token(session: Session, token_id: int, now: datetime) -> None:
    """Write down that a token was used."""
    changed(session, update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
