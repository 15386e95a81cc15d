"""Who asks: the bearer of a personal token, and never a cookie.

The token's person stands as flask-login's current user, so that limits, languages and logs see who it is.
"""

from typing import Any

from flask import Flask, g, request

from webapp.accounts.login import CurrentPerson, Stranger, hash_of
from webapp.accounts.tokens import api_person
from webapp.infra.errors import is_api
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

STAFF = ("merch_staff", "artist")
LONGEST = 200


class Cookieless:
    """Takes cookies away from requests to the API before anything can read them."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve one request."""
        if environ.get("PATH_INFO", "").startswith("/api/"):
            environ.pop("HTTP_COOKIE", None)
        return self.app(environ, start_response)


def install(app: Flask) -> None:
    """Let every request to the API be known by its token alone."""
    app.wsgi_app = Cookieless(app.wsgi_app)  # type: ignore[method-assign]
    # Before any before_request function: the rate limits ask who it is.
    app.url_value_preprocessor(lambda _endpoint, _values: identify())


def identify() -> None:
    """Look up the token, if there is one; what is wrong with it is said by `require`."""
    if not is_api():
        return
    g.api_scopes = frozenset()
    g.api_token = _token()
    found = api_person(g.api_token, now()) if g.api_token else None
    g._login_user = Stranger()
    if found:
        g._login_user, g.api_scopes = found


def require(scope: str, public: bool) -> None:
    """Refuse unless a token with this scope is borne; `public` operations also serve who bears none."""
    if not request.headers.get("Authorization"):
        if public:
            return
        raise Refused("token-needed", N_("Send a personal token: Authorization: Bearer …"), 401)
    if not g._login_user.is_authenticated:
        raise Refused("bad-token", N_("This token is unknown or was revoked."), 401)
    if scope not in g.api_scopes:
        raise Refused(
            "scope-missing", N_("This token may not do that. It needs the scope %(scope)s."), 403, scope=scope
        )


def viewer() -> CurrentPerson | None:
    """Return the token's person, None for a stranger."""
    found = g._login_user
    return found if found.is_authenticated else None


def person() -> CurrentPerson:
    """Return the token's person; raises Refused for a stranger."""
    found = viewer()
    if found is None:
        raise Refused("token-needed", N_("Send a personal token: Authorization: Bearer …"), 401)
    return found


def in_team(artist_id: int, *roles: str) -> bool:
    """Return whether the token speaks for somebody of an artist's team; an operator's does for staff and moderators."""
    found = viewer()
    if found is None or "staff" not in g.api_scopes:
        return False
    return found.has_role(artist_id, *roles) or (found.is_operator and bool(set(roles) - {"artist"}))


def require_team(artist_id: int, *roles: str) -> None:
    """Raise NotFound for everybody else: what is foreign looks like what does not exist."""
    if not in_team(artist_id, *roles):
        raise NotFound()


def counted_under() -> str:
    """Return the name a request is counted under: its token, or its address when it bears none."""
    if viewer() is None:
        return f"address:{request.remote_addr}"
    return f"token:{hash_of(g.api_token)[:24]}"


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= LONGEST and token.isascii() else ""
