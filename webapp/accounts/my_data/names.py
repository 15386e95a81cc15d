"""Finding a name in what was told to others, and taking it out: in notices' and mails' params, as JSON."""

import json
import re
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_

from webapp.accounts.queries import A_FAN

QUOTED = ("words", "note")
"""What the named person has said: it goes with the name."""


def mentions(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition under which a JSON column holds a name somewhere, as a value or behind an @."""
    written = json.dumps(name)
    shapes = (written, f"@{written[1:-1]}", f"@[{written[1:-1]}]")
    return or_(*(cast(column, Text).contains(each, autoescape=True) for each in shapes))


def without(value: Any, name: str) -> Any:
    """Return params in which whoever bears the name is 'a fan', and what they are quoted with is left out."""
    if isinstance(value, list):
        return [without(each, name) for each in value]
    if not isinstance(value, dict):
        return A_FAN if value == name else _unmentioned(value, name) if isinstance(value, str) else value
    cleaned = {key: without(each, name) for key, each in value.items()}
    if any(each == name for each in value.values()):
        cleaned |= {key: "" for key in QUOTED if key in cleaned}
    return cleaned


def _unmentioned(words: str, name: str) -> str:
    """Return words in which the name stands no more behind an @."""
    plain = re.escape(name)
    return re.sub(rf"@(\[{plain}\]|{plain}(?!\w))", lambda _found: f"@{A_FAN}", words)
