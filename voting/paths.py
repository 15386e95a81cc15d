"""Addresses of pages that notices, jobs and redirects name; jobs have no request to build them from."""

from urllib.parse import quote, urlsplit


def design(code: str) -> str:
    """Return the page of a design."""
    return f"/D/{code}"


def contest(slug: str) -> str:
    """Return the page of a contest."""
    return f"/c/{slug}"


def gallery(slug: str) -> str:
    """Return the designs of a contest."""
    return f"/c/{slug}/designs"


def focus(slug: str) -> str:
    """Return the page that shows one big design at a time."""
    return f"/c/{slug}/vote"


def ballot(slug: str) -> str:
    """Return the page of the reader's own hearts."""
    return f"/c/{slug}/ballot"


def result(slug: str) -> str:
    """Return the public result."""
    return f"/c/{slug}/result"


def log(slug: str) -> str:
    """Return the public log of a contest's votes."""
    return f"/c/{slug}/log"


def bundle(slug: str) -> str:
    """Return the results bundle."""
    return f"/c/{slug}/results.zip"


def receipts() -> str:
    """Return the reader's own receipts."""
    return "/receipts"


def desk(artist_slug: str, contest_id: int) -> str:
    """Return the artist's pick desk."""
    return f"/team/{artist_slug}/contests/{contest_id}/pick"


def pick_links(artist_slug: str, contest_id: int) -> str:
    """Return where links to the pick desk are made and taken back."""
    return f"/team/{artist_slug}/contests/{contest_id}/pick-links"


def pick_link(token: str) -> str:
    """Return the address that opens the pick desk on a phone without an account."""
    return f"/pick/{token}"


def phone_desk(contest_slug: str) -> str:
    """Return the pick desk of whoever came by a link."""
    return f"/pick-desk/{contest_slug}"


def decision(slug: str) -> str:
    """Return the public record of the pick."""
    return f"/c/{slug}/decision"


def sign_in(then: str) -> str:
    """Return the sign-in that leads back to `then`."""
    return f"/sign-in?next={quote(then, safe='/')}"


def own(address: str, host: str) -> str | None:
    """Return the path of an address of this site, None for any other: nobody is sent elsewhere by a form."""
    parts = urlsplit(address)
    if parts.netloc not in ("", host) or not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
