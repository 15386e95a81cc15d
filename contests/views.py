"""The wizard: five steps, a review, a preview, and what a team may do to a published contest."""

from datetime import datetime
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from contests import queries, rights, rules, service, steps, ways
from contests.forms import BasicsForm, CancelForm
from contests.phases import Phase
from contests.queries import ContestRow
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = team_blueprint("contests", __name__, "artist", "merch_staff")
ROOT = "/team/<artist_slug>/contests"


@blueprint.app_template_global("rights_lines")
def rights_lines(terms: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a rights card in the reader's language, for templates."""
    return rights.card(terms, gettext)


@blueprint.route(f"{ROOT}/new", methods=["GET", "POST"])
def new(artist_slug: str) -> Answer | str:
    """Step 1: preset and title."""
    form = BasicsForm()
    if form.submitted():
        contest_id = service.create(g.artist.id, current_user.id, form.preset.data, form.title.data, now())
        return redirect(_step(contest_id, "brief"))
    return _page("contests/new.html", form, form=form, steps=_bar("basics"))


@blueprint.route(f"{ROOT}/<int:contest_id>/<step>", methods=["GET", "POST"])
def edit(artist_slug: str, contest_id: int, step: str) -> Answer | str:
    """Show one step of a draft, or take what was typed there and go on to the next."""
    contest = _contest(contest_id)
    if step not in {*steps.NAMES, "review"}:
        raise NotFound()
    if contest.phase(now()) is not Phase.DRAFT or step == "review":
        return _review(contest)
    made = steps.make(step, contest, db.session())
    if request.method == "POST" and made.validate():
        made.save(current_user.id, now())
        return redirect(_step(contest_id, made.following()))
    return _page(f"contests/{step}.html", made, contest=contest, steps=_bar(step), **made.shown())


@blueprint.get(f"{ROOT}/<int:contest_id>/preview")
def preview(artist_slug: str, contest_id: int) -> str:
    """Show the contest as a fan will see it."""
    contest = _contest(contest_id)
    return render_template(
        "contests/preview.html",
        contest=contest,
        products=queries.products(db.session(), contest_id),
        date_names=rules.NAMES,
    )


@blueprint.post(f"{ROOT}/<int:contest_id>/publish")
def publish(artist_slug: str, contest_id: int) -> Answer:
    """Publish the draft; from now on its terms stand."""
    contest = _contest(contest_id)
    service.publish(contest_id, current_user.id, now())
    flash(gettext("Published. Fans who follow %(name)s hear of it now.", name=g.artist.name), "ok")
    return redirect(url_for("pages.contest", contest_slug=contest.slug))


@blueprint.route(f"{ROOT}/<int:contest_id>/reschedule", methods=["GET", "POST"])
def reschedule(artist_slug: str, contest_id: int) -> Answer | str:
    """Move dates that are still to come, and say why."""
    contest = _contest(contest_id)
    moment = now()
    rules.require(contest.phase(moment), rules.RUNNING, "cannot-reschedule")
    move = steps.Reschedule(contest, moment)
    if request.method == "POST" and move.validate():
        service.reschedule(contest_id, current_user.id, move.dates, move.form.reason.data, moment)
        flash(gettext("The dates have changed. Everybody can read why."), "ok")
        return redirect(_step(contest_id, "review"))
    return _page("contests/reschedule.html", move, contest=contest, form=move.form, steps=None)


@blueprint.route(f"{ROOT}/<int:contest_id>/cancel", methods=["GET", "POST"])
def cancel(artist_slug: str, contest_id: int) -> Answer | str:
    """Call the contest off, and say why."""
    contest = _contest(contest_id)
    rules.require(contest.phase(now()), rules.RUNNING, "cannot-cancel")
    form = CancelForm()
    if form.submitted():
        service.cancel(contest_id, current_user.id, form.reason.data, now())
        flash(gettext("The contest was called off. Everybody can read why."), "ok")
        return redirect(_step(contest_id, "review"))
    return _page("contests/cancel.html", form, contest=contest, form=form)


def _contest(contest_id: int) -> ContestRow:
    """Return this artist's contest; another's does not exist here."""
    contest = queries.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id:
        raise NotFound()
    return contest


def _review(contest: ContestRow) -> str:
    moment: datetime = now()
    products = queries.products(db.session(), contest.id)
    phase = contest.phase(moment)
    return render_template(
        "contests/review.html",
        contest=contest,
        products=products,
        phase=phase,
        missing=rules.missing(contest, products, moment) if phase is Phase.DRAFT else [],
        changes=queries.changes(db.session(), contest.id),
        movable=rules.movable(contest.schedule, phase, moment),
        running=phase in rules.RUNNING,
        date_names=rules.NAMES,
        ways=ways.WAYS,
        rules_of_count=ways.RULES,
        steps=_bar("review") if phase is Phase.DRAFT else None,
    )


def _page(template: str, made: Any, **values: Any) -> Response:
    """Render; with faults in what was typed, as 422."""
    response = make_response(render_template(template, **values))
    response.status_code = 422 if made.errors else 200
    return response


def _step(contest_id: int, step: str) -> str:
    return url_for("contests.edit", artist_slug=g.artist.slug, contest_id=contest_id, step=step)


def _bar(current: str) -> list[tuple[str, str]]:
    names = {**steps.NAMES, "review": gettext("Review")}
    order = list(names)
    at = order.index(current)
    states = ["done" if i < at else "now" if i == at else "next" for i in range(len(order))]
    return [(str(names[name]), state) for name, state in zip(order, states, strict=True)]
