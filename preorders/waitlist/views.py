"""The waitlist as fans see it: join, where one stands, take an offer, leave; and as staff do: how long it is."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import queries as drops
from preorders.desk import this_drop
from preorders.phases import PUBLIC
from preorders.waitlist import joining, queries
from webapp.accounts.guards import members_blueprint, require_age, team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

SHOWN = timedelta(days=30)  # how long an entry that is over stands on its owner's page

blueprint = members_blueprint("waitlist", __name__)
desk = team_blueprint("waitlist_desk", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops")


@blueprint.post("/drops/<drop_slug>/waitlist")
@limiter.limit("30/minute")
def join(drop_slug: str) -> Response:
    """Wait for a sold-out SKU (`variant`, `quantity`)."""
    drop = drops.by_slug(db.session(), drop_slug)
    if drop is None or drop.published_at is None or drop.phase(now()) not in PUBLIC:
        raise NotFound()
    away = require_age(url_for("drops.show", drop_slug=drop_slug))
    if away is not None:
        return away
    variant_id = _number("variant")
    if variant_id is None:
        raise Refused("choose-size", N_("Choose a size and a colour."), 422)
    try:
        joining.join(drop.id, current_user.id, variant_id, _number("quantity", "1") or 0, now())
    except Refused as refused:
        if refused.code != "waiting-already":
            raise
        flash(text_of(refused), "info")
        return redirect(url_for("waitlist.mine"))
    flash(gettext("You are on the waitlist. We write as soon as a piece comes free."), "ok")
    return redirect(url_for("waitlist.mine"))


@blueprint.get("/preorders/waitlist")
def mine() -> str:
    """What one waits for: offers with their deadline first."""
    entries = queries.of_person(db.session(), current_user.id, now() - SHOWN)
    return render_template("waitlist/mine.html", entries=entries)


@blueprint.get("/preorders/waitlist/<int:entry_id>/accept")
def accept(entry_id: int) -> Response:
    """The way from an offer to its order form; nothing is taken before that is sent.

    An add-on goes to somebody whose order of the drop stands as an order of its own; others choose a piece to go
    with it first.
    """
    entry = queries.entry(db.session(), entry_id)
    if entry is None or entry.person_id != current_user.id:
        raise NotFound()
    if entry.state != "offered" or entry.offer_until is None or entry.offer_until <= now():
        flash(gettext("That offer is over."), "warn")
        return redirect(url_for("waitlist.mine"))
    if entry.addon and not drops.stands_beside(db.session(), entry.drop_id, current_user.id):
        flash(gettext("It comes only beside something else: choose a piece of the drop, and it goes along."), "info")
        beside: dict[str, Any] = {f"addon{entry.product_id}": entry.variant_id}
        beside[f"count{entry.variant_id}"] = entry.offered_quantity
        return redirect(url_for("drops.show", drop_slug=entry.drop_slug, offer=entry.id, **beside))
    chosen: dict[str, Any] = {"product": entry.product_id, "size": entry.size, "colour": entry.colour}
    chosen |= {"quantity": entry.offered_quantity, "offer": entry.id}
    return redirect(url_for("drops.order", drop_slug=entry.drop_slug, **chosen))


@blueprint.post("/preorders/waitlist/<int:entry_id>/leave")
def leave(entry_id: int) -> Response:
    """Stop waiting, or let an offer go."""
    joining.leave(entry_id, current_user.id, now())
    flash(gettext("You don't wait for that any more."), "ok")
    return redirect(url_for("waitlist.mine"))


@desk.get("/<int:drop_id>/waitlist")
def demand(artist_slug: str, drop_id: int) -> str:
    """Who would buy more: the queue by SKU, with the pieces wanted beyond the cap."""
    drop = this_drop(drop_id)
    rows = queries.demand(db.session(), drop_id)
    return render_template("waitlist/demand.html", drop=drop, rows=rows)


def _number(name: str, default: str = "") -> int | None:
    text = request.form.get(name, default)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
