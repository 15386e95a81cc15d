"""The desk's list of orders: views, filters in the address, totals, the meter; one line for each SKU of an order."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import (
    checklist,
    desk_batches,
    desk_counts,
    desk_forecast,
    desk_order,
    desk_pages,
    desk_steps,
    desk_words,
    goals,
    order_list,
    queries,
    saved_views,
    tallies,
)
from preorders.charts import units_chart
from preorders.desk import desk, this_drop
from preorders.locking import course_of
from preorders.order_list import STATES, Filters
from preorders.rows import Catalogue, DropRow
from preorders.saved_views import View
from preorders.words import phase_word
from webapp.infra.db import db
from webapp.kernel.now import now

blueprint = desk  # with the routes of all its files
WITH_ROUTES = (desk_batches, desk_forecast, desk_order, desk_pages, desk_steps)


@desk.get("/<int:drop_id>/orders")
def orders(artist_slug: str, drop_id: int) -> str:
    """The list: filters in the address, totals, units, meter, exports of exactly this."""
    drop, filters, session, moment = this_drop(drop_id), Filters.of(request.args), db.session(), now()
    tally = tallies.counted(session, drop_id, filters)
    lines, more = order_list.page(session, drop_id, filters, _before(), tally.lines < order_list.RARE)
    found = tallies.units(session, drop_id, filters, tally)
    catalogue = queries.catalogue(session, drop_id)
    views = saved_views.of(g.artist.id, current_user.id)
    goal, counts = goals.standing(session, drop, moment), desk_counts.counts(session, drop_id)
    course = course_of(drop, goal is not None and goal.state == "missed")
    return render_template(
        "desk/orders.html",
        drop=drop,
        filters=filters,
        lines=lines,
        more=f"{more[0]}-{more[1]}" if more else None,
        tally=tally,
        units=found,
        chart=units_chart(found),
        catalogue=catalogue,
        countries=order_list.countries(session, drop_id),
        at=_addresses(drop, filters),
        tabs=_tabs(drop, filters, views),
        chips=_chips(drop, filters, catalogue),
        kept=next((view for view in views if view.filters == filters and view.mine), None),
        phase=drop.phase(moment),
        phase_name=phase_word(drop.phase(moment)),
        words=desk_words,
        counts=counts,
        goal=goal,
        missing=desk_counts.without_address(session, drop_id, 10) if counts.without_address else (),
        steps=checklist.steps(course, counts, moment),
        must_tell=checklist.must_tell(course, moment),
    )


@desk.get("/<int:drop_id>/orders/meter")
def meter(artist_slug: str, drop_id: int) -> str:
    """Goal and edition as they stand, alone: the page asks every few seconds."""
    return render_template("desk/meter.html", drop=this_drop(drop_id))


@desk.post("/<int:drop_id>/orders/views")
def save_view(artist_slug: str, drop_id: int) -> Response:
    """Keep the filters in the address under a name."""
    drop, filters = this_drop(drop_id), Filters.of(request.args)
    shared = request.form.get("shared") == "yes"
    saved_views.save(drop.artist_id, current_user.id, request.form.get("name", ""), filters, shared, now())
    flash(gettext("Kept: it stands among the views now."), "ok")
    return redirect(_addresses(drop, filters)("desk.orders"))


@desk.post("/<int:drop_id>/orders/views/<int:view_id>")
def change_view(artist_slug: str, drop_id: int, view_id: int) -> Response:
    """Rename one's own view, share it or not, or remove it."""
    drop, filters = this_drop(drop_id), Filters.of(request.args)
    if request.form.get("act") == "remove":
        saved_views.remove(view_id, drop.artist_id, current_user.id)
        flash(gettext("The view is removed."), "ok")
    else:
        shared = request.form.get("shared") == "yes"
        saved_views.rename(view_id, drop.artist_id, current_user.id, request.form.get("name", ""), shared)
        flash(gettext("Saved."), "ok")
    return redirect(_addresses(drop, filters)("desk.orders"))


def _addresses(drop: DropRow, filters: Filters) -> Callable[..., str]:
    """Return at(endpoint, **more): a page of this drop with the same filters."""
    here = {"artist_slug": g.artist.slug, "drop_id": drop.id}
    return lambda endpoint, **more: url_for(endpoint, **here, **filters.args(**more))


def _tabs(drop: DropRow, filters: Filters, views: Any) -> list[tuple[str, str, bool, None]]:
    at, here = _addresses(drop, filters), {"artist_slug": g.artist.slug, "drop_id": drop.id}
    built_in = [(desk_words.view_word(state), at("desk.orders", state=state), state) for state in STATES]
    is_saved = any(view.filters == filters for view in views)
    tabs = [(word, href, filters.state == state and not is_saved, None) for word, href, state in built_in]
    return tabs + [_saved_tab(view, here, filters) for view in views]


def _saved_tab(view: View, here: dict[str, Any], filters: Filters) -> tuple[str, str, bool, None]:
    return view.name, url_for("desk.orders", **here, **view.filters.args()), view.filters == filters, None


def _chips(drop: DropRow, filters: Filters, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return (words, where it leads without it) for each filter that is set."""
    product = catalogue.product(filters.product)
    said = {
        "product": product.title if product else "",
        "size": filters.size,
        "colour": filters.colour,
        "bundle": {"yes": gettext("In a bundle"), "no": gettext("Alone")}.get(filters.bundle, ""),
        "country": filters.country,
        "paid": {"yes": gettext("Paid"), "no": gettext("Not paid")}.get(filters.paid, ""),
        "q": f"“{filters.q}”" if filters.q else "",
    }
    at = _addresses(drop, filters)
    return [(word, at("desk.orders", **{name: None})) for name, word in said.items() if word]


def _before() -> tuple[int, int] | None:
    order_id, _, line_id = request.args.get("before", "").partition("-")
    parts = (order_id, line_id)
    if not all(part.isascii() and part.isdigit() and len(part) < 16 for part in parts):
        return None
    return int(order_id), int(line_id)
