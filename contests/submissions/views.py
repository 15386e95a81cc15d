"""From a file to a design that is sent in; each step is a plain form that works without script."""

import hashlib
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user

from contests import queries as contests
from contests import rights
from contests.phases import Phase
from contests.submissions import guarded, originals, queries, rules, service, tools
from contests.submissions.forms import ACCEPT, UploadForm, WordsForm
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.queries import DesignRow
from contests.submissions.studio import queries as studio
from contests.submissions.studio.owners import Owner
from webapp.accounts.guardians import queries as guardians
from webapp.accounts.guards import members_blueprint, require_age
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.errors import text_of, wants_json
from webapp.infra.limits import limiter
from webapp.infra.templating import is_fragment
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = members_blueprint("submissions", __name__)
uploads = limiter.shared_limit("60/hour", scope="uploads", methods=["POST"])


@blueprint.route("/c/<contest_slug>/enter", methods=["GET", "POST"])
@uploads
def enter(contest_slug: str) -> Any:
    """Choose a picture; a POST begins a draft with it."""
    if asked := require_age(next=request.path):
        return asked
    contest = _contest(contest_slug)
    rules.require_submitting(contest.phase(now()))
    form, status = UploadForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                return _goes_on(f"/designs/{_begin(contest.id, form).code}/draft")
            except Refused as refused:
                if wants_json():
                    raise
                form.picture.errors = [*form.picture.errors, text_of(refused)]
                status = refused.status
    return _entrance(contest, form, status)


@blueprint.route("/designs/<code>/draft", methods=["GET", "POST"])
def draft(code: str) -> Any:
    """Look at the picture, say what it is, agree, send it in."""
    design = _own(code)
    if design.submitted_at:
        return redirect(design.url)
    contest = contests.contest(db.session(), design.contest_id)
    if contest is None:
        raise NotFound()
    form = WordsForm()
    if form.submitted():
        _submit(design, form)
        return _sent_in(design)
    if request.method == "GET" and design.waits_for_guardian:
        form = WordsForm(formdata=None, obj=design)
    form.rights_hash.data = contest.rights_hash
    page = render_template(
        "submissions/draft.html",
        design=design,
        contest=contest,
        form=form,
        card=rights.card(contest.rights, gettext),
        tools=tools.author_tools(db.session(), design, contest, now()),
        asked=guarded.standing(db.session(), design, contest, now()),
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/designs/<code>/status")
def status(code: str) -> Any:
    """Tell how far the newest picture is: a fragment for htmx, JSON for scripts, else the page."""
    design = _own(code)
    contest = contests.contest(db.session(), design.contest_id)
    if contest is None:
        raise NotFound()
    made = tools.author_tools(db.session(), design, contest, now())
    if wants_json():
        return jsonify(state=design.latest.state if design.latest else "", failure=made.failure)
    if not is_fragment():
        return redirect(design.url if design.submitted_at else f"/designs/{design.code}/draft")
    response = make_response(render_template("submissions/status.html", tools=made))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/designs/<code>/revise")
@uploads
def revise(code: str) -> Any:
    """Send another picture for a design or a draft."""
    design, form = _own(code), UploadForm()
    back = design.url if design.submitted_at else f"/designs/{design.code}/draft"
    try:
        if form.validate():
            data = form.picture.data.read()
            name = form.picture.data.filename or ""
            service.revise(design.id, current_user.id, data, name, now(), _key(form, data))
            flash(gettext("We have your new picture. It is shown as soon as it is ready."), "ok")
        else:
            flash(gettext("Choose a picture first."), "bad")
    except Unacceptable as refused:
        if wants_json():
            raise
        flash(text_of(refused), "bad")
    return _goes_on(back)


@blueprint.post("/designs/<code>/retry")
def retry(code: str) -> Any:
    """Try the newest picture again."""
    design = _own(code)
    if design.latest:
        service.retry(design.latest.id, current_user.id, now())
    return redirect(design.url if design.submitted_at else f"/designs/{design.code}/draft")


@blueprint.post("/designs/<code>/withdraw")
def withdraw(code: str) -> Any:
    """Take a design or a draft back."""
    design = _own(code)
    service.withdraw(design.id, current_user.id, now())
    flash(gettext("Taken back. Nobody sees it any more."), "ok")
    return redirect("/mine")


def _begin(contest_id: int, form: UploadForm) -> service.Begun:
    data = form.picture.data.read()
    name = form.picture.data.filename or ""
    return service.begin(contest_id, current_user.id, data, name, now(), _key(form, data))


def _key(form: UploadForm, data: bytes) -> str:
    """The same form with the same file is the same wish; after going back, another file is another one."""
    return f"{form.key.data}.{hashlib.sha256(data).hexdigest()[:16]}" if form.key.data else ""


def _submit(design: DesignRow, form: WordsForm) -> None:
    service.submit(
        design.id,
        current_user.id,
        title=form.title.data,
        alt=form.alt.data,
        description=form.description.data or "",
        ai_use=form.ai_use.data,
        rights_hash=form.rights_hash.data or "",
        now=now(),
        allow_remix=form.allow_remix.data,
    )


def _sent_in(design: DesignRow) -> Response:
    """Say what happens now: the team looks, or a guardian is asked, or is to be named first."""
    sent = queries.by_id(db.session(), design.id)
    if sent is None or not sent.waits_for_guardian:
        flash(gettext("Sent in. The team looks at each design before everybody sees it."), "ok")
        return _goes_on(design.url)
    if guardians.of_person(db.session(), current_user.id):
        flash(gettext("We keep it and have asked your guardian. It is sent in as soon as they agree."), "ok")
        return _goes_on(design.url)
    flash(gettext("We keep it. Tell us which guardian we ask: it is sent in as soon as they agree."), "ok")
    return _goes_on("/settings/guardian")


def _entrance(contest: contests.ContestRow, form: UploadForm, status: int) -> Response:
    mine = queries.by_author(db.session(), current_user.id, contest.id)
    limits = originals.limits()
    page = render_template(
        "submissions/enter.html",
        contest=contest,
        form=form,
        drafts=[each for each in mine if not each.submitted_at],
        drawings=studio.open_drafts(db.session(), Owner(current_user.id, device_id()), contest.id),
        contests={contest.id: contest},
        can_draw=bool(contests.products(db.session(), contest.id)),
        left=max(0, contest.designs_per_fan - sum(1 for each in mine if each.submitted_at)),
        accept=ACCEPT,
        limits=limits,
    )
    return make_response(page, status)


def _goes_on(path: str) -> Response:
    """A redirect; for the upload script the address alone, so that a flashed message is not swallowed."""
    return jsonify(next=path) if wants_json() else make_response(redirect(path))


def _contest(slug: str) -> contests.ContestRow:
    contest = contests.by_slug(db.session(), slug)
    if contest is None or contest.phase(now()) == Phase.DRAFT:
        raise NotFound()
    return contest


def _own(code: str) -> DesignRow:
    design = queries.design(db.session(), codes.normalise(code))
    if design is None or design.author_id != current_user.id or design.withdrawn_at:
        raise NotFound()
    return design
