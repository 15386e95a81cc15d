"""Idea now, print file later: asked once, taken while it may be, looked at as any picture, shown to staff."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from contests.models import ContestProduct
from contests.submissions import jobs as picture_jobs
from contests.submissions import queries as submissions
from contests.submissions import service as designs
from contests.submissions.models import Revision
from contests.submissions.print_files import jobs, queries, rules, service, store
from contests.submissions.print_files.models import PrintFile
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in
from tests.pictures import png
from voting import print_calls
from voting.models import Shortlisted
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

# Files, and rows about them; queues and leases are tested on both kinds of database in test_jobs.py.
pytestmark = pytest.mark.ordinarily("postgres")

TEE = {"kind": "tee", "title": "T-shirt", "sizes": ["M"], "max_inks": 4, "price_minor": 2900, "currency": "EUR"}


@pytest.fixture
def finalist(stage: Stage) -> int:
    """An approved design whose small picture was looked at for a tee."""
    with transaction() as session:
        colours = [{"name": "Black", "hex": "#17151C"}]
        box = {"print_width_cm": 30, "print_height_cm": 40}
        session.add(ContestProduct(contest_id=stage.contest, position=0, colours=colours, **box, **TEE))
    submission_id = sent_in(stage, png(60, 80))
    latest = design(submission_id).latest
    assert latest is not None and picture_jobs.process(latest.id)
    designs.moderate(submission_id, stage.moderator, "approve", "", "", stage.now)
    return submission_id


def shortlist(stage: Stage, *ids: int) -> None:
    with transaction() as session:
        for rank, each in enumerate(ids, 1):
            session.add(Shortlisted(contest_id=stage.contest, submission_id=each, rank=rank, votes=5))
    print_calls.round_closed(stage.contest, 1)
    print_calls.round_closed(stage.contest, 1)  # facts may be told twice


def notices(kind: str) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.recipient_id).where(Notice.kind == kind)))


def send(stage: Stage, submission_id: int, data: bytes | None = None, **more: Any) -> int:
    return service.send(submission_id, stage.fan, data or png(90, 120), "print.png", stage.now, **more)


def test_a_finalist_is_asked_once_and_nobody_else_may_send(stage: Stage, finalist: int) -> None:
    with pytest.raises(Refused, match="no-finalist"):
        send(stage, finalist)
    assert not list(storage().keys("print-files/"))
    shortlist(stage, finalist)
    assert notices("print-file-wanted") == [stage.fan]
    standing = queries.standing(db.session(), finalist)
    assert standing.may_send and standing.call and standing.call.wanted and standing.verdict == "idea"
    with pytest.raises(NotFound):
        service.send(finalist, another_fan(stage.now), png(), "x.png", stage.now)


def test_one_whose_picture_is_ready_is_not_asked_but_may_send(stage: Stage, finalist: int) -> None:
    with transaction() as session:
        ready = {**design(finalist).revision.print_report[0], "verdict": "ready"}  # type: ignore[union-attr]
        session.get(Revision, design_of(finalist)).print_report = [ready]  # type: ignore[union-attr]
    shortlist(stage, finalist)
    assert notices("print-file-wanted") == []
    assert queries.standing(db.session(), finalist).may_send


def design_of(submission_id: int) -> int:
    found = submissions.by_id(db.session(), submission_id)
    assert found and found.current_revision_id
    return found.current_revision_id


def test_the_file_gets_its_own_report_and_the_voted_picture_stays(stage: Stage, finalist: int) -> None:
    shortlist(stage, finalist)
    before = design(finalist).revision
    file_id = send(stage, finalist, png(2400, 3200), key="one")
    assert send(stage, finalist, png(2400, 3200), key="one") == file_id  # pressed twice
    assert jobs.process(file_id) and not jobs.process(file_id)
    standing = queries.standing(db.session(), finalist)
    assert standing.file and standing.file.id == file_id and standing.file.renditions
    assert standing.reports[0]["dpi"] == 203 and standing.reports != standing.voted
    assert standing.file.distance is not None and standing.file.distance <= 6
    assert design(finalist).revision == before


def test_a_swapped_picture_is_told_from_the_same_one(stage: Stage, finalist: int) -> None:
    shortlist(stage, finalist)
    data = io.BytesIO()
    Image.effect_mandelbrot((300, 400), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(data, "PNG")
    file_id = send(stage, finalist, data.getvalue())
    assert jobs.process(file_id)
    found = queries.standing(db.session(), finalist).file
    assert found and rules.likeness(found.distance) == "other"


def test_a_bad_file_is_told_and_the_last_good_one_counts(stage: Stage, finalist: int) -> None:
    shortlist(stage, finalist)
    good = send(stage, finalist)
    jobs.process(good)
    cut = send(stage, finalist, png(400, 500)[:-60])
    assert jobs.process(cut)
    standing = queries.standing(db.session(), finalist)
    assert standing.file and standing.file.id == good and standing.newest and standing.newest.state == "failed"
    jobs.tell_of_failure(cut)
    jobs.tell_of_failure(cut)
    assert notices("print-file-failed") == [stage.fan]
    service.retry(finalist, stage.fan, stage.now)
    with pytest.raises(Refused):
        service.retry(finalist, stage.fan, stage.now)


def test_a_winner_ends_it_for_the_others_and_the_lock_for_the_winner(stage: Stage, finalist: int) -> None:
    other = sent_in(stage, png(50, 60), author=another_fan(stage.now))
    revision = design(other).latest
    assert revision and picture_jobs.process(revision.id)
    designs.moderate(other, stage.moderator, "approve", "", "", stage.now)
    shortlist(stage, finalist, other)
    with transaction() as session:
        assert store.close_others(session, stage.contest, finalist, stage.now) == 1
    assert queries.standing(db.session(), finalist).may_send
    assert not queries.standing(db.session(), other).may_send
    print_calls.pick_voided(stage.contest, 1)
    assert queries.standing(db.session(), other).may_send
    with transaction() as session:
        store.close_calls(session, [finalist], stage.now)
    db.session.rollback()
    with pytest.raises(Refused, match="print-file-closed"):
        send(stage, finalist)


def test_dead_workers_and_lost_wakes_are_found_again(stage: Stage, finalist: int, clock: Any) -> None:
    shortlist(stage, finalist)
    file_id = send(stage, finalist)
    storage().delete(queries.print_file(db.session(), file_id).original_key)  # type: ignore[union-attr]
    db.session.rollback()
    assert not jobs.process(file_id)  # storage is away: it waits
    clock.at(clock.now + timedelta(minutes=10))
    assert jobs.sweep_waiting() == 1
    for _ in range(3):
        jobs.process(file_id)
        clock.at(clock.now + timedelta(minutes=10))
    row = db.session.get(PrintFile, file_id)
    assert row is not None and (row.state, row.failure_code) == ("failed", "worker-died")
