"""The age question, the country where it decides something, and the question asked once more after years."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.accounts import queries
from webapp.accounts.ages import rules, service
from webapp.accounts.blueprints import accounts
from webapp.accounts.forms import Age, Country
from webapp.accounts.guardians import service as guardians
from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.kernel.now import now


@accounts.route("/age", methods=["GET", "POST"])
def age() -> Any:
    """Ask the age once, neutrally; the first answer stands."""
    form, target = Age(), safe_next(request.values.get("next"))
    if current_user.age_band is not None:
        return redirect(target)
    if form.submitted():
        service.tell(current_user.id, form.band.data, now())
        if service.asks_country(current_user.id):
            return redirect(url_for("accounts.country", next=target))
        return redirect(target)
    return _show("accounts/age.html", form, next=target)


@accounts.route("/age/country", methods=["GET", "POST"])
def country() -> Any:
    """Ask for the country where it decides something; none is an answer, too."""
    form, target = Country(), safe_next(request.values.get("next"))
    if not service.asks_country(current_user.id):
        return redirect(target)
    if form.submitted():
        service.tell_country(current_user.id, form.country.data or "")
        return redirect(target)
    return _show("accounts/country.html", form, next=target)


@accounts.route("/age/again", methods=["GET", "POST"])
def age_again() -> Any:
    """Ask the age once more where the answer must be out of date; it can only go up."""
    me, target = queries.person(db.session(), current_user.id), safe_next(request.values.get("next"))
    if me is None or not rules.ask_again(me.age_band, me.age_told_at, now()):
        return redirect(target)
    form = Age(answers=rules.not_younger(me.age_band or rules.ADULT))
    if form.submitted():
        service.tell_again(me.id, form.band.data, now())
        if form.band.data == rules.ADULT and guardians.of_age(db.session(), me.id, now()):
            return redirect(url_for("guardians.mine", next=target))
        flash(gettext("Thank you. That is all we need."), "ok")
        return redirect(target)
    return _show("accounts/age_again.html", form, next=target)


def _show(template: str, form: Any, **values: Any) -> Any:
    page = current_app.make_response(render_template(template, form=form, **values))
    page.headers["Cache-Control"] = "no-store"
    if any(field.errors for field in form):
        page.status_code = 422
    return page
