"""What a team reads of its contests: the way from visitor to customer."""

from flask import Response, g, make_response, render_template

from contests import queries as contests
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.insights import queries
from webapp.kernel.refusal import NotFound

blueprint = team_blueprint("insights", __name__, "artist", "merch_staff")


@blueprint.get("/team/<artist_slug>/contests/<int:contest_id>/funnel")
def funnel(artist_slug: str, contest_id: int) -> Response:
    """Show the funnel of one contest as bars and as a table."""
    contest = contests.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id:
        raise NotFound()
    response = make_response(
        render_template(
            "insights/funnel.html",
            contest=contest,
            artist=g.artist,
            funnel=queries.funnel(db.session(), contest_id),
            labels=queries.LABELS,
            smallest=queries.SMALLEST,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
