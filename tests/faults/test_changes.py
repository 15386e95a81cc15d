"""Random votes, changes and withdrawals by many clients while web processes and workers are killed in their midst.

Each client knows what it was told: the ballots it was acknowledged, one after the other. Afterwards the ledger holds
exactly these, the votes the last of them, and what is shown after the close is what the clients count themselves.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bench.scene import DAY, add_contest, add_designs, add_people, fill, token_of
from contests.models import Contest
from tests import services
from tests.faults.counts import Counted, must_fail, times
from tests.faults.site import Answer, Site, by_hand, until
from tests.faults.test_installation import meanwhile
from voting import service, store
from voting.models import Ballot, BallotVersion, Vote
from webapp.accounts.models import Artist
from webapp.infra.db import db

pytestmark = pytest.mark.timeout(900)
CLIENTS, PEOPLE, DESIGNS, HEARTS = 16, 8, 8, 5  # people for each client: one at a time, they are within the limits
FIRST = 1000  # the numbers of these people and designs, apart from those of the scene
_rounds = itertools.count()


@dataclass
class Fan:
    """A voter as the client knows them: each ballot that was acknowledged, the last one as it stands."""

    number: int
    person_id: int
    ballots: list[frozenset[str]] = field(default_factory=list)

    @property
    def stands(self) -> frozenset[str]:
        """What is on the ballot."""
        return self.ballots[-1] if self.ballots else frozenset()

    def told(self, ballot: frozenset[str]) -> None:
        """Note a ballot that was acknowledged, if it is another one."""
        if ballot != self.stands:
            self.ballots.append(ballot)


@dataclass
class Stage:
    """A contest of the test's own, its designs by code, its voters, and how many hearts each has."""

    contest_id: int
    slug: str
    designs: dict[str, int]
    fans: list[Fan]
    hearts: int = HEARTS


def stage(engine: Engine, voters: int = CLIENTS * PEOPLE) -> Stage:
    """Write a contest in its vote, designs and voters (at most 999) into a site's database."""
    turn, now = next(_rounds), datetime.now(UTC)
    first, slug = FIRST * (turn + 1), f"storm-{turn}"
    with by_hand(engine) as session:
        artist_id = session.scalars(select(Artist.id).order_by(Artist.id)).one()
        people = add_people(session, voters + 1, now, first)
        contest_id = add_contest(session, artist_id, people[-1], slug, now - 3 * DAY, now - DAY, HEARTS)
        later = {"picking_at": now + 4000 * DAY, "decide_by": now + 4010 * DAY}  # however far the clock is moved
        session.execute(update(Contest).where(Contest.id == contest_id).values(**later))
        codes, ids = add_designs(session, contest_id, people[-1], DESIGNS, now, first)
    fans = [Fan(first + number, person_id) for number, person_id in enumerate(people[:-1])]
    return Stage(contest_id, slug, dict(zip(codes, ids, strict=True)), fans)


class Client:
    """One of sixteen: acts for its own people, and knows what it was told."""

    def __init__(self, site: Site, fans: list[Fan], codes: list[str], seed: int) -> None:
        self.site, self.fans, self.codes, self.chance = site, fans, codes, random.Random(seed)
        self.said = Counter[int]()

    def act(self) -> None:
        """Vote or take a vote back, mostly what changes something; again and again until there is an answer."""
        fan, code = self.chance.choice(self.fans), self.chance.choice(self.codes)
        if fan.stands and self.chance.random() < 0.3:
            code = self.chance.choice(sorted(fan.stands))
        wish = "DELETE" if code in fan.stands and self.chance.random() < 0.8 else "PUT"
        answer = self.persist(fan, wish, code)
        if answer.status == 200:
            fan.told(fan.stands | {code} if wish == "PUT" else fan.stands - {code})
        else:
            assert (answer.status, answer.body["code"]) == (409, "no-hearts-left"), answer
            assert len(fan.stands) == HEARTS

    def persist(self, fan: Fan, wish: str, code: str) -> Answer:
        """Ask until the site says something that is not 'come again'."""
        ends = time.monotonic() + 120
        while True:
            who = {"Authorization": f"Bearer {token_of(fan.number)}"}
            answer = self.site.ask(0, wish, f"/api/v1/designs/{code}/vote", None, "", **who)
            self.said[answer.status] += 1
            if answer.status not in (0, 429, 502, 503) or time.monotonic() > ends:
                return answer
            time.sleep(0.1)


@pytest.mark.ordinarily("sqlite")
def test_votes_changes_and_withdrawals_with_kills(fallible: Site, counted: Counted, tmp_path: Path) -> None:
    made, acts = stage(fallible.engine), times(320, 20_000)
    codes = sorted(made.designs)
    clients = [Client(fallible, made.fans[n::CLIENTS], codes, seed=n) for n in range(CLIENTS)]
    chance, kills = random.Random(acts), Counter[str]()

    def strike() -> None:
        time.sleep(chance.uniform(0.5, 2.0))
        if kills.total() < times(4, 60):
            # The web process each other time: it is the one that has something in its hands.
            role = "web" if kills.total() % 2 == 0 else chance.choice(("worker-outbox", "worker-mail", "ticker"))
            fallible.kill(role)
            kills[role] += 1
            until(lambda: fallible.ask(1, "GET", "/healthz").status == 200, 60)

    def play(client: Client) -> None:
        for _ in range(acts // CLIENTS):
            client.act()

    with meanwhile(strike), ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(play, clients))
    said = sum((client.said for client in clients), Counter[int]())
    counted(acts=acts, kills=kills.total(), unanswered=said[0], ballots=sum(len(fan.ballots) for fan in made.fans))
    assert kills["web"] and said[0], "no act met a kill: this run proves nothing"
    agree(fallible.engine, made)
    shown(fallible, made, tmp_path)


def written(engine: Engine, made: Stage) -> tuple[dict[int, list[set[int]]], dict[int, set[int]]]:
    """By voter: the versions of the ledger, in their order, and the votes that stand; as ids of designs."""
    ids = [fan.person_id for fan in made.fans]
    with engine.connect() as connection:
        versions = connection.execute(
            select(Ballot.voter_id, BallotVersion.choices)
            .join(Ballot, Ballot.id == BallotVersion.ballot_id)
            .where(Ballot.voter_id.in_(ids))
            .order_by(BallotVersion.ballot_id, BallotVersion.version)
        ).all()
        votes = connection.execute(select(Vote.voter_id, Vote.submission_id).where(Vote.voter_id.in_(ids))).all()
    kept: dict[int, list[set[int]]] = {each: [] for each in ids}
    for voter_id, choices in versions:
        kept[voter_id].append(set(choices))
    standing: dict[int, set[int]] = {each: set() for each in ids}
    for voter_id, design in votes:
        standing[voter_id].add(design)
    return kept, standing


def agree(engine: Engine, made: Stage) -> None:
    """Ledger and votes are what was acknowledged, for each voter, act by act."""
    kept, standing = written(engine, made)
    for fan in made.fans:
        person_id = fan.person_id
        told = [{made.designs[code] for code in ballot} for ballot in fan.ballots]
        assert kept[person_id] == told, f"the ledger of fan {fan.number} is not what was acknowledged"
        assert standing[person_id] == (told[-1] if told else set()), f"the votes of fan {fan.number} are others"


def shown(site: Site, made: Stage, folder: Path) -> None:
    """Let the vote end; the page shows what the clients count, recount and bundle agree."""
    bundle = published(site, made)
    [result] = site.ask(1, "GET", f"/c/{made.slug}/result").body["rounds"]
    mine = Counter(code for fan in made.fans for code in fan.stands)
    assert {each["code"]: each["votes"] for each in result["order"]} == {code: mine[code] for code in made.designs}
    assert result["counted"] == sum(bool(fan.stands) for fan in made.fans) or result["cast"] == sum(
        bool(fan.ballots) for fan in made.fans
    )
    assert "agree" in site.server.fanmade("recount", made.slug)
    zipped = folder / "results.zip"
    zipped.write_bytes(bundle)
    argv = [sys.executable, "-m", "webapp.boot.cli", "verify", str(zipped)]
    assert "All is well" in subprocess.run(argv, cwd=services.ROOT, capture_output=True, text=True, check=True).stdout


def published(site: Site, made: Stage) -> bytes:
    """Let the vote end and wait for its result; return the bundle."""
    shift = float(site.clock.read_text()) if site.clock.exists() else 0.0
    ended = datetime.now(UTC) + timedelta(seconds=shift - 20)
    with site.engine.begin() as connection:
        ends = {"picking_at": ended, "decide_by": ended + 10 * DAY}
        connection.execute(update(Contest).where(Contest.id == made.contest_id).values(**ends))
    bundle: list[Answer] = []

    def there() -> bool:
        bundle[:] = [site.ask(1, "GET", f"/c/{made.slug}/results.zip")]
        return bundle[0].status == 200

    assert until(there), "the round is closed, counted and bundled"
    return bytes(bundle[0].body)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_a_death_in_the_middle_of_a_vote(app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Between votes and ledger, with the one transaction around both, and without it."""
    fill(db.engine, people=2, designs=1)
    made = stage(db.engine)
    fan, codes, now = made.fans[0], sorted(made.designs), datetime.now(UTC)
    service.cast(made.designs[codes[0]], fan.person_id, "gallery", now)
    fan.told(frozenset(codes[:1]))
    if not guarded:
        monkeypatch.setattr(store, "add_votes", at_once(store.add_votes))
    with monkeypatch.context() as dying:
        dying.setattr(store, "append_version", die)
        with pytest.raises(Killed):
            service.cast(made.designs[codes[1]], fan.person_id, "gallery", now)
    if guarded:
        agree(db.engine, made)
    else:
        with must_fail("the votes of fan"):
            agree(db.engine, made)


def die(*given: Any, **named: Any) -> None:
    raise Killed


def at_once(write: Callable[..., Any]) -> Callable[..., Any]:
    """Let each write be a transaction of its own."""

    def writing(session: Session, *given: Any) -> Any:
        new = write(session, *given)
        session.commit()
        return new

    return writing
