"""Nothing that can be read tells how the votes fall before a result is published.

Proven from outside by comparison: every address of the site is read by strangers, fans and staff, then two designs
change places in everything that speaks of votes, behind the application's back, and every address is read again. An
answer that differs, in a number, a rank or an order, has told something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select, update

from contests.models import Contest
from tests.voting import make
from tests.voting.integrity import crowd
from voting import closing, jobs, service
from voting.exposure.models import ExposureReport
from voting.integrity import looking
from voting.integrity.models import SignalCluster, SignalRun
from voting.log import roots
from voting.models import Ballot, BallotVersion, Round, Total, Vote
from voting.wearing.models import WouldWear
from webapp.accounts import store as accounts
from webapp.accounts import tokens
from webapp.infra.db import db, transaction

# What differs from answer to answer, whatever the votes are: form tokens and nonces; the letters that stand for designs
# on the review desk, by lot; what the installation counts of itself: requests, time, space.
CHANCE = re.compile(
    rb'([Dd]esign [A-D]\b|name="csrf-token" content="[^"]*"|name="csrf_token"[^>]*value="[^"]*"|nonce[-"=][^\s"\';]+'
    rb"|heard of \d+ s ago|\d+ (s|min)</td>|[\d.]+ GB)"
)
# What the same page says under another address, says to everybody always, or counts of the installation without knowing
# designs (metrics); the others are all read below. Addresses with a token, a file's name or another number in them
# belong to things that this scene doesn't have.
NOT_HERE = re.compile(
    r"^/(d/|D/<code>/QR|favicon|imprint|terms|privacy|static|dev/|age|csrf|sign-in|settings|healthz|readyz|metrics|takedown)"
)


@dataclass
class World:
    """A contest with a crowd's votes, and those who look at it."""

    made: make.Scene
    round_id: int
    number: int
    readers: dict[str, tuple[Any, str]]


@pytest.fixture
def world(app: Flask, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]) -> World:
    """Forty votes for two designs, few for the first, none for the last; a farm, held; readers of all kinds."""
    clock.at(make.NOW)
    made = make.scene(designs=4, shortlist_size=4)
    crowd.ballots(made, 12, [made.designs[0]])
    crowd.ballots(made, 40, made.designs[1:3])
    crowd.ballots(made, 9, [made.designs[0]], email="q{n}x@mailinator.com", aged=False)
    author, wearers = made.designers[3], make.people(12)
    service.cast(made.designs[1], author, "gallery", make.NOW)
    db.session.rollback()
    ballot = db.session.execute(select(Ballot.round_id, Ballot.number).where(Ballot.voter_id == author)).one()
    staff = make.person("Staff", is_operator=True)
    with transaction() as session:
        for role in ("artist", "merch_staff", "moderator"):
            accounts.add_member(session, made.artist_id, staff, role, make.NOW)
        mine = {"contest_id": made.contest_id, "submission_id": made.designs[0], "size": "M"}
        session.add_all(WouldWear(**mine, person_id=person, received_at=make.NOW) for person in wearers)
    assert looking.run(ballot.round_id, make.NOW) == 9
    readers = {}
    for name, person in {"stranger": 0, "author": author, "staff": staff}.items():
        reader, token = new_client(), ""
        if person:
            sign_in(reader, person)
            token = tokens.create(person, "test", list(tokens.SCOPES), make.NOW)
        readers[name] = (reader, token)
    return World(made, ballot.round_id, ballot.number, readers)


def addresses(app: Flask, world: World) -> list[str]:
    """Every address a reader can GET, filled with the names of this scene."""
    made = world.made
    words = {
        "contest_slug": made.slug,
        "artist_slug": made.artist_slug,
        "contest_id": made.contest_id,
        "code": made.codes[0],
        "number": world.number,
        "step": "brief",
    }
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= words.keys() and not NOT_HERE.match(rule.rule):
            built = rule.build({name: words[name] for name in rule.arguments}, append_unknown=False)
            assert built is not None
            found.add(built[1])
    assert len(found) > 60
    return sorted({*found, f"/c/{made.slug}/log?as=json", f"/c/{made.slug}/designs?show=hearts"})


def told(app: Flask, world: World, places: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return where an answer changes with the votes, as reader and address."""
    wanted = list(places) or addresses(app, world)
    before = _read(app, world, wanted)
    assert sum(status == 200 for status, _body in before.values()) > len(before) / 3
    _swap(world.made, world.round_id)
    after = _read(app, world, wanted)
    return [place for place in before if before[place] != after[place]]


def _read(app: Flask, world: World, wanted: Iterable[str]) -> dict[tuple[str, str], tuple[int, bytes]]:
    Redis.from_url(app.config["SETTINGS"].redis_url).flushdb()
    answers = {}
    for name, (reader, token) in world.readers.items():
        for address in wanted:
            headers = {"Authorization": f"Bearer {token}"} if token and address.startswith("/api/") else {}
            answer = reader.get(address, headers=headers)
            answers[name, address] = answer.status_code, CHANCE.sub(b"", answer.data)
    return answers


def _swap(made: make.Scene, round_id: int) -> None:
    """Let the first and the third design change places in all that speaks of the votes of a round."""
    one, other, away = made.designs[0], made.designs[2], made.designs[3]
    names = {one: other, other: one}
    with transaction() as session:
        for table in (Vote, Total, WouldWear, SignalCluster):
            here = [table.round_id == round_id] if hasattr(table, "round_id") else []
            for old, new in ((one, away), (other, one), (away, other)):
                session.execute(update(table).where(*here, table.submission_id == old).values(submission_id=new))
        for table, columns in ((BallotVersion, ("choices", "added", "removed")), (SignalRun, ("alarms",))):
            for row in session.scalars(select(table).where(table.round_id == round_id)):
                for column in columns:
                    setattr(row, column, _swapped(getattr(row, column), names))
        for report in session.scalars(select(ExposureReport).where(ExposureReport.round_id == round_id)):
            designs = [{**each, "votes_by_link": 99, "would_wear": 98} for each in report.report["designs"]]
            report.report = {**report.report, "designs": designs, "votes": 97, "votes_by_link": 96}
        for poll in session.scalars(select(Round).where(Round.id == round_id, Round.result.is_not(None))):
            poll.result = {**poll.result, "order": _swapped(poll.result["order"], names)}


def _swapped(value: Any, names: dict[int, int]) -> Any:
    """A value with its numbers of designs exchanged; a measure of 1.0 is none, though equal to the first design's."""
    if isinstance(value, list):
        return [_swapped(each, names) for each in value]
    if isinstance(value, dict):
        return {name: _swapped(each, names) for name, each in value.items()}
    return names.get(value, value) if type(value) is int else value


@pytest.mark.one_db
def test_nothing_read_while_voting_is_open_depends_on_how_the_votes_fall(app, world):
    roots.write_daily()
    assert told(app, world) == []


@pytest.mark.one_db
def test_nothing_read_between_seal_and_count_depends_on_how_the_votes_fall(app, world, clock, run_jobs):
    clock.at(world.made.closes + timedelta(minutes=11))
    closing.BEFORE_COUNT.append(lambda round_id, now: False)
    try:
        assert not closing.close(world.round_id, clock.now)
    finally:
        closing.BEFORE_COUNT.pop()
    run_jobs()
    assert db.session.scalars(select(ExposureReport)).all(), "all was made that is made before the count"
    assert [each.label for each in roots.of_round(db.session(), world.round_id)] == ["seal"]
    assert told(app, world) == []
    assert closing.close(world.round_id, clock.now)
    result = f"/c/{world.made.slug}/result"
    assert {address for _reader, address in told(app, world, [result])} == {result}, "then it is told"


@pytest.mark.one_db
def test_nothing_read_in_a_final_round_depends_on_how_its_votes_fall(app, world, clock, run_jobs):
    made, final = world.made, make.NOW + timedelta(days=1)
    with transaction() as session:
        session.execute(update(Contest).values(final_at=final))
    clock.at(final + timedelta(minutes=11))
    assert closing.close(world.round_id, clock.now)
    run_jobs()
    for voter in make.people(6):
        service.cast(made.designs[0], voter, "link", clock.now)
    jobs.fold_open_rounds()
    db.session.rollback()
    world.round_id = db.session.scalars(select(Round.id).where(Round.kind == "final")).one()
    assert told(app, world) == []
