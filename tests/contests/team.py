"""An artist with a team and followers, and a complete draft, for tests on contests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

from contests import service
from webapp.accounts import store as people
from webapp.infra.db import transaction

_numbers = itertools.count(1)
BRIEF = "Draw what the sea sings at night, **four inks** at most."


@dataclass(frozen=True)
class Team:
    """Ids of an artist's people; `slug` is the artist's."""

    artist: int
    slug: str
    boss: int
    staff: int
    fan: int


def team(now: datetime) -> Team:
    """Make an artist with one member of each kind, and a fan who follows."""
    number = next(_numbers)
    with transaction() as session:
        boss = people.add_person(
            session, f"boss{number}@example.org", "Bo", now, age_band="18+", timezone="Europe/Helsinki"
        )
        staff = people.add_person(session, f"staff{number}@example.org", "Su", now, age_band="18+")
        fan = people.add_person(session, f"fan{number}@example.org", "Fay", now, age_band="18+")
        artist = people.add_artist(session, f"tides-{number}", "The Tides", now)
        people.add_member(session, artist, boss, "artist", now)
        people.add_member(session, artist, staff, "merch_staff", now)
        people.add_follow(session, artist, fan, now)
    return Team(artist, f"tides-{number}", boss, staff, fan)


def draft(team: Team, now: datetime, title: str = "Design the summer tour tee") -> int:
    """Make a draft that could be published as it is."""
    contest_id = service.create(team.artist, team.boss, "tee", title, now)
    service.update(contest_id, team.boss, now, brief_md=BRIEF, prize="Two tickets")
    return contest_id


def published(team: Team, now: datetime) -> int:
    """Publish such a draft."""
    contest_id = draft(team, now)
    service.publish(contest_id, team.boss, now)
    return contest_id
