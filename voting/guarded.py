"""The licence of a finalist whose maker is under 18: a guardian agrees to it before it can be picked.

Asked when a design becomes a finalist; before that nobody need be troubled. A no, or no answer, leaves the finalist
its place and its votes: it just can't be picked.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests import rights
from contests.models import Contest
from contests.phases import Phase
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.models import Submission
from contests.submissions.queries import DesignRow, public
from voting import picks_queries
from voting.models import Pick, Shortlisted
from webapp.accounts import queries as accounts
from webapp.accounts.ages.rules import ADULT, LICENCE
from webapp.accounts.guardians import queries as asked
from webapp.accounts.guardians import store as guardians
from webapp.accounts.guardians.actions import Action, Asked
from webapp.accounts.guardians.models import GuardianRequest
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.kernel.now import now as clock
from webapp.kernel.refusal import N_, Refused
from webapp.notices import store as notices
from webapp.notices.kinds import Kind

AT_ONCE = 50
KINDS = (
    Kind(
        "licence-needs-guardian",
        N_("“%(title)s” is a finalist: your guardian is asked"),
        N_("The artist may pick it once a guardian agrees to the licence. Tell us where we can write to them."),
        N_("Name your guardian"),
        transactional=True,
        title=N_("Your finalists, waiting for a guardian"),
    ),
    Kind(
        "licence-agreed",
        N_("Your guardian agreed: “%(title)s” can be picked"),
        N_("They agreed to the licence on the rights card. Now it is up to the artist."),
        N_("See it"),
        title=N_("Your guardian agreed to a licence"),
    ),
    Kind(
        "licence-refused",
        N_("“%(title)s” stays a finalist, and is not picked"),
        N_("Your guardian did not agree to the licence. That is all right: its place and all its votes stay."),
        N_("See it"),
        title=N_("Your guardian did not agree to a licence"),
    ),
)


def round_closed(contest_id: int, round_id: int) -> None:
    """RoundClosed: ask the guardians of this contest's young finalists. May run twice."""
    _ask(contest_id)


def ask_missing() -> int:
    """Ask for finalists nobody was asked for yet: a task of the ticker; return how many those were."""
    return _ask(None)


def held_back(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return which of these designs can't be picked for want of a licence: 'waits' or 'refused'; one statement."""
    of_design = and_(GuardianRequest.action == LICENCE, GuardianRequest.subject_id == Submission.id)
    rows = session.execute(
        select(
            Submission.id,
            Person.age_band,
            GuardianRequest.asked_at,
            *(getattr(GuardianRequest, name) for name in _ANSWERS),
        )
        .join(Person, Person.id == Submission.author_id)
        .outerjoin(GuardianRequest, of_design)
        .where(Submission.id.in_(set(ids)))
    )
    return {row.id: why for row in rows if (why := _why(row))}


def require_licence(session: Session, submission_id: int) -> None:
    """Refuse to pick a design before its maker's guardian has agreed to the licence."""
    why = held_back(session, [submission_id]).get(submission_id)
    if why == "waits":
        raise Refused("licence-waits", N_("Its licence waits for a guardian: it can be picked once they agree."))
    if why:
        raise Refused("licence-refused", N_("A guardian did not agree to its licence: it can't be picked."))


def hold_pick(session: Session, contest_id: int) -> None:
    """Lock a contest's picks: an announcement and a guardian's answer must not pass each other by."""
    session.execute(select(Pick.id).where(Pick.contest_id == contest_id).with_for_update()).all()


def describe(session: Session, submission_id: int, now: datetime) -> Asked | None:
    """Return the licence as the guardian of the design's maker reads it."""
    design, contest = _known(session, submission_id)
    if design is None or contest is None:
        return None
    still = not _is_over(session, contest, now) and submissions.is_public(design)
    prize = (str(gettext("The prize: %(prize)s", prize=contest.prize)),) if contest.prize else ()
    return Asked(
        title=design.title,
        details=(
            str(gettext("A finalist of “%(title)s”. If the artist picks it, this holds:", title=contest.title)),
            *(f"{label}: {sentence}" for label, sentence in rights.card(contest.rights, gettext)),
            *prize,
        ),
        may_answer=still,
        may_withdraw=still,
        until=contest.decide_by,
        zone=contest.timezone,
        picture=design.revision,
        without=str(gettext("Without an answer it is not picked; its votes stay.")),
        at_no=str(gettext("A no takes nothing away: it stays a finalist with all its votes, and is not picked.")),
    )


def answered(session: Session, submission_id: int, said: str, now: datetime) -> None:
    """Act on the guardian's answer in their transaction; raises Refused once the winner is public."""
    contest_id = submissions.contest_of(session, submission_id)
    hold_pick(session, contest_id or 0)
    design, contest = _known(session, submission_id)
    if design is None or contest is None or _is_over(session, contest, now):
        raise _too_late()
    _tell(session, design, "licence-agreed" if said == "agreed" else "licence-refused", now)


_ANSWERS = ("agreed_at", "refused_at", "withdrawn_at", "own_yes_at", "own_no_at")


def _why(row: Any) -> str:
    if row.own_yes_at:
        return ""
    if row.refused_at or row.withdrawn_at or row.own_no_at:
        return "refused"
    if row.agreed_at:
        return ""
    # Who has come of age since they were asked says so themselves.
    return "waits" if row.asked_at or row.age_band not in (None, ADULT) else ""


def _ask(contest_id: int | None) -> int:
    found = _unasked(db.session(), contest_id)
    db.session.rollback()
    for submission_id in found:
        with transaction() as session:
            _ask_for(session, submission_id, clock())
    return len(found)


def _ask_for(session: Session, submission_id: int, now: datetime) -> None:
    design = submissions.by_id(session, submission_id)
    if design is None or asked.request_of(session, LICENCE, submission_id):
        return
    if not guardians.ask(session, design.author_id, LICENCE, submission_id, now):
        _tell(session, design, "licence-needs-guardian", now, "/settings/guardian")


def _unasked(session: Session, contest_id: int | None) -> list[int]:
    of_design = and_(GuardianRequest.action == LICENCE, GuardianRequest.subject_id == Shortlisted.submission_id)
    statement = (
        select(Shortlisted.submission_id)
        .join(Submission, Submission.id == Shortlisted.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Person, Person.id == Submission.author_id)
        .outerjoin(GuardianRequest, of_design)
        .where(GuardianRequest.id.is_(None), Person.age_band != ADULT, public())
        .where(Contest.decided_at.is_(None), Contest.cancelled_at.is_(None), Contest.decide_by > clock())
        .order_by(Shortlisted.submission_id)
        .limit(AT_ONCE)
    )
    if contest_id is not None:
        statement = statement.where(Contest.id == contest_id).limit(None)
    return list(session.scalars(statement))


def _known(session: Session, submission_id: int) -> tuple[DesignRow | None, ContestRow | None]:
    design = submissions.by_id(session, submission_id)
    return design, contests.contest(session, design.contest_id) if design else None


def _is_over(session: Session, contest: ContestRow, now: datetime) -> bool:
    if contest.phase(now) in (Phase.DECIDED, Phase.CANCELLED):
        return True
    return contest.phase(now) is Phase.LAPSED and not picks_queries.was_voided(session, contest.id)


def _tell(session: Session, design: DesignRow, kind: str, now: datetime, path: str = "") -> None:
    author = accounts.person(session, design.author_id)
    if author is None or author.age_band == ADULT:  # they said it themselves
        return
    params = {"path": path or design.url, "title": design.title}
    notices.notify(session, [design.author_id], kind, f"{kind}:{design.id}", params, now)


def _too_late() -> Refused:
    return Refused("too-late", N_("The winner is public, or the contest is over: this no longer decides anything."))


ACTION = Action(LICENCE, N_("the licence of a finalist's design"), describe, answered)
