"""What a letter can show and lead to: published things of its artist, picked from a list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import COUNTED, PUBLIC
from contests.submissions import queries as submissions
from preorders import queries as preorders
from preorders.phases import PUBLIC as PUBLIC_DROPS
from voting import picks_queries as picks

WIDE = 600  # a mail's column, in pixels
DESIGN = "design:"


@dataclass(frozen=True)
class Shelf:
    """Choices of an editor, as (value, words): pages for the button, pictures, contests and drops for segments."""

    pages: list[tuple[str, str]]
    pictures: list[tuple[str, str]]
    contests: list[tuple[int, str]]
    drops: list[tuple[int, str]]


@dataclass(frozen=True)
class Picture:
    """A picture in a letter: its address on this site, what it shows, its measures in the mail's column."""

    path: str
    alt: str
    width: int
    height: int


def of_artist(session: Session, artist_id: int, slug: str, name: str, now: datetime) -> Shelf:
    """Return what is published of an artist."""
    rows = [row for row in contests.of_artist(session, artist_id) if row.phase(now) in PUBLIC]
    drops = [row for row in preorders.of_artist(session, artist_id) if row.phase(now) in PUBLIC_DROPS]
    pages = [(f"/a/{slug}", gettext("The page of %(name)s", name=name))]
    for row in rows:
        pages.append((f"/c/{row.slug}", gettext("Contest: %(title)s", title=row.title)))
        if row.phase(now) in COUNTED:
            pages.append((f"/c/{row.slug}/result", gettext("Result: %(title)s", title=row.title)))
    pages += [(f"/drops/{drop.slug}", gettext("Drop: %(title)s", title=drop.title)) for drop in drops]
    designs = _designs(session, [row.id for row in rows], drops)
    cards = submissions.cards(session, designs)
    return Shelf(
        pages=[(path, str(words)) for path, words in pages],
        pictures=[(f"{DESIGN}{each}", cards[each].title or cards[each].code) for each in designs if each in cards],
        contests=[(row.id, row.title) for row in rows],
        drops=[(drop.id, drop.title) for drop in drops],
    )


def _designs(session: Session, contest_ids: list[int], drops: list[Any]) -> list[int]:
    """Return the designs that won or are sold, without repeating one: those are published for good."""
    won = [pick.submission_id for pick in picks.winners(session, contest_ids)] if contest_ids else []
    return list(dict.fromkeys([*won, *(drop.submission_id for drop in drops if drop.submission_id)]))


def picture(session: Session, value: str) -> Picture | None:
    """Return a picture by its value in the list; None when it has none, or is not public any more."""
    number = value.removeprefix(DESIGN)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    card = submissions.cards(session, [int(number)]).get(int(number))
    drawn = [each for each in card.renditions if each.get("jpeg")] if card else []
    if not card or not drawn:
        return None
    best = min(drawn, key=lambda each: (each["w"] < WIDE, abs(each["w"] - WIDE)))
    width = min(WIDE - 48, best["w"])
    return Picture(f"/media/{best['jpeg']}", card.alt, width, round(width * best["h"] / best["w"]))
