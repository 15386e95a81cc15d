"""The merch staff's desk: drops, the draft form, publishing. Orders are in desk_orders.py."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.submissions import queries as submissions
from contests.submissions.worn import Worn, in_colour, worn
from preorders import measures, order_list, payments, queries, service
from preorders.catalogue_forms import class_words, read_catalogue, read_tariff, sent_rows, tariff_rows
from preorders.desk_forms import BundleForm, DropForm, NewDropForm, ProductForm, ReasonForm, amount, said
from preorders.forms import countries
from preorders.phases import Phase
from preorders.rows import Catalogue, DropRow
from preorders.words import phase_word
from voting.wearing import telling
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

desk = team_blueprint("desk", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops")


def this_drop(drop_id: int) -> DropRow:
    """Return a drop of the artist in the address; a foreign one does not exist."""
    drop = queries.drop(db.session(), drop_id)
    if drop is None or drop.artist_id != g.artist.id:
        raise NotFound()
    return drop


def back_to(endpoint: str, drop_id: int, **args: Any) -> Response:
    """Return the way back to one of the drop's pages."""
    return redirect(url_for(endpoint, artist_slug=g.artist.slug, drop_id=drop_id, **args))


@desk.get("")
def drops(artist_slug: str) -> str:
    """All drops of the artist."""
    moment = now()
    found = [(drop, phase_word(drop.phase(moment))) for drop in queries.of_artist(db.session(), g.artist.id)]
    counts = order_list.counts_by_artist(db.session(), g.artist.id)
    return render_template("desk/drops.html", drops=found, counts=counts)


@desk.route("/new", methods=["GET", "POST"])
def new_drop(artist_slug: str) -> Any:
    """A drop without a contest: title, product, price, window; the draft form follows."""
    cards = submissions.cards(db.session(), service.won_designs(db.session(), g.artist.id))
    earlier = queries.of_artist(db.session(), g.artist.id)
    zone = earlier[0].timezone if earlier else current_user.timezone or "UTC"
    form, faults = NewDropForm([(card.id, card.title) for card in cards.values()]), list[str]()
    if form.submitted():
        try:
            drop_id = service.draft_alone(g.artist.id, current_user.id, form.new_drop(zone), now())
            flash(gettext("Drafted. Look at it and publish."), "ok")
            return back_to("desk.edit", drop_id)
        except Refused as refused:
            faults = said(refused)
    page = render_template("desk/new.html", form=form, faults=faults, zone=zone)
    return page, 422 if faults or form.errors else 200


@desk.route("/<int:drop_id>/rates", methods=["GET", "POST"])
def rates(artist_slug: str, drop_id: int) -> Any:
    """What is added to prices: tax by country and class, shipping by zone."""
    drop = this_drop(drop_id)
    tariff, faults = queries.tariff(db.session(), drop), list[str]()
    rows = tariff_rows(tariff, drop.currency)
    if request.method == "POST":
        tariff, faults = read_tariff(request.form, drop.currency)
        rows = sent_rows(request.form)
        try:
            if not faults:
                service.set_tariff(drop_id, current_user.id, tariff, now())
                flash(gettext("Saved."), "ok")
                return back_to("desk.rates", drop_id)
        except Refused as refused:
            faults = said(refused)
    return render_template(
        "desk/rates.html",
        drop=drop,
        rows=rows,
        faults=faults,
        included=tariff.included,
        classes=class_words(),
        countries=countries(),
    ), 422 if faults else 200


@desk.route("/<int:drop_id>", methods=["GET", "POST"])
def edit(artist_slug: str, drop_id: int) -> Any:
    """The draft form, prefilled; after publishing, what may still change."""
    drop = this_drop(drop_id)
    if request.method == "GET":
        return _edit_page(drop, DropForm.of(drop), [])
    form = DropForm().knowing(drop)
    faults = _save(drop, form)
    if faults or form.errors:
        return _edit_page(drop, form, faults), 422
    flash(gettext("Saved."), "ok")
    return back_to("desk.edit", drop_id)


@desk.post("/<int:drop_id>/publish")
def publish(artist_slug: str, drop_id: int) -> Any:
    """Save the form that was sent along, then publish."""
    drop = this_drop(drop_id)
    form = DropForm().knowing(drop)
    faults = _save(drop, form)
    if not faults and not form.errors:
        try:
            service.publish(drop_id, current_user.id, now())
            flash(gettext("Published. Everybody who took part is told when preorders open."), "ok")
            return back_to("desk.edit", drop_id)
        except Refused as refused:
            faults = said(refused)
    return _edit_page(drop, form, faults), 422


@desk.post("/<int:drop_id>/products")
def add_product(artist_slug: str, drop_id: int) -> Any:
    """Add a product to a draft, e.g. the album."""
    drop, form = this_drop(drop_id), ProductForm()
    form.price.currency = drop.currency
    if not form.validate():
        return _edit_page(drop, DropForm.of(drop), [], product_form=form), 422
    new = service.NewProduct(
        form.kind.data,
        form.title.data or "",
        form.price.minor or 0,
        bool(form.in_edition.data),
        form.size_list(),
        cap=form.cap.data,
        addon=bool(form.addon.data),
    )
    service.add_product(drop_id, current_user.id, new, now())
    return back_to("desk.edit", drop_id)


@desk.post("/<int:drop_id>/products/<int:product_id>/remove")
def remove_product(artist_slug: str, drop_id: int, product_id: int) -> Response:
    """Remove a product from a draft."""
    service.remove_product(this_drop(drop_id).id, product_id, current_user.id, now())
    return back_to("desk.edit", drop_id)


@desk.post("/<int:drop_id>/bundles")
def add_bundle(artist_slug: str, drop_id: int) -> Any:
    """Join two products of a draft for one price."""
    drop, form = this_drop(drop_id), BundleForm()
    _offer_products(drop, form)
    if not form.validate():
        return _edit_page(drop, DropForm.of(drop), [], bundle_form=form), 422
    parts = {form.first.data: 1, form.second.data: 1}
    try:
        service.add_bundle(drop_id, current_user.id, form.title.data or "", form.price.minor or 0, parts, now())
    except Refused as refused:
        return _edit_page(drop, DropForm.of(drop), said(refused), bundle_form=form), refused.status
    return back_to("desk.edit", drop_id)


@desk.post("/<int:drop_id>/bundles/<int:bundle_id>/remove")
def remove_bundle(artist_slug: str, drop_id: int, bundle_id: int) -> Response:
    """Remove a bundle from a draft."""
    service.remove_bundle(this_drop(drop_id).id, bundle_id, current_user.id, now())
    return back_to("desk.edit", drop_id)


@desk.post("/<int:drop_id>/cancel")
def cancel(artist_slug: str, drop_id: int) -> Any:
    """Call the drop off, with a reason everybody who ordered reads."""
    drop, form = this_drop(drop_id), ReasonForm()
    if not form.validate():
        return _edit_page(drop, DropForm.of(drop), [], reason_form=form), 422
    count = service.cancel_drop(drop_id, current_user.id, form.reason.data or "", now())
    flash(gettext("Called off. Orders released: %(count)s.", count=count), "ok")
    return back_to("desk.edit", drop_id)


def _save(drop: DropRow, form: DropForm) -> list[str]:
    """Write what the form says; return what went wrong beside the form's own errors."""
    if not form.validate():
        return []
    catalogue = queries.catalogue(db.session(), drop.id)
    sent = read_catalogue(catalogue, drop.currency, request.form)
    if sent.faults:
        return sent.faults
    try:
        changes = {**form.changes(drop), "products": sent.products, "variants": sent.variants}
        service.update_drop(drop.id, current_user.id, changes, now())
        if sent.caps:
            service.set_caps(drop.id, current_user.id, sent.caps, now())
    except Refused as refused:
        return said(refused)
    return []


def _edit_page(drop: DropRow, form: DropForm, faults: list[str], **forms: Any) -> str:
    session, phase = db.session(), drop.phase(now())
    cards = submissions.cards(session, [drop.submission_id]) if drop.submission_id else {}
    catalogue = queries.catalogue(session, drop.id)
    bundle_form = forms.get("bundle_form") or BundleForm(formdata=None)
    bundle_form.first.choices = bundle_form.second.choices = [(p.id, p.title) for p in catalogue.products]
    return render_template(
        "desk/drop.html",
        drop=drop,
        form=form,
        faults=faults,
        phase=phase,
        phase_name=phase_word(phase),
        is_draft=phase is Phase.DRAFT,
        design=next(iter(cards.values()), None),
        outlook=_outlook(drop),
        between=telling.between,
        worn=_worn(drop, catalogue),
        catalogue=catalogue,
        tariff=queries.tariff(session, drop),
        classes=class_words(),
        can_charge=payments.available(),
        sent=request.form,
        amount=amount,
        chart_text=measures.written,
        product_form=forms.get("product_form") or ProductForm(formdata=None),
        bundle_form=bundle_form,
        reason_form=forms.get("reason_form") or ReasonForm(formdata=None),
    )


def _worn(drop: DropRow, catalogue: Catalogue) -> Worn | None:
    """Return the winner on the drop's first product, in its first colour; None without mockups."""
    if drop.submission_id is None or not catalogue.products:
        return None
    found = submissions.mockups(db.session(), [drop.submission_id]).get(drop.submission_id, [])
    product = catalogue.products[0]
    return in_colour(worn(found), next((hex_ for _name, hex_ in product.colours), ""), product.kind)


def _outlook(drop: DropRow) -> telling.Outlook | None:
    """Return what to expect of a drop that came out of a contest; once it is locked the orders say it."""
    if drop.contest_id is None or drop.submission_id is None or drop.locked_at or drop.cancelled_at:
        return None
    return telling.outlook(db.session(), drop.contest_id, [drop.submission_id]).get(drop.submission_id)


def _offer_products(drop: DropRow, form: BundleForm) -> None:
    products = queries.catalogue(db.session(), drop.id).products
    form.first.choices = form.second.choices = [(product.id, product.title) for product in products]
    form.price.currency = drop.currency
