"""Comments: read and write."""

from collections.abc import Mapping
from typing import Any

from contests.comments import rules, service
from contests.comments.reactions import queries as reactions
from contests.comments.reactions import service as reacting
from webapp.api import bearer, finding, once, queries, words
from webapp.api.paging import PageQuery
from webapp.api.parsing import BIGGEST, Shape, Text, Whole
from webapp.api.schemas import CommentSchema, ReactionsSchema, page_of
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now

section = Section("comments", "What people say about designs")


class CommentBody(Shape):
    """A comment, in Markdown."""

    body = Text(*rules.LENGTH, required=True)
    parent_id = Whole(1, BIGGEST, load_default=None, allow_none=True)


@section.operation(
    "GET", "/designs/<code>/comments", scope="read", public=True, query=PageQuery, gives=page_of(CommentSchema)
)
def comment_list(query: Mapping[str, Any], code: str) -> dict[str, Any]:
    """List a design's comments, oldest first; an answer names its parent."""
    found = finding.public_design(db.session(), code, now())
    rows = queries.comments(db.session(), found.id, query["after"] or 0, query["limit"] + 1)
    page, more = rows[: query["limit"]], len(rows) > query["limit"]
    return {"items": words.comments(db.session(), page), "next": str(page[-1].id) if more else None}


@section.operation(
    "POST", "/designs/<code>/comments", scope="comment", takes=CommentBody, gives=CommentSchema, status=201
)
def comment(body: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Say something about a design."""
    moment, author = now(), bearer.person()
    found = finding.public_design(db.session(), code, moment)
    comment_id = once.once(
        "api.comment",
        author.id,
        once.fingerprint(body),
        moment,
        lambda: service.post(found.id, author.id, body["body"], body["parent_id"], moment),
        lambda session: queries.said(session, author.id, found.id, body["body"]),
    )
    db.session.rollback()
    return words.comments(db.session(), [queries.comment(db.session(), comment_id)])[0]


@section.operation("PUT", "/comments/<int:comment_id>/reactions/<word>", scope="comment", gives=ReactionsSchema)
def react(comment_id: int, word: str) -> dict[str, Any]:
    """React to what somebody else said: thanks, agree or love; said twice is said once."""
    return _react(comment_id, word, True)


@section.operation("DELETE", "/comments/<int:comment_id>/reactions/<word>", scope="comment", gives=ReactionsSchema)
def take_back(comment_id: int, word: str) -> dict[str, Any]:
    """Take a reaction back."""
    return _react(comment_id, word, False)


def _react(comment_id: int, word: str, wanted: bool) -> dict[str, Any]:
    reader = bearer.person()
    reacting.react(comment_id, reader.id, word, wanted, now())
    bar = reactions.of_comments(db.session(), [comment_id], reader.id).get(comment_id, [])
    return {"reactions": words.counted(bar), "mine": [each.word for each in bar if each.mine]}
