"""The shape of what authors send."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from contests.submissions import rules
from contests.submissions.images import heif
from webapp.infra.forms import Form, TextField, must_be_true, strip

ACCEPT: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "image/tiff")
if heif.available():
    ACCEPT += ("image/heic", "image/heif")
"""Without a decoder for HEIC it isn't offered: a phone then converts its photos by itself."""

KINDS = _l("PNG, JPEG or WebP. GIF, AVIF and TIFF work too.")
if heif.available():
    KINDS = _l("PNG, JPEG or WebP. HEIC, GIF, AVIF and TIFF work too.")

AI_CHOICES = {
    "none": _l("No AI"),
    "assisted": _l("AI helped a little"),
    "generated": _l("AI made the picture"),
}


def fresh_key() -> str:
    """Return what tells a second press of the same button from a second wish."""
    return uuid.uuid4().hex


class UploadForm(Form):
    """One picture. `key` makes sending the form twice the same as once."""

    key = HiddenField(default=fresh_key, validators=[Length(max=40)])
    picture = FileField(
        _l("Choose your picture, or drop it here"),
        validators=[FileRequired(_l("Choose a picture first."))],
        description=KINDS,
    )


class WordsForm(Form):
    """What a design is sent in with."""

    title = TextField(_l("Title"), [InputRequired(), Length(2, 80)], render_kw={"maxlength": 80})
    alt = TextAreaField(
        _l("What would you tell a friend on the phone?"),
        [InputRequired(), Length(10, 400)],
        filters=[strip],
        description=_l("People who can't see the picture hear this. 10 to 400 characters."),
        render_kw={"rows": 3, "maxlength": 400},
    )
    description = TextAreaField(
        _l("The story behind it"), [Optional(), Length(max=2000)], filters=[strip], render_kw={"rows": 3}
    )
    ai_use = RadioField(_l("Was AI used?"), choices=[], default="none")
    allow_remix = BooleanField(
        _l("Others may start from this design."),
        description=_l("They draw their own from it, and yours is named on theirs."),
    )
    original = BooleanField(
        _l("I made this, and all that is in it is mine to use."),
        [must_be_true(_l("Only send in what is yours."))],
    )
    agree = BooleanField(
        _l("I agree to the rights card."),
        [must_be_true(_l("A design needs your agreement to the rights card."))],
    )
    rights_hash = HiddenField(validators=[Length(max=64)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ai_use.choices = [(use, AI_CHOICES[use]) for use in rules.AI_USES]
