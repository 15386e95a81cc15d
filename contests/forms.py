"""The shape of what the wizard takes. Each step is one form."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from contests import rights, rules, specs, ways
from webapp.infra.forms import Form, TextField, strip
from webapp.infra.i18n import known_zone
from webapp.kernel.money import exponent

NEEDED = _l("This is needed.")
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class SelectMultipleCheckboxField(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BasicsForm(Form):
    """Step 1: where to start from, and the title."""

    preset = RadioField(_l("Start from"), default="tee")
    title = TextField(
        _l("Title of the contest"),
        [InputRequired(NEEDED), Length(*rules.TITLE)],
        description=_l("For example: Design the summer tour tee"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preset.choices = {
            preset.name: f"{gettext(preset.label)}: {gettext(preset.hint)}" for preset in specs.PRESETS.values()
        }


class TitleForm(Form):
    """Step 1 again, once the draft exists: its products are chosen later, so no preset."""

    title = TextField(_l("Title of the contest"), [InputRequired(NEEDED), Length(*rules.TITLE)])


class BriefForm(Form):
    """Step 2: what fans are asked for."""

    brief_md = TextAreaField(
        _l("Brief"),
        [InputRequired(NEEDED), Length(*rules.BRIEF)],
        filters=[strip],
        description=_l("What is it for, what should be on it, what not? Markdown works: **bold**, lists."),
    )
    prize = TextField(
        _l("What the winner gets"),
        [Optional(), Length(max=300)],
        description=_l("In one line, beside the fee: tickets, a signed record, a studio visit."),
    )


class ProductForm(PlainForm):
    """One product of step 3; its token is the page's."""

    kind = SelectField(_l("Product"))
    title = StringField(_l("Name in the shop"), [InputRequired(NEEDED), Length(1, 100)], filters=[strip])
    colours = SelectMultipleCheckboxField(_l("Colours"), [InputRequired(_l("Choose at least one colour."))])
    sizes = SelectMultipleCheckboxField(
        _l("Sizes"),
        [InputRequired(_l("Choose at least one size."))],
        choices={size: size for size in specs.SIZES},
    )
    print_width_cm = IntegerField(_l("Print width in cm"), [InputRequired(NEEDED), NumberRange(1, 200)])
    print_height_cm = IntegerField(_l("Print height in cm"), [InputRequired(NEEDED), NumberRange(1, 200)])
    max_inks = IntegerField(
        _l("Inks at most"), [Optional(), NumberRange(1, 12)], description=_l("Leave empty for full colour.")
    )
    price = StringField(_l("Price with tax"), [InputRequired(NEEDED)], filters=[strip])
    currency = SelectField(_l("Currency"), choices={code: code for code in specs.CURRENCIES})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = {kind: gettext(name) for kind, name in specs.KINDS.items()}
        self.colours.choices = {hex_: gettext(name) for hex_, name in specs.COLOURS.items()}

    def validate_price(self, field: Any) -> None:
        """Refuse what is not an amount of the chosen currency."""
        if minor_of(field.data or "", self.currency.data or "EUR") is None:
            raise ValidationError(gettext("Write an amount such as 29.90."))

    def row(self) -> dict[str, Any]:
        """Return the product as the service takes it."""
        return {
            "kind": self.kind.data,
            "title": self.title.data,
            "colours": [{"name": specs.COLOURS[hex_], "hex": hex_} for hex_ in self.colours.data],
            "sizes": list(self.sizes.data),
            "print_width_cm": self.print_width_cm.data,
            "print_height_cm": self.print_height_cm.data,
            "max_inks": self.max_inks.data,
            "price_minor": minor_of(self.price.data, self.currency.data),
            "currency": self.currency.data,
        }


class RightsForm(Form):
    """Step 4: the terms; the card itself is shown beneath."""

    territory = SelectField(_l("Where the licence holds"))
    term_years = IntegerField(_l("Years of the exclusive merch licence"), [InputRequired(NEEDED), NumberRange(1, 10)])
    fee = TextField(_l("Fee for the winner, once"), [InputRequired(NEEDED)], description=_l("0 when there is none."))
    currency = SelectField(_l("Currency of the fee"), choices={code: code for code in specs.CURRENCIES})
    royalty_percent = IntegerField(
        _l("Royalty in percent of the price without tax"), [InputRequired(NEEDED), NumberRange(0, 50)]
    )
    display_ends_days = IntegerField(
        _l("Days after the decision until other designs may no longer be shown"),
        [InputRequired(NEEDED), NumberRange(0, 365)],
    )
    credit = BooleanField(_l("The designer is named wherever the design is shown or sold"))
    ai_training = BooleanField(_l("Designs may be used to train AI"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory.choices = {code: gettext(name) for code, name in rights.TERRITORIES.items()}

    def validate_fee(self, field: Any) -> None:
        """Refuse what is not an amount of the chosen currency."""
        if minor_of(field.data or "", self.currency.data or "EUR") is None:
            raise ValidationError(gettext("Write an amount such as 300."))

    def terms(self) -> dict[str, Any]:
        """Return the card's terms."""
        names = (
            "territory",
            "term_years",
            "currency",
            "royalty_percent",
            "display_ends_days",
            "credit",
            "ai_training",
        )
        fee = minor_of(self.fee.data, self.currency.data)
        return {**rights.DEFAULTS, **{name: self[name].data for name in names}, "fee_minor": fee}


def date_field(name: str, needed: bool = True) -> DateTimeLocalField:
    """Return a field for one date of the schedule, in wall-clock time."""
    check = InputRequired(NEEDED) if needed else Optional()
    return DateTimeLocalField(_l(rules.NAMES[name]), [check], format=LOCAL)


class DatesForm(Form):
    """The dates, in one named zone."""

    opens_at = date_field("opens_at")
    critique_at = date_field("critique_at", needed=False)
    voting_at = date_field("voting_at")
    final_at = date_field("final_at", needed=False)
    picking_at = date_field("picking_at")
    decide_by = date_field("decide_by")


class ScheduleForm(DatesForm):
    """Step 5: the zone, the dates, the limits, and how fans vote. A way not posted stays as it was."""

    timezone = TextField(
        _l("Time zone of all these dates"),
        [InputRequired(NEEDED)],
        description=_l("For example Europe/Helsinki"),
    )
    designs_per_fan = IntegerField(_l("Designs each fan may send in"), [InputRequired(NEEDED), NumberRange(1, 100)])
    hearts = IntegerField(_l("Hearts each fan can give"), [InputRequired(NEEDED), NumberRange(1, 50)])
    shortlist_size = IntegerField(_l("Designs on the shortlist"), [InputRequired(NEEDED), NumberRange(1, 20)])
    way = RadioField(_l("How fans vote"))
    final_way = RadioField(_l("How fans vote in a final round, if there is one"))
    rank_places = SelectField(_l("Where fans rank: how many designs"), coerce=int)
    rule = SelectField(_l("How the ballots are counted"))
    final_rule = SelectField(_l("How the ballots of a final round are counted"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {way.kind: f"{gettext(way.label)}: {gettext(way.hint)}" for way in ways.WAYS.values()}
        self.way.choices = self.final_way.choices = list(told.items())
        usual = [("", gettext("The usual way"))]
        for field in (self.rule, self.final_rule):
            field.choices = usual + [(rule.name, gettext(rule.label)) for rule in ways.chosen_rules()]
        places = sorted({2, 3, 4, 5, 7, 10, self.rank_places.data or ways.USUAL_PLACES})
        self.rank_places.choices = [*((n, str(n)) for n in places), (0, gettext("All, up to twenty"))]

    def methods(self) -> dict[str, Any]:
        """Return the counting rules of both rounds, the usual one where none was chosen."""
        return {
            "method": self.rule.data or ways.usual(self.way.data),
            "final_method": self.final_rule.data or ways.usual(self.final_way.data),
            "rank_places": self.rank_places.data,
        }

    def validate_rule(self, field: Any) -> None:
        """Refuse a rule that counts another kind of ballot."""
        _check_rule(field, self.way)

    def validate_final_rule(self, field: Any) -> None:
        """Refuse a rule that counts another kind of ballot."""
        _check_rule(field, self.final_way)

    def validate_timezone(self, field: Any) -> None:
        """Refuse a zone that is not in the IANA list."""
        if not known_zone(field.data or ""):
            raise ValidationError(gettext("Choose a time zone from the list."))


def _check_rule(field: Any, way: Any) -> None:
    if field.data and way.data in ways.WAYS and ways.kind_of(field.data) != way.data:
        raise ValidationError(
            gettext("This counts other ballots than the fans fill in. Choose another or the usual way.")
        )


class RescheduleForm(DatesForm):
    """Dates that may still move, and why; the view takes the others away."""

    reason = TextAreaField(
        _l("Why?"),
        [InputRequired(NEEDED), Length(*rules.REASON)],
        filters=[strip],
        description=_l("Everybody can read this on the contest's page."),
    )


class CancelForm(Form):
    """Calling a contest off."""

    reason = TextAreaField(
        _l("Why is it called off?"),
        [InputRequired(NEEDED), Length(*rules.REASON)],
        filters=[strip],
        description=_l("Everybody can read this on the contest's page."),
    )


def minor_of(text: str, currency: str) -> int | None:
    """Return an amount people typed ('29,90', '1 200.5') in minor units, or None when it is none."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        scaled = Decimal(plain).scaleb(exponent(currency))
    except InvalidOperation:
        return None
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or not 0 <= scaled <= 100_000_00:
        return None
    return int(scaled)
