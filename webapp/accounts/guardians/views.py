"""The young person's page, and the guardian's, which needs no account: a link opens it, only a button acts."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms.validators import InputRequired, Length

from webapp.accounts.guardians import queries, service
from webapp.accounts.guardians.actions import ACTIONS
from webapp.accounts.guards import members_blueprint, public_blueprint
from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.forms import Form, TextField
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = members_blueprint("guardians", __name__, url_prefix="/settings/guardian")
door = public_blueprint("guardian_door", __name__, url_prefix="/guardian")


class GuardianForm(Form):
    """Where the guardian can be written to."""

    email = TextField(
        lazy_gettext("E-mail address of your guardian"),
        [InputRequired(), Length(max=320)],
        description=lazy_gettext(
            "A parent, or who else looks after you. We write to them only about what you ask for."
        ),
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"},
    )


@blueprint.route("", methods=["GET", "POST"])
@limiter.limit("10/hour", methods=["POST"])
def mine() -> Any:
    """Name one's guardian; see what was asked and answered. Of age: say what becomes of it."""
    if not current_user.minor:
        return _of_age()
    form = GuardianForm()
    if form.submitted():
        try:
            service.name(current_user.id, form.email.data or "", now())
        except Refused as refused:
            form.email.errors = [text_of(refused)]
        else:
            flash(gettext("Thank you. We have written to your guardian what you ask for."), "ok")
            return redirect(url_for("guardians.mine"), 303)
    session = db.session()
    known, found = queries.of_person(session, current_user.id), _asked(current_user.id)
    stands = queries.answered_ever(session, current_user.id)
    page = render_template("guardians/mine.html", form=form, guardian=known, requests=found, stands=stands)
    return page, (422 if form.errors else 200)


@blueprint.post("/<int:request_id>/<said>")
@limiter.limit("60/minute")
def decide(request_id: int, said: str) -> Any:
    """Say, being of age, yes or no to what a guardian was asked."""
    if said not in ("keep", "end"):
        raise NotFound()
    try:
        service.own_answer(current_user.id, request_id, said == "keep", now())
    except Refused as refused:
        if refused.status == 404:
            raise
        flash(text_of(refused), "bad")
    else:
        flash(gettext("Thank you. From now on this is between you and us."), "ok")
    return redirect(url_for("guardians.mine", next=request.form.get("next") or None), 303)


@door.get("/<token>")
@limiter.limit("60/minute")
def page(token: str) -> Response:
    """What the young person asks for, and everything agreed to so far. Nothing happens by opening it."""
    try:
        guardian = service.find(db.session(), token, now())
    except Refused as refused:
        if refused.code != "link-over":
            raise
        return _private(make_response(render_template("guardians/over.html", token=token, sent=False), 410))
    found = _asked(guardian.person_id)
    pending = [each for each in found if each["request"].state == "pending" and each["asked"].may_answer]
    waiting = [] if guardian.over else pending
    rest = [each for each in found if each not in waiting]
    words = {"guardian": guardian, "token": token, "waiting": waiting, "rest": rest}
    return _private(make_response(render_template("guardians/page.html", **words)))


@door.post("/<token>/again")
@limiter.limit("5/hour")
def again(token: str) -> Response:
    """Mail a fresh link to the address the old one went to."""
    service.send_again(token, now())
    return _private(make_response(render_template("guardians/over.html", token=token, sent=True)))


@door.post("/<token>/<int:request_id>/<said>")
@limiter.limit("60/minute")
def answer(token: str, request_id: int, said: str) -> Any:
    """Agree, refuse, or withdraw what was agreed to."""
    try:
        service.answer(token, request_id, said, now())
    except Refused as refused:
        if refused.status in (404, 410):
            raise
        flash(text_of(refused), "bad")
    else:
        flash(_done(said), "ok")
    return redirect(url_for("guardian_door.page", token=token), 303)


def _of_age() -> Any:
    found = _asked(current_user.id)
    if current_user.age_band is None or not found:
        raise NotFound()
    open_ids = {each.id for each in service.of_age(db.session(), current_user.id, now())}
    target = safe_next(request.args.get("next")) if request.args.get("next") else ""
    return render_template("guardians/of_age.html", requests=found, open_ids=open_ids, next=target)


def _done(said: str) -> str:
    if said == "agreed":
        return str(gettext("Thank you: agreed."))
    return str(gettext("Thank you for telling us: it is called off, and nothing is owed."))


def _asked(person_id: int) -> list[dict[str, Any]]:
    """Return requests that still mean something, in words."""
    session, moment, found = db.session(), now(), []
    for row in queries.requests(session, person_id):
        action = ACTIONS.get(row.action)
        asked = action.describe(session, row.subject_id, moment) if action else None
        if action and asked:
            found.append({"request": row, "asked": asked, "words": gettext(action.words)})
    return found


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
