"""Everything that is read about people, artists and teams."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.accounts.addresses import normalise
from webapp.accounts.following.models import Following, Profile
from webapp.accounts.following.rules import OPEN_TO
from webapp.accounts.models import (
    ApiToken,
    Artist,
    AuditLine,
    Consent,
    Follow,
    Invitation,
    Person,
    RecoveryCode,
    SessionRow,
    TeamMember,
)

A_FAN = "a fan"


@dataclass(frozen=True)
class PersonRow:
    """A person as other rooms see one; `email` is empty once erased."""

    id: int
    email: str
    display_name: str
    locale: str
    timezone: str
    age_band: str | None
    trusted_at: datetime | None
    suspended_at: datetime | None
    created_at: datetime
    country: str | None
    is_operator: bool
    is_demo: bool
    erased_at: datetime | None
    has_password: bool
    tell_sign_ins: bool
    age_told_at: datetime | None

    @property
    def minor(self) -> bool:
        """Return whether the person told us of an age below 18."""
        return self.age_band is not None and self.age_band != "18+"


@dataclass(frozen=True)
class ArtistRow:
    """An artist's page and colour."""

    id: int
    slug: str
    name: str
    tagline: str
    bio_md: str
    brand_colour: str
    portrait_key: str | None
    label_name: str
    created_at: datetime


@dataclass(frozen=True)
class MemberRow:
    """One role of one person in an artist's team."""

    id: int
    person_id: int
    name: str
    email: str
    role: str
    since: datetime


def person(session: Session, person_id: int) -> PersonRow | None:
    """Return one person, suspended and erased ones too; None when there is none."""
    return _person_row(session.get(Person, person_id))


def person_by_email(session: Session, email: str) -> PersonRow | None:
    """Return whose address this is; raises Refused('bad-address') when it can't be one."""
    return _person_row(session.scalar(select(Person).where(Person.email == normalise(email))))


def how_many(session: Session) -> int:
    """Return how many people have a confirmed address and are neither suspended nor erased."""
    alive = (Person.suspended_at.is_(None), Person.erased_at.is_(None))
    return session.scalar(select(func.count()).select_from(Person).where(*alive)) or 0


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the names to show for people; who has none, or is erased, is 'a fan'."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.display_name, Person.erased_at).where(Person.id.in_(wanted)))
    found = {row.id: row.display_name if row.display_name and not row.erased_at else A_FAN for row in rows}
    return {person_id: found.get(person_id, A_FAN) for person_id in wanted}


def artist(session: Session, artist_id: int) -> ArtistRow | None:
    """Return one artist."""
    return _artist_row(session.get(Artist, artist_id))


def artists_by_id(session: Session, ids: Iterable[int]) -> dict[int, ArtistRow]:
    """Return those artists, by id; one statement."""
    rows = session.scalars(select(Artist).where(Artist.id.in_(set(ids))))
    return {row.id: row for row in map(_artist_row, rows) if row}


def artist_by_slug(session: Session, slug: str) -> ArtistRow | None:
    """Return the artist of an address."""
    return _artist_row(session.scalar(select(Artist).where(Artist.slug == slug)))


def artists(session: Session) -> list[ArtistRow]:
    """Return every artist by name."""
    rows = session.scalars(select(Artist).order_by(Artist.name, Artist.id))
    return [row for row in map(_artist_row, rows) if row]


def team(session: Session, artist_id: int, *roles: str) -> list[int]:
    """Return the people of an artist's team who hold one of `roles` (any role, when none is named)."""
    query = select(TeamMember.person_id).where(TeamMember.artist_id == artist_id)
    if roles:
        query = query.where(TeamMember.role.in_(roles))
    return list(session.scalars(query.distinct().order_by(TeamMember.person_id)))


def members(session: Session, artist_id: int) -> list[MemberRow]:
    """Return the team, artists first."""
    rows = session.execute(
        select(TeamMember, Person.display_name, Person.email)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.artist_id == artist_id)
        .order_by(case((TeamMember.role == "artist", 0), else_=1), TeamMember.role, TeamMember.id)
    )
    return [
        MemberRow(row.id, row.person_id, name or A_FAN, email or "", row.role, row.since) for row, name, email in rows
    ]


def open_invitations(session: Session, artist_id: int, now: datetime) -> Sequence[Any]:
    """Return invitations that can still be accepted: id, email, role, expires_at."""
    return session.execute(
        select(Invitation.id, Invitation.email, Invitation.role, Invitation.expires_at)
        .where(
            Invitation.artist_id == artist_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id)
    ).all()


def invitation(session: Session, token_hash: str, now: datetime) -> Any | None:
    """Return an open invitation by its token's hash: id, role, artist_id, slug and name of the artist."""
    return session.execute(
        select(Invitation.id, Invitation.role, Invitation.artist_id, Artist.slug, Artist.name)
        .join(Artist, Artist.id == Invitation.artist_id)
        .where(
            Invitation.token_hash == token_hash,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    ).first()


def followers(session: Session, artist_id: int) -> list[int]:
    """Return who follows an artist."""
    query = select(Follow.person_id).where(Follow.artist_id == artist_id)
    return list(session.scalars(query.order_by(Follow.person_id)))


def followers_of(session: Session, kind: str, subject_id: int, before: datetime | None = None) -> list[int]:
    """Return who follows an artist, contest, design or person, those only who did before a moment when one is given.

    Whoever has closed their public page has no followers.
    """
    if kind == "artist":
        artists = select(Follow.person_id).where(Follow.artist_id == subject_id)
        query = artists if before is None else artists.where(Follow.since < before)
        return list(session.scalars(query.order_by(Follow.person_id)))
    query = select(Following.person_id).where(Following.kind == kind, Following.subject_id == subject_id)
    if kind == "person":
        may = Person.age_band.in_(OPEN_TO)
        page = select(Profile.id).join(Person, Person.id == Profile.person_id).where(Person.id == subject_id, may)
        query = query.where(page.exists())
    if before is not None:
        query = query.where(Following.since < before)
    return list(session.scalars(query.order_by(Following.person_id)))


def follows(session: Session, artist_id: int, person_id: int | None) -> bool:
    """Return whether somebody follows an artist; strangers never do."""
    if person_id is None:
        return False
    query = select(Follow.id).where(Follow.artist_id == artist_id, Follow.person_id == person_id)
    return session.scalar(query) is not None


def consent(session: Session, person_id: int, kind: str) -> bool:
    """Return the latest word somebody gave on `kind`; False when they gave none."""
    query = select(Consent.given).where(Consent.person_id == person_id, Consent.kind == kind)
    return bool(session.scalar(query.order_by(Consent.id.desc()).limit(1)))


def open_sessions(session: Session, person_id: int, since: datetime) -> Sequence[Any]:
    """Return the browsers signed in since then, the latest first: id, user_agent, created_at, last_seen_at."""
    theirs = (SessionRow.person_id == person_id, SessionRow.revoked_at.is_(None), SessionRow.created_at > since)
    return session.execute(
        select(SessionRow.id, SessionRow.user_agent, SessionRow.created_at, SessionRow.last_seen_at)
        .where(*theirs)
        .order_by(SessionRow.last_seen_at.desc(), SessionRow.id.desc())
        .limit(50)
    ).all()


def recovery_codes_left(session: Session, person_id: int) -> int:
    """Return how many recovery codes are unused."""
    rows = session.scalars(
        select(RecoveryCode.id).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    )
    return len(rows.all())


def tokens(session: Session, person_id: int) -> Sequence[Any]:
    """Return the API tokens that still work: id, name, scopes, created_at, last_used_at."""
    return session.execute(
        select(ApiToken.id, ApiToken.name, ApiToken.scopes, ApiToken.created_at, ApiToken.last_used_at)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()


def audit_lines(session: Session, artist_id: int, limit: int = 30) -> Sequence[Any]:
    """Return the latest acts in an artist's team: at, actor_id, action, subject."""
    return session.execute(
        select(AuditLine.at, AuditLine.actor_id, AuditLine.action, AuditLine.subject)
        .where(AuditLine.artist_id == artist_id)
        .order_by(AuditLine.id.desc())
        .limit(limit)
    ).all()


def operators(session: Session) -> Sequence[Any]:
    """Return the operators: id, email, display_name."""
    return session.execute(
        select(Person.id, Person.email, Person.display_name).where(Person.is_operator).order_by(Person.id)
    ).all()


def demo_people(session: Session) -> list[tuple[PersonRow, list[str]]]:
    """Return the invented people of the demo, each with the roles they hold; those with roles first."""
    rows = session.execute(
        select(Person, TeamMember.role)
        .outerjoin(TeamMember, TeamMember.person_id == Person.id)
        .where(Person.is_demo, Person.erased_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.id, TeamMember.role)
    )
    found: dict[int, tuple[PersonRow, list[str]]] = {}
    for someone, role in rows:
        row = _person_row(someone)
        if row:
            found.setdefault(row.id, (row, []))[1].extend([role] if role else [])
    return sorted(found.values(), key=lambda pair: (not (pair[1] or pair[0].is_operator), pair[0].id))


def _person_row(row: Person | None) -> PersonRow | None:
    if row is None:
        return None
    return PersonRow(
        id=row.id,
        email=row.email or "",
        display_name=row.display_name,
        locale=row.locale,
        timezone=row.timezone,
        age_band=row.age_band,
        trusted_at=row.trusted_at,
        suspended_at=row.suspended_at,
        created_at=row.created_at,
        country=row.country,
        is_operator=row.is_operator,
        is_demo=row.is_demo,
        erased_at=row.erased_at,
        has_password=row.password_hash is not None,
        tell_sign_ins=row.tell_sign_ins,
        age_told_at=row.age_told_at,
    )


def _artist_row(row: Artist | None) -> ArtistRow | None:
    if row is None:
        return None
    return ArtistRow(
        id=row.id,
        slug=row.slug,
        name=row.name,
        tagline=row.tagline,
        bio_md=row.bio_md,
        brand_colour=row.brand_colour,
        portrait_key=row.portrait_key,
        label_name=row.label_name,
        created_at=row.created_at,
    )
