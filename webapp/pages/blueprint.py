"""The blueprint of all pages: for members, but for the pages named here, which everybody may read."""

from webapp.accounts.guards import members_blueprint

EVERYBODYS = (
    "home",
    "artist",
    "theme",
    "contest",
    "gallery",
    "design",
    "scanned",
    "compare",
    "person",
    "privacy",
    "terms",
    "imprint",
    "favicon",
    "manifest",
    "robots",
)
blueprint = members_blueprint("pages", __name__, strangers=EVERYBODYS)
