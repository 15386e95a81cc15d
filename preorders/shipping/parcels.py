"""Sending: one parcel of an order, in the caller's transaction or in its own."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders import store as drop_store
from preorders import timeline
from preorders.events import PreorderShipped
from preorders.shipping import queries, store
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def send_in(
    session: Session,
    preorder_id: int,
    lines: Mapping[int, int] | None,
    carrier: str,
    tracking: str,
    by_id: int | None,
    now: datetime,
    unpaid_too: bool = False,
) -> int | None:
    """Send these pieces (by line id), or everything that has not left (None); return the parcel's id.

    None when nothing can leave: the order awaits something, is not paid (unless the team sends it all the same:
    `unpaid_too`), has no address, has left, or has this parcel already.
    Raises Refused('too-many') for more than what has not left.
    """
    if not store.hold_order(session, preorder_id, unpaid_too):
        return None
    free = {line: left for line, _sku, left in queries.open_lines(session, [preorder_id]).get(preorder_id, [])}
    going = free if lines is None else {line: count for line, count in lines.items() if count}
    if not going:
        return None
    if any(count < 0 or count > free.get(line, 0) for line, count in going.items()):
        raise Refused("too-many", N_("That is more than what has not left yet."), 422)
    shipment_id = store.add_parcel(session, preorder_id, going, carrier, tracking, now)
    if shipment_id is None:
        return None
    store.sent(session, preorder_id, going == free, tracking, now)
    timeline.note(session, preorder_id, now, by_id, "shipped", tracking=" ".join(filter(None, (carrier, tracking))))
    outbox.record(session, PreorderShipped(preorder_id, shipment_id))
    return shipment_id


def send(
    preorder_id: int,
    artist_id: int,
    by_id: int,
    lines: Mapping[int, int] | None,
    carrier: str,
    tracking: str,
    now: datetime,
    unpaid_too: bool = False,
) -> int:
    """Send a part of an order, or all that has not left; return the parcel's id.

    `unpaid_too` is the team's decision to send what nobody has paid. Raises NotFound for another artist's order,
    Refused: not-made, not-paid, too-many, nothing-left.
    """
    with transaction() as session:
        order = drops.preorder(session, preorder_id)
        drop = drops.drop(session, order.drop_id) if order else None
        if order is None or drop is None or drop.artist_id != artist_id:
            raise NotFound()
        # The drop's row before the order's, as everywhere; it may have been called off in this moment.
        if drop.production_at is None or not drop_store.hold(session, drop.id):
            raise Refused("not-made", N_("Note the start of production first."))
        if not unpaid_too and drops.owes(session, preorder_id):
            raise Refused("not-paid", N_("This order is not paid. Charge it again, or tick that it is sent anyway."))
        shipment_id = send_in(session, preorder_id, lines, carrier, tracking, by_id, now, unpaid_too)
        if shipment_id is None:
            raise Refused("nothing-left", N_("Nothing of this order can leave, or that parcel is known already."))
        drop_store.step(session, drop.id, "shipping_at", now, "production_at")
        audit.note(session, now, by_id, artist_id, "preorder.ship", f"preorder:{preorder_id}", tracking=tracking)
        return shipment_id
