"""Where somebody opens or closes the page about their designs."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.accounts.following import queries, rules, service
from webapp.accounts.guards import members_blueprint, require_age
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.kernel.now import now

blueprint = members_blueprint("profiles", __name__)


@blueprint.route("/settings/page", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def settings() -> Any:
    """Show whether somebody's page is open; open or close it. Whoever is too young for one reads so."""
    if asked := require_age(url_for("profiles.settings")):
        return asked
    if request.method == "POST":
        if request.form.get("open"):
            service.open_profile(current_user.id, now())
            flash(gettext("Your page is open."), "ok")
        else:
            service.close_profile(current_user.id)
            flash(gettext("Your page is closed. Its address leads nowhere any more."), "ok")
        return redirect(url_for("profiles.settings"))
    found = queries.profile(db.session(), current_user.id)
    address = f"{current_app.config['SETTINGS'].base_url}/p/{found.code}" if found else ""
    may_open = current_user.age_band in rules.OPEN_TO
    page = render_template("following/page.html", profile=found, address=address, may_open=may_open)
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
