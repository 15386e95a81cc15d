"""The table that holds in this installation: its own file, or ours; read once, when the application starts."""

from datetime import date
from pathlib import Path

from flask import Flask, current_app, has_app_context

from webapp.accounts.ages import rules
from webapp.accounts.ages.consent_table import BadTable, Table, parse
from webapp.infra.settings import BadSettings, Settings
from webapp.kernel.now import now

OURS = Path(__file__).with_name("consent_ages.csv")
_KEY = "fanmade.consent_ages"


def init_app(app: Flask, settings: Settings) -> None:
    """Read the table; raises BadSettings with every fault of the installation's own file."""
    app.extensions[_KEY] = load(settings.consent_ages, now().date())


def load(own: Path | None, today: date) -> Table:
    """Return the table of the given file, ours without one; raises BadSettings."""
    path = own or OURS
    try:
        return parse(path.read_text(encoding="utf-8"), today if own else date.max)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings([f"FANMADE_CONSENT_AGES: {path} can't be read: {error}"]) from error
    except BadTable as bad:
        raise BadSettings([f"FANMADE_CONSENT_AGES: {path.name}, {fault}" for fault in bad.faults]) from bad


def table() -> Table:
    """Return the table that holds here."""
    kept: Table | None = current_app.extensions.get(_KEY) if has_app_context() else None
    return kept or load(None, date.max)


def needs_guardian(band: str | None, country: str | None, action: str) -> bool:
    """Return whether an age group in a country needs a guardian's word for submit, licence, preorder or account."""
    return rules.needs_guardian(table(), band, country, action)


def country_matters(band: str | None) -> bool:
    """Return whether the country decides anything for an age group."""
    return rules.country_matters(table(), band)
