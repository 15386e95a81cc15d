"""One-click sign-in as the demo's invented people: embedded installations only, and only for them."""

from typing import Any

from flask import current_app, flash, render_template, request
from flask_babel import gettext

from webapp.accounts import queries, service
from webapp.accounts.blueprints import accounts
from webapp.accounts.sign_in_views import enter_browser
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound


@accounts.get("/dev/people")
def demo_people() -> Any:
    """List the demo's people, each with a button."""
    _embedded_only()
    return render_template("accounts/demo_people.html", people=queries.demo_people(db.session()))


@accounts.get("/dev/sign-in/<int:person_id>")
def demo_person(person_id: int) -> Any:
    """Show one button: a printed link is a GET, and a GET changes nothing."""
    _embedded_only()
    found = [pair for pair in queries.demo_people(db.session()) if pair[0].id == person_id]
    if not found:
        raise NotFound()
    return render_template("accounts/demo_person.html", person=found[0][0], roles=found[0][1])


@accounts.post("/dev/sign-in")
def demo_sign_in() -> Any:
    """Become one of them."""
    _embedded_only()
    typed = request.form.get("person", "")
    person = (
        queries.person(db.session(), int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    )
    if person is None or not person.is_demo:
        raise NotFound()
    entered = service.enter_demo(person.id, request.user_agent.string, device_id(), now())
    flash(gettext("You are %(name)s now.", name=person.display_name or person.email), "ok")
    return enter_browser(entered, request.form.get("next"))


def _embedded_only() -> None:
    if current_app.config["SETTINGS"].env != "embedded":
        raise NotFound()
