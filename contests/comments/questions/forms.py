"""The shape of questions and of their answers."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from contests.comments.questions import rules
from webapp.infra.forms import Form, strip


class QuestionForm(Form):
    """What somebody asks; `sure` once they have seen what others asked."""

    words = TextAreaField(
        _l("Your question"),
        [DataRequired(_l("Write something first.")), Length(*rules.LENGTH)],
        filters=[strip],
        description=_l("One question, in your own words. Others can vote for it."),
    )
    sure = HiddenField()


class AnswerForm(Form):
    """An answer, and the version of it that the writer saw."""

    body = TextAreaField(
        _l("The answer"),
        [DataRequired(_l("Write something first.")), Length(*rules.ANSWER_LENGTH)],
        filters=[strip],
        description=_l("Everybody reads it. Those who wanted to know are told once; you can change it later."),
    )
    replaces = IntegerField(validators=[Optional(), NumberRange(0, 10_000)], widget=HiddenInput())


class MergeForm(Form):
    """The question that another one is the same as."""

    into_id = IntegerField(_l("The same as"), [InputRequired(), NumberRange(1, 2**53)])
