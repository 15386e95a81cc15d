"""What people are told about a drop's goal. Handlers take their fact's fields and may run twice."""

from sqlalchemy.orm import Session

from preorders import goals, printable, queries
from preorders.rows import DropRow
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import N_
from webapp.notices import store as notices
from webapp.notices import values
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "goal-reached",
        N_("Goal reached: %(title)s will be printed"),
        N_("At least %(goal)s pieces are ordered, so it is certain now. Orders can be placed until %(until)s."),
        N_("See the drop"),
        title=N_("A drop's goal is reached"),
    ),
    Kind(
        "goal-reached-team",
        N_("Goal reached: %(title)s"),
        N_("%(pieces)s pieces are ordered, %(goal)s were needed. Everybody who ordered is told."),
        N_("Look at the orders"),
        title=N_("Your drop's goal is reached"),
    ),
    Kind(
        "goal-missed-team",
        N_("Goal missed: %(title)s. Please decide"),
        N_("%(pieces)s of %(goal)s pieces are ordered. Print anyway, or it is called off by itself at %(until)s."),
        N_("Decide"),
        transactional=True,
        title=N_("Your drop's goal is missed"),
    ),
)


def tell_reached(drop_id: int) -> None:
    """GoalReached: tell everybody whose order stands, and the team."""
    with transaction() as session:
        drop = _drop(session, drop_id)
        buyers = queries.buyers(session, drop_id, *printable.CONFIRMED)
        until = values.at(drop.closes_at, drop.timezone)
        path = f"/drops/{drop.slug}"
        known = {"title": drop.title, "goal": drop.goal}
        notices.notify(
            session, buyers, "goal-reached", f"goal:{drop_id}", {**known, "until": until, "path": path}, now()
        )
        _tell_team(session, "goal-reached-team", drop)


def tell_missed(drop_id: int) -> None:
    """GoalMissed: ask the team to decide."""
    with transaction() as session:
        drop = _drop(session, drop_id)
        if drop.goal_missed_at is None:
            return  # the window was made longer meanwhile: there is nothing to decide
        until, again = drop.goal_missed_at + goals.GRACE, f":{drop.goal_missed_at}"
        _tell_team(session, "goal-missed-team", drop, again, until=values.at(until, drop.timezone))


def _tell_team(session: Session, kind: str, drop: DropRow, again: str = "", **params: object) -> None:
    artist = accounts.artist(session, drop.artist_id)
    assert artist is not None
    team = accounts.team(session, drop.artist_id, "artist", "merch_staff")
    known = {"title": drop.title, "goal": drop.goal, "pieces": printable.confirmed_pieces(session, drop.id)}
    path = f"/team/{artist.slug}/drops/{drop.id}/orders"
    notices.notify(session, team, kind, f"goal:{drop.id}{again}", {**known, "path": path, **params}, now())


def _drop(session: Session, drop_id: int) -> DropRow:
    drop = queries.drop(session, drop_id)
    assert drop is not None, drop_id
    return drop
