"""From what stands in an address to the row it means, if the reader may know of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import SHOWN
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.queries import DesignRow
from preorders import queries as drops
from preorders.numbers import as_order_number
from preorders.rows import DropRow, PreorderRow
from webapp.api import bearer, words
from webapp.kernel.codes import normalise
from webapp.kernel.refusal import NotFound


def contest(session: Session, slug: str, now: datetime) -> ContestRow:
    """Return a contest the reader may see; raises NotFound."""
    found = contests.by_slug(session, slug)
    if found is None or not words.may_see_contest(found, now):
        raise NotFound()
    return found


def team_contest(session: Session, slug: str, *roles: str) -> ContestRow:
    """Return a contest of the reader's team; raises NotFound."""
    found = contests.by_slug(session, slug)
    if found is None:
        raise NotFound()
    bearer.require_team(found.artist_id, *roles)
    return found


def design(session: Session, code: str, now: datetime) -> DesignRow:
    """Return a design the reader may see: a public one, their own, or one they moderate."""
    found = submissions.design(session, normalise(code))
    home = contests.contest(session, found.contest_id) if found else None
    if found is None or home is None:
        raise NotFound()
    shown = submissions.is_public(found) and home.phase(now) in SHOWN
    if not shown and not words.may_see_inside(found, home.artist_id):
        raise NotFound()
    return found


def public_design(session: Session, code: str, now: datetime) -> DesignRow:
    """Return a design that everybody may see; raises NotFound."""
    found = design(session, code, now)
    if not submissions.is_public(found):
        raise NotFound()
    return found


def own_design(session: Session, code: str) -> DesignRow:
    """Return one of the reader's own designs; raises NotFound."""
    found = submissions.design(session, normalise(code))
    if found is None or found.author_id != bearer.person().id:
        raise NotFound()
    return found


def drop(session: Session, slug: str) -> DropRow:
    """Return a drop the reader may see: drafts are the team's; raises NotFound."""
    found = drops.by_slug(session, slug)
    if found is None or not (found.published_at or bearer.in_team(found.artist_id, *bearer.STAFF)):
        raise NotFound()
    return found


def team_drop(session: Session, slug: str) -> DropRow:
    """Return a drop the reader sells for; raises NotFound."""
    found = drops.by_slug(session, slug)
    if found is None:
        raise NotFound()
    bearer.require_team(found.artist_id, "merch_staff")
    return found


def own_preorder(session: Session, number: str) -> PreorderRow:
    """Return one of the reader's own orders; raises NotFound."""
    written = as_order_number(number)
    found = drops.by_number(session, written) if written else None
    if found is None or found.person_id != bearer.person().id:
        raise NotFound()
    return found
