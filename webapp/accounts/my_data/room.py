"""What accounts keep of people: who they are, how they sign in, what they agreed to, their guardian, mails to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.accounts import queries as accounts
from webapp.accounts.following import store as following
from webapp.accounts.following.models import Following, Profile
from webapp.accounts.guardians.models import Guardian, GuardianRequest
from webapp.accounts.models import (
    ApiToken,
    Artist,
    AuditLine,
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
from webapp.accounts.my_data import letters, names, tables
from webapp.accounts.my_data.models import DataRequest
from webapp.accounts.my_data.rooms import Chapter, Holding, Kept, Room, Rows
from webapp.accounts.passkeys.models import Passkey
from webapp.infra.db import changed, db, transaction
from webapp.infra.idempotency import IdempotencyKey
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import N_

BATCH = 500


def mails_of(session: Session, person_id: int) -> Rows:
    """Return the mails to a person: what kind, to which address, when; their words went when they were sent."""
    hidden = ("id", "dedupe", "message_id", "recipient_id", "params", "not_before", "attempts", "error")
    email = session.scalar(select(Person.email).where(Person.id == person_id))
    theirs = or_(OutgoingMail.recipient_id == person_id, OutgoingMail.address == email)
    return tables.rows(session, OutgoingMail, theirs, hidden=hidden)


def obstacles(session: Session, person_id: int) -> list[Kept]:
    """Return what nobody else could go on with: running the installation, being an artist's only artist."""
    person = session.get(Person, person_id)
    found = []
    if person and person.is_operator:
        found.append(Kept(N_("You run this installation: let another operator take that part from you first.")))
    other = aliased(TeamMember)
    shared = (
        select(other.id)
        .join(Person, Person.id == other.person_id)
        .where(other.artist_id == TeamMember.artist_id, other.role == "artist", other.person_id != person_id)
        .where(Person.erased_at.is_(None))
    )
    alone = select(Artist.name).join(TeamMember, TeamMember.artist_id == Artist.id)
    mine = (TeamMember.person_id == person_id, TeamMember.role == "artist", ~shared.exists())
    sentence = N_("You are the only artist in the team of %(artist)s: let somebody else join as artist first.")
    return found + [Kept(sentence, {"artist": name}) for name in session.scalars(alone.where(*mine))]


def forget_mails(person_id: int, now: datetime) -> None:
    """Drop all mails to the person and their guardian, sent or not, codes and invitations to their address."""
    with transaction() as session:
        person = accounts.person(session, person_id)
        address = [person.email] if person and person.email else []
        letters.drop(session, person_id, address)
        for guardian_id in session.scalars(select(Guardian.id).where(Guardian.person_id == person_id)):
            theirs = OutgoingMail.dedupe.startswith(f"guardian:{guardian_id}:", autoescape=True)
            changed(session, delete(OutgoingMail).where(theirs))
        changed(session, delete(SignInCode).where(SignInCode.email.in_(address)))
        changed(session, update(Invitation).where(Invitation.email.in_(address)).values(email="", revoked_at=now))


def forget_followers(person_id: int, now: datetime) -> None:
    """Let nobody follow the person any more."""
    with transaction() as session:
        following.forget_subject(session, "person", person_id)


def forget_name(person_id: int, now: datetime) -> None:
    """Take the person's name out of mails that others are about to get."""
    name, seen = accounts.person(db.session(), person_id), 0
    while name and name.display_name and (seen := _unname(name.display_name, seen)):
        pass


def _unname(name: str, after: int) -> int:
    """Take a name out of the next mails above an id; return the last id looked at, 0 when there are no more."""
    with transaction() as session:
        naming = select(OutgoingMail.id, OutgoingMail.params).order_by(OutgoingMail.id)
        naming = naming.where(names.mentions(OutgoingMail.params, name), OutgoingMail.id > after)
        found = [(row.id, row.params, names.without(row.params, name)) for row in session.execute(naming.limit(BATCH))]
        new: list[tuple[int, Any]] = [(row_id, after) for row_id, before, after in found if before != after]
        for row_id, params in new:
            changed(session, update(OutgoingMail).where(OutgoingMail.id == row_id).values(params=params))
        return found[-1][0] if found else 0


ROOM = Room(
    "accounts",
    holdings=(
        Holding(Person.id, "step", "profile", ("password_hash",)),
        Holding(SignInCode.person_id, "gone"),
        Holding(SessionRow.person_id, "gone", "sessions", ("token_hash", "device_mark")),
        Holding(KnownDevice.person_id, "gone", "devices", ("mark",)),
        Holding(Passkey.person_id, "gone", "passkeys", ("credential_id", "public_key", "handle", "sign_count")),
        Holding(RecoveryCode.person_id, "gone", "recovery_codes", ("code_hash",)),
        Holding(Consent.person_id, "kept", "consents"),
        Holding(TeamMember.person_id, "gone", "roles"),
        Holding(Invitation.invited_by, "kept"),
        Holding(Invitation.accepted_by, "emptied", "invitations", ("token_hash", "invited_by"), {"email": ""}),
        Holding(Follow.person_id, "gone", "follows"),
        Holding(Following.person_id, "gone", "followings"),
        Holding(Profile.person_id, "gone", "public_page"),
        Holding(ApiToken.person_id, "gone", "tokens", ("token_hash",)),
        Holding(AuditLine.actor_id, "kept", "audit_log"),
        Holding(Guardian.person_id, "gone", "guardian", ("nonce", "token_hash")),
        Holding(GuardianRequest.person_id, "gone", "guardian_requests", only=GuardianRequest.agreed_at.is_(None)),
        Holding(DataRequest.person_id, "kept", "data_requests", ("file_key", "standing", "lease_until")),
        Holding(IdempotencyKey.person_id, "gone"),
    ),
    chapters=(Chapter("mails", mails_of),),
    steps=(forget_followers, forget_name, forget_mails),
    gone=(
        N_("Your account: address, name, age group, country, password, recovery codes and tokens."),
        N_("Your passkeys, and what told us the browsers apart that you signed in with."),
        N_("Your sign-ins, all you followed, your public page, your roles in teams, and your guardian's address."),
        N_("All mails we kept for you and all notices; nothing more will be sent."),
    ),
    kept=lambda _session, _person_id: [
        Kept(N_("That somebody agreed to the terms, and when: the proof stays, but no longer says who.")),
        Kept(N_("The log of what teams and moderators did names you by a number only, if at all.")),
        Kept(
            N_("Copies made as a backup keep what they held until they are replaced; they are not read for anything.")
        ),
    ],
    obstacles=obstacles,
)
