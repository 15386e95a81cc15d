"""Language and time zone of the reader, and how dates, numbers and money are written for them."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, request, session
from flask_babel import Babel, format_datetime, format_decimal, get_locale
from flask_login import current_user

from webapp.kernel import twice
from webapp.kernel.money import Money
from webapp.kernel.zones import zones

LANGUAGES = {"en": "English", "fi": "Suomi"}
# The order of day, month and hour is each language's own; both use the 24-hour clock.
WHEN = {"en": "EEE d MMM y, HH:mm", "fi": "ccc d.M.y 'klo' HH.mm"}
DAY = {"en": "d MMM y", "fi": "d.M.y"}
babel = Babel()


def choose_locale() -> str:
    """Return the reader's language: chosen on their account, in this browser, or asked for by it."""
    if current_user and current_user.is_authenticated and current_user.locale in LANGUAGES:
        return str(current_user.locale)
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return request.accept_languages.best_match(list(LANGUAGES), "en") or "en"


def known_zone(name: str) -> bool:
    """Return whether `name` is an IANA time zone."""
    return name in zones()


def when(moment: datetime | None, zone: str = "UTC") -> str:
    """Return an instant in words, in the named zone: 'Sun 22 Nov 2026, 20:00'; in an hour that comes twice, which."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return str(format_datetime(local, _pattern(WHEN), rebase=False)) + twice.which(local)


def day(moment: datetime | None, zone: str = "UTC") -> str:
    """Return the calendar day of an instant in the named zone."""
    if moment is None:
        return ""
    return str(format_datetime(moment.astimezone(ZoneInfo(zone)), _pattern(DAY), rebase=False))


def _pattern(patterns: dict[str, str]) -> str:
    return patterns.get(str(get_locale() or "en")[:2], patterns["en"])


def money(minor: int, currency: str) -> str:
    """Return minor units as money in the reader's locale."""
    from babel.numbers import format_currency

    return str(format_currency(Money(minor, currency).decimal(), currency, locale=get_locale() or "en"))


def number(value: float) -> str:
    """Return a number with the reader's separators."""
    return str(format_decimal(value))


@cache
def _locale(language: str) -> Locale:
    """Parsed once; there are as many as LANGUAGES."""
    return Locale.parse(language)


def init_app(app: Flask) -> None:
    """Give the application its languages."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "UTC"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=lambda: _locale(choose_locale()))
