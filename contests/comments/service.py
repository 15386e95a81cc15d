"""What fans do: comment, edit, take back, report; and what a rights holder does. Each is one transaction.

What moderators do stands in `moderation`, and is called through this module as well.
"""

import hashlib
import re
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.comments import queries, reasons, rules, store, weights
from contests.comments.events import CommentMade, ReportMade, TakedownRequested
from contests.comments.holding import judging
from contests.comments.mentions import store as mentions
from contests.comments.mentions.events import PeopleMentioned
from contests.comments.moderation import moderate, undo
from contests.comments.queries import CommentRow
from contests.comments.questions import queries as questions
from contests.comments.questions.queries import QuestionRow
from contests.comments.suggestions import store as suggestions
from contests.comments.suggestions.rules import Pin, check_pin
from contests.phases import PUBLIC
from contests.submissions import queries as designs
from contests.submissions.queries import DesignRow
from webapp.accounts.guardians import account
from webapp.infra import idempotency, outbox
from webapp.infra.db import transaction
from webapp.kernel import codes
from webapp.kernel.refusal import N_, NotFound, Refused

__all__ = ["edit", "moderate", "post", "report", "request_takedown", "undo", "withdraw"]
SCOPE = "comment.post"


def post(
    submission_id: int,
    author_id: int,
    body: str,
    parent_id: int | None,
    now: datetime,
    key: str = "",
    pin: Pin | None = None,
) -> int:
    """Say something about a public design, or answer a comment on it; return the comment's id.

    With a `pin` (perhaps of the whole picture) it is a suggestion. A reply to a reply stands beside it,
    under the same comment. The same words sent twice within a minute are one comment.
    Raises Refused('comment-length'), 'bad-pin', 'talk-closed', 'too-many-comments', 'suspended', or NotFound
    for a design or comment the author can't see.
    """
    body = rules.check_body(body)
    with transaction() as session:
        author = queries.lock_author(session, author_id)
        if author is None or author.suspended_at:
            raise Refused("suspended", N_("This account is suspended."), 403)
        account.require(session, author_id, author.age_band)
        known = _claim(session, author_id, key, f"{submission_id}:{parent_id}:{body}:{pin}", now)
        if known:
            return known
        design = _public(session, submission_id)
        contest = contests.contest(session, design.contest_id)
        if contest is None:
            raise NotFound()
        rules.check_talk(contest.phase(now))
        top = _top_of(session, parent_id, submission_id)
        twin = queries.same_words(session, author_id, submission_id, top, body, now - rules.SAME_WITHIN)
        if twin:
            return twin
        rules.check_flood(queries.said_since(session, author_id, now - rules.FLOOD_WINDOW))
        verdict = judging.judge(session, author_id, author, contest.artist_id, body, now)
        comment_id = store.add_comment(
            session,
            submission_id=submission_id,
            revision_id=design.current_revision_id,
            author_id=author_id,
            parent_id=top,
            body_md=body,
            state="held" if verdict.rule else "visible",
            rule=verdict.rule,
            created_at=now,
        )
        judging.hold_alike(session, contest.artist_id, verdict.alike, now)
        if pin is not None:
            suggestions.add(session, comment_id, submission_id, check_pin(pin))
        mentions.note(session, comment_id, submission_id, author_id, body, now)
        if key:
            idempotency.fulfil(session, author_id, SCOPE, key, comment_id)
        outbox.record(session, CommentMade(comment_id))
    return comment_id


def edit(comment_id: int, author_id: int, body: str, now: datetime) -> bool:
    """Change one's own comment within the edit window; the new words are held by the rules that hold new comments.

    Return whether somebody it mentions now is not told, for there were too many within an hour.
    Raises NotFound for another's, Refused('edit-window-over') or 'changed-meanwhile'.
    """
    body = rules.check_body(body)
    with transaction() as session:
        said = _own(session, comment_id, author_id)
        rules.check_edit(said.state, said.created_at, now)
        if body == said.body_md:
            return False
        author = queries.lock_author(session, author_id)
        verdict = judging.judge(session, author_id, author, said.artist_id, body, now, editing=comment_id)
        if not store.change_words(session, comment_id, said.body_md, body, now):
            raise Refused("changed-meanwhile", N_("This comment has changed meanwhile. Look again."))
        if verdict.rule:
            store.hold_by_rule(session, comment_id, verdict.rule)
        noted = mentions.note(
            session, comment_id, said.submission_id, author_id, body, now, heard=_heard(session, said)
        )
        if noted.new:
            outbox.record(session, PeopleMentioned(comment_id))
    return noted.muted


def withdraw(comment_id: int, author_id: int, now: datetime) -> None:
    """Take one's own comment back; answers to it stay. A repeat changes nothing."""
    with transaction() as session:
        said = _own(session, comment_id, author_id)
        if said.state == "hidden":
            raise Refused("already-decided", N_("A moderator has hidden this comment: nobody sees it."))
        if said.state != "withdrawn":
            store.set_state(session, comment_id, said.state, "withdrawn")
            store.resolve_reports(session, "comment", comment_id, None, "withdrawn", now)


def report(kind: str, subject_id: int, reporter_id: int, reason: str, note: str, now: datetime) -> bool:
    """Tell the moderators that something is wrong with a 'submission', a 'comment' or a 'question'.

    A report changes nothing but the queue. Once per person and thing: returns False when it was reported before.
    Raises NotFound for what the reporter can't see, Refused('unknown-reason') or 'note-length'.
    """
    note = note.replace("\x00", "").strip()
    reasons.check_report(reason, note)
    with transaction() as session:
        report_id = store.add_report(
            session,
            artist_id=_artist_of(session, kind, subject_id, now),
            subject_kind=kind,
            subject_id=subject_id,
            reporter_id=reporter_id,
            reason=reason,
            note=note,
            weight=weights.of_reporter(session, reporter_id, now),
            at=now,
        )
        if report_id is not None:
            outbox.record(session, ReportMade(report_id))
    return report_id is not None


def request_takedown(
    address: str, claimant: str, email: str, work: str, statement: str, now: datetime, locale: str = "en"
) -> int:
    """Take a rights holder's notice about a design named by its address or code; return its id.

    They are answered by mail, in the language `locale` they used. A notice whose design can't be
    found is kept for the operators.
    """
    with transaction() as session:
        design = designs.design(session, code_in(address))
        takedown_id = store.add_takedown(
            session,
            submission_id=design.id if design and design.submitted_at else None,
            address=address,
            claimant=claimant,
            email=email,
            work=work,
            statement=statement,
            locale=locale,
            at=now,
            outcome="",
        )
        outbox.record(session, TakedownRequested(takedown_id))
    return takedown_id


def code_in(address: str) -> str:
    """Return the design's code in an address such as https://…/D/7K3QX, or the code itself."""
    found = re.search(r"/D/([0-9A-Za-z]+)", address)
    return codes.normalise(found.group(1) if found else address[:20])


def _claim(session: Session, author_id: int, key: str, request: str, now: datetime) -> int | None:
    if not key:
        return None
    wanted = hashlib.sha256(request.encode()).hexdigest()
    return idempotency.claim(session, author_id, SCOPE, key, wanted, now)[1]


def _public(session: Session, submission_id: int) -> DesignRow:
    design = designs.by_id(session, submission_id)
    if design is None or not designs.is_public(design):
        raise NotFound()
    return design


def _top_of(session: Session, parent_id: int | None, submission_id: int) -> int | None:
    if parent_id is None:
        return None
    parent = queries.comment(session, parent_id)
    if parent is None or parent.submission_id != submission_id or parent.state != "visible":
        raise NotFound(N_("The comment you answer is no longer there."))
    return parent.parent_id or parent.id


def _own(session: Session, comment_id: int, author_id: int) -> CommentRow:
    said = queries.comment(session, comment_id)
    if said is None or said.author_id != author_id:
        raise NotFound()
    return said


def _asked(session: Session, question_id: int, now: datetime) -> QuestionRow:
    asked = questions.one(session, question_id)
    contest = contests.contest(session, asked.contest_id) if asked and asked.state == "visible" else None
    if asked is None or contest is None or contest.phase(now) not in PUBLIC:
        raise NotFound()
    return asked


def _heard(session: Session, said: CommentRow) -> set[int]:
    """Return who was told of a comment when it was made: its designer, and whom it answers."""
    design = designs.by_id(session, said.submission_id)
    parent = queries.comment(session, said.parent_id) if said.parent_id else None
    return ({design.author_id} if design else set()) | ({parent.author_id} if parent else set())


def _artist_of(session: Session, kind: str, subject_id: int, now: datetime) -> int:
    """Return whose moderators hear of a visible thing."""
    if kind == "comment":
        said = queries.comment(session, subject_id)
        if said is None or said.state != "visible":
            raise NotFound()
        _public(session, said.submission_id)
        return said.artist_id
    if kind == "question":
        return _asked(session, subject_id, now).artist_id
    if kind != "submission":
        raise NotFound()
    design = _public(session, subject_id)
    contest = contests.contest(session, design.contest_id)
    if contest is None:
        raise NotFound()
    return contest.artist_id
