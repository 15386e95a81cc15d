"""The demo's people: a team, a few fans to sign in as, and the crowd around them. All invented."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.accounts import store
from webapp.accounts.models import Consent, Follow, Person
from webapp.boot.demo.crowd import CROWD

DOMAIN = "demo.invalid"  # reserved: no mail to it can ever reach anybody
ZONE = "Europe/Helsinki"


@dataclass(frozen=True)
class Named:
    """Somebody to sign in as. `what` says in a few words what there is to see with their eyes."""

    key: str
    name: str
    what: str
    roles: tuple[str, ...] = ()
    age_band: str = "18+"
    locale: str = "en"
    operator: bool = False
    trusted: bool = False

    @property
    def address(self) -> str:
        """Return the address that stands for this person in the demo."""
        return f"{self.key}@{DOMAIN}"


NAMED = (
    Named("aino", "Aino Kuu", "the artist: a winner waits to be picked", ("artist",)),
    Named("selma", "Selma Rautio", "merch staff: a drop is running", ("merch_staff",)),
    Named("jonas", "Jonas Ek", "moderator: designs and a report wait", ("moderator",)),
    Named("olive", "Olive Park", "operator of this installation", operator=True),
    Named("milja", "Milja", "fan and designer, in most contests", trusted=True),
    Named("bram", "bram.draws", "fan: won the club tee, see the drop"),
    Named("kelpie", "kelpie_tom", "fan: has hearts left to give"),
    Named("iiris", "Iiris", "fan, 16 or 17, reads Finnish", age_band="16-17", locale="fi"),
    Named("noor", "noor", "fan, 13 to 15: a first design", age_band="13-15"),
)


@dataclass(frozen=True)
class Cast:
    """Ids of everybody: the named by key, the crowd, and all who may design and vote."""

    named: dict[str, int]
    crowd: list[int]
    minors: frozenset[int]

    @property
    def fans(self) -> list[int]:
        """Return everybody who is not of the team."""
        return [self.named[key] for key in ("milja", "bram", "kelpie", "iiris", "noor")] + self.crowd

    @property
    def adults(self) -> list[int]:
        """Return the fans of age: they order."""
        return [person_id for person_id in self.fans if person_id not in self.minors]


def seed_people(session: Session, rng: random.Random, now: datetime) -> Cast:
    """Insert everybody, with the age they named and their consent to the terms; return their ids."""
    named = {each.key: _named(each, now) for each in NAMED}
    crowd = [_fan(name, rng, now) for name in CROWD]
    session.add_all([*named.values(), *crowd])
    session.flush()
    people = [*named.values(), *crowd]
    session.add_all(Consent(person_id=p.id, kind="terms", given=True, at=p.created_at) for p in people)
    session.add_all(
        Consent(person_id=p.id, kind=f"age:{p.age_band}", given=True, at=p.created_at) for p in people if p.age_band
    )
    minors = frozenset(p.id for p in people if p.age_band not in (None, "18+"))
    return Cast({key: p.id for key, p in named.items()}, [p.id for p in crowd], minors)


def seed_team(session: Session, artist_id: int, cast: Cast, since: datetime) -> None:
    """Give the team its roles."""
    for each in NAMED:
        for role in each.roles:
            store.add_member(session, artist_id, cast.named[each.key], role, since)


def seed_follows(session: Session, artist_id: int, fans: list[int], rng: random.Random, now: datetime) -> None:
    """Let fans follow the artist, each since a day of their own."""
    session.add_all(
        Follow(artist_id=artist_id, person_id=person_id, since=now - timedelta(days=rng.uniform(1, 120)))
        for person_id in fans
    )


def _named(each: Named, now: datetime) -> Person:
    joined = now - timedelta(days=150)
    return Person(
        email=each.address,
        display_name=each.name,
        locale=each.locale,
        timezone=ZONE,
        age_band=each.age_band,
        age_told_at=joined,
        country="FI",
        is_operator=each.operator,
        is_demo=True,
        trusted_at=joined if each.trusted else None,
        created_at=joined,
    )


def _fan(name: str, rng: random.Random, now: datetime) -> Person:
    plain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    person = Person(
        email=f"{plain}.fan@{DOMAIN}",
        display_name=name,
        age_band=rng.choices(("18+", "16-17", "13-15"), (85, 10, 5))[0],
        country=rng.choice(("FI", "FI", "SE", "DE", "GB", "NL", "EE", "FR", "PL", "US")),
        is_demo=True,
        created_at=now - timedelta(days=rng.uniform(122, 150)),
    )
    person.age_told_at = person.created_at
    return person
