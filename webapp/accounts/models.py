"""Tables of people, artists, teams and sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key

AGE_BANDS = ("under-13", "13-15", "16-17", "18+")
ROLES = ("artist", "merch_staff", "moderator")


class Person(Base):
    """Somebody with a confirmed e-mail address. `email` is normalised for uniqueness, null once erased."""

    __tablename__ = "people"
    id: Mapped[int] = primary_key()
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    display_name: Mapped[str] = mapped_column(String(60), default="")
    locale: Mapped[str] = mapped_column(String(10), default="en")
    timezone: Mapped[str] = mapped_column(String(60), default="")
    age_band: Mapped[str | None] = mapped_column(String(10))
    age_told_at: Mapped[datetime | None]  # when the answer was given: once it must be out of date, we ask again
    country: Mapped[str | None] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    tell_sign_ins: Mapped[bool] = mapped_column(default=False)  # mail at each sign-in from a device not seen before
    passkey_offered_at: Mapped[datetime | None]
    trusted_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str] = mapped_column(Text, default="")
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SignInCode(Base):
    """A 6-digit code sent to an address; `email` normalised, the code only as a keyed hash."""

    __tablename__ = "sign_in_codes"
    id: Mapped[int] = primary_key()
    email: Mapped[str] = mapped_column(String(320), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # sign-in, change-email
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A signed-in browser; the cookie holds a random token, the row its hash."""

    __tablename__ = "sessions"
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    device_mark: Mapped[str] = mapped_column(String(64), default="")  # that of KnownDevice
    created_at: Mapped[datetime]
    fresh_until: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser somebody has signed in from; `mark` is a keyed hash of its cookie and the person, and says nothing."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("person_id", "mark"),)
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mark: Mapped[str] = mapped_column(String(64))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of ten codes that sign in without the mailbox, once each."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class Consent(Base):
    """What somebody agreed to or took back, which text of it, when. Append-only: the latest row counts."""

    __tablename__ = "consents"
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    given: Mapped[bool]
    text_hash: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime]


class Artist(Base):
    """An artist with a page of their own."""

    __tablename__ = "artists"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    bio_md: Mapped[str] = mapped_column(Text, default="")
    brand_colour: Mapped[str] = mapped_column(String(7), default="#2748D9")
    portrait_key: Mapped[str | None] = mapped_column(String(200))
    label_name: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]


class TeamMember(Base):
    """A role somebody holds for an artist."""

    __tablename__ = "team_members"
    __table_args__ = (
        UniqueConstraint("artist_id", "person_id", "role"),
        CheckConstraint("role IN ('artist', 'merch_staff', 'moderator')", name="role_known"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]


class Invitation(Base):
    """A role offered by mail; the link holds a random token, the row its hash."""

    __tablename__ = "invitations"
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]


class Follow(Base):
    """Somebody who registered with an artist and wants to hear of contests and drops."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("artist_id", "person_id"),)
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime]


class ApiToken(Base):
    """A personal token for the API: scoped, hashed, revocable. `scopes` is a list of words."""

    __tablename__ = "api_tokens"
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditLine(Base):
    """What a member of a team or the operator did, to what, when. Append-only."""

    __tablename__ = "audit_log"
    id: Mapped[int] = primary_key()
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80), default="")  # e.g. contest:12
    details: Mapped[dict[str, Any]]
