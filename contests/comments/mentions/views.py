"""The names that can be mentioned, for the list that opens while somebody types."""

from typing import Any

from flask import jsonify
from flask_login import current_user

from contests.comments.mentions import queries, rules
from contests.submissions import queries as designs
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.kernel.codes import normalise
from webapp.kernel.refusal import NotFound

blueprint = members_blueprint("mentions", __name__)


@blueprint.get("/D/<code>/people")
@limiter.limit("60 per minute")
def people(code: str) -> Any:
    """Return the names of who takes part in a design's conversation: those that one person alone bears."""
    design = designs.design(db.session(), normalise(code))
    if design is None or not designs.is_public(design):
        raise NotFound()
    circle = queries.circle(db.session(), design.id, current_user.id)
    alone = rules.unambiguous(circle)
    response = jsonify({"names": [name for _id, name in circle if rules.fold(name) in alone]})
    response.headers["Cache-Control"] = "no-store"
    return response
