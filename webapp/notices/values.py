"""Values in a notice that are put into words when it is read: in the reader's language, on their clocks.

A notice is kept for years and read in many languages, so its params hold what is meant, not how it is
written: `at(moment, zone)`, `money(minor, currency)`, `word(N_("..."))`, or a list of such. Plain strings
and numbers stay what they are.
"""

from datetime import datetime
from typing import Any

from babel.dates import get_timezone_location
from flask_babel import get_locale, gettext

from webapp.infra import i18n

BETWEEN = "; "  # between the parts of a list


def at(moment: datetime | None, zone: str, *, day: bool = False) -> dict[str, Any] | str:
    """Return an instant as a param; `zone` is the clock it was set by, `day` leaves the hour out. '' for None."""
    if moment is None:
        return ""
    return {"at": moment.isoformat(), "zone": zone, **({"day": True} if day else {})}


def money(minor: int, currency: str) -> dict[str, Any]:
    """Return an amount as a param."""
    return {"minor": minor, "currency": currency}


def word(message: str, **params: Any) -> dict[str, Any]:
    """Return a sentence marked with `N_` as a param; what fills it may be such values too."""
    return {"N_": message, **params}


def shown(params: dict[str, Any], zone: str = "") -> dict[str, Any]:
    """Return params as text in the language of the moment; `zone` is the reader's own, '' when not known."""
    return {name: _text(value, zone) for name, value in params.items()}


def _text(value: Any, zone: str) -> Any:
    if isinstance(value, list):
        return BETWEEN.join(str(_text(each, zone)) for each in value)
    if not isinstance(value, dict):
        return value
    if "N_" in value:
        sentence = value["N_"]  # a variable: the collector of messages would take the key for a message
        return gettext(sentence) % shown({name: each for name, each in value.items() if name != "N_"}, zone)
    if "at" in value:
        return _moment(datetime.fromisoformat(value["at"]), value["zone"], zone, bool(value.get("day")))
    if "minor" in value:
        return i18n.money(value["minor"], value["currency"])
    return value


def _moment(moment: datetime, set_in: str, own: str, day: bool) -> str:
    """Write an instant on the reader's clock; on another, say the city whose clock it is."""
    if day:
        return i18n.day(moment, own or set_in)
    if own or set_in == "UTC":
        return i18n.when(moment, own or set_in) + ("" if own else " UTC")
    city = get_timezone_location(set_in, locale=get_locale() or "en", return_city=True)
    return f"{i18n.when(moment, set_in)} ({city})"
