"""What comes in: shapes are checked here, before anything else is asked; every fault is named by its field."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import Flask, Request, Response
from flask_babel import gettext
from marshmallow import fields, validate
from webargs import core
from webargs.flaskparser import FlaskParser

from webapp.infra.errors import TEXTS, answer
from webapp.kernel.refusal import N_, Refused

BIGGEST = 2**53 - 1  # the largest whole number every JSON reader keeps
YEARS = (2000, 2200)


class Invalid(Exception):
    """What was sent has the wrong shape; `faults` are (field, sentence) pairs."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("invalid")
        self.faults = faults


class Text(fields.String):
    """A text that every database can keep: no NUL, no half of a character; stripped unless `keep`."""

    def __init__(self, least: int = 0, most: int = 200, *, keep: bool = False, **options: Any) -> None:
        super().__init__(validate=validate.Length(least, most), **options)
        self.keep = keep

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ma.ValidationError("Not valid Unicode.") from None
        if "\x00" in text:
            raise ma.ValidationError("Contains a NUL character.")
        return text if self.keep else text.strip()


class Whole(fields.Integer):
    """A whole number within bounds."""

    def __init__(self, least: int = 0, most: int = BIGGEST, *, spoken: bool = False, **options: Any) -> None:
        """`spoken` numbers come as text, in a query or a form."""
        super().__init__(strict=not spoken, validate=validate.Range(least, most), **options)
        self.spoken = spoken

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.spoken:
            if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16):
                raise self.make_error("invalid", input=str(value)[:40])
        elif isinstance(value, (bool, str)):
            raise self.make_error("invalid", input=str(value)[:40])
        return super()._deserialize(value, attr, data, **kwargs)


class Instant(fields.AwareDateTime):
    """An instant with its offset, as RFC 3339 writes it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=str(value)[:40], obj_type="datetime")
        try:
            moment: datetime = super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except (OverflowError, ValueError) as error:
            if isinstance(error, ma.ValidationError):
                raise
            raise self.make_error("invalid", input=value[:40], obj_type="datetime") from None
        if not YEARS[0] <= moment.year < YEARS[1]:
            raise ma.ValidationError(f"Must be between the years {YEARS[0]} and {YEARS[1]}.")
        return moment


class Shape(ma.Schema):
    """What a request may hold: nothing that is not named."""

    class Meta:
        """Unknown fields are faults, not silence."""

        unknown = ma.RAISE


class Parser(FlaskParser):
    """Reads bodies strictly; `multipart` joins the fields and the files of a form."""

    __location_map__ = {**FlaskParser.__location_map__, "multipart": "load_multipart"}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Return the JSON body; raises Refused for another kind of data, or for what is no JSON."""
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not core.is_json(req.mimetype):
            raise Refused("not-json", N_("Send application/json."), 415)
        try:
            return json.loads(body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refused("bad-json", N_("That is not valid JSON."), 400) from None

    def load_multipart(self, req: Request, schema: ma.Schema) -> Any:
        """Return fields and files of a form; raises Refused for another kind of data."""
        if req.mimetype != "multipart/form-data":
            raise Refused("not-multipart", N_("Send multipart/form-data."), 415)
        return {**req.form.to_dict(), **req.files.to_dict()}

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_options: Any) -> Any:
        """Turn faults into one list."""
        raise Invalid(list(_flat(error.messages)))


def install(app: Flask) -> None:
    """Answer what has the wrong shape."""
    app.register_error_handler(Invalid, _invalid)


def _invalid(invalid: Invalid) -> Response:
    faults = [{"field": field, "message": message} for field, message in invalid.faults]
    return answer(422, "invalid", gettext(TEXTS[422]), errors=faults)


def _flat(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            yield from _flat(value, (*path, str(key)))
    elif isinstance(messages, list):
        for value in messages:
            yield from _flat(value, path)
    else:
        # The first step names where it was sent; the reader knows that.
        yield ".".join(_printable(step) for step in path[1:] if step != "_schema"), str(messages)


def _printable(step: str) -> str:
    return step.encode("utf-8", "replace").decode()[:60]


def _no_constant(name: str) -> Any:
    raise ValueError(name)
