"""Who hears of questions. Outbox handlers: safe to run twice."""

from sqlalchemy.orm import Session

from contests.comments import history
from contests.comments.questions import queries
from contests.comments.questions.queries import QuestionRow
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.infra.markdown import plain
from webapp.kernel.now import now
from webapp.notices.store import notify

WORDS, ASKED = 140, 90
ANSWERS = ("artist", "merch_staff")


def of_question(question_id: int) -> None:
    """QuestionAsked: tell the team that answers, once for each contest and day."""
    with transaction() as session:
        asked = queries.one(session, question_id)
        if asked and asked.state == "visible":
            _team(session, asked)


def of_answer(question_id: int) -> None:
    """QuestionAnswered: tell who asked, who asked the same, and who voted for it."""
    with transaction() as session:
        asked = queries.one(session, question_id)
        if asked is None or asked.state != "visible" or asked.answer is None:
            return
        _answered(session, asked)


def of_merge(question_id: int) -> None:
    """QuestionMerged: tell who asked where it stands now; when that is answered, who voted for it hears as well."""
    with transaction() as session:
        merged, root = queries.one(session, question_id), queries.root_of(session, question_id)
        if merged is None or root is None or merged.merged_into_id is None or merged.state != "visible":
            return
        if root.answer:
            _answered(session, root)
        elif merged.author_id != root.author_id:
            dedupe = f"question-merged:{question_id}:{root.id}"
            notify(session, [merged.author_id], "question-merged", dedupe, _params(root), now())


def of_moderation(question_id: int, act_id: int) -> None:
    """QuestionModerated: tell the author what a moderator did and why; nothing when it was taken back at once."""
    with transaction() as session:
        asked, act = queries.one(session, question_id), history.act(session, act_id)
        if asked is None or act is None or not act.can_undo:
            return
        shown = asked.state == "visible"
        if shown:
            _team(session, asked)
        params = {**_params(asked), "reason": act.reason}
        if not shown:
            params["path"] = f"/second-look/{act_id}"
        # Of many decided about at once their author is told once.
        dedupe = f"question-batch:{act.batch_id}" if act.batch_id else f"question-act:{act_id}"
        notify(session, [asked.author_id], "question-moderated" if shown else "question-hidden", dedupe, params, now())


def _answered(session: Session, root: QuestionRow) -> None:
    """Tell everybody who wanted to know, once: however often questions are merged, the key is that of the root."""
    numbers = [number for number, _words in queries.merged(session, [root.id]).get(root.id, [])]
    authors = {root.author_id, *queries.authors(session, numbers)}
    params = {**_params(root), "words": plain(root.answer.body_md, WORDS) if root.answer else ""}
    dedupe = f"question:{root.id}"
    notify(session, authors, "question-answered", dedupe, params, now())
    voters = set(queries.votes_for(session, root.id)) - authors
    notify(session, voters, "question-voted-answered", dedupe, params, now())
    followers = set(accounts.followers_of(session, "contest", root.contest_id)) - authors - voters
    notify(session, followers, "question-followed-answered", dedupe, params, now())


def _team(session: Session, asked: QuestionRow) -> None:
    path = f"/team/{asked.artist_slug}/contests/{asked.contest_id}/questions"
    people = set(accounts.team(session, asked.artist_id, *ANSWERS)) - {asked.author_id}
    dedupe = f"questions:{asked.contest_id}:{asked.created_at:%Y-%m-%d}"
    notify(session, people, "questions-wait", dedupe, {"path": path, "title": asked.contest_title}, now())


def _params(asked: QuestionRow) -> dict[str, str]:
    words = asked.words if len(asked.words) <= ASKED else f"{asked.words[: ASKED - 1].rstrip()}…"
    return {"path": asked.path, "artist": asked.artist_name, "title": asked.contest_title, "question": words}
