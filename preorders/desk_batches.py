"""Acts on many orders: what it would do is shown first, then it is done, and how far that is can be looked at."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from preorders import batches, desk_words, order_list, tallies
from preorders.batches import Wanted
from preorders.desk import desk, this_drop
from preorders.order_list import Filters
from preorders.rows import DropRow
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

SHOWN = 10


@desk.post("/<int:drop_id>/orders/bulk")
def bulk(artist_slug: str, drop_id: int) -> str:
    """What the act would do to the ticked orders, or to all that match; nothing is done yet."""
    drop = this_drop(drop_id)
    wanted = _wanted()
    if wanted.action not in batches.ACTIONS:
        raise Refused("unknown-action", N_("Choose what to do with these orders."), 422)
    batches.require(drop, Wanted(wanted.action, wanted.filters, reason="-"))
    return _preview(drop, wanted, "")


@desk.post("/<int:drop_id>/orders/batches")
def ask_batch(artist_slug: str, drop_id: int) -> Any:
    """Do it."""
    drop, wanted = this_drop(drop_id), _wanted()
    if wanted.action == "cancel" and not wanted.reason:
        return _preview(drop, wanted, gettext("Say why: the buyer reads it.")), 422
    token = request.form.get("token", "")[:40] or batches.new_token()
    count = _count(drop, wanted)[0]
    batch_id = batches.ask(drop_id, current_user.id, wanted, token, count, now())
    return redirect(url_for("desk.batch", artist_slug=g.artist.slug, drop_id=drop_id, batch_id=batch_id), 303)


@desk.get("/<int:drop_id>/orders/batches/<int:batch_id>")
def batch(artist_slug: str, drop_id: int, batch_id: int) -> str:
    """How far it is, and which orders refused."""
    drop, found = this_drop(drop_id), batches.find(db.session(), drop_id, batch_id)
    if found is None:
        raise NotFound()
    refusals = [(number, gettext(sentence, **params)) for number, sentence, params in found.refusals]
    back = url_for("desk.orders", artist_slug=g.artist.slug, drop_id=drop_id, **Filters.kept(found.filters).args())
    return render_template(
        "desk/batch.html",
        drop=drop,
        batch=found,
        action=desk_words.action_word(found.action),
        refusals=refusals,
        back=back,
        gave_up=found.done_at is None and found.attempts >= batches.ATTEMPTS,
    )


def _wanted() -> Wanted:
    form = request.form
    chosen: tuple[int, ...] = ()
    if form.get("which") != "all":
        ticked = {int(each) for each in form.getlist("order") if each.isascii() and each.isdigit() and len(each) < 16}
        chosen = tuple(sorted(ticked))[: batches.AT_ONCE]
        if not chosen:
            raise Refused("nothing-chosen", N_("Tick some orders first, or all that match."), 422)
    reason, tracking = (form.get(name, "").replace("\x00", "").strip() for name in ("reason", "tracking"))
    return Wanted(form.get("action", ""), Filters.of(request.args), chosen, reason[:1000], tracking[:80])


def _preview(drop: DropRow, wanted: Wanted, fault: str) -> str:
    count, exact = _count(drop, wanted)
    session, newest = db.session(), order_list.newest_id(db.session(), drop.id)
    ids = wanted.chosen or order_list.matching_ids(session, drop.id, wanted.filters, 0, newest, SHOWN)
    here = {"artist_slug": g.artist.slug, "drop_id": drop.id, **wanted.filters.args()}
    return render_template(
        "desk/bulk.html",
        drop=drop,
        wanted=wanted,
        action=desk_words.action_word(wanted.action),
        icon_name=desk_words.ICONS[wanted.action],
        count=count,
        exact=exact,
        numbers=order_list.numbers(session, drop.id, ids[:SHOWN]),
        fault=fault,
        token=batches.new_token(),
        post_to=url_for("desk.ask_batch", **here),
        back=url_for("desk.orders", **here),
    )


def _count(drop: DropRow, wanted: Wanted) -> tuple[int, bool]:
    """Return how many orders are meant, and whether that is exact."""
    if wanted.chosen:
        return len(order_list.numbers(db.session(), drop.id, wanted.chosen)), True
    tally = tallies.counted(db.session(), drop.id, wanted.filters)
    return (tally.lines, False) if tally.orders is None else (tally.orders, tally.at is None)
