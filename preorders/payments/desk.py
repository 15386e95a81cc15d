"""What the team does with money: give it back with a reason, charge again after a refusal."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import queries as drops
from preorders.payments import service
from preorders.rows import PreorderRow
from webapp.accounts import audit
from webapp.accounts.guards import require_fresh, team_blueprint
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint: Blueprint = team_blueprint("payments_desk", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops")


@blueprint.post("/<int:drop_id>/orders/<number>/refund")
def refund(artist_slug: str, drop_id: int, number: str) -> Response:
    """Give back all an order has paid, with a reason its buyer reads."""
    order = _order(drop_id, number)
    require_fresh()
    service.refund(order.id, current_user.id, request.form.get("reason", ""), now())
    flash(gettext("The money is on its way back; the buyer is told when the provider has taken it."), "ok")
    return _back(drop_id, number)


@blueprint.post("/<int:drop_id>/orders/<number>/charge")
def charge(artist_slug: str, drop_id: int, number: str) -> Response:
    """Charge one order once more after a refusal."""
    order = _order(drop_id, number)
    require_fresh()
    service.charge_again(order.id, now())
    with transaction() as session:
        audit.note(session, now(), current_user.id, g.artist.id, "preorder.charge", f"preorder:{order.id}")
    flash(gettext("It is being charged once more."), "ok")
    return _back(drop_id, number)


def _order(drop_id: int, number: str) -> PreorderRow:
    order = drops.by_number(db.session(), number)
    drop = drops.drop(db.session(), drop_id)
    if order is None or drop is None or order.drop_id != drop.id or drop.artist_id != g.artist.id:
        raise NotFound()
    return order


def _back(drop_id: int, number: str) -> Response:
    return redirect(url_for("desk.order", artist_slug=g.artist.slug, drop_id=drop_id, number=number))
