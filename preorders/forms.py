"""Shapes of what fans send."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext
from markupsafe import Markup
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import Select, html_params

from preorders.ordering import Contact
from webapp.infra.forms import Form, TextField, strip

# CLDR names groups and leftovers as well; nobody has a parcel sent there.
COUNTRY = {"autocomplete": "country"}
NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AN"}


def countries(served: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Return (ISO code, name in the reader's language), by name; only those served, unless that is None."""
    return list(_countries(str(get_locale() or "en"), None if served is None else frozenset(served)))


@lru_cache(maxsize=64)
def _countries(locale: str, served: frozenset[str] | None) -> tuple[tuple[str, str], ...]:
    territories = Locale.parse(locale).territories
    known = {code: name for code, name in territories.items() if len(code) == 2 and code not in NOT_COUNTRIES}
    if served is not None:
        known = {code: name for code, name in known.items() if code in served}
    return ("", ""), *sorted(known.items(), key=lambda pair: pair[1])


class CountryField(SelectField):
    """A country out of those served: looked up, not compared with each of the two hundred and fifty."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices; raises ValidationError."""
        if self.data not in _codes(tuple(self.choices)):
            raise ValidationError(self.gettext("Not a valid choice."))


@lru_cache(maxsize=64)
def _codes(choices: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(code for code, _name in choices)


class CountrySelect(Select):
    """A list of countries whose options are written once: in a rush on a drop they were a third of each answer."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Return the element, as the plain one would be."""
        flags = {name: getattr(field.flags, name) for name in self.validation_attrs if name in dir(field.flags)}
        kwargs = {"id": field.id, **{name: value for name, value in flags.items() if value}, **kwargs}
        options = _options(tuple(field.choices), field.data or "")
        return Markup("<select {}>{}</select>").format(Markup(html_params(name=field.name, **kwargs)), options)


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    option, picked = Markup('<option value="{}">{}</option>'), Markup('<option value="{}" selected>{}</option>')
    return Markup("").join((picked if code == chosen else option).format(code, name) for code, name in choices)


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
    country = CountryField(lazy_gettext("Country"), [InputRequired()], widget=CountrySelect(), render_kw=COUNTRY)
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
    country = CountryField(lazy_gettext("Country"), [Optional()], widget=CountrySelect(), render_kw=COUNTRY)

    def __init__(self, served: Collection[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries(served)

    def contact(self) -> None:
        """Return None: the address is asked later."""
