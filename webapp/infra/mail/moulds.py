"""Mails that say the same but for a value or two: their templates are filled once, and the values put in per mail.

Forty thousand codes differ by six digits, the mails of a notice by the link that ends them. What else is said is the
same for all who read in one language, by one clock.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any

from markupsafe import escape

Words = tuple[str, str, str]  # subject, text, HTML
MOST = 200  # moulds that are kept; a digest has one of its own and is not worth more
# What is put in, by kind of mail; a template prints it as it is, or escaped.
VALUES = {"code": ("code",)}
OFTEN = ("unsubscribe_url", "unsubscribe_mail")
_token = secrets.token_hex(8)


class Moulds:
    """Kept for one run of a worker, so that nothing in them grows old."""

    def __init__(self, make: Callable[[str, dict[str, Any], str], Words]) -> None:
        """`make(kind, params, locale)` fills the templates."""
        self._make = make
        self._kept: dict[tuple[str, str, str], Words] = {}

    def words(self, kind: str, params: dict[str, Any], locale: str) -> Words:
        """Return (subject, text, HTML) of a mail; raises what its templates raise."""
        values = {
            name: value
            for name in (*VALUES.get(kind, ()), *OFTEN)
            if isinstance(value := params.get(name), str) and value
        }
        marked = {**params, **{name: f"x{_token}{name}x" for name in values}}
        key = (kind, locale, json.dumps(marked, sort_keys=True))
        mould = self._kept.get(key)
        if mould is None:
            mould = self._make(kind, marked, locale)
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = mould
        subject, text, html = mould
        for name, value in values.items():
            mark = str(marked[name])
            subject, text = subject.replace(mark, value), text.replace(mark, value)
            html = html.replace(mark, str(escape(value)))
        return " ".join(subject.split()), text, html
