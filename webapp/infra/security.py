"""Headers every answer bears: nothing inline, nothing from elsewhere; and when the session's cookie is sent."""

from urllib.parse import urlsplit

import flask_wtf.csrf
from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from webapp.infra import signers
from webapp.infra.settings import Settings

REPORTS = "/csp-report"  # where browsers say what was stopped
CSP = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        f"report-uri {REPORTS}",
        "report-to csp",
    )
)
FRAMED = "frame-ancestors 'self'"
HSTS = "max-age=31536000; includeSubDomains"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, prolonged by pages; an act (a vote, say) sends it only if it changed."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookie, made once; None where there is no key."""
        if not app.secret_key:
            return None
        return signers.of_session((*(app.config["SECRET_KEY_FALLBACKS"] or ()), str(app.secret_key)))

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Return whether this answer bears the cookie."""
        return session.modified or (session.permanent and request.method == "GET")

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie, but never with an answer that caches keep for everybody: it would be the next reader's."""
        if not response.cache_control.public:
            super().save_session(app, session, response)


def policy(media_url: str = "") -> str:
    """Return the policy of an installation; `media_url`: where its pictures are, when not on the site."""
    parts = urlsplit(media_url)
    pictures = f"img-src 'self' blob: {parts.scheme}://{parts.netloc}" if parts.netloc else "img-src 'self' blob:"
    return CSP.replace("img-src 'self' blob:", pictures)


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers after each request."""
    app.session_interface = Sessions()
    # It makes one for each token it signs or reads, and has no place to say otherwise.
    flask_wtf.csrf.URLSafeTimedSerializer = signers.of_tokens
    csp = policy(settings.media_url)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", csp)
        headers.setdefault("Reporting-Endpoints", f'csp="{REPORTS}"')
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # For what does not read the policy; a page that says by its own who may frame it says the same by both.
        headers.setdefault("X-Frame-Options", "SAMEORIGIN" if FRAMED in headers["Content-Security-Policy"] else "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", HSTS)
        return response
