"""Finding a name in what was told to others, and taking it out: in notices' and mails' params, as JSON."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Text, cast

from webapp.accounts.queries import A_FAN

QUOTED = ("words", "note")
"""What the named person has said: it goes with the name."""


def mentions(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition under which a JSON column holds a name somewhere."""
    found: ColumnElement[bool] = cast(column, Text).contains(json.dumps(name), autoescape=True)
    return found


def without(value: Any, name: str) -> Any:
    """Return params in which whoever bears the name is 'a fan', and what they are quoted with is left out."""
    if isinstance(value, list):
        return [without(each, name) for each in value]
    if not isinstance(value, dict):
        return A_FAN if value == name else value
    cleaned = {key: without(each, name) for key, each in value.items()}
    if any(each == name for each in value.values()):
        cleaned |= {key: "" for key in QUOTED if key in cleaned}
    return cleaned
