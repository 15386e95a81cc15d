"""The artist's page, which is the fans' website of that artist, and the stylesheet of their colour."""

from flask import Response, make_response, render_template, request
from flask_login import current_user
from sqlalchemy import ColumnElement, and_

from contests.comments.questions import queries as questions
from contests.models import Contest
from contests.phases import ENDED, Phase
from preorders import queries as preorders
from preorders.phases import Phase as DropPhase
from webapp.accounts import colours
from webapp.accounts import queries as people
from webapp.infra.db import db
from webapp.infra.device import visitor_seed
from webapp.infra.whole import same_for_strangers
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound
from webapp.pages import progress, queries
from webapp.pages.blueprint import blueprint

ANSWERS = 2
PAST_DROPS = frozenset({DropPhase.LOCKED, DropPhase.IN_PRODUCTION, DropPhase.SHIPPING, DropPhase.CLOSED})


@blueprint.get("/a/<artist_slug>")
@same_for_strangers
def artist(artist_slug: str) -> str:
    """Show who they are, what runs, what was won; anybody may follow."""
    found = people.artist_by_slug(db.session(), artist_slug)
    if found is None:
        raise NotFound()
    moment = now()
    places = [
        each
        for each in queries.places(db.session(), Contest.artist_id == found.id)
        if each.contest.phase(moment) is not Phase.DRAFT
    ]
    running = [each for each in places if each.contest.phase(moment) not in ENDED]
    running.sort(key=lambda each: progress.urgency(each.contest, moment))
    drops = preorders.of_artist(db.session(), found.id)
    winners = queries.winners(db.session(), [each.contest.id for each in places])
    # A page with none of them is the same for everybody.
    samples = queries.samples(db.session(), [each.contest.id for each in running], visitor_seed()) if running else {}
    shown = [i for sample in samples.values() for i in sample.ids] + list(winners.values())
    shown += [drop.submission_id for drop in drops if drop.submission_id]
    return render_template(
        "pages/artist.html",
        artist=found,
        running=running,
        past=[each for each in places if each.contest.phase(moment) in ENDED],
        samples=samples,
        winners=winners,
        cards=queries.cards(db.session(), shown),
        drops=[d for d in drops if d.phase(moment) in (DropPhase.OPEN, DropPhase.UPCOMING)],
        past_drops=[d for d in drops if d.phase(moment) in PAST_DROPS],
        answers=questions.newest(db.session(), _public_of(found.id), ANSWERS),
        follows=people.follows(db.session(), found.id, current_user.id),
        moment=moment,
        progress=progress,
    )


def _public_of(artist_id: int) -> ColumnElement[bool]:
    return and_(Contest.artist_id == artist_id, Contest.published_at.is_not(None))


@blueprint.get("/a/<artist_slug>/theme.css")
def theme(artist_slug: str) -> Response:
    """Return the artist's colour as a stylesheet, darkened until words can be read on it."""
    found = people.artist_by_slug(db.session(), artist_slug)
    if found is None:
        raise NotFound()
    css = f":root{{--brand:{colours.readable(found.brand_colour)};--on-brand:#FFFFFF}}\n"
    response = make_response(css, {"Content-Type": "text/css; charset=utf-8"})
    # The address names the colour: another colour is another address.
    current = request.args.get("v") == theme_version(found.brand_colour)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "public, max-age=60"
    return response


@blueprint.app_template_global("theme_version")
def theme_version(colour: str) -> str:
    """Return what stands in the address of a theme: the colour's digits."""
    return colour.lstrip("#").lower()
