"""Whom the token speaks for."""

from typing import Any

from flask import g

from webapp.accounts import queries as people
from webapp.api import bearer
from webapp.api.schemas import MeSchema
from webapp.api.section import Section
from webapp.infra.db import db

section = Section("me", "The token's own person")


@section.operation("GET", "/me", scope="read", gives=MeSchema)
def me() -> dict[str, Any]:
    """Read whom the token speaks for, and what it may do."""
    person = bearer.person()
    roles = [
        {"artist": found.slug, "roles": sorted(held)}
        for artist_id, held in sorted(person.roles.items())
        if (found := people.artist(db.session(), artist_id))
    ]
    return {
        "display_name": person.display_name,
        "email": person.email,
        "language": person.locale,
        "age_band": person.age_band,
        "operator": person.is_operator,
        "scopes": sorted(g.api_scopes),
        "roles": roles,
    }
