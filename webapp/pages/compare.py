"""Two versions of a design: one over the other with a slider, and side by side."""

from flask import Response, make_response, render_template, request
from flask_login import current_user

from contests import queries as contests
from contests.submissions import queries as submissions
from contests.submissions.rows import RevisionRow
from webapp.infra.db import db
from webapp.kernel import codes
from webapp.kernel.refusal import NotFound
from webapp.pages.blueprint import blueprint


@blueprint.get("/D/<code>/compare")
def compare(code: str) -> Response:
    """Show versions `from` and `to`; the last two when none are named."""
    session = db.session()
    design = submissions.design(session, codes.normalise(code))
    contest = contests.contest(session, design.contest_id) if design else None
    if design is None or contest is None or design.withdrawn_at:
        raise NotFound()
    public = submissions.is_public(design)
    of_team = current_user.is_operator or current_user.has_role(contest.artist_id, "moderator")
    if not (public or of_team or current_user.id == design.author_id):
        raise NotFound()
    done = [each for each in submissions.revisions(session, design.id) if each.state == "done"]
    if len(done) < 2:
        raise NotFound()
    old, new = _chosen(done, "from", done[-2]), _chosen(done, "to", done[-1])
    words = {"design": design, "old": old, "new": new, "all": done}
    page = make_response(render_template("pages/compare.html", **words))
    if not public:
        page.headers["Cache-Control"] = "no-store"
    return page


def _chosen(done: list[RevisionRow], name: str, usual: RevisionRow) -> RevisionRow:
    wanted = request.args.get(name, "")
    if not wanted:
        return usual
    found = next((each for each in done if str(each.number) == wanted), None)
    if found is None:
        raise NotFound()
    return found
