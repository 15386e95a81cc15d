"""Shapes of what merch staff send."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateTimeLocalField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from contests.local_time import to_instant, to_local
from preorders import measures, payments
from preorders.drafting import NewDrop
from preorders.editing import NewProduct
from preorders.rows import DropRow
from webapp.infra.errors import text_of
from webapp.infra.forms import Form, TextField, strip
from webapp.kernel.money import Money, exponent
from webapp.kernel.refusal import Refused

KINDS = ("tee", "hoodie", "tote", "poster", "album", "other")
CURRENCIES = ("EUR", "SEK", "NOK", "DKK", "GBP", "USD", "CHF", "PLN", "JPY")
MOST_MINOR = 100_000_00


def minor_of(text: str, currency: str, least: int = 0) -> int:
    """Return '29.90' or '29,90' as minor units; raises ValueError for anything else, and below `least`."""
    try:
        amount = Decimal(text.strip().replace(",", ".")).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or amount != amount.to_integral_value() or not least <= amount <= MOST_MINOR:
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


class PercentField(TextField):
    """A rate in percent, kept in basis points in `bp`; nothing typed is 0."""

    bp: int = 0

    def pre_validate(self, form: Any) -> None:
        """Read the rate."""
        try:
            self.bp = basis_points(self.data or "0")
        except ValueError as error:
            raise ValidationError(gettext("Write a percentage such as 25.5.")) from error


def basis_points(text: str) -> int:
    """Return '25.5' or '25,5' percent as 2550; raises ValueError for anything else, and beyond 100."""
    try:
        rate = Decimal(text.strip().removesuffix("%").strip().replace(",", ".")).scaleb(2)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not rate.is_finite() or rate != rate.to_integral_value() or not 0 <= rate <= 10_000:
        raise ValueError(text)
    return int(rate)


def percent(bp: int) -> str:
    """Return basis points as staff type them: '25.5'."""
    return f"{Decimal(bp).scaleb(-2).normalize():f}"


MOMENTS = ("early_at", "opens_at", "closes_at", "ships_by")
PLAIN = ("title", "edition_cap", "goal", "per_person", "payment", "address_when", "hold_minutes", "offer_hours")


class DropForm(Form):
    """A drop's own columns. What its products and variants say is read beside it, since their number varies."""

    title = TextField(lazy_gettext("Title"), [InputRequired(), Length(max=120)])
    story_md = TextAreaField(lazy_gettext("Story"), [Optional(), Length(max=5000)], filters=[strip])
    edition_cap = IntegerField(lazy_gettext("Edition: pieces at most"), [Optional(), NumberRange(1, 1_000_000)])
    goal = IntegerField(lazy_gettext("Goal: made from so many pieces"), [Optional(), NumberRange(1, 1_000_000)])
    per_person = IntegerField(lazy_gettext("Pieces per person"), [InputRequired(), NumberRange(1, 100)])
    opens_at = DateTimeLocalField(lazy_gettext("Preorders open"), [InputRequired()])
    closes_at = DateTimeLocalField(lazy_gettext("Preorders close"), [InputRequired()])
    ships_by = DateTimeLocalField(lazy_gettext("Parcels leave by"), [Optional()])
    early_at = DateTimeLocalField(
        lazy_gettext("Open earlier for those who took part"),
        [Optional()],
        description=lazy_gettext("Who designed, commented or voted may order from then on. Empty: nobody is earlier."),
    )
    payment = SelectField(lazy_gettext("Payment"), default="none")
    address_when = SelectField(lazy_gettext("Address"), default="order")
    hold_minutes = IntegerField(
        lazy_gettext("Minutes to pay"),
        [InputRequired(), NumberRange(30, 1440)],
        description=lazy_gettext("Then an unpaid piece goes to the next."),
    )
    offer_hours = IntegerField(
        lazy_gettext("Hours to take an offer"),
        [InputRequired(), NumberRange(1, 240)],
        description=lazy_gettext("How long a piece is kept for somebody on the waitlist."),
    )
    royalty = PercentField(
        lazy_gettext("Royalty in percent"), description=lazy_gettext("Of the price without tax, for each sold piece.")
    )
    royalty_amount = PriceField(
        lazy_gettext("Royalty for each piece"), [Optional()], description=lazy_gettext("On top of the percentage.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payment.choices = [("none", gettext("Nothing now: an invoice follows"))]
        if payments.available():
            self.payment.choices += [
                ("now", gettext("Paid with the order")),
                ("at_lock", gettext("Card kept now, charged when the orders are fixed")),
            ]
        self.address_when.choices = [("order", gettext("Asked with the order")), ("later", gettext("Asked later"))]

    @classmethod
    def of(cls, drop: DropRow) -> "DropForm":
        """Return the form filled from a drop, its moments on the clocks of the drop's zone."""
        local = {name: _local(getattr(drop, name), drop.timezone) for name in MOMENTS}
        royalty = {
            "royalty": percent(drop.royalty_bp) if drop.royalty_bp else "",
            "royalty_amount": amount(drop.royalty_minor, drop.currency) if drop.royalty_minor else "",
        }
        return cls(data={**vars(drop), **local, **royalty}).knowing(drop)

    def knowing(self, drop: DropRow) -> "DropForm":
        """Return the form, its choices and amounts fitted to the drop."""
        self.royalty_amount.currency = drop.currency
        if drop.payment not in dict(self.payment.choices):  # chosen while a provider was set up
            self.payment.choices.append((drop.payment, gettext("By card; no provider is set up at the moment")))
        return self

    def changes(self, drop: DropRow) -> dict[str, Any]:
        """Return the columns to write; raises Refused for a time the clocks skip."""
        sent = [name for name in PLAIN if self[name].type != "SelectField" or self[name].raw_data]
        values = {name: self[name].data for name in sent}
        values["story_md"] = self.story_md.data or ""
        values |= {"royalty_bp": self.royalty.bp, "royalty_minor": self.royalty_amount.minor or 0}
        return values | {name: _instant(self[name].data, getattr(drop, name), drop.timezone) for name in MOMENTS}


class NewDropForm(Form):
    """A drop without a contest: one product to begin with; everything else is filled in on the draft."""

    title = TextField(lazy_gettext("Title"), [InputRequired(), Length(max=120)])
    kind = SelectField(lazy_gettext("What it is"))
    price = PriceField(lazy_gettext("Price"), [InputRequired()])
    currency = SelectField(lazy_gettext("Currency"))
    sizes = TextField(
        lazy_gettext("Sizes or formats"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Separated by commas; leave empty when there is but one."),
    )
    colours = TextField(
        lazy_gettext("Colours"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Separated by commas; leave empty when there is but one."),
    )
    opens_at = DateTimeLocalField(lazy_gettext("Preorders open"), [InputRequired()])
    closes_at = DateTimeLocalField(lazy_gettext("Preorders close"), [InputRequired()])
    design = SelectField(
        lazy_gettext("Picture"), coerce=int, description=lazy_gettext("A design that won one of your contests.")
    )

    def __init__(self, designs: Sequence[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kinds_in_words()
        self.currency.choices = [(each, each) for each in CURRENCIES]
        self.design.choices = [(0, gettext("None")), *designs]
        self.price.currency = self.currency.data or "EUR"

    def new_drop(self, zone: str) -> NewDrop:
        """Return what was typed; raises Refused for a time the clocks skip."""
        sizes = _listed(self.sizes.data)
        kind, colours = self.kind.data, [(name, "") for name in _listed(self.colours.data, 40)]
        chart = measures.usual_chart(kind, sizes)
        product = NewProduct(kind, self.title.data[:100], self.price.minor or 0, True, sizes, colours, size_chart=chart)
        opens_at, closes_at = (to_instant(self[name].data, zone) for name in ("opens_at", "closes_at"))
        return NewDrop(
            self.title.data, self.currency.data, zone, opens_at, closes_at, product, self.design.data or None
        )


def kinds_in_words() -> list[tuple[str, str]]:
    """Return the kinds of products with their names."""
    words = {
        "tee": gettext("T-shirt"),
        "hoodie": gettext("Hoodie"),
        "tote": gettext("Tote bag"),
        "poster": gettext("Poster"),
        "album": gettext("Album"),
        "other": gettext("Something else"),
    }
    return [(kind, words[kind]) for kind in KINDS]


def _listed(text: str | None, length: int = 20) -> list[str]:
    """Return what stands between commas."""
    return [each.strip()[:length] for each in (text or "").split(",") if each.strip()]


class ProductForm(Form):
    """A product added by hand, e.g. the album."""

    kind = SelectField(lazy_gettext("Kind"), default="album")
    title = TextField(lazy_gettext("Name"), [InputRequired(), Length(max=100)])
    price = PriceField(lazy_gettext("Price"), [InputRequired()])
    sizes = TextField(
        lazy_gettext("Sizes or formats"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Separated by commas; leave empty when there is but one."),
    )
    cap = IntegerField(lazy_gettext("Pieces of each at most"), [Optional(), NumberRange(0, 1_000_000)])
    in_edition = BooleanField(lazy_gettext("Counts against the edition"))
    addon = BooleanField(lazy_gettext("Only beside something else (an add-on)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kinds_in_words()

    def size_list(self) -> list[str]:
        """Return the sizes typed."""
        return _listed(self.sizes.data)


class BundleForm(Form):
    """Two products for one price."""

    title = TextField(lazy_gettext("Name"), [InputRequired(), Length(max=120)])
    first = SelectField(lazy_gettext("Product"), coerce=int)
    second = SelectField(lazy_gettext("Together with"), coerce=int)
    price = PriceField(lazy_gettext("Price of both"), [InputRequired()])


class ReasonForm(Form):
    """Why something is called off; the people concerned read it."""

    reason = TextField(lazy_gettext("Why"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "off"})


class ShipForm(Form):
    """Which parcels left."""

    tracking = TextField(lazy_gettext("Tracking number"), [Optional(), Length(max=80), Regexp(r"^[\w .:/-]*$")])


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
