"""Everything of the reader's own in one place."""

from flask import Response, make_response, render_template
from flask_login import current_user

from contests.models import Contest
from contests.phases import VOTING
from contests.submissions import failures, guarded
from contests.submissions import queries as submissions
from contests.submissions.studio import queries as studio
from contests.submissions.studio.owners import Owner
from preorders import queries as preorders
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.kernel.now import now
from webapp.pages import progress, queries
from webapp.pages.blueprint import blueprint


@blueprint.get("/mine")
def mine() -> Response:
    """Show my designs and their state, votes and what is left, talk, orders, whom I follow."""
    me, moment = current_user.id, now()
    designs = submissions.by_author(db.session(), me)
    in_contests = queries.voted_in(db.session(), me)
    drawings = studio.open_drafts(db.session(), Owner(me, device_id()))
    known = sorted({each.contest_id for each in designs} | {each.contest_id for each in drawings} | set(in_contests))
    places = {each.contest.id: each for each in queries.places(db.session(), Contest.id.in_(known), limit=500)}
    voting_in = [i for i in in_contests if i in places and places[i].contest.phase(moment) in VOTING]
    chosen = queries.voted_for(db.session(), me)
    cards = queries.cards(db.session(), chosen)
    response = make_response(
        render_template(
            "pages/mine.html",
            designs=designs,
            failures=failures,
            guardian_said=guarded.states(db.session(), designs),
            places=places,
            drawings=drawings,
            contests={contest_id: place.contest for contest_id, place in places.items()},
            spent=queries.spent_in(db.session(), me, voting_in),
            past_votes=[places[i] for i in in_contests if i in places and i not in voting_in],
            chosen=[cards[i] for i in chosen if i in cards],
            talks=queries.comment_counts(db.session(), me),
            orders=preorders.of_person(db.session(), me),
            follows=queries.followed(db.session(), me),
            moment=moment,
            progress=progress,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
