"""The operator's page: artists, operators, and what could not be delivered."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts import queries, teams
from webapp.accounts.addresses import normalise
from webapp.accounts.audit import note
from webapp.accounts.blueprints import operator
from webapp.accounts.forms import Invite, NewArtist
from webapp.accounts.guards import fresh, require_fresh
from webapp.infra import mail, outbox
from webapp.infra.db import db, transaction
from webapp.infra.errors import text_of
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused


@operator.get("/operator")
def index(form: NewArtist | None = None) -> Any:
    """Show the artists of this installation and what is stuck."""
    return render_template(
        "accounts/operator.html",
        form=form or NewArtist(formdata=None),
        artists=queries.artists(db.session()),
        operators=queries.operators(db.session()),
        deliveries=_failed_deliveries(),
        mails=mail.failed(db.session()),
    ), (422 if form else 200)


@operator.post("/operator/artists")
@fresh
def create_artist() -> Any:
    """Create an artist, and invite them when an address is given."""
    form = NewArtist()
    if not form.submitted():
        return index(form)
    try:
        if form.email.data:
            normalise(form.email.data)
        artist_id = teams.create_artist(form.name.data, form.slug.data or "", current_user.id, now())
    except Refused as refused:
        (form.email if refused.code == "bad-address" else form.slug).errors = [text_of(refused)]
        return index(form)
    if form.email.data:
        teams.invite(artist_id, form.email.data, "artist", current_user.id, now(), str(get_locale() or "en"))
    flash(gettext("%(artist)s is here now.", artist=form.name.data), "ok")
    return redirect(url_for("operator.index"))


@operator.route("/operator/artists/<int:artist_id>/invite", methods=["GET", "POST"])
def invite(artist_id: int) -> Any:
    """Invite somebody into an artist's team."""
    artist = queries.artist(db.session(), artist_id)
    if artist is None:
        raise NotFound()
    form = Invite(role="artist")
    if request.method == "POST":
        require_fresh()
    if form.submitted():
        try:
            teams.invite(artist_id, form.email.data, form.role.data, current_user.id, now(), str(get_locale() or "en"))
        except Refused as refused:
            form.email.errors = [text_of(refused)]
        else:
            flash(gettext("The invitation is on its way to %(email)s.", email=form.email.data), "ok")
            return redirect(url_for("operator.index"))
    page = render_template("accounts/operator_invite.html", form=form, artist=artist)
    return page, (422 if form.errors else 200)


@operator.post("/operator/deliveries/<int:delivery_id>/retry")
def retry_delivery(delivery_id: int) -> Any:
    """Let a fact that could not be told be told again."""
    if not outbox.retry_failed(delivery_id):
        raise NotFound()
    _note_retry(f"delivery:{delivery_id}")
    flash(gettext("It is tried again within a minute."), "ok")
    return redirect(url_for("operator.index"))


@operator.post("/operator/mails/<int:mail_id>/retry")
def retry_mail(mail_id: int) -> Any:
    """Let a mail that was given up be tried again."""
    if not mail.retry_failed(mail_id):
        raise NotFound()
    _note_retry(f"mail:{mail_id}")
    flash(gettext("It is tried again within a minute."), "ok")
    return redirect(url_for("operator.index"))


def _note_retry(subject: str) -> None:
    with transaction() as session:
        note(session, now(), current_user.id, None, "system.retry", subject)


def _failed_deliveries() -> Any:
    query = (
        select(outbox.Delivery.id, outbox.Delivery.handler, outbox.Delivery.error, outbox.Delivery.failed_at)
        .where(outbox.Delivery.failed_at.is_not(None), outbox.Delivery.done_at.is_(None))
        .order_by(outbox.Delivery.id.desc())
        .limit(50)
    )
    return db.session.execute(query).all()
