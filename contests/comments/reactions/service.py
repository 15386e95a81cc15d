"""Reacting to what others say, and taking it back. Each is one transaction."""

from datetime import datetime

from contests import queries as contests
from contests.comments import queries as comments
from contests.comments import rules as talk
from contests.comments.reactions import rules, store
from contests.submissions import queries as designs
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def react(comment_id: int, person_id: int, word: str, wanted: bool, now: datetime) -> bool:
    """Let somebody react to a visible comment with a word, or no longer; return whether that changed anything.

    Said what is `wanted`, not that it turns: a second tap that was meant for the first changes nothing. Raises
    NotFound for what the reader can't see, Refused 'unknown-reaction', 'own-words', 'talk-closed' or 'suspended'.
    """
    with transaction() as session:
        author = comments.lock_author(session, person_id)
        if author is None or author.suspended_at:
            raise Refused("suspended", N_("This account is suspended."), 403)
        said = comments.comment(session, comment_id)
        if said is None or said.state != "visible":
            raise NotFound()
        rules.check(word, said.author_id, person_id)
        if not wanted:
            return store.remove(session, comment_id, person_id, word)
        design, contest = designs.by_id(session, said.submission_id), contests.contest(session, said.contest_id)
        if design is None or contest is None or not designs.is_public(design):
            raise NotFound()
        talk.check_talk(contest.phase(now))
        return store.add(session, comment_id, person_id, word, now)
