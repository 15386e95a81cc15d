"""What a designer does with suggestions: accept (and share the credit), decline, say which revision has it.

Making one is `comments.service.post` with a pin: a suggestion is a comment.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from contests.comments import queries as comments
from contests.comments.mentions import queries as mentioned
from contests.comments.mentions import store as mentions
from contests.comments.suggestions import queries, rules, store
from contests.comments.suggestions.events import SuggestionDecided, SuggestionDone
from contests.comments.suggestions.queries import SuggestionRow
from contests.submissions import queries as designs
from contests.submissions.credits import store as credits
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def accept(comment_id: int, designer_id: int, answer: str, share_bp: int, now: datetime) -> None:
    """Accept a suggestion; with a share, offer its author that much of the credit in the same transaction.

    Raises NotFound for another's design, Refused: decided-already, or the codes of credits.store.offer.
    """
    answer = rules.check_decision("accepted", answer)
    with transaction() as session:
        suggestion = _own(session, comment_id, designer_id)
        if not store.decide(session, comment_id, "accepted", answer, now):
            raise Refused("decided-already", N_("You have answered this suggestion already."))
        _note(session, suggestion, answer, now)
        if share_bp:
            credits.offer(
                session,
                suggestion.submission_id,
                designer_id,
                suggestion.author_id,
                "suggestion",
                share_bp,
                now,
                suggestion_id=comment_id,
            )
        outbox.record(session, SuggestionDecided(comment_id))


def decline(comment_id: int, designer_id: int, answer: str, now: datetime) -> None:
    """Decline a suggestion with a word of why. Raises NotFound, or Refused: say-why, decided-already."""
    answer = rules.check_decision("declined", answer)
    with transaction() as session:
        suggestion = _own(session, comment_id, designer_id)
        if not store.decide(session, comment_id, "declined", answer, now):
            raise Refused("decided-already", N_("You have answered this suggestion already."))
        _note(session, suggestion, answer, now)
        outbox.record(session, SuggestionDecided(comment_id))


def done(comment_id: int, designer_id: int, now: datetime) -> int:
    """Close an accepted suggestion with the newest revision; return that revision's number.

    Raises NotFound, or Refused: not-accepted, no-newer when there is no revision after the one it speaks of.
    """
    with transaction() as session:
        suggestion = _own(session, comment_id, designer_id)
        design = designs.by_id(session, suggestion.submission_id)
        newest = design.revision if design else None
        if newest is None or newest.number <= (suggestion.revision_number or 0):
            raise Refused("no-newer", N_("Send in a new version first."))
        if not store.done(session, comment_id, newest.id, now):
            raise Refused("not-accepted", N_("Accept the suggestion first; it is closed once."))
        outbox.record(session, SuggestionDone(comment_id))
        return newest.number


def invite(comment_id: int, designer_id: int, share_bp: int, note: str, now: datetime) -> int:
    """Invite who wrote a visible comment on one's own design as a co-author; return the share's id.

    Raises NotFound, or the codes of credits.store.offer.
    """
    with transaction() as session:
        said = comments.comment(session, comment_id)
        if said is None or said.state != "visible":
            raise NotFound()
        note = note.replace("\x00", "").strip()[:200]
        return credits.offer(
            session, said.submission_id, designer_id, said.author_id, "co-author", share_bp, now, note=note
        )


def _note(session: Session, to: SuggestionRow, answer: str, now: datetime) -> None:
    """Write down whom an answer mentions; its suggestion's author hears of it anyway."""
    heard = (to.author_id,)
    about = (to.comment_id, to.submission_id, to.designer_id)
    mentions.note(session, *about, answer, now, place=mentioned.ANSWER, heard=heard)


def _own(session: Session, comment_id: int, designer_id: int) -> SuggestionRow:
    """Return a suggestion, that others see, on a design of one's own."""
    found = queries.one(session, comment_id)
    if found is None or found.designer_id != designer_id or found.state != "visible":
        raise NotFound()
    return found
