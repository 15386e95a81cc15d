"""Who hears of suggestions. Outbox handlers: safe to run twice."""

from contests.comments.mentions import tell as mentions
from contests.comments.suggestions import queries
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.infra.markdown import plain
from webapp.kernel.now import now
from webapp.notices.store import notify

WORDS = 140


def of_decision(comment_id: int) -> None:
    """SuggestionDecided: tell its author, with the designer's word of why."""
    with transaction() as session:
        found = queries.one(session, comment_id)
        if found is None or found.status == "open":
            return
        name = accounts.names(session, [found.designer_id])[found.designer_id]
        path = f"/D/{found.code}#{found.anchor}"
        params = {"path": path, "title": found.title, "name": name, "words": plain(found.answer, WORDS)}
        kind = f"suggestion-{found.status}"
        notify(session, [found.author_id], kind, f"{kind}:{comment_id}", params, now())
        mentions.of_answer(session, comment_id, found.designer_id, found.answer)


def of_done(comment_id: int) -> None:
    """SuggestionDone: tell its author, and who follows the design, where to see the two versions."""
    with transaction() as session:
        found = queries.one(session, comment_id)
        if found is None or found.done_number is None:
            return
        path = f"/D/{found.code}/compare?from={found.revision_number}&to={found.done_number}"
        params = {"path": path, "title": found.title, "number": found.done_number}
        notify(session, [found.author_id], "suggestion-done", f"suggestion-done:{comment_id}", params, now())
        followers = set(accounts.followers_of(session, "design", found.submission_id))
        followers -= {found.author_id, found.designer_id}
        notify(session, followers, "followed-design-done", f"suggestion-done:{comment_id}", params, now())
