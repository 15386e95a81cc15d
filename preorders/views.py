"""What fans see of a drop: its page and the order form. Their own orders are in order_views.py."""

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from contests import queries as contests
from contests.submissions import queries as submissions
from contests.submissions import worn
from preorders import basket, bills, gone, queries, service, till
from preorders.forms import CountryForm, OrderForm, countries, country_name
from preorders.ordering import Contact
from preorders.payments import service as payments
from preorders.phases import PUBLIC, STEPS, Phase
from preorders.pricing import Quote
from preorders.rows import Catalogue, DropRow, PreorderRow
from preorders.tariffs import Tariff
from preorders.words import phase_word
from webapp.accounts import queries as accounts
from webapp.accounts.guards import public_blueprint, require_age
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.infra.whole import same_for_strangers
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

# What somebody typed into the order form, its key among it, so that a second press is still the same order.
KEPT = {"csrf_token", "seen", *Contact.__dataclass_fields__, "key"}
drops: Blueprint = public_blueprint("drops", __name__, url_prefix="/drops")


@drops.get("/<drop_slug>")
@same_for_strangers
def show(drop_slug: str) -> str:
    """The drop: picture, price, sizes, shipping, what is left, what happens when."""
    drop = _public(drop_slug)
    return render_template("preorders/drop.html", **_drop_page(drop), args=request.args)


@drops.route("/<drop_slug>/preorder", methods=["GET", "POST"])
def order(drop_slug: str) -> Any:
    """The second half of the order: where the parcel goes, and confirm. What was chosen is in the query."""
    at = till.by_slug(drop_slug, current_user.id, request.form.get("key", ""))
    drop = _told(at.drop if at else None)
    assert at is not None
    here = request.full_path.rstrip("?")
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in", next=here))
    away = require_age(here)
    if away is not None:
        return away
    if request.method == "POST" and not request.args.get("offer") and at.gone(now()):
        return _gone(drop)  # before its limit: there is nothing to guard, and most of a rush ends here
    return _order(at)


@limiter.limit("60/minute", methods=["POST"])
def _order(at: till.Till) -> Any:
    """The form of the order, empty or sent."""
    drop, catalogue, tariff = at.drop, at.catalogue(), at.tariff()
    chosen = basket.read(catalogue, request.args) or abort(404)
    form = _form(drop, chosen, tariff, at.buyer.country or "" if at.buyer else "")
    try:
        items = chosen.items()
        beside = service.goes_beside(db.session(), drop.id, current_user.id, items, catalogue)
        quote = service.quote(catalogue, tariff, items, str(form.country.data or ""), beside)
    except Refused as refused:
        return _choose_again(drop, text_of(refused))
    trouble, status = "", 422 if form.errors else 200
    if form.submitted():
        if _seen(form) not in (None, quote.bill.total_minor):
            return _form_page(drop, catalogue, tariff, form, quote, "", now_costs=True), 409
        try:
            return _placed(service.place_at(
                at, items, form.contact(), str(form.key.data), now(),
                offer_id=chosen.offer_id, country=str(form.country.data or ""), priced=quote,
            ))  # fmt: skip
        except Refused as refused:
            if (refused.code, refused.details.get("left")) == ("sold-out", 0):
                return _gone(drop)
            trouble, status = _why(refused, form), refused.status
    return _form_page(drop, catalogue, tariff, form, quote, trouble), 422 if form.errors else status


def _gone(drop: DropRow) -> tuple[str, int]:
    """Say that the edition is gone, on a page that asks nobody for anything: most of a rush gets it, all at once.

    What was typed is kept on it, and can be sent again.
    """
    typed = {name: value for name, value in request.form.items() if name in KEPT}
    return gone.page(drop, drop.phase(now()) is Phase.OPEN, request.full_path, typed), 409


def _why(refused: Refused, form: Any) -> str:
    """Return why nothing was ordered; a form that was sent before, with something else in it, gets a new key."""
    if refused.code != "key-reused":
        return text_of(refused)
    form.key.data = _new_key()
    return str(gettext("You sent this form before with something else in it: that is ordered. Press again for this."))


def _new_key() -> str:
    return secrets.token_urlsafe(18)


def _form(drop: DropRow, chosen: basket.Basket, tariff: Tariff, home: str) -> Any:
    """The form of the drop: an address, or the country alone when addresses are asked later."""
    likely = basket.likely_country(tariff, chosen.country, home)
    key = _new_key()
    if drop.address_when == "later":
        return CountryForm(tariff.served, key=key, country=likely)
    return OrderForm(tariff.served, key=key, country=likely, name=current_user.display_name)


def _seen(form: Any) -> int | None:
    return basket.number(form.seen.data)


def _form_page(
    drop: DropRow,
    catalogue: Catalogue,
    tariff: Tariff,
    form: Any,
    quote: Quote,
    trouble: str,
    now_costs: bool = False,
) -> str:
    form.seen.data = str(quote.bill.total_minor)
    moment = now()
    return render_template(
        "preorders/order_form.html",
        drop=drop,
        form=form,
        trouble=trouble,
        now_costs=now_costs,
        total=quote.bill.total_minor,
        bill=bills.quoted(quote, catalogue, tariff, drop.currency),
        asks_country=tariff.needs_country,
        is_open=drop.phase(moment) is Phase.OPEN or _early(drop),
    )


def _placed(order: PreorderRow) -> Any:
    """Go where the order is paid, or to its page; it is kept whether or not the payment page can be reached."""
    if order.awaits_payment:
        try:
            way = payments.begin(order.id, current_user.id, now())
            if way is not None:
                return redirect(way, 303)
        except Refused as refused:
            flash(text_of(refused), "warn")
    return redirect(url_for("preorders.mine", number=order.number, placed=1))


def _public(drop_slug: str) -> DropRow:
    return _told(queries.by_slug(db.session(), drop_slug))


def _told(drop: DropRow | None) -> DropRow:
    """Return a drop that everybody may see; raises NotFound."""
    if drop is None or drop.phase(now()) not in PUBLIC or drop.published_at is None:
        raise NotFound()
    return drop


def _early(drop: DropRow) -> bool:
    return service.may_order_early(db.session(), drop, current_user.id, now())


def _drop_page(drop: DropRow) -> dict[str, Any]:
    session, moment = db.session(), now()
    cards = submissions.cards(session, [drop.submission_id]) if drop.submission_id else {}
    catalogue = queries.catalogue(session, drop.id)
    tariff = queries.tariff(session, drop)
    asked = basket.country_code(request.args.get("country", ""))
    country = basket.likely_country(tariff, asked)
    chosen = {product.id: _chosen(catalogue, product.id, asked) for product in catalogue.products}
    early = _early(drop)
    return {
        "drop": drop,
        "phase": drop.phase(moment),
        "steps": _steps(drop.phase(moment)),
        "artist": accounts.artist(session, drop.artist_id),
        "design": next(iter(cards.values()), None),
        "catalogue": catalogue,
        "chosen": chosen,
        "slides": _slides(drop, catalogue, chosen),
        "early": early,
        "is_open": early or drop.phase(moment) is Phase.OPEN,
        "sold_out": drop.left is not None and drop.left <= 0,
        "country": country,
        "shipping": _shipping(tariff, country, drop.currency),
        "countries": countries(tariff.served) if tariff.zones else [],
        "trouble": "",
    }


def _shipping(tariff: Tariff, country: str, currency: str) -> str:
    """Return what shipping costs, in words; '' for a drop without zones."""
    zone = tariff.zone(country) if country and tariff.serves(country) else None
    return bills.zone_words(zone, country, currency) if zone else ""


def _slides(drop: DropRow, catalogue: Catalogue, chosen: dict[int, basket.Basket | None]) -> list[worn.Worn | None]:
    """Return the winner on what can be ordered, the chosen colour first, then itself; nothing without mockups."""
    if drop.submission_id is None:
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
    all_worn = worn.worn(found, contests.products(session, drop.contest_id) if drop.contest_id else ())
    ours = [each for each in all_worn if (each.kind, each.hex) in offered]
    return worn.slides(sorted(ours, key=lambda each: (each.kind, each.hex) not in first))


def _chosen(catalogue: Catalogue, product_id: int, country: str) -> basket.Basket | None:
    asked = request.args if request.args.get("product", str(product_id)) == str(product_id) else {}
    found = basket.read(catalogue, {**asked, "product": str(product_id)})
    return replace(found, country=country) if found else None


def _choose_again(drop: DropRow, trouble: str) -> tuple[str, int]:
    page = {**_drop_page(drop), "trouble": trouble}
    return render_template("preorders/drop.html", **page, args=request.args), 422


def _steps(phase: Phase) -> list[tuple[str, str, str]]:
    if phase not in STEPS:
        return []
    here = STEPS.index(phase)
    states = ["done" if i < here else "now" if i == here else "next" for i in range(len(STEPS))]
    return [(phase_word(step), state, "") for step, state in zip(STEPS, states, strict=True)]


@drops.app_template_filter("country")
def country(code: str) -> str:
    """Return a country code as the country's name."""
    return country_name(code)
