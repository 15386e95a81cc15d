"""A file of tracking numbers, and a parcel by hand."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms.validators import Length, Optional

from webapp.infra.forms import Form, TextField


class ImportForm(Form):
    """The carrier's file."""

    file = FileField(
        _l("CSV with tracking numbers"),
        [FileRequired(_l("Choose a file first."))],
        description=_l("The first line names its columns: order, tracking, and if you like carrier, sku, quantity."),
    )


class ParcelForm(Form):
    """A parcel of one order; how many of each line stands in fields named line-ID."""

    carrier = TextField(_l("Carrier"), [Optional(), Length(max=40)])
    tracking = TextField(_l("Tracking number"), [Optional(), Length(max=80)])
