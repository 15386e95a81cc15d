"""Who would wear a design, and in which size: asked apart from the vote, one's own only."""

from collections.abc import Mapping
from typing import Any

from contests import queries as contests
from contests.submissions.queries import DesignRow
from voting.wearing import queries as wearing
from voting.wearing import service
from voting.wearing.sizes import offered
from webapp.api import bearer, finding
from webapp.api.parsing import Shape, Text
from webapp.api.schemas import WishSchema
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now

section = Section("wearing", "Who would wear what, one's own only")
CLOSED = {409: "Voting is closed, or it is one's own design"}


class WishBody(Shape):
    """One of the sizes offered."""

    size = Text(1, 20, required=True)


@section.operation("GET", "/designs/<code>/wear", scope="vote", gives=WishSchema)
def wish(code: str) -> Mapping[str, Any]:
    """Read in which size one would wear a design, and which sizes there are."""
    return _wish(finding.public_design(db.session(), code, now()))


@section.operation("PUT", "/designs/<code>/wear", scope="vote", takes=WishBody, gives=WishSchema, others=CLOSED)
def wear(body: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Say that one would wear a design, and in which size; another size replaces it. It is no vote."""
    moment = now()
    found = finding.public_design(db.session(), code, moment)
    service.wear(found.id, bearer.person().id, "", body["size"], moment)
    return _wish(found)


@section.operation("DELETE", "/designs/<code>/wear", scope="vote", gives=WishSchema, others=CLOSED)
def unwear(code: str) -> Mapping[str, Any]:
    """Take that back; without it nothing changes."""
    moment = now()
    found = finding.design(db.session(), code, moment)
    service.take_back(found.id, bearer.person().id, "", moment)
    return _wish(found)


def _wish(found: DesignRow) -> Mapping[str, Any]:
    return {
        "design": found.code,
        "size": wearing.chosen(db.session(), found.id, bearer.person().id, ""),
        "sizes": offered(contests.products(db.session(), found.contest_id)),
    }
