"""A fan's own order: what it costs and why, where it stands, and what may still become of it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import bills, changing, order_forms, queries, service, timeline
from preorders.forms import AddressForm
from preorders.phases import Phase
from preorders.rows import DropRow, PreorderRow
from preorders.service import Change
from preorders.timeline import Event
from preorders.words import state_word
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

orders: Blueprint = members_blueprint("preorders", __name__, url_prefix="/preorders")
TOLD = ("note", "resent")  # what staff write to each other is no part of the buyer's page


@dataclass(frozen=True)
class May:
    """What a buyer may still do."""

    change: bool
    move: bool
    cancel: bool


@orders.get("/<number>")
def mine(number: str) -> str:
    """A fan's own order."""
    return _page(_mine(number))


@orders.post("/<number>/change")
@limiter.limit("30/minute")
def change(number: str) -> Any:
    """Change size, colour, quantity of one's own order, or take something away."""
    found = _mine(number)
    catalogue = queries.catalogue(db.session(), found.drop_id)
    items = order_forms.wanted(queries.lines(db.session(), found.id), catalogue, request.form)
    return _changed(found, Change(items, version=request.form.get("version", "")))


@orders.post("/<number>/address")
@limiter.limit("30/minute")
def address(number: str) -> Any:
    """Send one's own order somewhere else, or say for the first time where it goes."""
    found = _mine(number)
    drop = _drop(found)
    form = AddressForm(queries.tariff(db.session(), drop).served)
    if not form.validate():
        return _page(found, address_form=form), 422
    return _changed(found, Change(contact=form.contact(), version=request.form.get("version", "")), form)


@orders.post("/<number>/cancel")
def cancel(number: str) -> Response:
    """Cancel one's own order."""
    found = _mine(number)
    service.cancel(found.id, current_user.id, now())
    flash(gettext("Your order is cancelled. Nothing is owed."), "ok")
    return redirect(url_for("preorders.mine", number=number))


def _changed(found: PreorderRow, wanted: Change, form: AddressForm | None = None) -> Any:
    try:
        changed = service.change(found.id, current_user.id, wanted, now())
    except Refused as refused:
        return _page(_mine(found.number), trouble=text_of(refused), address_form=form), refused.status
    flash(gettext("Your order is changed.") if changed else gettext("Nothing changed."), "ok")
    return redirect(url_for("preorders.mine", number=found.number), 303)


def _mine(number: str) -> PreorderRow:
    found = queries.by_number(db.session(), number)
    if found is None or found.person_id != current_user.id:
        raise NotFound()
    return found


def _drop(order: PreorderRow) -> DropRow:
    drop = queries.drop(db.session(), order.drop_id)
    assert drop is not None
    return drop


def _may(order: PreorderRow, drop: DropRow) -> May:
    taking = order.open and drop.phase(now()) in (Phase.OPEN, Phase.UPCOMING)
    moving = order.open and not (drop.address_locked_at or drop.shipping_at or drop.cancelled_at)
    return May(change=taking, move=moving, cancel=taking)


def _page(order: PreorderRow, trouble: str = "", address_form: AddressForm | None = None) -> str:
    session, drop = db.session(), _drop(order)
    lines, tariff, may = queries.lines(session, order.id), queries.tariff(session, drop), _may(order, drop)
    catalogue = queries.catalogue(session, drop.id)
    return render_template(
        "preorders/order.html",
        order=order,
        drop=drop,
        state=state_word(order.state),
        bill=bills.kept(order, lines, tariff),
        items=order_forms.shown(lines, catalogue) if may.change else [],
        catalogue=catalogue,
        may=may,
        version=changing.version_of(order, lines),
        events=_happened(order, drop),
        address_form=address_form or _address_form(order, tariff.served),
        asked_address=bool(address_form),
        trouble=trouble,
        just_placed=request.args.get("placed") == "1" and order.standing,
    )


def _happened(order: PreorderRow, drop: DropRow) -> list[Event]:
    """Return what a buyer may read of what happened, oldest first: to their order, and to all orders of the drop."""
    events = [event for event in timeline.of_order(db.session(), order.id) if event.kind not in TOLD]
    events = events or [Event(order.placed_at, order.person_id, "placed", timeline.words("placed", {}), "")]
    steps = ((drop.locked_at, gettext("Orders fixed")), (drop.production_at, gettext("In production")))
    if order.standing:
        events += [Event(at, None, "step", words, "") for at, words in steps if at]
    return sorted(events, key=lambda event: event.at)


def _address_form(order: PreorderRow, served: frozenset[str] | None) -> AddressForm:
    data = {**order.address, "name": order.name, "country": order.country}
    return AddressForm(served, formdata=None, data=data)
