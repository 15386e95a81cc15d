"""From a file to a draft: what is taken, what is refused, and what is left behind."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.submissions import queries, rules, service
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.models import Revision, Submission
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in, set_up, submit
from tests.pictures import jxl, png, png_bomb
from webapp.infra.db import db
from webapp.infra.storage import storage
from webapp.kernel.refusal import NotFound, Refused


def begin(stage: Stage, data: bytes | None = None, **more: Any) -> service.Begun:
    return service.begin(
        more.pop("contest", stage.contest), more.pop("author", stage.fan), data or png(), "art.png", stage.now, **more
    )


def test_a_picture_becomes_a_private_draft(stage: Stage) -> None:
    data = png()
    begun = begin(stage, data)
    row = design(begun.submission_id)
    assert (row.code, row.state, row.submitted_at) == (begun.code, "pending", None)
    assert len(begun.code) == 5
    assert row.latest is not None
    assert (row.latest.number, row.latest.state, row.latest.format) == (1, "waiting", "PNG")
    assert storage().get(row.latest.original_key) == data
    assert row.latest.original_key == f"originals/{row.latest.original_sha256[:2]}/{row.latest.original_sha256}"
    assert not queries.is_public(row)


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"hello, I am text " * 9, "not-a-picture"),
        (jxl(), "format-jxl"),
        (png_bomb(19_000), "too-many-pixels"),
    ],
    ids=["empty", "text", "heic", "bomb"],
)
def test_what_is_no_picture_is_refused_and_not_stored(stage: Stage, data: bytes, code: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        service.begin(stage.contest, stage.fan, data, "art.png", stage.now)
    assert refused.value.code == code
    assert refused.value.sentence()
    assert counts() == (0, 0)
    assert not list(storage().keys("originals/"))


@pytest.mark.parametrize(("days", "code"), [(-2, "not-open-yet"), (8, "submitting-over"), (30, "submitting-over")])
def test_designs_are_taken_while_the_contest_asks_for_them(stage: Stage, days: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        service.begin(stage.contest, stage.fan, png(), "a.png", stage.now + timedelta(days=days))
    assert refused.value.code == code
    assert not list(storage().keys("originals/"))


def test_an_unpublished_contest_does_not_exist(stage: Stage) -> None:
    draft = set_up(stage.now, published_at=None, published_by=None)
    with pytest.raises(NotFound):
        begin(draft)


def test_a_suspended_person_sends_nothing(stage: Stage) -> None:
    author = another_fan(stage.now, suspended_at=stage.now)
    with pytest.raises(Refused) as refused:
        begin(stage, author=author)
    assert (refused.value.code, refused.value.status) == ("suspended", 403)


def test_pressing_twice_makes_one_draft(stage: Stage) -> None:
    first, second = begin(stage, key="k1"), begin(stage, key="k1")
    assert first == second
    assert counts() == (1, 1)
    with pytest.raises(Refused) as refused:
        begin(stage, png(80, 60), key="k1")
    assert refused.value.code == "key-reused"
    assert begin(stage, key="k2").submission_id != first.submission_id


@pytest.mark.ordinarily("sqlite")
def test_few_drafts_at_a_time_and_no_more_designs_than_allowed(stage: Stage) -> None:
    small = set_up(stage.now, designs_per_fan=4)
    drafts = [begin(small) for _ in range(rules.OPEN_DRAFTS)]
    with pytest.raises(Refused) as refused:
        begin(small)
    assert refused.value.code == "too-many-drafts"
    submit(small, drafts[0].submission_id)
    drafts.append(begin(small))
    for each in drafts[1:]:
        submit(small, each.submission_id)
    with pytest.raises(Refused) as refused:
        begin(small)
    assert refused.value.code == "designs-used-up"


def test_a_design_taken_back_makes_room(stage: Stage) -> None:
    small = set_up(stage.now, designs_per_fan=1)
    first = sent_in(small)
    with pytest.raises(Refused):
        begin(small)
    service.withdraw(first, small.fan, small.now)
    assert begin(small).submission_id != first


def test_bytes_are_counted_over_all_revisions(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, size = begin(stage), len(png())
    monkeypatch.setattr(rules, "BYTES_PER_CONTEST", 2 * size + 1)
    service.revise(first.submission_id, stage.fan, png(), "a.png", stage.now)
    with pytest.raises(Refused) as refused:
        service.revise(first.submission_id, stage.fan, png(90, 60), "b.png", stage.now)
    assert (refused.value.code, refused.value.status) == ("bytes-used-up", 413)
    assert len(list(storage().keys("originals/"))) == 1


@pytest.mark.ordinarily("sqlite")
def test_a_refused_upload_leaves_the_bytes_that_another_design_has(stage: Stage) -> None:
    other = another_fan(stage.now)
    begin(stage, author=other)
    for _ in range(rules.OPEN_DRAFTS):
        begin(stage)
    with pytest.raises(Refused):
        begin(stage)
    (key,) = storage().keys("originals/")
    assert storage().get(key) == png()


def test_uploads_at_once_never_exceed_the_quota(app: Any, stage: Stage) -> None:
    """Twenty-four uploads, half of them of the same bytes, on as many threads: three drafts, their files, no more."""
    refused: list[str] = []
    start = threading.Barrier(24)

    def upload(number: int) -> None:
        with app.app_context():
            data = png(64 + number % 12, 48)
            start.wait(timeout=30)
            try:
                begin(stage, data)
            except Refused as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    assert refused == ["too-many-drafts"] * (24 - rules.OPEN_DRAFTS)
    assert counts() == (rules.OPEN_DRAFTS, rules.OPEN_DRAFTS)
    named = set(db.session.scalars(select(Revision.original_key)))
    assert set(storage().keys("originals/")) == named


def test_the_last_place_is_taken_once(app: Any, stage: Stage) -> None:
    """Two drafts sent in at once, and room for one: one is in, the other stays a draft."""
    small = set_up(stage.now, designs_per_fan=2)
    sent_in(small)
    drafts = [begin(small).submission_id for _ in range(2)]
    refused: list[str] = []
    start = threading.Barrier(2)

    def send(submission_id: int) -> None:
        with app.app_context():
            start.wait(timeout=30)
            try:
                submit(small, submission_id)
            except Refused as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(each,)) for each in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert refused == ["designs-used-up"]
    assert sum(design(each).submitted_at is not None for each in drafts) == 1


def counts() -> tuple[int, int]:
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count()).select_from(table)) for table in (Submission, Revision))  # type: ignore[return-value]
