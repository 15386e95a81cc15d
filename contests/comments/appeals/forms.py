"""The shape of an appeal."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from contests.comments.appeals import rules
from webapp.infra.forms import Form, strip


class AppealForm(Form):
    """What was overlooked."""

    text = TextAreaField(
        _l("What was overlooked?"),
        [DataRequired(_l("Write something first.")), Length(*rules.LENGTH)],
        filters=[strip],
        description=_l("Somebody who did not decide first reads it. You can ask once, so say all of it."),
    )
