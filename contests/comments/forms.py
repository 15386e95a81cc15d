"""The shape of comments, reports and takedown notices."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.fields import BooleanField, EmailField
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from contests.comments import rules
from webapp.infra.forms import Form, TextField, must_be_true, strip

NEEDED = _l("This is needed.")


class CommentForm(Form):
    """What is said, and which comment it answers."""

    body = TextAreaField(
        _l("Your comment"),
        [DataRequired(_l("Write something first.")), Length(*rules.LENGTH)],
        filters=[strip],
        description=_l("What works, what could be better? Be kind: a person made this."),
    )
    parent_id = IntegerField(validators=[Optional(), NumberRange(1, 2**53)], widget=HiddenInput())


class ReportForm(Form):
    """The note beside a report; the reason is the button that sends it."""

    reason = HiddenField()
    note = TextField(_l("Anything the moderators should know?"), [Optional(), Length(max=rules.NOTE_LENGTH)])


class TakedownForm(Form):
    """A rights holder's notice."""

    address = TextField(
        _l("Which design?"),
        [InputRequired(NEEDED), Length(max=500)],
        description=_l("Its address, or its code of five characters, such as 7K3QX."),
    )
    claimant = TextField(_l("Your name, or whom you speak for"), [InputRequired(NEEDED), Length(max=120)])
    email = EmailField(
        _l("E-mail"),
        [InputRequired(NEEDED), Length(max=320), Email(_l("Write a whole e-mail address."))],
        filters=[strip],
    )
    work = TextAreaField(
        _l("Your work"),
        [InputRequired(NEEDED), Length(10, 5000)],
        filters=[strip],
        description=_l("What is it, and where can we see it?"),
    )
    statement = TextAreaField(_l("Why this is not allowed"), [InputRequired(NEEDED), Length(10, 5000)], filters=[strip])
    true = BooleanField(
        _l("This is true to the best of my knowledge, and I may speak for the owner of the work."),
        [must_be_true(_l("We need your word on this."))],
    )
