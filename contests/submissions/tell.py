"""Who hears of what becomes of a design: its author, in plain and kind words."""

from typing import Any

from flask_babel import force_locale, gettext

from contests.submissions import failures, queries, rules
from contests.submissions.moderation import UNDO_WINDOW
from contests.submissions.queries import ActRow, DesignRow
from webapp.accounts import queries as people
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import N_
from webapp.notices import store as notices
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "design-approved",
        N_("“%(title)s” is in"),
        N_("Your design can be seen by everybody now. Show it to your friends."),
        N_("See it"),
        title=N_("Your design was approved"),
    ),
    Kind(
        "design-held",
        N_("A question about “%(title)s”"),
        N_("The team has put your design aside for the moment. %(reason)s You can send a new version."),
        N_("Look at it"),
        title=N_("A question about your design"),
    ),
    Kind(
        "design-hidden",
        N_("“%(title)s” is not shown"),
        N_("The team does not show your design. %(reason)s Nothing is deleted; you can ask for a second look."),
        N_("Look at it"),
        title=N_("Your design is not shown"),
    ),
    Kind(
        "design-restored",
        N_("“%(title)s” is back"),
        N_("Your design can be seen by everybody again, with all its votes."),
        N_("See it"),
        title=N_("Your design is back"),
    ),
    Kind(
        "design-failed",
        N_("Your picture needs another try"),
        N_("We could not use the picture of your design. %(reason)s"),
        N_("Choose another file"),
        title=N_("A picture of yours could not be used"),
    ),
)
_KIND_OF = {"approve": "design-approved", "hold": "design-held", "hide": "design-hidden", "restore": "design-restored"}
_KIND_OF_UNDO = {"approved": "design-restored", "held": "design-held", "hidden": "design-hidden"}


def of_moderation(submission_id: int, act_id: int) -> None:
    """Tell the author what a moderator did, unless it was taken back at once."""
    session = db.session()
    act, design = queries.act(session, act_id), queries.by_id(session, submission_id)
    if act is None or design is None or _taken_back_at_once(act):
        return
    kind = _kind(act, design)
    if kind:
        hidden = act.act in ("hide", "hold")  # there its author may ask for a second look
        path = f"/second-look/{act_id}" if hidden else design.url
        _notify(design, kind, f"moderation:{act_id}", _reason(act, design.author_id), path)


def of_failure(revision_id: int) -> None:
    """Tell the author that a picture of a design that was sent in could not be used, and why.

    Of a draft nobody is told: its page shows the reason, and its author is looking at it.
    """
    session = db.session()
    revision = queries.revision(session, revision_id)
    design = queries.by_id(session, revision.submission_id) if revision else None
    if revision is None or design is None or revision.state != "failed" or not design.submitted_at:
        return
    with force_locale(_locale(design.author_id)):
        reason = failures.sentence(revision)
    dedupe = f"revision-failed:{revision_id}:{revision.failure_code}"
    _notify(design, "design-failed", dedupe, reason)


def _kind(act: ActRow, design: DesignRow) -> str | None:
    if act.act != rules.UNDO:
        return _KIND_OF.get(act.act)
    undone = queries.act(db.session(), act.undoes_id or 0)
    if undone is None or act.at - undone.at <= UNDO_WINDOW:
        return None
    return _KIND_OF_UNDO.get(design.state)


def _taken_back_at_once(act: ActRow) -> bool:
    later = [each for each in queries.acts_on(db.session(), act.subject_id) if each.undoes_id == act.id]
    return bool(later) and later[0].at - act.at <= UNDO_WINDOW


def _reason(act: ActRow, author_id: int) -> str:
    """The reason in the author's language; the moderator's own words stay as they are."""
    with force_locale(_locale(author_id)):
        standard = gettext(rules.REASONS[act.reason_code]) if act.reason_code in rules.REASONS else ""
    return " ".join(part for part in (standard, act.reason) if part)


def _locale(person_id: int) -> str:
    person = people.person(db.session(), person_id)
    return person.locale if person else "en"


def _notify(design: DesignRow, kind: str, dedupe: str, reason: str, path: str = "") -> None:
    params: dict[str, Any] = {"path": path or design.url, "title": design.title, "reason": reason}
    with transaction() as session:
        notices.notify(session, [design.author_id], kind, dedupe, params, now())
