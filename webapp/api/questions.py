"""Questions to the artist: read, ask, vote, answer. How many votes one has is in no answer before it is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from contests.comments.questions import queries, rules, service
from contests.comments.questions.queries import QuestionRow
from webapp.api import bearer, finding, once
from webapp.api.paging import PageQuery
from webapp.api.parsing import BIGGEST, Shape, Text, Whole
from webapp.api.schemas import QuestionSchema, page_of
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

section = Section("questions", "What fans ask the artist")
CLOSED = {409: "The contest is over, the question is answered, or it is the reader's own"}


class QuestionQuery(PageQuery):
    """Which page of a list, or what is much like some words."""

    like = Text(0, rules.LENGTH[1], load_default="", metadata={"description": "Only questions much like these words"})


class QuestionBody(Shape):
    """A question; look with `like` first whether somebody has asked it."""

    words = Text(*rules.LENGTH, required=True)


class AnswerBody(Shape):
    """An answer in Markdown, and the version it replaces (0 for none)."""

    body = Text(*rules.ANSWER_LENGTH, required=True)
    replaces = Whole(0, BIGGEST, load_default=0)


@section.operation(
    "GET",
    "/contests/<contest_slug>/questions",
    scope="read",
    public=True,
    query=QuestionQuery,
    gives=page_of(QuestionSchema),
)
def question_list(query: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """List a contest's questions in the order they were asked."""
    contest = finding.contest(db.session(), contest_slug, now())
    if query["like"]:
        return {"items": _words(service.similar(db.session(), contest.id, query["like"])), "next": None}
    rows = queries.after(db.session(), contest.id, query["after"] or 0, query["limit"] + 1)
    page, more = rows[: query["limit"]], len(rows) > query["limit"]
    return {"items": _words(page), "next": str(page[-1].id) if more else None}


@section.operation(
    "POST",
    "/contests/<contest_slug>/questions",
    scope="comment",
    takes=QuestionBody,
    gives=QuestionSchema,
    status=201,
)
def ask(body: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """Ask the artist of a contest something."""
    moment, author = now(), bearer.person()
    contest = finding.contest(db.session(), contest_slug, moment)
    question_id = once.once(
        "api.question",
        author.id,
        once.fingerprint(body),
        moment,
        lambda: service.ask(contest.id, author.id, body["words"], moment),
        lambda session: queries.latest_of(session, author.id, contest.id),
    )
    db.session.rollback()
    return _one(question_id)


@section.operation("PUT", "/questions/<int:question_id>/vote", scope="vote", gives=QuestionSchema, others=CLOSED)
def vote(question_id: int) -> dict[str, Any]:
    """Vote for a question; a repeat changes nothing. A merged one answers with the question it counts for."""
    return _one(service.vote(question_id, bearer.person().id, True, now()).id)


@section.operation("DELETE", "/questions/<int:question_id>/vote", scope="vote", gives=QuestionSchema, others=CLOSED)
def take_back(question_id: int) -> dict[str, Any]:
    """Take a vote back; without one nothing changes."""
    return _one(service.vote(question_id, bearer.person().id, False, now()).id)


@section.operation(
    "PUT",
    "/questions/<int:question_id>/answer",
    scope="staff",
    takes=AnswerBody,
    gives=QuestionSchema,
    others={409: "Somebody has answered meanwhile, or the question is answered with another one"},
)
def answer(body: Mapping[str, Any], question_id: int) -> dict[str, Any]:
    """Answer a question, for the artist's team; with `replaces` change the answer. Only the first version is told."""
    row, person = queries.one(db.session(), question_id), bearer.person()
    if row is None or row.state != "visible":
        raise NotFound()
    bearer.require_team(row.artist_id, *bearer.STAFF)
    role = rules.ARTIST if person.has_role(row.artist_id, "artist") else rules.TEAM
    service.answer(question_id, person.id, role, body["body"], body["replaces"], now())
    return _one(question_id)


def _one(question_id: int) -> dict[str, Any]:
    db.session.rollback()
    row = queries.one(db.session(), question_id)
    if row is None:
        raise NotFound()
    return _words([row])[0]


def _words(rows: Sequence[QuestionRow]) -> list[dict[str, Any]]:
    viewer = bearer.viewer()
    voted = queries.voted(db.session(), viewer.id if viewer else None, [row.id for row in rows])
    return [
        {
            "id": row.id,
            "author": row.author_name,
            "words": row.words,
            "asked_at": row.created_at,
            "state": row.state,
            "voted": row.id in voted,
            "wanted": row.wanted,
            "answer": {
                "body": row.answer.body_md,
                "by": row.answer.role,
                "version": row.answer.number,
                "answered_at": row.answer.first_at,
                "edited_at": row.answer.edited_at,
            }
            if row.answer
            else None,
        }
        for row in rows
    ]
