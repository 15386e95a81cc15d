"""Forms that change something want a token (Flask-WTF). One does without, so that a page need not name its reader.

The choice of a language stands at the foot of every page, and a token there would make each page somebody's own, with a
cookie. It is believed without one when the browser itself says that the form was on a page of this site: no page can
make it say so for another.
"""

from urllib.parse import urlsplit

from flask import request
from flask_wtf import CSRFProtect

WITHOUT = frozenset({"accounts.set_language"})


class Tokens(CSRFProtect):
    """Asks each request that changes something for its token."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raise CSRFError unless the request may do what it asks for."""
        if request.endpoint in WITHOUT and is_from_here():
            return
        super().protect(apply_exemptions)


def is_from_here() -> bool:
    """Return whether the browser says that a page of this very site sent this request."""
    if said := request.headers.get("Sec-Fetch-Site"):
        return said == "same-origin"
    # Browsers say that of encrypted sites only; older ones, and those of a test on one's own machine, say where from.
    return bool(origin := request.headers.get("Origin")) and urlsplit(origin).netloc == request.host
