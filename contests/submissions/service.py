"""What authors do with designs: begin, submit, revise, retry, withdraw. Each is one transaction.

What moderators do stands in `moderation`, and is called through this module as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.submissions import guarded, moderation_repeats, originals, queries, rules, store
from contests.submissions.events import RevisionUploaded, SubmissionMade, SubmissionWithdrawn
from contests.submissions.moderation import moderate, undo
from contests.submissions.originals import Original
from contests.submissions.queries import DesignRow
from contests.submissions.studio import letting_go
from webapp.infra import idempotency, outbox, quotas
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

__all__ = [
    "Begun",
    "add_design",
    "add_version",
    "begin",
    "moderate",
    "retry",
    "revise",
    "submit",
    "undo",
    "with_original",
    "withdraw",
]
T = TypeVar("T")


@dataclass(frozen=True)
class Begun:
    """A draft that exists now."""

    submission_id: int
    revision_id: int
    code: str


def begin(contest_id: int, author_id: int, data: bytes, original_name: str, now: datetime, key: str = "") -> Begun:
    """Store a picture and begin a draft with it; the workers hear of it after the commit.

    `key`, when given, makes a repeated request answer with the draft of the first. Raises
    Unacceptable for the picture's own faults, Refused outside of the submitting phase or when the
    fan has no room left (drafts, designs, bytes). What is refused leaves no file behind.
    """
    original = originals.judged(data, original_name)

    def write(session: Session) -> Begun:
        _require_standing(session, author_id)
        known = _claim(session, author_id, "design.begin", key, original, now)
        if known:
            return _begun(session, known)
        begun = add_design(session, contest_id, author_id, original, now)
        _fulfil(session, author_id, "design.begin", key, begun.revision_id)
        return begun

    with quotas.counted([quotas.person(author_id), quotas.contest(contest_id)], original.bytes, now):
        return with_original(original, data, write)


def revise(submission_id: int, author_id: int, data: bytes, original_name: str, now: datetime, key: str = "") -> int:
    """Store a new picture for a design; return the id of the revision, which is shown once it is finished.

    Drafts take one while designs are sent in, submitted designs until voting opens.
    """
    original = originals.judged(data, original_name)

    def write(session: Session) -> int:
        _require_standing(session, author_id)
        known = _claim(session, author_id, "design.revise", key, original, now)
        if known:
            return known
        revision_id = add_version(session, submission_id, author_id, original, now)
        _fulfil(session, author_id, "design.revise", key, revision_id)
        return revision_id

    with quotas.counted([quotas.person(author_id), *_contest_of(submission_id)], original.bytes, now):
        return with_original(original, data, write)


def add_design(
    session: Session,
    contest_id: int,
    author_id: int,
    original: Original,
    now: datetime,
    source: str = "upload",
    remix_of_id: int | None = None,
) -> Begun:
    """Begin a draft in the caller's transaction, inside `with_original`; raises Refused as `begin` does."""
    _require_standing(session, author_id)
    _require_room(session, contest_id, author_id, original.bytes, now)
    submission_id, code = store.add_submission(session, contest_id, author_id, now, remix_of_id)
    return Begun(submission_id, _add_revision(session, submission_id, original, now, source), code)


def add_version(
    session: Session, submission_id: int, author_id: int, original: Original, now: datetime, source: str = "upload"
) -> int:
    """Add a revision in the caller's transaction, inside `with_original`; raises Refused as `revise` does."""
    _require_standing(session, author_id)
    design = _own(session, submission_id, author_id)
    contest = _contest(session, design.contest_id)
    rules.require_revising(contest.phase(now), design.submitted_at is not None)
    if design.latest and design.latest.number >= rules.REVISIONS_PER_DESIGN:
        raise Refused("revisions-used-up", N_("This design has had as many new versions as it can."))
    used = queries.usage(session, design.contest_id, author_id)
    rules.require_bytes(used.bytes, original.bytes)
    return _add_revision(session, submission_id, original, now, source)


def submit(
    submission_id: int,
    author_id: int,
    title: str,
    alt: str,
    description: str,
    ai_use: str,
    rights_hash: str,
    now: datetime,
    allow_remix: bool = False,
) -> None:
    """Send a draft in; with `allow_remix` others may start theirs from it. Saying it twice does it once.

    It waits for a moderator, unless its author is trusted and of age: then it is approved by that
    rule, in writing. The picture may still be in the making, but must not have failed. Below the consent
    age of the author's country it first waits for a guardian, as a draft that keeps its place.
    """
    rules.require_words(title, alt, ai_use)
    with transaction() as session:
        author = _require_standing(session, author_id)
        design = _own(session, submission_id, author_id)
        if design.submitted_at:
            return
        contest = _contest(session, design.contest_id)
        rules.require_submitting(contest.phase(now))
        rules.require_same_rights(rights_hash, contest.rights_hash)
        used = queries.usage(session, design.contest_id, author_id).submitted - design.waits_for_guardian
        rules.require_place(used, contest.designs_per_fan)
        _require_picture(design)
        words = {"title": title, "alt": alt, "description": description, "ai_use": ai_use}
        agreed: dict[str, str | bool] = {"rights_hash": rights_hash, "allow_remix": allow_remix}
        if guarded.needed(author) and not guarded.agreed(session, submission_id):
            if store.wait(session, submission_id, now, **words, **agreed):
                guarded.ask_first(session, queries.by_id(session, submission_id) or design, now)
            return
        if not store.submit(session, submission_id, now, **words, **agreed):
            return
        if rules.trusted(author.trusted_at, author.age_band):
            _approve_by_rule(session, submission_id, contest.artist_id, now)
        moderation_repeats.hold_repeat(session, submission_id, now)
        outbox.record(session, SubmissionMade(submission_id))


def retry(revision_id: int, author_id: int, now: datetime) -> None:
    """Let a picture that failed be processed anew. Raises Refused when it has not failed."""
    with transaction() as session:
        revision = queries.revision(session, revision_id)
        if revision is None:
            raise NotFound()
        _own(session, revision.submission_id, author_id)
        if not store.wait_again(session, revision_id):
            raise Refused("not-failed", N_("That picture is not in trouble any more. Reload the page."))
        outbox.record(session, RevisionUploaded(revision_id))


def withdraw(submission_id: int, author_id: int, now: datetime) -> None:
    """Take a design or a draft back. Saying it twice does it once."""
    with transaction() as session:
        design = queries.by_id(session, submission_id)
        if design is None or design.author_id != author_id:
            raise NotFound()
        submitted = design.submitted_at is not None
        rules.require_withdrawable(_contest(session, design.contest_id).phase(now), submitted)
        if not store.withdraw(session, submission_id, now):
            return
        if submitted:
            outbox.record(session, SubmissionWithdrawn(submission_id))
        else:
            letting_go.of_design(session, submission_id, now)


def with_original(original: Original, data: bytes, write: Callable[[Session], T]) -> T:
    """Store the bytes, let `write` add the rows in one transaction; return what it returns.

    The bytes of what was refused are removed again.
    """
    originals.keep(original, data)
    try:
        with transaction() as session:
            done = write(session)
            originals.hold(session, original)
    except Refused:
        originals.discard(original)
        raise
    originals.keep(original, data)  # unless a refused twin's clean-up was faster than our commit
    return done


def _contest_of(submission_id: int) -> list[str]:
    """Whose allowance a new version takes from, beside its author's; none where there is no such design."""
    design = queries.by_id(db.session(), submission_id)
    return [quotas.contest(design.contest_id)] if design else []


def _require_standing(session: Session, author_id: int) -> queries.Standing:
    person = queries.lock_person(session, author_id)
    if person is None or person.suspended_at:
        raise Refused("suspended", N_("This account can't send anything at the moment."), 403)
    return person


def _require_room(session: Session, contest_id: int, author_id: int, size: int, now: datetime) -> None:
    contest = _contest(session, contest_id)
    rules.require_submitting(contest.phase(now))
    used = queries.usage(session, contest_id, author_id)
    rules.require_room(used.drafts, used.submitted, contest.designs_per_fan)
    rules.require_bytes(used.bytes, size)


def _require_picture(design: DesignRow) -> None:
    if design.latest is None or (design.latest.state == "failed" and design.revision is None):
        raise Refused("picture-failed", N_("The picture could not be used. Choose another file first."))


def _contest(session: Session, contest_id: int) -> contests.ContestRow:
    contest = contests.contest(session, contest_id)
    if contest is None or contest.published_at is None:
        raise NotFound()
    return contest


def _own(session: Session, submission_id: int, author_id: int) -> DesignRow:
    design = queries.by_id(session, submission_id)
    if design is None or design.author_id != author_id or design.withdrawn_at:
        raise NotFound()
    return design


def _claim(session: Session, author_id: int, scope: str, key: str, original: Original, now: datetime) -> int | None:
    """Return the revision that an earlier request with the same key made; None when this is the first."""
    if not key:
        return None
    return idempotency.claim(session, author_id, scope, key, original.sha256, now)[1]


def _begun(session: Session, revision_id: int) -> Begun:
    revision = queries.revision(session, revision_id)
    design = queries.by_id(session, revision.submission_id) if revision else None
    if design is None:
        raise NotFound()
    return Begun(design.id, revision_id, design.code)


def _fulfil(session: Session, author_id: int, scope: str, key: str, revision_id: int) -> None:
    if key:
        idempotency.fulfil(session, author_id, scope, key, revision_id)


def _add_revision(session: Session, submission_id: int, original: Original, now: datetime, source: str) -> int:
    revision_id = store.add_revision(session, submission_id, original, now, source)
    outbox.record(session, RevisionUploaded(revision_id))
    return revision_id


def _approve_by_rule(session: Session, submission_id: int, artist_id: int, now: datetime) -> None:
    store.set_state(session, submission_id, "pending", "approved", now)
    store.add_act(
        session,
        at=now,
        artist_id=artist_id,
        moderator_id=None,
        subject_kind="submission",
        subject_id=submission_id,
        act="approve",
        reason_code="trusted-author",
        state_before="pending",
    )
