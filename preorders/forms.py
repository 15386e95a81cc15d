"""Shapes of what fans send."""

from collections.abc import Collection
from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from preorders.ordering import Contact
from webapp.infra.forms import Form, TextField, strip

# CLDR names groups and leftovers as well; nobody has a parcel sent there.
NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AN"}


def countries(served: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Return (ISO code, name in the reader's language), by name; only those served, unless that is None."""
    territories = (get_locale() or Locale("en")).territories
    known = {code: name for code, name in territories.items() if len(code) == 2 and code not in NOT_COUNTRIES}
    if served is not None:
        known = {code: name for code, name in known.items() if code in served}
    return [("", ""), *sorted(known.items(), key=lambda pair: pair[1])]


def country_name(code: str) -> str:
    """Return a country in the reader's language; the code itself for one nobody knows."""
    return str((get_locale() or Locale("en")).territories.get(code, code))


class AddressForm(Form):
    """Where the parcel goes."""

    name = TextField(lazy_gettext("Name"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"})
    line1 = TextField(
        lazy_gettext("Street and number"),
        [InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "address-line1"},
    )
    postcode = TextField(
        lazy_gettext("Postcode"), [InputRequired(), Length(max=20)], render_kw={"autocomplete": "postal-code"}
    )
    city = TextField(
        lazy_gettext("City"), [InputRequired(), Length(max=100)], render_kw={"autocomplete": "address-level2"}
    )
    country = SelectField(lazy_gettext("Country"), [InputRequired()], render_kw={"autocomplete": "country"})
    phone = TextField(
        lazy_gettext("Phone, for the carrier"),
        [Optional(), Length(max=40)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    note = TextAreaField(lazy_gettext("Note"), [Optional(), Length(max=500)], filters=[strip], render_kw={"rows": 2})

    def __init__(self, served: Collection[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries(served)

    def contact(self) -> Contact:
        """Return what was typed."""
        return Contact(
            name=self.name.data or "",
            line1=self.line1.data or "",
            postcode=self.postcode.data or "",
            city=self.city.data or "",
            country=self.country.data or "",
            phone=self.phone.data or "",
            note=self.note.data or "",
        )


class OrderForm(AddressForm):
    """The order: where it goes. The hidden key makes a second press of the button the same order.

    `seen` is the total that was shown: another one is shown first, and not ordered behind a buyer's back.
    """

    key = HiddenField(validators=[InputRequired(), Length(8, 80)])
    seen = HiddenField(validators=[Optional(), Length(max=20)])


class CountryForm(Form):
    """The order of a drop that asks for addresses later: the country alone, where the total depends on it."""

    key = HiddenField(validators=[InputRequired(), Length(8, 80)])
    seen = HiddenField(validators=[Optional(), Length(max=20)])
    country = SelectField(lazy_gettext("Country"), [Optional()], render_kw={"autocomplete": "country"})

    def __init__(self, served: Collection[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries(served)

    def contact(self) -> None:
        """Return None: the address is asked later."""
