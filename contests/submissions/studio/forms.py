"""The shape of what a team lays out in a contest's kit."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ColorInput, ListWidget

from contests.submissions.images.fonts import FONTS
from webapp.infra.forms import Form, TextField

KINDS = {"logo": _l("Logo"), "sticker": _l("Sticker")}


class KitPictureForm(Form):
    """A logo or a sticker."""

    kind = RadioField(_l("What is it?"), default="logo")
    label = TextField(
        _l("What it shows"),
        [InputRequired(), Length(1, 60)],
        description=_l("Fans read it, and hear it when they can't see the picture."),
        render_kw={"maxlength": 60},
    )
    picture = FileField(
        _l("Choose a PNG, or drop it here"),
        validators=[FileRequired(_l("Choose a picture first."))],
        description=_l("See-through where there is nothing, and large: 2000 pixels or more print well."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = list(KINDS.items())


class KitColourForm(Form):
    """One colour of the palette."""

    colour = TextField(_l("Colour"), [InputRequired(), Length(7, 7)], widget=ColorInput(), default="#d81159")


class KitFontsForm(Form):
    """Which fonts fans may choose from."""

    fonts = SelectMultipleField(
        _l("Fonts fans can choose from"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Tick none to offer all of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fonts.choices = [(font.id, font.label) for font in FONTS.values()]


class KitLabelForm(Form):
    """Another name for a picture of the kit."""

    label = TextField(_l("What it shows"), [InputRequired(), Length(1, 60)], render_kw={"maxlength": 60})
