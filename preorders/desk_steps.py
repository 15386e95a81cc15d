"""The steps from the lock to the last parcel, each by a button that says what it will do."""

from flask import flash, g, request
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import goals, locking, service
from preorders.desk import back_to, desk, this_drop
from preorders.order_list import Filters
from preorders.payments import service as payments
from webapp.accounts import audit
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, Refused


@desk.post("/<int:drop_id>/lock")
def lock(artist_slug: str, drop_id: int) -> Response:
    """Fix the orders if nobody is surprised by it; else end the window in 48 hours, and tell everybody."""
    told, reason = request.form.get("told") == "yes", request.form.get("reason", "").replace("\x00", "")[:500]
    if locking.close_orders(this_drop(drop_id).id, current_user.id, told, reason, now()):
        flash(gettext("Orders are fixed. Everybody who ordered is told."), "ok")
    else:
        flash(gettext("Everybody who ordered is told now. Preorders end in 48 hours."), "ok")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/charge")
def charge(artist_slug: str, drop_id: int) -> Response:
    """Charge the orders; pressed again, those that were refused once more."""
    drop, again = this_drop(drop_id), request.form.get("again") == "yes"
    with transaction() as session:
        audit.note(session, now(), current_user.id, g.artist.id, "drop.charge", f"drop:{drop_id}", again=again)
    found = payments.charge_all(drop.id, now(), again)
    words = gettext("Charged: %(done)s. Waiting: %(waiting)s. Refused: %(failed)s.", **_counts(found))
    flash(words, "ok" if not found.failed else "warn")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/addresses/remind")
def remind_addresses(artist_slug: str, drop_id: int) -> Response:
    """Ask those without an address for it, once."""
    asked = locking.remind_addresses(this_drop(drop_id).id, current_user.id, now())
    flash(ngettext("%(num)s order: its buyer is asked.", "%(num)s orders: their buyers are asked.", asked), "ok")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/addresses/lock")
def lock_addresses(artist_slug: str, drop_id: int) -> Response:
    """Fix the addresses."""
    missing = locking.lock_addresses(this_drop(drop_id).id, current_user.id, now())
    flash(
        gettext("Addresses are fixed. Orders without one: %(count)s.", count=missing), "ok" if not missing else "warn"
    )
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/produce")
def produce(artist_slug: str, drop_id: int) -> Response:
    """Note that production has begun."""
    service.produce(this_drop(drop_id).id, current_user.id, now(), request.form.get("unpaid") == "yes")
    flash(gettext("In production."), "ok")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/ship")
def ship(artist_slug: str, drop_id: int) -> Response:
    """Mark all orders that wait as sent, or the ticked ones."""
    this_drop(drop_id)
    everything, tracking = request.form.get("which") == "all", request.form.get("tracking", "").replace("\x00", "")
    ticked = {int(i) for i in request.form.getlist("order") if i.isascii() and i.isdigit() and len(i) < 16}
    chosen = None if everything else sorted(ticked)
    if chosen == [] or len(tracking) > 80:
        raise Refused("nothing-chosen", N_("Tick the orders that left, and check the tracking number."), 422)
    sent = service.ship(drop_id, current_user.id, chosen, "" if everything else tracking.strip(), now())
    flash(ngettext("%(num)s order is on its way.", "%(num)s orders are on their way.", sent), "ok")
    return back_to("desk.orders", drop_id, **Filters.of(request.args).args())


@desk.post("/<int:drop_id>/close")
def close(artist_slug: str, drop_id: int) -> Response:
    """Close a drop whose parcels have all left."""
    service.finish(this_drop(drop_id).id, current_user.id, now())
    flash(gettext("Done. Thank you."), "ok")
    return back_to("desk.orders", drop_id)


@desk.post("/<int:drop_id>/print-anyway")
def print_anyway(artist_slug: str, drop_id: int) -> Response:
    """Print although the goal was missed."""
    goals.print_anyway(this_drop(drop_id).id, current_user.id, now())
    flash(gettext("It is printed anyway. Now the orders can be fixed."), "ok")
    return back_to("desk.orders", drop_id)


def _counts(found: object) -> dict[str, int]:
    return {name: int(getattr(found, name)) for name in ("done", "waiting", "failed")}
