"""What can be followed, by how much, and who may open a public page. Pure."""

from webapp.kernel.refusal import N_, Refused

KINDS = ("design", "contest", "person", "artist")
MOST = 500  # things one person follows
CODE_LENGTH = 8
OPEN_TO = ("16-17", "18+")  # age groups: below 16 many a country asks a guardian, for something nobody needs
UNLISTED = ("16-17",)  # these pages are kept out of search engines


def require_room(followed: int) -> None:
    """Raise Refused('follows-enough') when somebody follows as much as one can."""
    if followed >= MOST:
        raise Refused("follows-enough", N_("You follow %(most)s things. Stop following one first."), 409, most=MOST)


def require_age(age_band: str | None, guarded: bool) -> None:
    """Raise Refused('profile-age') when somebody is too young for a public page, or has not said how old they are.

    `guarded` are those who need a guardian's word for their own data, by the law of their country.
    """
    if age_band not in OPEN_TO or guarded:
        raise Refused("profile-age", N_("A page of your own is for people of 16 or older."), 403)
