"""The desk's orders: the list, one order, the steps to the parcel, exports."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import order_list, queries, service
from preorders.charts import units_chart
from preorders.desk import back_to, desk, this_drop
from preorders.desk_forms import ReasonForm, ShipForm
from preorders.exports import FORMATS, TEMPLATES
from preorders.order_list import STATES, Filters
from preorders.rows import DropRow
from preorders.words import phase_word, state_word, template_word
from webapp.accounts import queries as accounts
from webapp.accounts.guards import require_fresh
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

blueprint = desk  # with the routes of both files


@desk.get("/<int:drop_id>/orders")
def orders(artist_slug: str, drop_id: int) -> str:
    """The list: filters in the address, totals, units, meter, exports of exactly this."""
    drop, filters, session = this_drop(drop_id), Filters.of(request.args), db.session()
    lines, more = order_list.page(session, drop_id, filters, _before())
    found = order_list.units(session, drop_id, filters)
    log = order_list.exports_of(session, drop_id)
    return render_template(
        "desk/orders.html",
        drop=drop,
        filters=filters,
        lines=lines,
        more=more,
        totals=order_list.totals(session, drop_id, filters),
        units=found,
        chart=units_chart(found),
        catalogue=queries.catalogue(session, drop_id),
        at=_addresses(drop, filters),
        tabs=_tabs(drop, filters),
        phase=drop.phase(now()),
        phase_name=phase_word(drop.phase(now())),
        state_word=state_word,
        template_word=template_word,
        templates=TEMPLATES,
        formats=list(FORMATS),
        exports=log,
        exporters=accounts.names(session, {line.by_id for line in log}),
        ship_form=ShipForm(formdata=None),
    )


@desk.post("/<int:drop_id>/export")
def export(artist_slug: str, drop_id: int) -> Response:
    """What is seen, as a file: the same filters, in the address, and the same order. Who takes it is logged."""
    this_drop(drop_id)
    template, kind = request.form.get("template", ""), request.form.get("format", "")
    if template not in TEMPLATES or TEMPLATES[template].personal:
        require_fresh()
    made = service.export(drop_id, current_user.id, template, kind, Filters.of(request.args), now())
    answer = send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.filename)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@desk.get("/<int:drop_id>/orders/<number>")
def order(artist_slug: str, drop_id: int, number: str) -> str:
    """One order with its timeline."""
    return _order_page(this_drop(drop_id), number, ReasonForm(formdata=None))


@desk.post("/<int:drop_id>/orders/<number>/cancel")
def cancel_order(artist_slug: str, drop_id: int, number: str) -> Any:
    """Cancel somebody's order, with a reason they read."""
    drop, form = this_drop(drop_id), ReasonForm()
    if not form.validate():
        return _order_page(drop, number, form), 422
    found = queries.by_number(db.session(), number)
    if found is None or found.drop_id != drop_id:
        raise NotFound()
    service.cancel_for(found.id, g.artist.id, current_user.id, form.reason.data or "", now())
    flash(gettext("Cancelled; the buyer is told."), "ok")
    return redirect(url_for("desk.order", artist_slug=artist_slug, drop_id=drop_id, number=number))


@desk.post("/<int:drop_id>/lock")
def lock(artist_slug: str, drop_id: int) -> Response:
    """Fix the orders."""
    service.lock(this_drop(drop_id).id, current_user.id, now())
    flash(gettext("Orders are fixed. Everybody who ordered is told."), "ok")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/produce")
def produce(artist_slug: str, drop_id: int) -> Response:
    """Note that production has begun."""
    service.produce(this_drop(drop_id).id, current_user.id, now())
    flash(gettext("In production."), "ok")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/ship")
def ship(artist_slug: str, drop_id: int) -> Response:
    """Mark orders as sent: the ticked ones, or all that wait."""
    this_drop(drop_id)
    form, everything = ShipForm(), request.form.get("which") == "all"
    chosen = None if everything else sorted({int(i) for i in request.form.getlist("order") if i.isdigit()})
    if chosen == [] or not form.validate():
        raise Refused("nothing-chosen", N_("Tick the orders that left, and check the tracking number."), 422)
    tracking = "" if everything else form.tracking.data or ""
    sent = service.ship(drop_id, current_user.id, chosen, tracking, now())
    flash(ngettext("%(num)s order is on its way.", "%(num)s orders are on their way.", sent), "ok")
    return back_to("desk.orders", drop_id, **Filters.of(request.args).args())


@desk.post("/<int:drop_id>/close")
def close(artist_slug: str, drop_id: int) -> Response:
    """Close a drop whose parcels have all left."""
    service.finish(this_drop(drop_id).id, current_user.id, now())
    flash(gettext("Done. Thank you."), "ok")
    return back_to("desk.orders", drop_id)


def _order_page(drop: DropRow, number: str, form: ReasonForm) -> str:
    found = queries.by_number(db.session(), number)
    if found is None or found.drop_id != drop.id:
        raise NotFound()
    lines = queries.lines(db.session(), found.id)
    word = state_word(found.state)
    return render_template("desk/order.html", drop=drop, order=found, lines=lines, state=word, reason_form=form)


def _addresses(drop: DropRow, filters: Filters) -> Callable[..., str]:
    """Return at(endpoint, **more): a page of this drop with the same filters."""
    here = {"artist_slug": g.artist.slug, "drop_id": drop.id}
    return lambda endpoint, **more: url_for(endpoint, **here, **filters.args(**more))


def _tabs(drop: DropRow, filters: Filters) -> list[tuple[str, str, bool, None]]:
    at = _addresses(drop, filters)
    return [(state_word(state), at("desk.orders", state=state), filters.state == state, None) for state in STATES]


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
