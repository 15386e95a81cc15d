"""Contests and results, as everybody reads them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import COUNTED, PUBLIC, Phase
from voting import queries as voting
from voting.results import Result
from webapp.api import finding, paging, queries, words
from webapp.api.paging import ArtistPageQuery
from webapp.api.schemas import ContestCardSchema, ContestSchema, ResultSchema, page_of
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, Refused

section = Section("contests", "Contests and their results")


class ContestsQuery(ArtistPageQuery):
    """Which contests."""

    phase = fields.String(load_default="", validate=validate.OneOf(["", *sorted(PUBLIC)]))


@section.operation("GET", "/contests", scope="read", public=True, query=ContestsQuery, gives=page_of(ContestCardSchema))
def contest_list(query: Mapping[str, Any]) -> dict[str, Any]:
    """List contests, the newest first."""
    moment = now()
    phases = {Phase(query["phase"])} if query["phase"] else PUBLIC
    ids = queries.contest_ids(db.session(), phases, query["artist"], query["after"], query["limit"] + 1, moment)
    page, following = paging.cut(ids, query)
    found = contests.by_ids(db.session(), page)
    rows = [found[each] for each in page if each in found]
    return {"items": words.contest_cards(db.session(), rows, moment), "next": following}


@section.operation("GET", "/contests/<contest_slug>", scope="read", public=True, gives=ContestSchema)
def contest(contest_slug: str) -> dict[str, Any]:
    """Read one contest: brief, terms, dates, products."""
    moment = now()
    return words.contest(db.session(), finding.contest(db.session(), contest_slug, moment), moment)


@section.operation(
    "GET",
    "/contests/<contest_slug>/result",
    scope="read",
    public=True,
    gives=ResultSchema,
    others={409: "Not counted yet: nothing is shown before the close"},
)
def result(contest_slug: str) -> dict[str, Any]:
    """Read the counted result, once voting has closed."""
    moment = now()
    row = finding.contest(db.session(), contest_slug, moment)
    counted = voting.result(db.session(), row.id) if row.phase(moment) in COUNTED else None
    if counted is None:
        raise Refused("not-counted", N_("There is no result yet."))
    return {**_result(db.session(), counted), "contest": row.slug}


def _result(session: Session, counted: Result) -> dict[str, Any]:
    codes = queries.codes(session, {each.submission_id for each in counted.order})
    winner = voting.winner(session, counted.contest_id)
    finalists = voting.shortlist(session, counted.contest_id)
    same = ("kind", "closed_at", "method", "version", "ending", "ballots", "votes", "seed", "seed_hash")
    order = [{"code": codes.get(p.submission_id), "rank": p.rank, "votes": p.votes} for p in counted.order]
    return {
        **{name: getattr(counted, name) for name in same},
        "order": order,
        "shortlist": [codes[each] for each in finalists if each in codes],
        "fans_choice": [codes[each] for each in counted.fans_choice if each in codes],
        "winner": codes.get(winner) if winner else None,
    }
