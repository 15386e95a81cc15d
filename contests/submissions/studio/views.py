"""The studio's page and what its modules send. Strangers draw as well: their drawings are their browser's."""

from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from flask_login import current_user

from contests import queries as contests
from contests.phases import PUBLIC
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.media import private_file
from contests.submissions.studio import answers, page, queries, rules, service
from contests.submissions.studio.answers import owner
from contests.submissions.studio.rows import DraftRow
from webapp.accounts.guards import members_blueprint, public_blueprint, require_age
from webapp.infra.db import db
from webapp.infra.errors import text_of, wants_json
from webapp.infra.limits import limiter
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

TYPES = {"avif": "image/avif", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

blueprint = public_blueprint("studio", __name__)
drawings = members_blueprint("drawings", __name__)


def _drawer() -> str:
    # Never by address alone: a school class draws from one. The address is counted against floods only.
    return owner().name


SAVES = limiter.limit("120 per minute", key_func=_drawer)
BEGINS = limiter.shared_limit("60 per hour", scope="drawings", key_func=_drawer)
BEGINS_HERE = limiter.shared_limit("1200 per hour", scope="drawings-here", key_func=get_remote_address)
UPLOADS = limiter.limit("120 per hour", key_func=_drawer)
UPLOADS_HERE = limiter.shared_limit("1200 per hour", scope="drawing-pictures", key_func=get_remote_address)


@blueprint.get("/c/<contest_slug>/studio")
def studio(contest_slug: str) -> Any:
    """Show the studio with a new drawing, with an own one (`draft`), or the way to start from a design (`remix`)."""
    contest = _contest(contest_slug)
    if request.args.get("remix"):
        return _start(contest, request.args["remix"])
    draft = _own(request.args["draft"]) if request.args.get("draft") else None
    if draft and draft.contest_id != contest.id:
        raise NotFound()
    if draft is None:
        _require_open(contest)
    config = page.config(db.session(), contest, draft, owner(), request.args.get("product", 0, int))
    late = draft is not None and not rules.may_finish(contest.phase(now()), draft.submission_id is not None)
    shown = render_template("studio/studio.html", contest=contest, config=config, draft=draft, late=late)
    return answers.private(make_response(shown))


@blueprint.post("/c/<contest_slug>/studio/drafts")
@BEGINS_HERE
@BEGINS
@answers.in_json
def begin(contest_slug: str) -> Response:
    """Keep a new drawing."""
    contest, said = _contest(contest_slug), answers.body()
    remix = rules.text(said.get("remix") or "", "/remix")
    done = service.begin(contest.id, owner(), said, now(), remix)
    return make_response(jsonify(answers.saved(done)), 201)


@blueprint.post("/c/<contest_slug>/studio/remix")
@BEGINS_HERE
@BEGINS
def remix(contest_slug: str) -> Any:
    """Begin a drawing with what another design shows, and open it."""
    contest = _contest(contest_slug)
    done = service.remix(contest.id, owner(), request.form.get("design", ""), now())
    return redirect(url_for("studio.studio", contest_slug=contest.slug, draft=done.code), 303)


@blueprint.get("/studio/drafts/<code>")
@answers.in_json
def show(code: str) -> Response:
    """Tell how a drawing stands, with its pictures."""
    return jsonify(answers.with_pictures(db.session(), _own(code), owner()))


@blueprint.post("/studio/drafts/<code>")
@SAVES
@answers.in_json
def save(code: str) -> Response:
    """Keep the next version of a drawing."""
    said = answers.body()
    known = rules.whole(said.get("version"), "/version")
    return jsonify(answers.saved(service.save(code, owner(), known, said, now())))


@blueprint.post("/studio/drafts/<code>/discard")
@SAVES
def discard(code: str) -> Any:
    """Throw a drawing away."""
    draft = _own(code)
    service.discard(code, owner(), now())
    contest = contests.contest(db.session(), draft.contest_id)
    away = url_for("pages.mine") if current_user.is_authenticated or not contest else f"/c/{contest.slug}"
    if wants_json():
        return answers.private(jsonify(next=away))
    flash(gettext("Thrown away."), "ok")
    return redirect(away, 303)


@blueprint.route("/studio/drafts/<code>/finish", methods=["GET", "POST"])
@limiter.limit("60 per hour", key_func=_drawer, methods=["POST"])
def finish(code: str) -> Any:
    """Make a design of a drawing. Who is not signed in, or has not said their age, does that first and returns."""
    draft, here = _own(code), url_for("studio.finish", code=code)
    if not current_user.is_authenticated:
        return _goes_on(url_for("accounts.sign_in", next=here))
    if asked := require_age(next=here):
        return _goes_on(asked.location)
    if request.method == "GET":
        return _finish_page(draft)
    try:
        made = submissions.design(db.session(), service.finish(code, owner(), now()))
    except Refused as refused:
        return answers.refusal(refused) if wants_json() else _finish_page(draft, refused)
    if made is None:
        raise NotFound()
    return _goes_on(made.url if made.submitted_at else f"/designs/{made.code}/draft")


@blueprint.post("/c/<contest_slug>/studio/assets")
@UPLOADS_HERE
@UPLOADS
@answers.in_json
def upload(contest_slug: str) -> Response:
    """Take a picture to draw with."""
    contest, file = _contest(contest_slug), request.files.get("picture")
    if file is None or not file.filename:
        raise Refused("no-picture", N_("Choose a picture first."), 422)
    made = service.upload(contest.id, owner(), file.read(), file.filename, now())
    return make_response(jsonify(answers.picture(made)), 201)


@blueprint.get("/studio/assets/<code>")
@answers.in_json
def asset(code: str) -> Response:
    """Tell how far a picture is."""
    return jsonify(answers.picture(_visible(code)))


@blueprint.get("/studio/pictures/<code>")
def picture(code: str) -> Response:
    """Send a picture as editors show it: at most 1600 pixels, to those who may draw with it."""
    found = _visible(code)
    if not found.proxy_key:
        raise NotFound()
    return private_file(found.proxy_key, TYPES[found.proxy_key.rpartition(".")[2]])


@drawings.post("/designs/<code>/drawing")
def draw_on(code: str) -> Any:
    """Open the drawing that one's own design was made of."""
    design = submissions.design(db.session(), codes.normalise(code))
    contest = contests.contest(db.session(), design.contest_id) if design else None
    if design is None or contest is None:
        raise NotFound()
    draft = service.reopen(design.id, current_user.id, now())
    return redirect(url_for("studio.studio", contest_slug=contest.slug, draft=draft), 303)


def _start(contest: ContestRow, design_code: str) -> Response:
    """The page with one button that starts from a design: reading a page begins nothing."""
    design = submissions.design(db.session(), codes.normalise(design_code))
    if design is None or design.contest_id != contest.id or not submissions.is_public(design):
        raise NotFound()
    shown = render_template("studio/start.html", contest=contest, design=design)
    return answers.private(make_response(shown))


def _finish_page(draft: DraftRow, refused: Refused | None = None) -> Response:
    contest = contests.contest(db.session(), draft.contest_id)
    why = text_of(refused) if refused else ""
    shown = render_template("studio/finish.html", contest=contest, draft=draft, why=why)
    return answers.private(make_response(shown, refused.status if refused else 200))


def _goes_on(path: str) -> Response:
    """A redirect; for the studio's modules the address alone."""
    return answers.private(jsonify(next=path) if wants_json() else make_response(redirect(path, 303)))


def _visible(code: str) -> Any:
    found = queries.asset(db.session(), code)
    if found is None or not queries.may_see(db.session(), found, owner()):
        raise NotFound()
    return found


def _own(code: str) -> DraftRow:
    draft = queries.draft(db.session(), code, owner())
    if draft is None:
        raise NotFound()
    return draft


def _contest(slug: str) -> ContestRow:
    contest = contests.by_slug(db.session(), slug)
    if contest is None or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    return contest


def _require_open(contest: ContestRow) -> None:
    rules.require_drawing(contest.phase(now()), contest.critique_at or contest.voting_at, contest.timezone)
