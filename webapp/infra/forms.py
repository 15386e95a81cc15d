"""Forms: the shape of input, with a CSRF token in each."""

from typing import Any

from flask import request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import StopValidation

from webapp.infra.bodies import without_nul


class Form(FlaskForm):
    """The base of every form: CSRF on, texts stripped, messages in the reader's language."""

    class Meta(FlaskForm.Meta):
        """WTForms' own messages follow the page's language."""

        @property
        def locales(self) -> list[str]:
            """Return the locales to look messages up in."""
            return [str(get_locale() or "en"), "en"]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what was sent as a form. JSON is none: its values would be no texts; it is refused as empty."""
            if request.is_json and request.method == "POST" and formdata is _Auto:
                formdata = request.form
            sent = super().wrap_formdata(form, formdata)
            return without_nul(sent) if isinstance(sent, MultiDict) else sent  # not all of it comes with a request

    def submitted(self) -> bool:
        """Return whether this request is a POST that passes shape checks."""
        return request.method == "POST" and self.validate()


def strip(value: Any) -> Any:
    """Filter for text fields: surrounding white space goes, NUL characters (no database likes them) go."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class TextField(StringField):
    """A line of text, stripped."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[strip, *kwargs.pop("filters", ())], **kwargs)


def must_be_true(message: str) -> Any:
    """Return a validator for a box that has to be ticked."""

    def check(form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(message)

    return check
