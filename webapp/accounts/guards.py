"""Guards, born with their blueprints: no view can forget one, and a test sweeps the URL map.

What a person may not see answers exactly like what does not exist.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import structlog
from flask import Blueprint, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from webapp.accounts import factors
from webapp.accounts.login import manager
from webapp.accounts.models import Artist
from webapp.accounts.passkeys.queries import has_second_factor
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

log = structlog.get_logger()
P = ParamSpec("P")
R = TypeVar("R")
# blueprint name -> which guard it was born with; the house test reads it.
GUARDS: dict[str, str] = {}
# endpoints of members' blueprints that strangers may use (how else would they sign in?)
STRANGERS: set[str] = set()


def public_blueprint(name: str, import_name: str, **options: Any) -> Blueprint:
    """Return a blueprint open to everybody; its POST routes must stand in the test's short list."""
    GUARDS[name] = "public"
    return Blueprint(name, import_name, template_folder="templates", **options)


def members_blueprint(name: str, import_name: str, strangers: tuple[str, ...] = (), **options: Any) -> Blueprint:
    """Return a blueprint for signed-in people; strangers are sent to sign in and come back.

    `strangers` names the few views of it that are open to everybody.
    """
    STRANGERS.update(f"{name}.{view}" for view in strangers)

    def check() -> Any:
        return None if request.endpoint in STRANGERS else _member()

    return _guarded(name, import_name, "members", check, **options)


def team_blueprint(name: str, import_name: str, *roles: str, **options: Any) -> Blueprint:
    """Return a blueprint for people holding one of `roles` for the artist in the URL (`artist_slug`).

    The artist stands in `g.artist` (a row of id, slug, name, brand_colour). Foreign is 404.
    Operators pass as staff and moderators; the artist's own acts stay the artist's.
    """

    def check() -> Any:
        answer = _member()
        if answer is None:
            _team(set(roles))
        return answer

    return _guarded(name, import_name, f"team:{','.join(sorted(roles))}", check, **options)


def operator_blueprint(name: str, import_name: str, **options: Any) -> Blueprint:
    """Return a blueprint for operators; for all others it does not exist."""

    def check() -> Any:
        answer = _member()
        if answer is None and not current_user.is_operator:
            _turned_away()
        if answer is None:
            factors.require_strong()
        return answer

    return _guarded(name, import_name, "operator", check, **options)


class StaleSignIn(Refused):
    """What was asked for needs a sign-in of the last hour."""

    def __init__(self) -> None:
        super().__init__("sign-in-again", N_("Please sign in again first: this needs a fresh sign-in."), 403)


def is_fresh() -> bool:
    """Return whether the person of this request has signed in within the last hour."""
    return bool(current_user.is_authenticated and current_user.fresh_until > now())


def require_fresh() -> None:
    """Raise StaleSignIn when the sign-in is older than an hour: exports, roles and the like ask for it again.

    The answer lets the person show that it is them, and what they had typed is sent again after it. Pages that hold
    such a form ask before it is filled in (macros/again.html). Of who is on a team it asks two proofs, where the
    operator wants them and the person has more than one: else who reads their mail could change the other.
    """
    if not is_fresh():
        raise StaleSignIn()
    if factors.is_wanting() and has_second_factor(db.session(), current_user.id):
        raise factors.OneProof()


def fresh(view: Callable[P, R]) -> Callable[P, R]:
    """Decorate a view for signed-in people that needs a fresh sign-in, see `require_fresh`."""

    @wraps(view)
    def guarded(*args: P.args, **values: P.kwargs) -> R:
        require_fresh()
        return view(*args, **values)

    return guarded


def require_age(next: str) -> Response | None:
    """Return the way to the age question when the signed-in person has not answered it; None otherwise.

    Asked at the first upload or preorder, never at a vote. `next` is where to go on afterwards.
    """
    if not current_user.is_authenticated or current_user.age_band is not None:
        return None
    return redirect(url_for("accounts.age", next=next))


def _guarded(name: str, import_name: str, guard: str, check: Callable[[], Any], **options: Any) -> Blueprint:
    GUARDS[name] = guard
    blueprint = Blueprint(name, import_name, template_folder="templates", **options)
    blueprint.before_request(check)
    blueprint.after_request(_kept_by_nobody)
    return blueprint


def _kept_by_nobody(answer: Response) -> Response:
    """What is shown to somebody signed in is not for the next person at this machine, unless a view says otherwise."""
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _member() -> Any:
    if current_user.is_authenticated:
        return None
    return manager.unauthorized()


def _team(roles: set[str]) -> None:
    slug = (request.view_args or {}).get("artist_slug")
    artist = db.session.execute(
        select(Artist.id, Artist.slug, Artist.name, Artist.brand_colour).where(Artist.slug == slug)
    ).first()
    db.session.rollback()
    if artist is None:
        raise NotFound()
    as_operator = current_user.is_operator and roles & {"merch_staff", "moderator"}
    if not (current_user.has_role(artist.id, *roles) or as_operator):
        _turned_away()
    factors.require_strong()
    g.artist = artist


def _turned_away() -> NoReturn:
    """Say that it is not there, and tell the log that somebody knocked."""
    log.warning("not theirs", person=current_user.id, endpoint=request.endpoint)
    raise NotFound()
