"""A file of everything about one person and nobody else; and an erasure after which nothing of them is found."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import cast, select, update
from sqlalchemy.types import JSON, String, Text

from contests.comments.models import Comment
from contests.comments.questions.models import Question
from contests.submissions import my_data
from contests.submissions.models import Revision, Submission
from preorders.models import Drop, Preorder, WaitlistEntry
from tests.accounts.my_data import rich
from tests.voting import make
from voting import recounting
from voting.bundle import making
from webapp.accounts.models import Person, SessionRow
from webapp.accounts.my_data import jobs, letters, queries, rooms, service
from webapp.boot import retention
from webapp.infra.db import Base, db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.infra.storage import storage
from webapp.kernel import now as clock_of
from webapp.kernel.refusal import Refused
from webapp.newsletters.models import Subscription
from webapp.notices.models import Notice


def found_in_tables(*needles: str) -> list[str]:
    """Every column of every table that holds one of these texts, in whatever case, escaped as JSON or not."""
    hits = []
    for table in Base.metadata.sorted_tables:
        texts = [c for c in table.columns if isinstance(c.type, (String, Text, JSON))]
        for row in db.session.execute(select(*(cast(c, Text) for c in texts))) if texts else ():
            for column, value in zip(texts, row, strict=True):
                if value and any(needle.lower() in value.lower() for needle in needles):
                    hits.append(f"{table.name}.{column.name}: {value}")
    db.session.rollback()
    return hits


def found_in_files(*needles: str) -> list[str]:
    hits = []
    for key in storage().keys(""):
        data = storage().get(key).lower()
        if any(needle.lower().encode() in data for needle in needles):
            hits.append(key)
    return hits


@pytest.fixture
def started(clock: Any) -> Any:
    clock.at(rich.NOW)
    return clock


def test_the_file_holds_everything_about_one_person_and_nothing_of_others(
    app: Flask, started: Any, client: Any, new_client: Callable, sign_in: Callable, run_jobs: Callable
) -> None:
    made = rich.build()
    sign_in(client, made.fan)
    assert client.post("/settings/my-data/export").status_code == 303
    assert "hx-trigger" in client.get("/settings/my-data").text
    run_jobs("exports", sweep=False)
    answer = client.get("/settings/my-data/file")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    said = {name.removesuffix(".json"): json.loads(data) for name, data in files.items() if name.endswith(".json")}
    empty = {name for name, rows in said.items() if not rows}
    assert empty <= {
        "appeals",
        "export_templates",
        "moderation_appeals",
        "waitlist",
        "picks",
        "print_files",
        "recovery_codes",
        "royalties",
        "saved_views",
    }
    assert said["profile"][0]["email"] == rich.EMAIL
    assert {row["choices"][0] for row in said["ballots"]} <= set(made.scene.designs) and said["ballots"][0]["leaf_hash"]
    assert {row["id"] for row in said["orders"]} == {made.unpaid, made.paid, made.shipped}
    assert said["notices"] and said["mails"] and said["moderation"] and said["guardian"]
    assert len(said["questions"]) == 2 and len(said["question_votes"]) == 2 and len(said["question_answers"]) == 1
    assert b"picture by Ilmatar" in files.values() and "README.txt" in files
    whole = b"\n".join(files.values()).decode()
    for other in ("Zebedee", "zebedee", "password of hers", "password_hash", "token_hash", "salt"):
        assert other not in whole, other
    stranger = new_client()
    sign_in(stranger, made.other)
    assert stranger.get("/settings/my-data/file").status_code == 404
    db.session.execute(update(SessionRow).values(fresh_until=rich.NOW))
    db.session.commit()
    later = client.get("/settings/my-data/file")
    assert (later.status_code, "/sign-in?again=1" in later.location) == (302, True), "an hour later: a fresh sign-in"
    started.advance(days=8)
    assert jobs.forget() == 1 and not list(storage().keys("my-data/"))


NAMED = {
    "png": {"format": "PNG", "original_name": "wolf.heic"},
    "heic": {"format": "", "original_name": "my wolf.HEIC"},
    "bin": {"format": "", "original_name": "../wolf.tar/gz"},
    "json": {"format": "", "original_name": "", "source": "studio"},
}


@pytest.mark.one_db
def test_a_picture_that_could_not_be_made_is_named_as_it_was_sent(app: Flask, started: Any) -> None:
    made = rich.build()
    for ending, values in NAMED.items():
        with transaction() as session:
            session.execute(update(Revision).values(**values))
        names = [each.name for each in my_data.files_of(db.session(), made.fan) if "-shown" not in each.name]
        db.session.rollback()
        assert names and {name.rpartition(".")[2] for name in names if "-v" in name} == {ending}, names


def test_an_erasure_that_dies_at_each_step_leaves_nothing_of_the_person(
    app: Flask, started: Any, client: Any, sign_in: Callable, run_jobs: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rich.build()
    before = storage().get(making.key(made.bundle))
    service.ask_export(made.fan, rich.NOW)
    run_jobs("exports", sweep=False)
    assert found_in_tables(*rich.NEEDLES) and found_in_files(*rich.NEEDLES)

    died = _let_each_step_die_once(monkeypatch)
    sign_in(client, made.fan)
    answer = client.post("/settings/my-data/erase")
    receipt = answer.headers["Location"]
    assert answer.status_code == 303 and "/erased/" in receipt
    assert client.get("/settings/my-data").status_code == 302, "signed out"
    assert "hx-trigger" in client.get(receipt).text
    run_jobs("exports", sweep=False)
    request_id = queries.latest(db.session(), made.fan, "erase").id  # type: ignore[union-attr]
    for _ in range(len(died) + 1):
        started.advance(hours=2)
        jobs.work(request_id)
    assert all(died.values()), "each step ran, and died once"
    run_jobs("outbox", "mail")
    letters.sweep()

    page = client.get(receipt).text
    assert "7K3QX" in page and db.session.get_one(Preorder, made.paid).number in page, "what stays is said"
    kept = [hit for hit in found_in_tables(*rich.NEEDLES) if not hit.startswith(("preorders.", "order_words."))]
    assert kept == []
    assert found_in_files(*rich.NEEDLES) == []
    assert _what_stays(made) == {"paid": "reserved", "unpaid": "cancelled", "shipped": "shipped"}
    with transaction() as session:
        session.execute(
            update(Preorder).where(Preorder.id == made.paid).values(state="shipped", shipped_at=clock_of.now())
        )
    retention.sweep()
    assert found_in_tables(*rich.NEEDLES) == []

    assert storage().get(making.key(made.bundle)) == before
    assert [fault for each in recounting.recount(made.scene.contest_id) for fault in each.differences] == []
    assert jobs.work(request_id) is False
    _the_rest_of_the_world_stands(made)


def _let_each_step_die_once(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Let every step do its work and then die, the first time."""
    died: dict[str, bool] = {}

    def dying(name: str, step: Callable[[int, datetime], None]) -> Callable[[int, datetime], None]:
        died[name] = False

        def run(person_id: int, moment: datetime) -> None:
            step(person_id, moment)
            if not died[name]:
                died[name] = True
                raise OSError(name)

        return run

    dying_rooms = [
        replace(room, steps=tuple(dying(f"{room.name}.{step.__name__}", step) for step in room.steps))
        for room in rooms.ROOMS
    ]
    monkeypatch.setattr("webapp.accounts.my_data.erasing.ROOMS", dying_rooms)
    return died


def _what_stays(made: rich.Rich) -> dict[str, str]:
    return {name: db.session.get_one(Preorder, getattr(made, name)).state for name in ("paid", "unpaid", "shipped")}


def _the_rest_of_the_world_stands(made: rich.Rich) -> None:
    person = db.session.get_one(Person, made.fan)
    assert (person.email, person.display_name, person.password_hash) == (None, "", None)
    assert db.session.get_one(WaitlistEntry, made.next_in_line).state == "offered", "the piece went to who waited"
    drop = db.session.get_one(Drop, made.drop_id)
    assert (drop.reserved, drop.offered) == (2, 1)
    won, lost = (db.session.get_one(Submission, each) for each in (made.won, made.lost))
    assert won.withdrawn_at is None and won.title == "Moth" and lost.withdrawn_at and lost.title == lost.code
    asked = db.session.execute(select(Question.words, Question.state).order_by(Question.id)).all()
    assert [tuple(each) for each in asked[1:]] == [
        ("Which blue is it?", "visible"),
        ("Zebedee asks: how many inks?", "visible"),
    ]
    assert asked[0].state == "withdrawn", "nobody had answered it"
    assert db.session.scalars(select(Subscription.person_id)).all() == [made.other]
    theirs = db.session.scalars(select(Comment).where(Comment.author_id == made.other)).one()
    assert theirs.body_md and theirs.state == "visible"
    told = db.session.scalars(select(Notice).where(Notice.recipient_id == made.other)).all()
    assert {each.params.get("name") for each in told} >= {"a fan"}
    left = db.session.scalars(select(OutgoingMail).where(OutgoingMail.dedupe == "m2")).one()
    assert left.params["params"]["name"] == "a fan" and left.params["params"]["words"] == ""


@pytest.mark.one_db
def test_nobody_is_erased_before_handing_over_or_by_an_old_sign_in(
    app: Flask, started: Any, client: Any, sign_in: Callable
) -> None:
    scene = make.scene()
    sign_in(client, scene.boss)
    assert "only artist in the team of The Band" in client.get("/settings/my-data/erase").text
    with pytest.raises(Refused, match="hand-over"):
        service.ask_erasure(scene.boss, rich.NOW)
    second = make.person()
    with transaction() as session:
        session.add(rich.TeamMember(artist_id=scene.artist_id, person_id=second, role="artist", since=rich.NOW))
    assert "Erase me now" in client.get("/settings/my-data/erase").text
    started.advance(hours=2)
    assert "Erase me now" not in client.get("/settings/my-data/erase").text
    assert client.post("/settings/my-data/erase").status_code == 403
    assert db.session.get_one(Person, scene.boss).erased_at is None
    assert client.get("/erased/1-" + "0" * 40).status_code == 404
    operator = make.person(is_operator=True)
    with pytest.raises(Refused, match="hand-over"):
        service.ask_erasure(operator, rich.NOW)


@pytest.mark.one_db
def test_the_clock_of_retention_takes_what_is_due_and_nothing_else(app: Flask, started: Any) -> None:
    made = rich.build()
    counts = _rows()
    retention.sweep()
    assert _rows() == counts, "nothing is due on the first day"
    started.advance(days=100)
    retention.sweep()
    after = _rows()
    assert after["sign_in_codes"] == 0 < counts["sign_in_codes"]
    assert after["notices"] == counts["notices"] and after["facts"] <= counts["facts"]
    assert db.session.get_one(Preorder, made.shipped).address
    started.advance(days=700)
    retention.sweep()
    assert _rows()["notices"] == 0 and _rows()["contest_regulars"] == 0
    db.session.expire_all()
    shipped, paid = (db.session.get_one(Preorder, each) for each in (made.shipped, made.paid))
    assert shipped.address == {} and shipped.email == rich.EMAIL and paid.address
    lasting = ("people", "ballots", "ballot_versions", "votes", "preorders", "submissions", "comments", "audit_log")
    assert {name: _rows()[name] for name in lasting} == {name: counts[name] for name in lasting}


def _rows() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    counts = {t.name: db.session.scalar(select(db.func.count()).select_from(t)) or 0 for t in tables}
    db.session.rollback()
    return counts
