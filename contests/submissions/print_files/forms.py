"""The shape of a print file as it is sent."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import Length

from contests.submissions.forms import fresh_key
from webapp.infra.forms import Form


class PrintFileForm(Form):
    """One file. `key` makes sending the form twice the same as once."""

    key = HiddenField(default=fresh_key, validators=[Length(max=40)])
    picture = FileField(
        _l("The print file"),
        validators=[FileRequired(_l("Choose a file first."))],
        description=_l("The same picture, as large as you have it. A PNG with a transparent background is best."),
    )
