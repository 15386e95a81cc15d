"""Where a pick leads: to its drop while that can be ordered, before it to being told, afterwards to its page."""

from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from preorders import queries
from preorders.phases import Phase
from preorders.rows import DropRow
from voting.what_next import Next
from webapp.accounts import queries as accounts
from webapp.infra.i18n import day


def following(session: Session, contest_id: int, now: datetime) -> Next | None:
    """Return what the result's page of a contest leads to; None without a drop, or for one that was called off."""
    drop = queries.of_contest(session, contest_id)
    phase = drop.phase(now) if drop else Phase.CANCELLED
    if drop is None or phase is Phase.CANCELLED:
        return None
    if phase is Phase.DRAFT or drop.published_at is None:
        return _untold(session, drop)
    there = f"/drops/{drop.slug}"
    if phase is Phase.OPEN:
        until = gettext("It can be preordered until %(day)s.", day=day(drop.closes_at, drop.timezone))
        return Next(there, gettext("Preorder"), until, loud=True)
    if phase is Phase.UPCOMING:
        opens = gettext("Preorders open on %(day)s. Whoever took part is told then.", day=_day(drop))
        return Next(there, gettext("See the drop"), opens)
    return Next(there, gettext("See the drop"), gettext("Preorders are over."))


def _untold(session: Session, drop: DropRow) -> Next | None:
    """Nothing of the drop is public yet; who took part hears of it anyway, everybody else may follow."""
    artist = accounts.artist(session, drop.artist_id)
    if artist is None:
        return None
    sentence = gettext("It can't be ordered yet. Whoever took part or follows the artist is told when it opens.")
    return Next(f"/a/{artist.slug}", gettext("Tell me when it opens"), sentence)


def _day(drop: DropRow) -> str:
    return day(drop.opens_at, drop.timezone)
