"""Who is asking: flask-login's loader over our own session rows.

The cookie holds a random token; the row holds its hash, so that a session can be listed and
revoked. `current_user` is a value, not a row: it keeps no transaction open.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import AnonymousUserMixin, LoginManager, login_user, logout_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.accounts.models import Person, SessionRow, TeamMember
from webapp.infra.db import changed, transaction
from webapp.infra.errors import answer, wants_json
from webapp.infra.short_ways import look
from webapp.kernel.now import now
from webapp.kernel.refusal import N_

TOKEN = "session_token"
FRESH_FOR = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=10)
LONGEST, LONGEST_OF_TEAMS = timedelta(days=180), timedelta(days=30)
"""When a session ends whatever was done with it: everybody's, and that of who is on a team or an operator."""
SIGN_IN = N_("Sign in first; you come right back here.")
manager = LoginManager()
# Built once, of tables and not of entities: every request of somebody signed in asks it.
_SESSIONS: Any = SessionRow.__table__
_PEOPLE: Any = Person.__table__
_MEMBERS: Any = TeamMember.__table__
_OF_PERSON = ("id", "email", "display_name", "locale", "timezone", "age_band", "is_operator")
_ASKING = (
    select(
        *(_SESSIONS.c.id.label("session_id"), _SESSIONS.c.created_at, _SESSIONS.c.fresh_until),
        _SESSIONS.c.last_seen_at,
        *(_PEOPLE.c[name] for name in _OF_PERSON),
        *(_MEMBERS.c.artist_id, _MEMBERS.c.role),
    )
    .join(_PEOPLE, _PEOPLE.c.id == _SESSIONS.c.person_id)
    .outerjoin(_MEMBERS, _MEMBERS.c.person_id == _PEOPLE.c.id)
    .where(
        _SESSIONS.c.token_hash == bindparam("token_hash"),
        _SESSIONS.c.revoked_at.is_(None),
        _PEOPLE.c.suspended_at.is_(None),
        _PEOPLE.c.erased_at.is_(None),
    )
)


@dataclass(frozen=True)
class CurrentPerson:
    """The signed-in person of this request. `roles` maps artist ids to role names."""

    id: int
    email: str
    display_name: str
    locale: str
    timezone: str
    age_band: str | None
    is_operator: bool
    session_id: int
    fresh_until: datetime
    roles: dict[int, frozenset[str]]
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return what flask-login keeps in the cookie: nothing but the session's own token matters."""
        return str(self.session_id)

    def has_role(self, artist_id: int, *roles: str) -> bool:
        """Return whether the person holds one of `roles` for the artist."""
        return bool(self.roles.get(artist_id, frozenset()) & set(roles))

    @property
    def minor(self) -> bool:
        """Return whether the person told us of an age below 18."""
        return self.age_band is not None and self.age_band != "18+"


class Stranger(AnonymousUserMixin):
    """Nobody we know; has the attributes templates ask for."""

    id = None
    email = display_name = locale = timezone = ""
    age_band = None
    is_operator = minor = False
    roles: dict[int, frozenset[str]] = {}

    def has_role(self, artist_id: int, *roles: str) -> bool:
        """Return False: strangers have no roles."""
        return False


def hash_of(token: str) -> str:
    """Return what is kept of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(db_session: Session, person_id: int, user_agent: str) -> str:
    """Write a session row in the caller's transaction and return the token for the cookie."""
    return add_session(db_session, person_id, user_agent)[0]


def add_session(db_session: Session, person_id: int, user_agent: str, mark: str = "") -> tuple[str, int]:
    """Write a session row like `open_session`; return the token and the row's id. `mark` is the device's."""
    token = secrets.token_urlsafe(32)
    moment = now()
    row = SessionRow(
        person_id=person_id,
        token_hash=hash_of(token),
        user_agent=user_agent[:200],
        device_mark=mark,
        created_at=moment,
        fresh_until=moment + FRESH_FOR,
        last_seen_at=moment,
    )
    db_session.add(row)
    db_session.flush()
    return token, row.id


def enter(token: str) -> None:
    """Put the token of a committed session row into this browser's cookie and load the person."""
    # What a stranger had in the cookie stays (language, where to return to); its meaning does not change.
    session[TOKEN] = token
    session.permanent = True
    person = load()
    if person:
        login_user(person)


def leave() -> None:
    """Forget the person in this browser; the session row is revoked by the caller."""
    session.pop(TOKEN, None)
    logout_user()


def load() -> CurrentPerson | None:
    """Return the person of the cookie's session; None when over, revoked, suspended or erased. One statement.

    None, too, while a page says that the database is away: its language would be asked of the very same.
    """
    token = session.get(TOKEN)
    if not isinstance(token, str) or g.get("database_away"):
        return None
    rows = look(_ASKING, {"token_hash": hash_of(token)})
    if not rows:
        return None
    kept, roles = rows[0], roles_in(rows)
    found = value_of(kept, roles, kept.session_id, kept.fresh_until)
    if now() - kept.created_at >= longest(found):
        return None
    if now() - kept.last_seen_at > SEEN_EVERY:
        g.session_to_touch = kept.session_id
    return found


def longest(person: CurrentPerson) -> timedelta:
    """Return how long after the sign-in a session of theirs is over, used or not."""
    return LONGEST_OF_TEAMS if person.roles or person.is_operator else LONGEST


def value_of(person: Any, roles: dict[int, frozenset[str]], session_id: int, fresh_until: datetime) -> CurrentPerson:
    """Return the value that stands for a person during a request; `person` is a row, or has its columns."""
    return CurrentPerson(
        id=person.id,
        email=person.email or "",
        display_name=person.display_name,
        locale=person.locale,
        timezone=person.timezone,
        age_band=person.age_band,
        is_operator=person.is_operator,
        session_id=session_id,
        fresh_until=fresh_until,
        roles=roles,
    )


def roles_in(rows: Iterable[Any]) -> dict[int, frozenset[str]]:
    """Return roles by artist id from rows that have `artist_id` and `role` (both null: no role)."""
    roles: dict[int, frozenset[str]] = {}
    for row in rows:
        if row.artist_id is not None:
            roles[row.artist_id] = roles.get(row.artist_id, frozenset()) | {row.role}
    return roles


def roles_of(db_session: Session, person_id: int) -> dict[int, frozenset[str]]:
    """Return the roles somebody holds, by artist id."""
    query = select(TeamMember.artist_id, TeamMember.role).where(TeamMember.person_id == person_id)
    return roles_in(db_session.execute(query))


def revoke(db_session: Session, session_id: int, person_id: int, moment: datetime) -> bool:
    """Revoke one of the person's own sessions; return whether there was one."""
    statement = update(SessionRow).where(
        SessionRow.id == session_id, SessionRow.person_id == person_id, SessionRow.revoked_at.is_(None)
    )
    return bool(changed(db_session, statement.values(revoked_at=moment)))


def _unauthorized() -> Response:
    if wants_json() or request.headers.get("HX-Request") == "true":
        return answer(401, "sign-in", gettext(SIGN_IN), next=_sign_in_url())
    return redirect(_sign_in_url())


def _sign_in_url() -> str:
    # After a POST there is nothing to come back to but the page it was sent from.
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else _own_referrer()
    return url_for("accounts.sign_in", next=here)


def _own_referrer() -> str:
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host else "/"


def _touch(response: Response) -> Response:
    # Only with what writes anyway: a GET leaves the database as it was.
    session_id = g.pop("session_to_touch", None)
    if session_id and request.method == "POST" and response.status_code < 400:
        with transaction() as db_session:
            changed(db_session, update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=now()))
    return response


def init_app(app: Flask) -> None:
    """Install flask-login."""
    app.after_request(_touch)
    manager.anonymous_user = Stranger
    manager.session_protection = None
    manager.request_loader(lambda _request: load())
    manager.user_loader(lambda _id: load())
    manager.unauthorized_handler(_unauthorized)
    manager.init_app(app)
