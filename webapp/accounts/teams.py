"""Artists and their teams: creating, editing, inviting, leaving; and following."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts import queries, store
from webapp.accounts.addresses import normalise
from webapp.accounts.audit import note
from webapp.accounts.colours import is_colour
from webapp.accounts.login import hash_of
from webapp.accounts.models import ROLES, TeamMember
from webapp.accounts.names import slug_of
from webapp.infra import mail
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused

INVITATION_LIFE = timedelta(days=14)
OVER = N_("This invitation was used, taken back, or is too old.")


@dataclass(frozen=True)
class Joined:
    """The result of accepting an invitation."""

    artist_id: int
    slug: str
    name: str
    role: str


def create_artist(name: str, slug: str, operator_id: int | None, now: datetime) -> int:
    """Create an artist and return the id; `slug` may be empty. Raises Refused 'artist-name' or 'slug-taken'."""
    kept, address = " ".join(name.split()), slug_of(slug or name)
    if not 2 <= len(kept) <= 100 or len(address) < 2:
        raise Refused("artist-name", N_("An artist needs a name and an address of at least two letters."), 422)
    try:
        with transaction() as session:
            artist_id = store.add_artist(session, address, kept, now)
            note(session, now, operator_id, artist_id, "artist.create", f"artist:{artist_id}", name=kept)
    except IntegrityError:
        raise Refused("slug-taken", N_("Another artist has this address already."), 409) from None
    return artist_id


def edit_artist(
    artist_id: int, person_id: int, now: datetime, *, name: str, tagline: str, bio_md: str, brand_colour: str
) -> None:
    """Change what an artist's page says; the colour is kept as given. Raises Refused."""
    kept = " ".join(name.split())
    if not 2 <= len(kept) <= 100:
        raise Refused("artist-name", N_("An artist needs a name and an address of at least two letters."), 422)
    if not is_colour(brand_colour):
        raise Refused("bad-colour", N_("A colour is written like #2748D9."), 422)
    values = {"name": kept, "tagline": tagline[:200], "bio_md": bio_md[:5000], "brand_colour": brand_colour.upper()}
    with transaction() as session:
        store.change_artist(session, artist_id, **values)
        note(session, now, person_id, artist_id, "artist.edit", f"artist:{artist_id}")


def invite(artist_id: int, email: str, role: str, inviter_id: int, now: datetime, locale: str = "en") -> str:
    """Mail an invitation into the team and return the token of its link."""
    if role not in ROLES:
        raise Refused("bad-role", N_("Choose one of the roles."), 422)
    address, token = normalise(email), secrets.token_urlsafe(32)
    with transaction() as session:
        artist = queries.artist(session, artist_id)
        if artist is None:
            raise NotFound()
        fields = {"artist_id": artist_id, "email": address, "role": role, "invited_by": inviter_id}
        invitation_id = store.add_invitation(session, now, INVITATION_LIFE, token_hash=hash_of(token), **fields)
        known = queries.person_by_email(session, address)
        params = {"artist": artist.name, "role": role, "path": f"/invitation/{token}", "days": INVITATION_LIFE.days}
        message = mail.Message(address, "invitation", params, known.locale if known else locale, urgent=True)
        mail.post(session, [message])
        note(session, now, inviter_id, artist_id, "team.invite", f"invitation:{invitation_id}", role=role)
    return token


def accept(token: str, person_id: int, now: datetime) -> Joined:
    """Take an open invitation for whoever is signed in; raises Refused('invitation-over')."""
    with transaction() as session:
        row = queries.invitation(session, hash_of(token), now)
        if row is None or not store.accept_invitation(session, row.id, person_id, now):
            raise Refused("invitation-over", OVER, 410)
        store.add_member(session, row.artist_id, person_id, row.role, now)
        note(session, now, person_id, row.artist_id, "team.join", f"person:{person_id}", role=row.role)
        return Joined(row.artist_id, row.slug, row.name, row.role)


def revoke_invitation(artist_id: int, invitation_id: int, person_id: int, now: datetime) -> None:
    """Take an open invitation back; raises NotFound."""
    with transaction() as session:
        if not store.revoke_invitation(session, artist_id, invitation_id, now):
            raise NotFound()
        note(session, now, person_id, artist_id, "team.uninvite", f"invitation:{invitation_id}")


def revoke_role(artist_id: int, member_id: int, person_id: int, now: datetime) -> None:
    """Take a role away; the last artist of a team stays. Raises NotFound or Refused('last-artist')."""
    with transaction() as session:
        gone = store.remove_member(session, artist_id, member_id)
        if gone is None:
            raise NotFound()
        whose, role = gone
        if role == "artist" and not _artists_left(session, artist_id):
            raise Refused("last-artist", N_("A team keeps at least one artist. Invite another one first."))
        note(session, now, person_id, artist_id, "team.revoke", f"person:{whose}", role=role)


def _artists_left(session: Session, artist_id: int) -> int:
    query = select(func.count()).where(TeamMember.artist_id == artist_id, TeamMember.role == "artist")
    return session.scalar(query) or 0


def follow(artist_id: int, person_id: int, newsletter: bool, now: datetime) -> bool:
    """Let somebody follow an artist; `newsletter` is their word on news by mail. Return whether it is new."""
    kind = f"newsletter:{artist_id}"
    with transaction() as session:
        new = store.add_follow(session, artist_id, person_id, now)
        if newsletter != queries.consent(session, person_id, kind):
            store.record_consent(session, person_id, kind, newsletter, "", now)
    return new


def unfollow(artist_id: int, person_id: int, now: datetime) -> bool:
    """End the following, and with it the newsletter; return whether there was one."""
    kind = f"newsletter:{artist_id}"
    with transaction() as session:
        gone = store.remove_follow(session, artist_id, person_id)
        if queries.consent(session, person_id, kind):
            store.record_consent(session, person_id, kind, False, "", now)
    return gone
