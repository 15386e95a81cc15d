"""Votes: give a heart, take it back, read one's own. Totals are in no answer before the close."""

from collections.abc import Mapping
from typing import Any

from contests.submissions.queries import DesignRow
from voting import queries as voting
from voting import service
from voting.service import Standing
from webapp.api import bearer, finding, queries
from webapp.api.schemas import BallotSchema, StandingSchema
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now

section = Section("votes", "Hearts, one's own only")


@section.operation(
    "PUT",
    "/designs/<code>/vote",
    scope="vote",
    gives=StandingSchema,
    others={409: "Voting is closed, or no heart is left"},
)
def vote(code: str) -> Mapping[str, Any]:
    """Give a design a heart; a repeat changes nothing."""
    moment = now()
    found = finding.public_design(db.session(), code, moment)
    return _standing(found, service.cast(found.id, bearer.person().id, "link", moment))


@section.operation("DELETE", "/designs/<code>/vote", scope="vote", gives=StandingSchema)
def take_back(code: str) -> Mapping[str, Any]:
    """Take a heart back; without one nothing changes."""
    moment = now()
    found = finding.design(db.session(), code, moment)
    return _standing(found, service.withdraw(found.id, bearer.person().id, moment))


@section.operation("GET", "/contests/<contest_slug>/ballot", scope="vote", gives=BallotSchema)
def ballot(contest_slug: str) -> Mapping[str, Any]:
    """Read one's own hearts in a contest."""
    contest = finding.contest(db.session(), contest_slug, now())
    hearts = voting.standing(db.session(), contest.id, bearer.person().id, "")
    codes = queries.codes(db.session(), hearts.voted)
    return {
        "contest": contest.slug,
        "designs": [codes[each] for each in sorted(codes)],
        "left": hearts.left,
        "budget": hearts.budget,
    }


def _standing(found: DesignRow, standing: Standing) -> Mapping[str, Any]:
    return {"design": found.code, "state": standing.state, "left": standing.left, "budget": standing.budget}
