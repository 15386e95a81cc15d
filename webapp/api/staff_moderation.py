"""What moderators do with designs."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from contests import queries as contests
from contests.submissions import queries as submissions
from contests.submissions import rules, service
from webapp.accounts import queries as people
from webapp.api import bearer, finding, once, paging, queries, words
from webapp.api.paging import PageQuery
from webapp.api.parsing import Shape, Text
from webapp.api.schemas import ActSchema, DesignSchema, page_of
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

section = Section("moderation", "For teams: moderation of designs")


class ActBody(Shape):
    """What is done, and why: holding and hiding need a reason."""

    act = fields.String(required=True, validate=validate.OneOf(sorted(rules.ACTS)))
    reason_code = fields.String(load_default="", validate=validate.OneOf(["", *sorted(rules.REASONS)]))
    reason = Text(0, 1000, load_default="")


@section.operation(
    "GET", "/artists/<artist_slug>/moderation", scope="staff", query=PageQuery, gives=page_of(DesignSchema)
)
def queue(query: Mapping[str, Any], artist_slug: str) -> dict[str, Any]:
    """List designs that wait for a moderator, oldest first."""
    artist = people.artist_by_slug(db.session(), artist_slug)
    if artist is None:
        raise NotFound()
    bearer.require_team(artist.id, "moderator")
    ids = queries.waiting_ids(db.session(), artist.id, query["after"] or 0, query["limit"] + 1)
    page, following = paging.cut(ids, query)
    found = submissions.by_ids(db.session(), page)
    rows = [found[each] for each in page if each in found]
    return {"items": words.designs_inside(db.session(), rows), "next": following}


@section.operation("POST", "/designs/<code>/moderation", scope="staff", takes=ActBody, gives=ActSchema, status=201)
def moderate(body: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Approve, hold, hide or restore a design."""
    moment, person = now(), bearer.person()
    found = finding.design(db.session(), code, moment)
    home = contests.contest(db.session(), found.contest_id)
    if home is None:
        raise NotFound()
    bearer.require_team(home.artist_id, "moderator")
    act_id = once.once(
        "api.moderation",
        person.id,
        once.fingerprint(body),
        moment,
        lambda: service.moderate(found.id, person.id, body["act"], body["reason_code"], body["reason"], moment),
        lambda session: queries.made_act(session, found.id, moment),
    )
    db.session.rollback()
    after = submissions.by_id(db.session(), found.id)
    act = submissions.act(db.session(), act_id)
    if after is None or act is None:
        raise NotFound()
    return {"id": act.id, "design": after.code, "act": act.act, "state": after.state}
