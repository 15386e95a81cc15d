"""One order at the desk: what happened to it, what it costs and why, notes, changes and its end, each with a reason."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from preorders import batches, bills, changing, desk_counts, desk_words, queries, timeline
from preorders.batches import Wanted
from preorders.changing import Change
from preorders.desk import desk, this_drop
from preorders.desk_forms import ReasonForm, said
from preorders.forms import countries
from preorders.order_list import Filters
from preorders.ordering import Contact, cancel_for
from preorders.rows import Catalogue, DropRow, LineRow, PreorderRow
from preorders.rules import Item
from preorders.shipping import queries as shipping
from webapp.accounts import queries as accounts
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

LONGEST = {"name": 120, "line1": 200, "postcode": 20, "city": 80, "country": 2, "phone": 40, "note": 500}
NOTE = 2000


@desk.get("/<int:drop_id>/orders/<number>")
def order(artist_slug: str, drop_id: int, number: str) -> str:
    """One order with its timeline."""
    drop = this_drop(drop_id)
    return _page(drop, _order(drop, number))


@desk.post("/<int:drop_id>/orders/<number>/cancel")
def cancel_order(artist_slug: str, drop_id: int, number: str) -> Any:
    """Cancel somebody's order, with a reason they read."""
    drop, form = this_drop(drop_id), ReasonForm()
    found = _order(drop, number)
    if not form.validate():
        return _page(drop, found, reason_form=form), 422
    cancel_for(found.id, g.artist.id, current_user.id, form.reason.data or "", now())
    flash(gettext("Cancelled; the buyer is told."), "ok")
    return _back(drop, number)


@desk.post("/<int:drop_id>/orders/<number>/note")
def add_note(artist_slug: str, drop_id: int, number: str) -> Any:
    """Write a note only the team reads."""
    drop = this_drop(drop_id)
    found, text = _order(drop, number), request.form.get("text", "").replace("\x00", "").strip()
    if not text or len(text) > NOTE:
        fault = gettext("Write a note of at most %(most)s letters.", most=NOTE)
        return _page(drop, found, faults=[fault]), 422
    with transaction() as session:
        timeline.note(session, found.id, now(), current_user.id, "note", text=text)
    return _back(drop, number)


@desk.post("/<int:drop_id>/orders/<number>/resend")
def resend(artist_slug: str, drop_id: int, number: str) -> Any:
    """Send the confirmation once more."""
    drop = this_drop(drop_id)
    found, token = _order(drop, number), request.form.get("token", "")[:40] or batches.new_token()
    batches.ask(drop.id, current_user.id, Wanted("resend", Filters(), (found.id,)), token, 1, now())
    flash(gettext("Sent again."), "ok")
    return _back(drop, number)


@desk.post("/<int:drop_id>/orders/<number>/change")
def change_order(artist_slug: str, drop_id: int, number: str) -> Any:
    """Change sizes, pieces or the address, with a reason the buyer reads."""
    drop = this_drop(drop_id)
    found = _order(drop, number)
    try:
        wanted = Change(_items(found, drop), _contact(found), version=request.form.get("version", ""))
        changed = changing.change_for(
            found.id, g.artist.id, current_user.id, wanted, request.form.get("reason", "").replace("\x00", ""), now()
        )
    except Refused as refused:
        return _page(drop, _order(drop, number), faults=said(refused), editing=True), refused.status
    flash(gettext("Changed; the buyer is told.") if changed else gettext("Nothing changed."), "ok")
    return _back(drop, number)


def _order(drop: DropRow, number: str) -> PreorderRow:
    found = queries.by_number(db.session(), number)
    if found is None or found.drop_id != drop.id:
        raise NotFound()
    return found


def _back(drop: DropRow, number: str) -> Any:
    return redirect(url_for("desk.order", artist_slug=g.artist.slug, drop_id=drop.id, number=number))


def _page(drop: DropRow, order: PreorderRow, **more: Any) -> str:
    session, catalogue = db.session(), queries.catalogue(db.session(), drop.id)
    lines, events = queries.lines(session, order.id), timeline.of_order(session, order.id)
    marks = desk_counts.marks(session, order.id)
    return render_template(
        "desk/order.html",
        drop=drop,
        order=order,
        bill=bills.kept(order, lines, queries.tariff(session, drop)),
        label=gettext("What was ordered"),
        events=events,
        names=accounts.names(session, {event.by_id for event in events if event.by_id}),
        state=desk_words.state_of(marks),
        catalogue=catalogue,
        items=_shown(lines, catalogue),
        version=changing.version_of(order, lines),
        countries=countries(),
        token=batches.new_token(),
        parcels=shipping.of_order(session, order.id),
        left=shipping.open_lines(session, [order.id]).get(order.id, []),
        sent=request.form,
        reason_form=more.get("reason_form") or ReasonForm(formdata=None),
        faults=more.get("faults", []),
        editing=more.get("editing", False),
    )


def _shown(lines: list[LineRow], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return each item with the variants every part of it may become."""
    shown = []
    for item in changing.items_of(lines, catalogue):
        products = [catalogue.product(catalogue.choices[each].product_id) for each in item.variant_ids]
        bundle = next((bundle.title for bundle in catalogue.bundles if bundle.id == item.bundle_id), "")
        parts = list(zip(item.variant_ids, products, strict=True))
        shown.append({"parts": parts, "quantity": item.quantity, "bundle": bundle})
    return shown


def _items(order: PreorderRow, drop: DropRow) -> list[Item] | None:
    """Return the items as the form has them; None when it has none (the address alone is changed)."""
    if "quantity-0" not in request.form:
        return None
    lines = queries.lines(db.session(), order.id)
    before = changing.items_of(lines, queries.catalogue(db.session(), drop.id))
    wanted = []
    for place, item in enumerate(before):
        parts = tuple(
            _number(f"variant-{place}-{part}", variant_id) for part, variant_id in enumerate(item.variant_ids)
        )
        quantity = _number(f"quantity-{place}", item.quantity)
        if quantity:
            wanted.append(Item(parts, item.bundle_id, quantity))
    return wanted


def _number(name: str, otherwise: int) -> int:
    typed = request.form.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else otherwise


def _contact(order: PreorderRow) -> Contact | None:
    """Return the address typed; None when there was none and none is typed. Raises Refused for half an address."""
    typed = {name: request.form.get(name, "").replace("\x00", "").strip()[:most] for name, most in LONGEST.items()}
    if not order.address and not any(typed[name] for name in ("line1", "postcode", "city")):
        return None
    known = {code for code, _name in countries()}
    if not all(typed[name] for name in ("name", "line1", "postcode", "city")) or typed["country"] not in known - {""}:
        raise Refused("address-needed", N_("An address needs a name, a street, a postcode, a city and a country."), 422)
    return Contact(**typed)
