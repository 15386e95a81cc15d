"""The forms of newsletters: the letter with its segment, and when it goes."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from webapp.infra.forms import Form, TextField, strip
from webapp.infra.i18n import LANGUAGES
from webapp.infra.mail.quiet import zone_of
from webapp.newsletters.queries import LetterRow
from webapp.newsletters.segments import ACTS, QUIET_DAYS, Segment
from webapp.newsletters.shelf import Shelf
from webapp.newsletters.writing import Draft

LONGEST = 20_000
DID, DID_NOT = "did", "did-not"


class LetterForm(Form):
    """A letter: words, picture, button, language, and whom it is for. Each act of a segment is a field `act_…`."""

    version = IntegerField(validators=[Optional(), NumberRange(0, 2**53)], widget=HiddenInput())
    subject = TextField(_l("Subject"), [Length(max=150)], render_kw={"maxlength": 150})
    preheader = TextField(
        _l("First line"),
        [Optional(), Length(max=150)],
        description=_l("Stands beside the subject in the list of mails."),
        render_kw={"maxlength": 150},
    )
    body_md = TextAreaField(
        _l("Text"),
        [Length(max=LONGEST)],
        filters=[strip],
        description=_l("Markdown: **strong**, *slanted*, - lists, [words](https://address)."),
        render_kw={"rows": 14},
    )
    picture = SelectField(_l("Picture"), description=_l("One of your designs that won or is in a drop."))
    button_path = SelectField(_l("The button leads to"))
    button_text = TextField(_l("Words on the button"), [Optional(), Length(max=60)], render_kw={"maxlength": 60})
    locale = SelectField(_l("Language of the letter"), choices=list(LANGUAGES.items()))
    only_language = BooleanField(_l("Only to readers of this language"))
    contest = SelectField(_l("Which contest"), coerce=int)
    drop = SelectField(_l("Which drop"), coerce=int)
    quiet_days = SelectField(_l("Have not been here lately"), coerce=int)
    country = TextField(
        _l("Country"),
        [Optional()],
        description=_l("Two letters, like FI or DE. Reaches only those who named theirs."),
        filters=[lambda value: value.upper() if value else value],
        render_kw={"maxlength": 2, "autocapitalize": "characters"},
    )
    page = HiddenField(validators=[Length(max=16)])

    @classmethod
    def of(cls, row: LetterRow, shelf: Shelf, sent: Any = None) -> "LetterForm":
        """Return the form of a letter; `sent` is what was posted, None for the letter as it is kept."""
        segment = row.segment
        kept: dict[str, Any] = {act_name(act): _wish(segment, act) for act in ACTS}
        kept |= {name: getattr(row, name) for name in ("version", "subject", "preheader", "body_md", "picture")}
        kept |= {"button_path": row.button_path, "button_text": row.button_text, "locale": row.locale}
        kept |= {"only_language": bool(segment.language), "contest": segment.contest_id, "drop": segment.drop_id}
        kept |= {"quiet_days": segment.quiet_days, "country": segment.country}
        form: LetterForm = _WithActs(sent, data=kept)
        form.picture.choices = [("", gettext("No picture")), *_with(shelf.pictures, row.picture)]
        form.button_path.choices = [("", gettext("No button")), *_with(shelf.pages, row.button_path)]
        form.contest.choices = [(0, gettext("Any contest")), *_with(shelf.contests, segment.contest_id)]
        form.drop.choices = [(0, gettext("Any drop")), *_with(shelf.drops, segment.drop_id)]
        form.quiet_days.choices = [
            (days, gettext("Did nothing for %(days)s days", days=days) if days else gettext("Does not matter"))
            for days in QUIET_DAYS
        ]
        return form

    @property
    def acts(self) -> list[Any]:
        """Return the fields of the acts, in their order."""
        return [self[act_name(act)] for act in ACTS]

    def draft(self) -> Draft:
        """Return what was written."""
        chosen = {act: self[act_name(act)].data for act in ACTS}
        segment = Segment(
            did=tuple(act for act in ACTS if chosen[act] == DID),
            did_not=tuple(act for act in ACTS if chosen[act] == DID_NOT),
            contest_id=self.contest.data,
            drop_id=self.drop.data,
            quiet_days=self.quiet_days.data,
            language=self.locale.data if self.only_language.data else "",
            country=self.country.data or "",
        )
        return Draft(
            subject=" ".join((self.subject.data or "").split()),
            preheader=" ".join((self.preheader.data or "").split()),
            body_md=self.body_md.data or "",
            picture=self.picture.data,
            button_text=self.button_text.data or "",
            button_path=self.button_path.data,
            locale=self.locale.data,
            segment=segment,
        )

    def validate_country(self, field: TextField) -> None:
        """Refuse what is not two letters."""
        if field.data and not (len(field.data) == 2 and field.data.isascii() and field.data.isalpha()):
            raise ValidationError(gettext("Two letters, like FI or DE."))


class SendForm(Form):
    """When a letter goes: empty for as soon as can be; the zone is the reader's own."""

    version = IntegerField(validators=[Optional(), NumberRange(0, 2**53)], widget=HiddenInput())
    at = DateTimeLocalField(_l("When"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def moment(self, zone: str) -> datetime | None:
        """Return the moment in UTC, None for as soon as can be."""
        if self.at.data is None:
            return None
        local: datetime = self.at.data.replace(tzinfo=zone_of(zone))
        return local.astimezone(UTC)


def act_name(act: str) -> str:
    """Return the name of an act's field."""
    return f"act_{act.replace('-', '_')}"


def _wish(segment: Segment, act: str) -> str:
    return DID if act in segment.did else DID_NOT if act in segment.did_not else ""


def _with(choices: list[Any], kept: Any) -> list[Any]:
    """Return choices and what was chosen before, which may be published no more: it must not be lost by saving."""
    if not kept or any(value == kept for value, _words in choices):
        return choices
    return [*choices, (kept, gettext("As it was chosen before"))]


def _act_field(words: str) -> SelectField:
    wishes = [("", _l("Does not matter")), (DID, _l("Yes, only they")), (DID_NOT, _l("No, without them"))]
    return SelectField(_l(words), choices=wishes)


# The list of acts is in segments.py alone: a field for each.
_WithActs: Any = type("_WithActs", (LetterForm,), {act_name(act): _act_field(words) for act, words in ACTS.items()})
