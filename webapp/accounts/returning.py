"""Where to go back to after signing in: only ever to a page of this site."""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

HOME = "/"
LONGEST = 1000


def safe_next(target: str | None) -> str:
    """Return `target` when it is a path of this site, '/' otherwise.

    Browsers read '\\' as '/', drop tabs and line feeds, and take '//host' for another site: what
    holds any of these is refused as a whole rather than mended.
    """
    if not target or len(target) > LONGEST or not target.startswith("/") or target.startswith("//"):
        return HOME
    if "\\" in target or any(ord(c) <= 32 or 127 <= ord(c) < 160 for c in target):
        return HOME
    try:
        parts = urlsplit(target)
    except ValueError:
        return HOME
    # '/.//host' and '/..//host' become '//host' once a browser has walked the dots.
    if parts.scheme or parts.netloc or "//" in parts.path or _dots(parts.path):
        return HOME
    return target


def by_way_of(paths: Sequence[str], target: str | None) -> str:
    """Return the way to `target` over these paths of our own: each is given as `next` what comes after it."""
    going = safe_next(target)
    for path in reversed(paths):
        further = f"{path}?next={quote(going, safe='/')}"
        # A way too long to be gone back would end at home: rather lose the last step than this one.
        going = path if going in (HOME, path) or safe_next(further) == HOME else further
    return going


def _dots(path: str) -> bool:
    steps = path.lower().replace("%2e", ".").split("/")
    return "." in steps or ".." in steps
