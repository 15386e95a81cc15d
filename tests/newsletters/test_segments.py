"""Whom a segment holds: what people did, and never what is still secret."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from contests.comments.models import Comment
from contests.comments.suggestions.models import Suggestion
from contests.phases import Phase
from contests.submissions.models import Submission
from preorders.models import Drop, Preorder
from tests.newsletters.conftest import Room
from tests.pages import make
from tests.pages.make import DAY, NOW
from voting.models import Ballot, Pick, Round, Shortlisted, Vote
from webapp.accounts.models import Follow
from webapp.infra.db import db, transaction
from webapp.newsletters import audience
from webapp.newsletters.segments import ACTS, Segment, read


@pytest.fixture
def world(room: Room):
    """Five people who each did something in contest 1; `nobody` did nothing; contest 2 is somebody else's."""
    people = {name: make.person(name, age_band="18+", country="FI") for name in ("des", "tal", "vot", "buy", "nob")}
    subscriptions = {name: room.subscribe(f"{name}@x.example", person) for name, person in people.items()}
    subscriptions["stranger"] = room.subscribe("stranger@example.org", locale="fi")
    contest = make.contest(room.artist_id, room.boss, Phase.VOTING)
    [design] = make.designs(contest, people["des"], 1)
    with transaction() as session:
        talk = Comment(submission_id=design, author_id=people["tal"], body_md="Bluer.", created_at=NOW)
        session.add(talk)
        poll = Round(contest_id=contest, kind="open", budget=5)
        session.add(poll)
        session.flush()
        session.add(Suggestion(comment_id=talk.id, submission_id=design))
        session.add(Ballot(round_id=poll.id, voter_id=people["vot"], spent=1, version=1))
        revision = session.get_one(Submission, design).current_revision_id
        marks = {"submission_id": design, "revision_id": revision, "received_at": NOW, "at": NOW}
        session.add(Vote(round_id=poll.id, voter_id=people["vot"], **marks))
        drop = Drop(artist_id=room.artist_id, slug="d", title="D", currency="EUR", timezone="UTC", created_at=NOW)
        session.add(drop)
        session.flush()
        session.add(
            Preorder(
                drop_id=drop.id,
                person_id=people["buy"],
                number="FM-1",
                idempotency_key="k",
                email="b@x.example",
                address={},
                pieces=1,
                items_minor=1,
                total_minor=1,
                currency="EUR",
                placed_at=NOW,
            )
        )
        session.add(Follow(artist_id=room.artist_id, person_id=people["nob"], since=NOW))
    return room, subscriptions, contest, design, poll.id, drop.id


def found(world, **segment) -> set[str]:
    room, subscriptions = world[0], world[1]
    names = {number: name for name, number in subscriptions.items()}
    chosen = audience.members(room.artist_id, Segment(**segment), NOW)
    ids = db.session.scalars(chosen).all()
    assert audience.size(db.session(), room.artist_id, Segment(**segment), NOW) == len(ids)
    return {names[number] for number in ids}


EVERYBODY = {"des", "tal", "vot", "buy", "nob", "stranger"}


def test_each_act_finds_who_did_it(world):
    _, _, contest, _design, _poll, drop = world
    assert found(world) == EVERYBODY
    assert found(world, did=("designed",)) == {"des"}
    assert found(world, did=("suggested",)) == found(world, did=("commented",)) == {"tal"}
    assert found(world, did=("voted",)) == {"vot"}
    assert found(world, did=("preordered",), drop_id=drop) == {"buy"}
    assert found(world, did=("follows",)) == {"nob"}
    assert found(world, did=("waitlist",)) == set()
    assert found(world, did=("voted",), contest_id=contest + 1) == set()
    assert found(world, did=("voted", "designed")) == set()
    assert found(world, did_not=("voted", "preordered"), country="FI") == {"des", "tal", "nob"}
    assert found(world, language="fi") == {"stranger"}
    assert set(found(world, quiet_days=90)) == set()
    long_ago = {"confirmed_at": NOW - 200 * DAY}
    world[1]["old"] = world[0].subscribe("old@example.org", **long_ago)
    assert found(world, quiet_days=90) == {"old"}
    assert found(world, quiet_days=365) == set()


def test_what_a_vote_was_for_is_nobodys_to_know_before_the_result(world):
    room, _, contest, design, poll, _ = world
    winner = {"did": ("voted-winner",)}
    assert found(world, **winner) == found(world, did=("finalist",)) == set()
    with transaction() as session:
        pick = Pick(
            contest_id=contest, submission_id=design, picked_by=room.boss, reason="Yes.", picked_at=NOW, undo_until=NOW
        )
        session.add(pick)
        session.flush()
        number = pick.id
    assert found(world, **winner) == set()
    with transaction() as session:
        session.get_one(Pick, number).announced_at = NOW
    assert found(world, **winner) == set(), "the round is not counted"
    with transaction() as session:
        row = session.get_one(Round, poll)
        row.closed_at, row.result = NOW, {}
        session.add(Shortlisted(contest_id=contest, submission_id=design, rank=1, votes=1))
    assert found(world, **winner) == {"vot"}
    assert found(world, did=("finalist",)) == {"des"}
    with transaction() as session:
        session.get_one(Pick, number).undone_at = NOW
    assert found(world, **winner) == set()


@pytest.mark.one_db
def test_a_segment_reads_by_indexes(world):
    everything = Segment(did=tuple(ACTS), quiet_days=90, country="FI", language="fi")
    assert read(everything.as_dict()) == everything
    statement = audience.members(world[0].artist_id, everything, NOW)
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert [line for line in plan if line.startswith("SCAN") and "USING" not in line] == []
