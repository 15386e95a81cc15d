"""What the token's person follows. Nobody else's list is given, nor how many follow anything."""

from typing import Any

from webapp.api import bearer, words
from webapp.api.schemas import FollowingSchema
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.pages import subjects

section = Section("following", "What the token's person follows")


@section.operation("GET", "/following", scope="follow", gives=FollowingSchema)
def following() -> dict[str, Any]:
    """List what the token's person follows: designs, contests, people with a public page, artists."""
    return _all()


@section.operation("PUT", "/following/<kind>/<key>", scope="follow", gives=FollowingSchema)
def follow(kind: str, key: str) -> dict[str, Any]:
    """Follow a design (by its code), a contest or an artist (by its slug), or a person (by their page's code)."""
    found = subjects.find(db.session(), kind, key)
    subjects.follow(found, bearer.person().id, now())
    return _all()


@section.operation("DELETE", "/following/<kind>/<key>", scope="follow", gives=FollowingSchema)
def unfollow(kind: str, key: str) -> dict[str, Any]:
    """Follow it no longer; what is not followed stays so."""
    subjects.unfollow(db.session(), kind, key, bearer.person().id, now())
    return _all()


def _all() -> dict[str, Any]:
    return {
        "items": [
            {
                "kind": each.subject.kind,
                "key": each.subject.key,
                "title": each.subject.title,
                "url": words.site(each.subject.url) if each.subject.url else "",
                "since": each.since,
            }
            for each in subjects.of_person(db.session(), bearer.person().id)
        ]
    }
