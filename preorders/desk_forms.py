"""Shapes of what merch staff send."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateTimeLocalField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from contests.local_time import to_instant, to_local
from preorders import measures
from preorders.rows import Catalogue, DropRow
from webapp.infra.errors import text_of
from webapp.infra.forms import Form, TextField, strip
from webapp.kernel.money import Money, exponent
from webapp.kernel.refusal import Refused

KINDS = ("tee", "hoodie", "tote", "poster", "album", "other")
MOST_MINOR = 100_000_00


def minor_of(text: str, currency: str) -> int:
    """Return '29.90' or '29,90' as minor units; raises ValueError for anything else."""
    try:
        amount = Decimal(text.strip().replace(",", ".")).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= MOST_MINOR:
        raise ValueError(text)
    return int(amount)


class PriceField(TextField):
    """An amount of money, kept in minor units in `minor`; the form's `currency` says which."""

    minor: int | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the amount."""
        try:
            self.minor = minor_of(self.data or "", self.currency)
        except ValueError as error:
            raise ValidationError(gettext("Write an amount such as 29.90.")) from error

    currency = "EUR"


class DropForm(Form):
    """A drop's own columns. Prices, measures and SKU caps are read beside it, since their number varies."""

    title = TextField(lazy_gettext("Title"), [InputRequired(), Length(max=120)])
    story_md = TextAreaField(lazy_gettext("Story"), [Optional(), Length(max=5000)], filters=[strip])
    edition_cap = IntegerField(lazy_gettext("Edition: pieces at most"), [Optional(), NumberRange(1, 1_000_000)])
    goal = IntegerField(lazy_gettext("Goal: made from so many pieces"), [Optional(), NumberRange(1, 1_000_000)])
    per_person = IntegerField(lazy_gettext("Pieces per person"), [InputRequired(), NumberRange(1, 100)])
    opens_at = DateTimeLocalField(lazy_gettext("Preorders open"), [InputRequired()])
    closes_at = DateTimeLocalField(lazy_gettext("Preorders close"), [InputRequired()])
    ships_by = DateTimeLocalField(lazy_gettext("Parcels leave by"), [Optional()])

    @classmethod
    def of(cls, drop: DropRow) -> "DropForm":
        """Return the form filled from a drop, its moments on the clocks of the drop's zone."""
        names = ("opens_at", "closes_at", "ships_by")
        local = {name: _local(getattr(drop, name), drop.timezone) for name in names}
        return cls(data={**vars(drop), **local})

    def changes(self, drop: DropRow) -> dict[str, Any]:
        """Return the columns to write; raises Refused for a time the clocks skip."""
        moments = ("opens_at", "closes_at", "ships_by")
        values = {name: self[name].data for name in ("title", "edition_cap", "goal", "per_person")}
        values["story_md"] = self.story_md.data or ""
        return values | {name: _instant(self[name].data, getattr(drop, name), drop.timezone) for name in moments}


class ProductForm(Form):
    """A product added by hand, e.g. the album."""

    kind = SelectField(lazy_gettext("Kind"), default="album")
    title = TextField(lazy_gettext("Name"), [InputRequired(), Length(max=100)])
    price = PriceField(lazy_gettext("Price, tax included"), [InputRequired()])
    sizes = TextField(
        lazy_gettext("Sizes or formats"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Separated by commas; leave empty when there is but one."),
    )
    cap = IntegerField(lazy_gettext("Pieces of each at most"), [Optional(), NumberRange(0, 1_000_000)])
    in_edition = BooleanField(lazy_gettext("Counts against the edition"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "tee": gettext("T-shirt"),
            "hoodie": gettext("Hoodie"),
            "tote": gettext("Tote bag"),
            "poster": gettext("Poster"),
            "album": gettext("Album"),
            "other": gettext("Something else"),
        }
        self.kind.choices = [(kind, words[kind]) for kind in KINDS]

    def size_list(self) -> list[str]:
        """Return the sizes typed."""
        return [size.strip()[:20] for size in (self.sizes.data or "").split(",") if size.strip()]


class BundleForm(Form):
    """Two products for one price."""

    title = TextField(lazy_gettext("Name"), [InputRequired(), Length(max=120)])
    first = SelectField(lazy_gettext("Product"), coerce=int)
    second = SelectField(lazy_gettext("Together with"), coerce=int)
    price = PriceField(lazy_gettext("Price of both, tax included"), [InputRequired()])


class ReasonForm(Form):
    """Why something is called off; the people concerned read it."""

    reason = TextField(lazy_gettext("Why"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "off"})


class ShipForm(Form):
    """Which parcels left."""

    tracking = TextField(lazy_gettext("Tracking number"), [Optional(), Length(max=80), Regexp(r"^[\w .:/-]*$")])


def read_products(catalogue: Catalogue, currency: str, sent: Any) -> tuple[dict[int, int], dict[int, Any], list[str]]:
    """Return prices and measures by product, as far as they changed, and what could not be read."""
    prices, charts, faults = {}, {}, []
    for product in catalogue.products:
        try:
            typed = sent.get(f"price-{product.id}")
            minor = product.price_minor if typed is None else minor_of(typed, currency)
            if minor != product.price_minor:
                prices[product.id] = minor
        except ValueError:
            faults.append(gettext("%(title)s: write an amount such as 29.90.", title=product.title))
        try:
            typed = sent.get(f"chart-{product.id}")
            chart = product.size_chart if typed is None else measures.read(typed)
            if chart != product.size_chart:
                charts[product.id] = chart
        except ValueError:
            faults.append(gettext("%(title)s: write measures as ‘M: 52 71’, a size a line.", title=product.title))
    return prices, charts, faults


def read_caps(catalogue: Catalogue, sent: Any) -> tuple[dict[int, int | None], list[str]]:
    """Return the SKU caps that changed (None: none of its own), and what could not be read."""
    caps: dict[int, int | None] = {}
    faults = []
    for variant in (variant for product in catalogue.products for variant in product.variants):
        typed = sent.get(f"cap-{variant.id}")
        if typed is None:
            continue
        if typed.strip() and not (typed.strip().isascii() and typed.strip().isdigit() and len(typed.strip()) < 8):
            faults.append(gettext("%(sku)s: write a whole number or nothing.", sku=variant.sku))
            continue
        cap = int(typed) if typed.strip() else None
        if cap != variant.cap:
            caps[variant.id] = cap
    return caps, faults


def amount(minor: int, currency: str) -> str:
    """Return minor units as staff type them."""
    return Money(minor, currency).decimal()


def said(refused: Refused) -> list[str]:
    """Return a refusal as one of a page's faults."""
    return [text_of(refused)]


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return to_local(moment, zone) if moment else None


def _instant(typed: datetime | None, before: datetime | None, zone: str) -> datetime | None:
    """Return the instant typed. A field left alone keeps its instant, with the seconds no field shows."""
    shown = _local(before, zone)
    if typed is None or (shown and shown.replace(second=0, microsecond=0) == typed):
        return before if typed else None
    return to_instant(typed, zone)
