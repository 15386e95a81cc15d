"""What fans see: the drop, the order form, their order."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.submissions import queries as submissions
from contests.submissions import worn
from preorders import basket, pricing, queries, service
from preorders.forms import OrderForm
from preorders.phases import PUBLIC, STEPS, Phase
from preorders.rows import Catalogue, DropRow
from preorders.words import phase_word
from webapp.accounts import queries as accounts
from webapp.accounts.guards import members_blueprint, public_blueprint, require_age
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

drops: Blueprint = public_blueprint("drops", __name__, url_prefix="/drops")
orders: Blueprint = members_blueprint("preorders", __name__, url_prefix="/preorders")


@drops.get("/<drop_slug>")
def show(drop_slug: str) -> str:
    """The drop: picture, price, sizes, what is left, what happens when."""
    drop = _public(drop_slug)
    return render_template("preorders/drop.html", **_drop_page(drop), args=request.args)


@drops.route("/<drop_slug>/preorder", methods=["GET", "POST"])
@limiter.limit("60/minute", methods=["POST"])
def order(drop_slug: str) -> Any:
    """The second half of the order: where the parcel goes, and confirm. What was chosen is in the query."""
    drop = _public(drop_slug)
    here = request.full_path.rstrip("?")
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in", next=here))
    away = require_age(here)
    if away is not None:
        return away
    catalogue = queries.catalogue(db.session(), drop.id)
    chosen = basket.read(catalogue, request.args)
    try:
        item = chosen.item() if chosen else abort(404)
        quoted = service.quote(catalogue, queries.tariff(db.session(), drop), [item], current_user.country or "")
    except Refused as refused:
        return _choose_again(drop, text_of(refused))
    form = OrderForm(key=secrets.token_urlsafe(18), name=current_user.display_name)
    trouble = ""
    if form.submitted():
        try:
            placed = service.place(drop.id, current_user.id, [item], form.contact(), str(form.key.data), now())
            return redirect(url_for("preorders.mine", number=placed.number, placed=1))
        except Refused as refused:
            trouble, status = text_of(refused), refused.status
    page = render_template(
        "preorders/order_form.html",
        drop=drop,
        form=form,
        trouble=trouble,
        lines=_in_words(catalogue, quoted.lines),
        total=quoted.bill.total_minor,
        is_open=drop.phase(now()) is Phase.OPEN,
    )
    return page, (status if trouble else 422 if form.errors else 200)


@orders.get("/<number>")
def mine(number: str) -> str:
    """A fan's own order: what it holds, where it stands, cancel."""
    found = queries.by_number(db.session(), number)
    if found is None or found.person_id != current_user.id:
        raise NotFound()
    drop = queries.drop(db.session(), found.drop_id)
    assert drop is not None
    return render_template(
        "preorders/order.html",
        order=found,
        drop=drop,
        lines=queries.lines(db.session(), found.id),
        may_cancel=found.state == "reserved" and drop.phase(now()) is Phase.OPEN,
        just_placed=request.args.get("placed") == "1" and found.state == "reserved",
    )


@orders.post("/<number>/cancel")
def cancel(number: str) -> Response:
    """Cancel one's own order."""
    found = queries.by_number(db.session(), number)
    if found is None or found.person_id != current_user.id:
        raise NotFound()
    service.cancel(found.id, current_user.id, now())
    flash(gettext("Your order is cancelled. Nothing is owed."), "ok")
    return redirect(url_for("preorders.mine", number=number))


def _public(drop_slug: str) -> DropRow:
    drop = queries.by_slug(db.session(), drop_slug)
    if drop is None or drop.phase(now()) not in PUBLIC or drop.published_at is None:
        raise NotFound()
    return drop


def _drop_page(drop: DropRow) -> dict[str, Any]:
    session, moment = db.session(), now()
    cards = submissions.cards(session, [drop.submission_id]) if drop.submission_id else {}
    catalogue = queries.catalogue(session, drop.id)
    chosen = {product.id: _chosen(catalogue, product.id) for product in catalogue.products}
    return {
        "drop": drop,
        "phase": drop.phase(moment),
        "steps": _steps(drop.phase(moment)),
        "artist": accounts.artist(session, drop.artist_id),
        "design": next(iter(cards.values()), None),
        "catalogue": catalogue,
        "chosen": chosen,
        "slides": _slides(drop, catalogue, chosen),
        "sold_out": drop.left == 0,
        "trouble": "",
    }


def _slides(drop: DropRow, catalogue: Catalogue, chosen: dict[int, basket.Basket | None]) -> list[worn.Worn | None]:
    """Return the winner on what can be ordered, the chosen colour first, then itself; nothing without mockups."""
    if drop.submission_id is None or drop.contest_id is None:
        return []
    session = db.session()
    found = submissions.mockups(session, [drop.submission_id]).get(drop.submission_id, [])
    offered = {(product.kind, hex_.upper()) for product in catalogue.products for _name, hex_ in product.colours}
    first = {
        (product.kind, hex_.upper())
        for product in catalogue.products
        for name, hex_ in product.colours
        if (asked := chosen[product.id]) and asked.colour == name
    }
    all_worn = worn.worn(found, contests.products(session, drop.contest_id))
    ours = [each for each in all_worn if (each.kind, each.hex) in offered]
    return worn.slides(sorted(ours, key=lambda each: (each.kind, each.hex) not in first))


def _chosen(catalogue: Catalogue, product_id: int) -> basket.Basket | None:
    asked = request.args if request.args.get("product", str(product_id)) == str(product_id) else {}
    return basket.read(catalogue, {**asked, "product": str(product_id)})


def _choose_again(drop: DropRow, trouble: str) -> tuple[str, int]:
    page = {**_drop_page(drop), "trouble": trouble}
    return render_template("preorders/drop.html", **page, args=request.args), 422


def _steps(phase: Phase) -> list[tuple[str, str, str]]:
    if phase not in STEPS:
        return []
    here = STEPS.index(phase)
    states = ["done" if i < here else "now" if i == here else "next" for i in range(len(STEPS))]
    return [(phase_word(step), state, "") for step, state in zip(STEPS, states, strict=True)]


def _in_words(catalogue: Catalogue, lines: tuple[pricing.Line, ...]) -> list[dict[str, Any]]:
    words = []
    for line in lines:
        variant = catalogue.variant(line.variant_id)
        product = catalogue.product(variant.product_id)
        assert product is not None
        title = ", ".join(filter(None, (product.title, variant.size, variant.colour)))
        words.append({"words": title, "quantity": line.quantity, "price_minor": line.price_minor})
    return words
