"""The shape of a moderator's decision, of an answer to an appeal, and of an appeal."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from voting.integrity.appeals import WORDS_LENGTH
from voting.integrity.states import REASON_LENGTH
from webapp.infra.forms import Form, TextField, strip


class Decision(Form):
    """What is to become of a cluster, and why."""

    act = HiddenField()
    reason_code = HiddenField()
    words = TextField(_l("In a few words"), [Optional(), Length(max=REASON_LENGTH)])


class AppealForm(Form):
    """Why a ballot should count."""

    words = TextAreaField(
        _l("What should we know?"),
        [DataRequired(_l("Write a few words, so that somebody can understand.")), Length(max=WORDS_LENGTH)],
        filters=[strip],
        description=_l("For example: my whole family votes from one tablet. Don't write passwords or addresses."),
    )
