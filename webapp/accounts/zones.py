"""The clock of a person: what their browser goes by, kept when they sign in and have chosen none."""

from datetime import datetime
from urllib.parse import unquote

from flask import has_request_context, request
from sqlalchemy import update

from webapp.accounts.models import Person
from webapp.infra.db import changed, transaction
from webapp.infra.i18n import known_zone

COOKIE = "zone"  # set by zone.js


def learn(person_id: int, device_id: str, now: datetime) -> str | None:
    """Keep the browser's time zone for somebody who has none; what they chose themselves stays. A hook of sign-in."""
    zone = unquote(request.cookies.get(COOKIE, "")) if has_request_context() else ""
    # A browser that hides where it is says UTC or Etc/…: that is nobody's clock.
    if "/" in zone and not zone.startswith("Etc/") and known_zone(zone):
        with transaction() as session:
            nobody = update(Person).where(Person.id == person_id, Person.timezone == "", Person.erased_at.is_(None))
            changed(session, nobody.values(timezone=zone))
    return None
