"""A contest's front door: what it is, how it works, what one can do now."""

from flask import render_template
from flask_login import current_user

from contests import queries as contests
from contests import rules
from contests.comments.questions import queries as questions
from contests.comments.questions.rules import may_ask
from contests.models import Contest
from contests.phases import COUNTED, VOTING, Phase
from preorders import queries as preorders
from preorders.phases import Phase as DropPhase
from voting import queries as voting
from voting.exposure import seen as exposure
from webapp.accounts.following import queries as following
from webapp.infra.db import db
from webapp.infra.device import device_id, visitor_seed
from webapp.insights import seen
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound
from webapp.pages import progress, queries
from webapp.pages.blueprint import blueprint
from webapp.pages.rows import Place, Sample

ANSWERS = 2


@blueprint.get("/c/<contest_slug>")
def contest(contest_slug: str) -> str:
    """Show brief, prize, rules, rights, products, schedule, and three designs by luck."""
    place = public_place(contest_slug)
    found, moment = place.contest, now()
    phase = found.phase(moment)
    sample = queries.samples(db.session(), [found.id], visitor_seed()).get(found.id, Sample(0, []))
    drop = preorders.of_contest(db.session(), found.id)
    if drop and drop.phase(moment) is DropPhase.DRAFT:
        drop = None
    winner = queries.winners(db.session(), [found.id]).get(found.id)
    cards = queries.cards(db.session(), [*sample.ids, *([winner] if winner else [])])
    hearts = None
    if phase in VOTING:
        hearts = voting.standing(db.session(), found.id, current_user.id, device_id())
    seen.saw(found.id, device_id(), current_user.id)
    exposure.met(found.id, phase, "start", device_id(), [i for i in sample.ids if i in cards])
    return render_template(
        "pages/contest.html",
        place=place,
        contest=found,
        phase=phase,
        counted=phase in COUNTED,
        steps=progress.steps(found, phase, drop.phase(moment) if drop else None),
        until=progress.upcoming(found.schedule, phase),
        sample=[cards[i] for i in sample.ids if i in cards],
        whole=sample.whole,
        winner=cards.get(winner or 0),
        drop=drop,
        drop_open=bool(drop and drop.phase(moment) is DropPhase.OPEN),
        hearts=hearts,
        products=contests.products(db.session(), found.id),
        answers=questions.newest(db.session(), Contest.id == found.id, ANSWERS),
        may_ask=may_ask(phase),
        changes=contests.changes(db.session(), found.id),
        follows=following.follows(db.session(), current_user.id, "contest", found.id),
        date_names=rules.NAMES,
        progress=progress,
    )


def public_place(slug: str) -> Place:
    """Return a contest that everybody may know of, with its artist; raises NotFound."""
    place = queries.place(db.session(), Contest.slug == slug)
    if place is None or place.contest.phase(now()) is Phase.DRAFT:
        raise NotFound()
    return place
