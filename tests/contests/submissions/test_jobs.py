"""Pictures in the making, by real workers: done, failed, died in the middle, asked twice."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from contests.models import Contest
from contests.submissions import jobs, queries, rules, service, store
from contests.submissions.images import sandbox
from contests.submissions.models import Revision
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in, set_up, submit
from tests.pictures import SECRET, broken_idat, corners, jpeg, odd_but_good, png, saved, tagged, turned
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.refusal import NotFound, Refused

ODD = ("cmyk.jpg", "rgba16.png", "palette-key.png", "animated.gif", "alpha.webp", "wide.png")


def revision(revision_id: int) -> queries.RevisionRow:
    db.session.rollback()
    found = queries.revision(db.session(), revision_id)
    assert found is not None
    return found


def begin(stage: Stage, data: bytes) -> service.Begun:
    return service.begin(stage.contest, stage.fan, data, "art.png", stage.now)


def test_an_upload_ends_as_a_set_of_renditions(stage: Stage, run_jobs: Any) -> None:
    begun = begin(stage, png(600, 400))
    assert run_jobs(sweep=False), "woken by the commit, not by the sweep"
    row = design(begun.submission_id)
    assert row.current_revision_id == begun.revision_id
    assert row.revision is not None
    assert (row.revision.state, row.revision.width, row.revision.height) == ("done", 600, 400)
    assert [each["w"] for each in row.revision.renditions] == [240, 360, 480, 600]
    for each in row.revision.renditions:
        for kind in ("avif", "jpeg"):
            with Image.open(io.BytesIO(storage().get(each[kind]))) as picture:
                assert (picture.format or "").lower() == kind
                assert picture.size == (each["w"], each["h"])
    with Image.open(io.BytesIO(storage().get(row.revision.share_card_key or ""))) as card:
        assert card.size == (1200, 630)
    assert len(row.revision.dhash) == 16
    assert row.revision.report["dhash"][0] == row.revision.dhash
    assert 0 <= row.revision.placeholder < 64


@pytest.mark.one_db
@pytest.mark.parametrize("name", ODD)
def test_an_odd_picture_is_taken(stage: Stage, run_jobs: Any, name: str) -> None:
    begun = begin(stage, odd_but_good()[name])
    run_jobs()
    row = revision(begun.revision_id)
    assert (row.state, row.failure_code) == ("done", "")


def test_a_turned_photo_is_shown_upright(stage: Stage, run_jobs: Any) -> None:
    begun = begin(stage, turned(6))
    run_jobs()
    row = revision(begun.revision_id)
    assert (row.width, row.height) == (64, 48)


@pytest.mark.one_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_the_metadata_is_in_any_file_that_is_served(stage: Stage, run_jobs: Any, kind: str) -> None:
    data = tagged(kind)
    assert SECRET in data
    begin(stage, data)
    run_jobs()
    served = [key for key in storage().keys("") if not key.startswith("originals/")]
    assert served
    for key in served:
        content = storage().get(key)
        assert SECRET not in content
        assert b"7731" not in content
        with Image.open(io.BytesIO(content)) as picture:
            assert not dict(picture.getexif())


@pytest.mark.ordinarily("postgres")
def test_a_broken_picture_fails_with_its_reason_and_can_be_replaced(stage: Stage, run_jobs: Any) -> None:
    begun = begin(stage, broken_idat())
    run_jobs()
    row = revision(begun.revision_id)
    assert (row.state, row.failure_code) == ("failed", "corrupt")
    assert "RevisionFailed" in facts()
    with pytest.raises(Refused) as refused:
        submit(stage, begun.submission_id)
    assert refused.value.code == "picture-failed"
    again = service.revise(begun.submission_id, stage.fan, png(), "b.png", stage.now)
    run_jobs()
    submit(stage, begun.submission_id)
    assert design(begun.submission_id).current_revision_id == again


def test_running_twice_changes_nothing(stage: Stage, run_jobs: Any) -> None:
    begun = begin(stage, png())
    assert jobs.process(begun.revision_id)
    before, told = revision(begun.revision_id), facts()
    files = {key: storage().get(key) for key in storage().keys("")}
    assert not jobs.process(begun.revision_id)
    jobs.render(begun.revision_id)
    run_jobs("pictures")
    assert revision(begun.revision_id) == before
    assert facts() == told
    assert {key: storage().get(key) for key in storage().keys("")} == files


def test_a_leased_revision_is_left_alone(stage: Stage) -> None:
    begun = begin(stage, png())
    die_in_the_middle(begun.revision_id, stage)
    assert not jobs.process(begun.revision_id)
    assert revision(begun.revision_id).state == "processing"
    assert jobs.sweep_waiting() == 0


def test_a_worker_that_died_is_noticed_and_its_picture_is_made(stage: Stage, clock: Any, run_jobs: Any) -> None:
    begun = begin(stage, png())
    run_jobs("outbox")
    flush(stage)
    die_in_the_middle(begun.revision_id, stage)
    clock.advance(minutes=3, seconds=1)
    assert jobs.sweep_waiting() == 1
    run_jobs("pictures")
    row = revision(begun.revision_id)
    assert (row.state, row.attempts) == ("done", 2)


def test_a_picture_that_kills_each_worker_ends_as_failed(stage: Stage, clock: Any, run_jobs: Any) -> None:
    begun = begin(stage, png())
    flush(stage)
    for _ in range(rules.ATTEMPTS):
        die_in_the_middle(begun.revision_id, stage, clock.now)
        clock.advance(minutes=4)
    assert jobs.sweep_waiting() == 1
    run_jobs("pictures")
    row = revision(begun.revision_id)
    assert (row.state, row.failure_code) == ("failed", "worker-died")
    service.retry(begun.revision_id, stage.fan, clock.now)
    run_jobs()
    assert revision(begun.revision_id).state == "done"
    with pytest.raises(Refused) as refused:
        service.retry(begun.revision_id, stage.fan, clock.now)
    assert refused.value.code == "not-failed"


def test_an_emptied_redis_loses_nothing(stage: Stage, clock: Any, run_jobs: Any) -> None:
    begun = begin(stage, png())
    run_jobs("outbox", sweep=False)
    flush(stage)
    clock.advance(seconds=30)
    assert jobs.sweep_waiting() == 1
    assert jobs.sweep_waiting() == 0, "a waiting picture is not asked for again at each tick"
    run_jobs("pictures", sweep=False)
    assert revision(begun.revision_id).state == "done"


def test_what_is_not_the_pictures_fault_is_tried_again(
    stage: Stage, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = begin(stage, png())

    def lost(*args: Any, **kwargs: Any) -> None:
        raise sandbox.DecoderLost("signal 15")

    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "run", lost)
        assert not jobs.process(begun.revision_id)
        assert revision(begun.revision_id).state == "waiting"
    clock.advance(minutes=1)
    assert jobs.sweep_waiting() == 1
    assert jobs.process(begun.revision_id)
    assert revision(begun.revision_id).state == "done"


def test_the_shown_revision_moves_forward_only(stage: Stage) -> None:
    begun = begin(stage, png())
    newer = service.revise(begun.submission_id, stage.fan, jpeg(), "b.jpg", stage.now)
    assert jobs.process(newer)
    assert jobs.process(begun.revision_id)
    assert design(begun.submission_id).current_revision_id == newer
    assert [each.number for each in queries.revisions(db.session(), begun.submission_id)] == [1, 2]


def test_designs_are_locked_once_voting_opens(stage: Stage, clock: Any) -> None:
    first, late = sent_in(stage), sent_in(stage)
    assert jobs.process(design(first).latest.id)  # type: ignore[union-attr]
    newer = service.revise(first, stage.fan, jpeg(), "b.jpg", stage.now)
    voting = clock.advance(days=8)
    with pytest.raises(Refused) as refused:
        service.revise(first, stage.fan, jpeg(), "c.jpg", voting)
    assert refused.value.code == "design-locked"
    shown = design(first).current_revision_id
    assert jobs.process(newer)
    assert design(first).current_revision_id == shown, "people vote on what they saw"
    assert jobs.process(design(late).latest.id)  # type: ignore[union-attr]
    assert design(late).current_revision_id, "a first picture sent in time is shown, however late it is made"


@pytest.mark.ordinarily("postgres")
def test_a_new_picture_of_an_approved_design_needs_a_look_again(stage: Stage) -> None:
    plain, trusted = sent_in(stage), sent_in(stage, author=another_fan(stage.now, trusted_at=stage.now))
    for each in (plain, trusted):
        assert jobs.process(design(each).latest.id)  # type: ignore[union-attr]
    service.moderate(plain, stage.moderator, "approve", "", "", stage.now)
    for each in (plain, trusted):
        row = design(each)
        assert queries.is_public(row)
        assert jobs.process(service.revise(each, row.author_id, jpeg(), "b.jpg", stage.now))
    assert design(plain).state == "pending"
    assert design(trusted).state == "approved"
    db.session.rollback()
    assert queries.acts_on(db.session(), plain)[0].reason_code == "new-picture"


def test_only_the_author_retries_and_revises(stage: Stage) -> None:
    begun, other = begin(stage, png()), another_fan(stage.now)
    with pytest.raises(NotFound):
        service.retry(begun.revision_id, other, stage.now)
    with pytest.raises(NotFound):
        service.revise(begun.submission_id, other, png(), "a.png", stage.now)


@pytest.mark.ordinarily("postgres")
def test_copies_turned_or_mirrored_are_found(stage: Stage) -> None:
    art = corners(320, 240).effect_spread(3)
    copy = art.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((200, 150))
    other = Image.radial_gradient("L").convert("RGB")
    ids = [sent_in(stage, saved(each, "PNG")) for each in (art, copy, other)]
    for each in ids:
        assert jobs.process(design(each).latest.id)  # type: ignore[union-attr]
    db.session.rollback()
    found = queries.lookalikes(db.session(), ids[0])
    assert [each.submission_id for each in found] == [ids[1]]
    assert found[0].distance <= queries.LOOKS_ALIKE and found[0].likeness == "same" and not found[0].contest


def test_lookalikes_are_found_in_the_artists_earlier_contests_and_in_nobody_elses(stage: Stage, clock: Any) -> None:
    earlier, foreign = set_up(clock.now), set_up(clock.now)
    with transaction() as session:
        session.execute(
            update(Contest).where(Contest.id == earlier.contest).values(artist_id=stage.artist, title="May")
        )
    data = saved(Image.effect_mandelbrot((300, 400), (-2, -1.5, 1, 1.5), 60).convert("RGB"), "PNG")
    old, _other, new = sent_in(earlier, data), sent_in(foreign, data), sent_in(stage, data)
    for each in (old, _other, new):
        assert jobs.process(design(each).latest.id)  # type: ignore[union-attr]
    db.session.rollback()
    assert [(each.submission_id, each.contest) for each in queries.lookalikes(db.session(), new)] == [(old, "May")]


def die_in_the_middle(revision_id: int, stage: Stage, at: Any = None) -> None:
    """What a killed worker leaves behind: a lease and nothing else."""
    with transaction() as session:
        assert store.lease(session, revision_id, at or stage.now, jobs.LEASE)


def flush(stage: Stage) -> None:
    from webapp.infra import queue

    queue.connection().flushdb()


def facts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(outbox.FactRow.name).order_by(outbox.FactRow.id)))


def test_the_lease_outlives_the_slowest_picture() -> None:
    from contests.submissions.images.limits import Limits

    assert timedelta(seconds=Limits().wall_seconds) * 3 < jobs.LEASE
    assert Revision.__table__.c.lease_until is not None
