"""Parcels at the desk: a file of tracking numbers with a look before anything changes, and one parcel by hand."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import queries as drops
from preorders.rows import DropRow
from preorders.shipping import importing, parcels, queries, service
from preorders.shipping.forms import ImportForm, ParcelForm
from preorders.shipping.models import ParcelImport
from preorders.shipping.planning import WHY
from webapp.accounts import queries as accounts
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

blueprint = team_blueprint("parcels", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops")
SHOWN = 200  # lines of a plan on the page


@blueprint.route("/<int:drop_id>/parcels", methods=["GET", "POST"])
def imports(artist_slug: str, drop_id: int) -> Any:
    """Take a file of tracking numbers; what it would do is shown before anything is done."""
    drop, form, trouble = _this_drop(drop_id), ImportForm(), ""
    if form.submitted():
        sent = form.file.data
        try:
            data = sent.read(importing.MOST_BYTES + 1)
            import_id = service.look(drop.id, current_user.id, sent.filename or "", data, now())
            return redirect(_address("parcels.look", drop_id, import_id=import_id))
        except Refused as refused:
            trouble = text_of(refused)
    found = queries.imports(db.session(), drop.id)
    names = accounts.names(db.session(), {each.by_id for each in found})
    page = render_template("shipping/imports.html", drop=drop, form=form, trouble=trouble, imports=found, names=names)
    return page, 422 if trouble or form.errors else 200


@blueprint.get("/<int:drop_id>/parcels/<int:import_id>")
def look(artist_slug: str, drop_id: int, import_id: int) -> str:
    """What an import would do; once confirmed, what became of it."""
    drop, found = _this_drop(drop_id), _import(drop_id, import_id)
    plan = None if found.done_at else service.plan_of(db.session(), found)
    left = [(line, why) for line, why in found.left] if plan is None else plan.left
    words = [(line, gettext(WHY.get(why, why))) for line, why in left[:SHOWN]]
    return render_template(
        "shipping/look.html", drop=drop, found=found, plan=plan, left=words, more=len(left) - len(words), shown=SHOWN
    )


@blueprint.post("/<int:drop_id>/parcels/<int:import_id>/confirm")
def confirm(artist_slug: str, drop_id: int, import_id: int) -> Response:
    """Let a worker make the parcels."""
    service.confirm(import_id, _this_drop(drop_id).id, current_user.id, now())
    flash(gettext("The parcels are being noted. Each buyer is told once."), "ok")
    return redirect(_address("parcels.look", drop_id, import_id=import_id))


@blueprint.post("/<int:drop_id>/orders/<number>/parcel")
def by_hand(artist_slug: str, drop_id: int, number: str) -> Response:
    """Send a part of one order, or the rest of it."""
    drop, form = _this_drop(drop_id), ParcelForm()
    found = drops.by_number(db.session(), number)
    if found is None or found.drop_id != drop.id:
        raise NotFound()
    if not form.validate():
        raise Refused("bad-parcel", N_("Check the carrier and the tracking number: they are too long."), 422)
    lines, unpaid_too = _lines(), request.form.get("unpaid") == "yes"
    carrier, tracking = form.carrier.data or "", form.tracking.data or ""
    parcels.send(found.id, drop.artist_id, current_user.id, lines, carrier, tracking, now(), unpaid_too)
    flash(gettext("Noted; the buyer is told."), "ok")
    return redirect(_address("desk.order", drop_id, number=number))


def _lines() -> dict[int, int]:
    """Return pieces by line id; raises Refused for what is no number."""
    lines = {}
    for name, typed in request.form.items():
        line = name.removeprefix("line-")
        if name == line:
            continue
        if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in (line, typed.strip() or "0")):
            raise Refused("bad-quantity", N_("Write whole numbers of pieces."), 422)
        lines[int(line)] = int(typed or 0)
    return lines


def _this_drop(drop_id: int) -> DropRow:
    drop = drops.drop(db.session(), drop_id)
    if drop is None or drop.artist_id != g.artist.id:
        raise NotFound()
    return drop


def _import(drop_id: int, import_id: int) -> ParcelImport:
    found = queries.parcel_import(db.session(), import_id)
    if found is None or found.drop_id != drop_id:
        raise NotFound()
    return found


def _address(endpoint: str, drop_id: int, **values: Any) -> str:
    return url_for(endpoint, artist_slug=g.artist.slug, drop_id=drop_id, **values)
