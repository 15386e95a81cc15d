"""The team's page of a contest's finalists: how often each was scanned and taken home."""

from flask import Response, g, make_response, render_template

from contests import queries as contests
from contests.submissions import queries as submissions
from contests.submissions.finalists import queries
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.kernel.refusal import NotFound

blueprint = team_blueprint("finalists_team", __name__, "artist", "merch_staff")


@blueprint.get("/team/<artist_slug>/contests/<int:contest_id>/finalists")
def show(artist_slug: str, contest_id: int) -> Response:
    """Show the finalists that people can see, the most used first; each leads to its kit."""
    session = db.session()
    contest = contests.contest(session, contest_id)
    if contest is None or contest.artist_id != g.artist.id:
        raise NotFound()
    ids = queries.public_in(session, contest_id)
    cards, counts = submissions.cards(session, ids), queries.counts(session, ids)
    lines = [(cards[each], counts.get(each, queries.Counts())) for each in ids if each in cards]
    lines.sort(key=lambda line: (-line[1].scans - line[1].wallpapers, line[0].title, line[0].id))
    most = max((max(count.scans, count.wallpapers) for _card, count in lines), default=0)
    response = make_response(render_template("finalists/team.html", contest=contest, lines=lines, most=most or 1))
    response.headers["Cache-Control"] = "no-store"
    return response
