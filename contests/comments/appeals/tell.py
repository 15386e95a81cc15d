"""Who hears of second looks. Outbox handlers: safe to run twice."""

from contests.comments import queries as comments
from contests.comments import reasons
from contests.comments.appeals import queries
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind
from webapp.notices.store import notify

KINDS = (
    Kind(
        "act-appealed",
        N_("Somebody asks for a second look"),
        N_("The author of “%(title)s” says that something was overlooked. Somebody who did not decide first answers."),
        N_("Take the second look"),
        title=N_("Somebody asks for a second look"),
    ),
    Kind(
        "second-look-granted",
        N_("You were right about “%(title)s”"),
        N_("Somebody else has looked again, and it is shown as before. %(answer)s"),
        N_("Read the answer"),
        title=N_("The answer to a second look you asked for"),
    ),
    Kind(
        "second-look-declined",
        N_("A second look at “%(title)s”"),
        N_("Somebody else has looked again and left it as it was. %(answer)s"),
        N_("Read the answer"),
        title=N_("The answer to a second look you asked for"),
        variant_of="second-look-granted",
    ),
)


def of_appeal(appeal_id: int) -> None:
    """Tell the moderators who did not decide first; the operators when nobody else is there, or it is theirs."""
    with transaction() as session:
        judged = queries.by_appeal(session, appeal_id)
        artist = accounts.artist(session, judged.artist_id) if judged else None
        if judged is None or artist is None:
            return
        team = set(accounts.team(session, artist.id, "moderator", "artist")) - {judged.moderator_id, judged.author_id}
        if not team or judged.reason_code == reasons.ILLEGAL:
            team = set(comments.operators(session)) - {judged.moderator_id}
        params = {"path": f"/team/{artist.slug}/moderation/appeals", "title": judged.title}
        notify(session, sorted(team), "act-appealed", f"appeal:{appeal_id}", params, now())


def of_answer(appeal_id: int) -> None:
    """Tell the author what came of it, in the words of who answered."""
    with transaction() as session:
        judged = queries.by_appeal(session, appeal_id)
        if judged and judged.outcome:
            params = {"path": f"/second-look/{judged.act_id}", "title": judged.title, "answer": judged.answer}
            kind = f"second-look-{judged.outcome}"
            notify(session, [judged.author_id], kind, f"appeal-answer:{appeal_id}", params, now())
