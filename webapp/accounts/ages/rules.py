"""Which age group needs a guardian for what, and when the age is asked again. Pure."""

from datetime import datetime, timedelta

from webapp.accounts.ages.consent_table import Table

# The youngest and the oldest that a group holds.
SPANS = {"under-13": (0, 12), "13-15": (13, 15), "16-17": (16, 17), "18+": (18, 200)}
BANDS = tuple(SPANS)
ADULT = "18+"
CHILD = "under-13"
YEAR = timedelta(days=366)
"""Asked again when everybody of a group has left it (of the youngest: when somebody may well have)."""
ASK_AGAIN = {"under-13": 2 * YEAR, "13-15": 3 * YEAR, "16-17": 2 * YEAR}

SUBMIT, LICENCE, PREORDER, ACCOUNT = "submit", "licence", "preorder", "account"
# What a contract is made by: all who are not of age need somebody's word for it, whatever the country's consent age.
CONTRACTS = (LICENCE, PREORDER)


def side(table: Table, band: str, country: str | None) -> str:
    """Return on which side of the country's consent age a group stands: below, above, or undecided within it."""
    youngest, oldest = SPANS[band]
    age = table.age_in(country)
    return "below" if oldest < age else "above" if youngest >= age else "undecided"


def needs_guardian(table: Table, band: str | None, country: str | None, action: str) -> bool:
    """Return whether somebody of this group needs a guardian's word for an action.

    A group that the consent age runs through counts as below it as a whole: we don't know more, and want to know no
    more. Nobody needs one for anything before they said how old they are: they are asked before each of these.
    """
    if band is None or band == ADULT:
        return False
    if action in CONTRACTS:
        return True
    if action == ACCOUNT:
        return band == CHILD
    return side(table, band, country) != "above"


def country_matters(table: Table, band: str | None) -> bool:
    """Return whether the country can decide anything for a group: only then is it asked for."""
    if band is None:
        return False
    return len({side(table, band, country) != "above" for country in table.rows}) > 1


def ask_again(band: str | None, told_at: datetime | None, now: datetime) -> bool:
    """Return whether the age is to be asked once more."""
    if band not in ASK_AGAIN or told_at is None:
        return False
    return now - told_at >= ASK_AGAIN[band]


def not_younger(band: str) -> tuple[str, ...]:
    """Return the answers there are to the second question: nobody gets younger."""
    return BANDS[BANDS.index(band) :]
