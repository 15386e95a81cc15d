"""The shape of what people type about themselves and their teams."""

import re
from collections.abc import Sequence

from babel import Locale
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField, TextAreaField, widgets
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from webapp.accounts.models import AGE_BANDS, ROLES
from webapp.accounts.roles import AGE_NAMES, ROLE_NAMES, SCOPE_NAMES
from webapp.accounts.secrets_kept import LONGEST_PASSWORD
from webapp.accounts.tokens import SCOPES
from webapp.infra.forms import Form, TextField, strip
from webapp.infra.i18n import LANGUAGES
from webapp.kernel.lookalikes import fold
from webapp.kernel.zones import zones as known_zones

NEEDED = _l("This is needed.")
AN_ADDRESS = {"type": "email", "autocomplete": "email", "inputmode": "email", "maxlength": 254, "spellcheck": "false"}


def email_field(label: object, **kwargs: object) -> TextField:
    """Return the field for an e-mail address."""
    return TextField(label, [InputRequired(NEEDED), Length(max=254)], render_kw=AN_ADDRESS, **kwargs)


class Email(Form):
    """Where the code goes."""

    email = email_field(_l("Your e-mail address"))


class Code(Form):
    """The six digits."""

    code = TextField(_l("Code"), [InputRequired(NEEDED), Length(max=20)])


class Password(Form):
    """Signing in by password."""

    email = email_field(_l("Your e-mail address"))
    password = PasswordField(
        _l("Password"), [InputRequired(NEEDED)], render_kw={"autocomplete": "current-password", "maxlength": 200}
    )


class Recovery(Form):
    """Signing in by one of the ten codes."""

    email = email_field(_l("Your e-mail address"))
    code = TextField(
        _l("Recovery code"),
        [InputRequired(NEEDED), Length(max=40)],
        description=_l("One of the ten you wrote down. Each works once."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class Age(Form):
    """How old somebody is, in four bands; the birthday is nobody's business."""

    band = RadioField(_l("How old are you?"), [InputRequired(_l("Choose one of the answers."))])

    def __init__(self, *args: object, answers: Sequence[str] = AGE_BANDS, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.band.choices = {band: gettext(AGE_NAMES[band]) for band in answers}


class Country(Form):
    """Where somebody lives, by the names of countries in the reader's language."""

    country = SelectField(_l("Country"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = {"": gettext("I would rather not say"), **countries()}


def countries() -> dict[str, str]:
    """Return the countries' names by their two letters, in the order of the reader's alphabet."""
    locale = get_locale() or Locale("en")
    named = {code: str(name) for code, name in locale.territories.items() if re.fullmatch("[A-Z]{2}", code)}
    for nowhere in ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"):
        named.pop(nowhere, None)
    return dict(sorted(named.items(), key=lambda each: fold(each[1])))


class Name(Form):
    """The name others see."""

    display_name = TextField(
        _l("Name others see"),
        [InputRequired(NEEDED), Length(max=80)],
        description=_l("A nickname is best. Up to 40 characters."),
        render_kw={"autocomplete": "nickname", "maxlength": 40},
    )


class Place(Form):
    """Language, time zone, country."""

    locale = SelectField(_l("Language"), choices=LANGUAGES)
    timezone = SelectField(_l("Time zone"), description=_l("Dates are shown in it."))
    country = TextField(
        _l("Country"),
        [Optional(), Length(min=2, max=2, message=_l("Two letters, like FI or DE."))],
        description=_l("Two letters, like FI or DE. Shops may ask for it."),
        filters=[lambda value: value.upper() if value else value],
        render_kw={"autocomplete": "country", "maxlength": 2, "autocapitalize": "characters"},
    )
    tell_sign_ins = BooleanField(
        _l("Mail me whenever somebody signs in with a device that is new to my account"),
        description=_l("The first time we do so anyway, and always for artists and their teams."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted(zone for zone in known_zones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
        self.timezone.choices = {"": gettext("As the contest says"), "UTC": "UTC", **{zone: zone for zone in offered}}

    def validate_country(self, field: TextField) -> None:
        """Refuse what is not two letters."""
        if field.data and not (field.data.isascii() and field.data.isalpha()):
            raise ValidationError(gettext("Two letters, like FI or DE."))


class NewEmail(Form):
    """Where mail shall go from now on."""

    email = email_field(_l("New e-mail address"))


class NewPassword(Form):
    """A password of one's own choice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(NEEDED)],
        description=_l("At least 10 characters. A few words in a row make a good one."),
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD, "minlength": 10},
    )


class CheckBoxes(SelectMultipleField):
    """Several of a few."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Token(Form):
    """A token for the API."""

    name = TextField(
        _l("What is it for?"),
        [InputRequired(NEEDED), Length(max=60)],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    scopes = CheckBoxes(_l("What may it do?"), [InputRequired(_l("Choose at least one."))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = {scope: gettext(SCOPE_NAMES[scope]) for scope in SCOPES}


class Invite(Form):
    """A role offered by mail."""

    email = TextField(
        _l("E-mail address"),
        [InputRequired(NEEDED), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email", "maxlength": 254},
    )
    role = RadioField(_l("Role"), [InputRequired(_l("Choose one of the roles."))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = {role: gettext(ROLE_NAMES[role]) for role in ROLES}


class EditArtist(Form):
    """What an artist's page says."""

    name = TextField(_l("Name"), [InputRequired(NEEDED), Length(min=2, max=100)], render_kw={"maxlength": 100})
    tagline = TextField(_l("One line about you"), [Optional(), Length(max=200)], render_kw={"maxlength": 200})
    bio_md = TextAreaField(
        _l("About you"),
        [Optional(), Length(max=5000)],
        description=_l("Markdown: **bold**, *italic*, lists and links."),
        filters=[strip],
        render_kw={"rows": 8, "maxlength": 5000},
    )
    brand_colour = TextField(
        _l("Your colour"),
        [InputRequired(NEEDED)],
        description=_l("Tints the head of your pages. Where words stand on it we darken it until they can be read."),
        render_kw={"type": "color"},
    )


class NewArtist(Form):
    """An artist of this installation."""

    name = TextField(_l("Artist's name"), [InputRequired(NEEDED), Length(min=2, max=100)], render_kw={"maxlength": 100})
    slug = TextField(
        _l("Address of the page"),
        [Optional(), Length(max=60)],
        description=_l("The part after /a/. Left empty, it is made from the name. It never changes."),
        render_kw={"maxlength": 60, "autocapitalize": "none", "spellcheck": "false"},
    )
    email = TextField(
        _l("The artist's e-mail address"),
        [Optional(), Length(max=254)],
        description=_l("They get an invitation. You can also do that later."),
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "off", "maxlength": 254},
    )
