"""Designs of the young: kept as drafts that wait until a guardian agrees to their being sent in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.queries import ContestRow
from contests.submissions import moderation_repeats, queries, rules, store
from contests.submissions.events import SubmissionMade, SubmissionWithdrawn
from contests.submissions.queries import DesignRow
from contests.submissions.rows import Standing
from webapp.accounts import queries as people
from webapp.accounts.ages import laws
from webapp.accounts.ages.rules import ADULT, SUBMIT
from webapp.accounts.guardians import queries as asked
from webapp.accounts.guardians import store as guardians
from webapp.accounts.guardians.actions import Action, Asked
from webapp.infra import outbox
from webapp.kernel.refusal import N_, Refused
from webapp.notices import store as notices
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "design-needs-guardian",
        N_("“%(title)s” waits for your guardian"),
        N_("A parent or guardian agrees before we send it in. Tell us where we can write to them; we keep it for you."),
        N_("Name your guardian"),
        transactional=True,
        title=N_("Your designs, waiting for a guardian"),
    ),
    Kind(
        "design-guardian-agreed",
        N_("Your guardian agreed: “%(title)s” is sent in"),
        N_("The team looks at each design before everybody sees it. We tell you when it can be seen."),
        N_("See it"),
        title=N_("Your guardian agreed to a design"),
    ),
    Kind(
        "design-guardian-refused",
        N_("Your guardian did not agree to “%(title)s”"),
        N_("That is all right: it stays yours, and only you see it."),
        N_("Look at it"),
        title=N_("Your guardian did not agree to a design"),
    ),
    Kind(
        "design-guardian-withdrew",
        N_("“%(title)s” is taken back"),
        N_("Your guardian took back their consent. That is all right: nobody sees it any more."),
        N_("See what is yours"),
        title=N_("Your guardian took a design back"),
    ),
)


def needed(author: Standing) -> bool:
    """Return whether a guardian's word is needed before a design of this author is sent in."""
    return laws.needs_guardian(author.age_band, author.country, SUBMIT)


def agreed(session: Session, submission_id: int) -> bool:
    """Return whether a guardian's yes to a design stands; raises Refused('guardian-said-no') after a no."""
    found = asked.request_of(session, SUBMIT, submission_id)
    if found and found.state in ("refused", "withdrawn"):
        raise Refused(
            "guardian-said-no",
            N_("Your guardian did not agree to this design. It stays yours, and only you see it."),
        )
    return found is not None and found.state == "agreed"


def ask_first(session: Session, design: DesignRow, now: datetime) -> None:
    """Ask the guardian of a design's author, once; an author who has named none is told where to."""
    if not guardians.ask(session, design.author_id, SUBMIT, design.id, now):
        _tell(session, design, "design-needs-guardian", now, path="/settings/guardian")


def states(session: Session, designs: Iterable[DesignRow]) -> dict[int, str]:
    """Return where the question to a guardian stands, by design, of those not sent in; one statement."""
    return {subject: row.state for subject, row in asked.about(session, SUBMIT, _unsent(designs)).items()}


@dataclass(frozen=True)
class AskedFor:
    """What an author reads about a design of theirs and their guardian; `said` is '' when nobody was asked.

    `named`: they named one. `until` is when the contest stops taking designs; `over`, whether it has.
    `country`: to name it could help. `needed`: a guardian's word still is.
    """

    said: str
    named: bool
    until: datetime | None
    over: bool
    country: bool
    needed: bool


def standing(session: Session, design: DesignRow, contest: ContestRow, now: datetime) -> AskedFor:
    """Return where a draft stands with its author's guardian."""
    found = states(session, [design]).get(design.id, "")
    if not found:
        return AskedFor("", False, None, False, False, True)
    author = people.person(session, design.author_id)
    unknown = author is not None and author.country is None and laws.country_matters(author.age_band)
    named = asked.of_person(session, design.author_id) is not None
    over = contest.phase(now) is not Phase.SUBMITTING
    needs = author is None or laws.needs_guardian(author.age_band, author.country, SUBMIT)
    return AskedFor(found, named, rules.sent_in_until(contest.schedule), over, unknown, needs)


def describe(session: Session, submission_id: int, now: datetime) -> Asked | None:
    """Return a design as its author's guardian reads it."""
    design, contest = _known(session, submission_id)
    if design is None or contest is None or not (design.waits_since or design.submitted_at):
        return None
    phase, sent = contest.phase(now), design.submitted_at is not None
    return Asked(
        title=design.title,
        details=(
            str(gettext("For the contest “%(title)s”", title=contest.title)),
            str(gettext("Everybody sees it with the name they gave themselves, and can vote for it.")),
            str(gettext("By sending it in they agree to the contest's rights card.")),
        ),
        may_answer=design.waits_for_guardian and phase is Phase.SUBMITTING,
        may_withdraw=sent and not design.withdrawn_at and phase is not Phase.DECIDED,
        until=rules.sent_in_until(contest.schedule) if design.waits_for_guardian else None,
        zone=contest.timezone,
        picture=design.revision,
        without=str(gettext("Without an answer it is not sent in; it stays theirs, and nobody else sees it.")),
        at_no=str(gettext("You can take your consent back later, here: then nobody sees the design any more.")),
    )


def answered(session: Session, submission_id: int, said: str, now: datetime) -> None:
    """Act on the guardian's answer in their transaction; raises Refused when it is too late for it."""
    design, contest = _known(session, submission_id)
    if design is None or contest is None:
        raise _too_late()
    if said == "agreed":
        _send_in(session, design, contest, now)
    elif said == "refused":
        store.stop_waiting(session, design.id)
        _tell(session, design, "design-guardian-refused", now)
    else:
        rules.require_withdrawable(contest.phase(now), submitted=True)
        if store.withdraw(session, design.id, now):
            outbox.record(session, SubmissionWithdrawn(design.id))
            _tell(session, design, "design-guardian-withdrew", now, path="/mine")


def _send_in(session: Session, design: DesignRow, contest: ContestRow, now: datetime) -> None:
    author = queries.lock_person(session, design.author_id)
    suspended = author is None or author.suspended_at
    if suspended or contest.phase(now) is not Phase.SUBMITTING or not store.submit_waiting(session, design.id, now):
        raise _too_late()
    moderation_repeats.hold_repeat(session, design.id, now)
    outbox.record(session, SubmissionMade(design.id))
    _tell(session, design, "design-guardian-agreed", now)


def _known(session: Session, submission_id: int) -> tuple[DesignRow | None, ContestRow | None]:
    design = queries.by_id(session, submission_id)
    return design, contests.contest(session, design.contest_id) if design else None


def _unsent(designs: Iterable[DesignRow]) -> list[int]:
    return [each.id for each in designs if not each.submitted_at]


def _tell(session: Session, design: DesignRow, kind: str, now: datetime, path: str = "") -> None:
    author = people.person(session, design.author_id)
    if author is None or author.age_band == ADULT:  # they did it themselves
        return
    params = {"path": path or design.url, "title": design.title}
    notices.notify(session, [design.author_id], kind, f"{kind}:{design.id}", params, now)


def _too_late() -> Refused:
    return Refused("too-late", N_("That design no longer waits: it was taken back, or the contest takes no new ones."))


ACTION = Action(SUBMIT, N_("sending a design in"), describe, answered)
