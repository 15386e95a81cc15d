"""Faults at one chosen moment, in one process: after a commit, in the middle of an upload."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.submissions import jobs, service
from contests.submissions.models import Revision, Submission
from preorders import service as orders
from tests.contests.submissions import stage as contests
from tests.pictures import png
from tests.preorders import make
from webapp.accounts import tokens
from webapp.infra import outbox, queue
from webapp.infra.db import db
from webapp.infra.storage import FolderStorage, storage
from webapp.kernel.now import now
from webapp.notices.models import Notice


@pytest.fixture(autouse=True)
def empty_storage(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own: a picture that is kept already would not be written again."""
    monkeypatch.setitem(app.extensions, "fanmade.storage", FolderStorage(tmp_path))


def count(model: Any, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_a_process_that_dies_between_commit_and_wake(
    app: Flask, clock: Any, run_jobs: Any, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    clock.at(make.NOW)
    drop_id, fan = make.drop(), make.person()
    run_jobs()
    before = count(Notice)
    with monkeypatch.context() as dying:
        dying.setattr(queue, "enqueue", lambda *args, **kwargs: False)
        dying.setattr(queue, "enqueue_each", lambda *args, **kwargs: False)
        orders.place(drop_id, fan, [make.tee(drop_id)], make.HOME, "the-one-key", make.NOW)
    run_jobs(sweep=False)
    assert count(Notice) == before, "nobody was woken: this is the fault"
    if not guarded:
        monkeypatch.setattr(outbox, "sweep", lambda limit=500: 0)
    run_jobs()
    assert count(Notice) - before == (1 if guarded else 0)
    assert (count(outbox.Delivery, outbox.Delivery.done_at.is_(None)) == 0) is guarded


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("speaker", ["page", "api"])
def test_a_full_disk_is_told_plainly_and_leaves_nothing(
    app: Flask, clock: Any, client: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch, fault: int, speaker: str
) -> None:
    stage = contests.set_up(clock.now)
    with monkeypatch.context() as full:
        full.setattr(FolderStorage, "put", refuse(fault))
        answer = upload(client, sign_in, stage, speaker)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "could not be kept" in answer.text
    assert orphans() == []
    assert count(Submission) == 0
    assert upload(client, sign_in, stage, speaker).status_code in (201, 302, 303)
    assert count(Submission) == 1
    assert orphans() == []


def test_a_disk_that_fills_while_a_file_is_written(app: Flask, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = contests.set_up(clock.now)

    def half(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("webapp.infra.storage.os.fsync", half)
        with pytest.raises(OSError, match="No space"):
            service.begin(stage.contest, stage.fan, png(), "art.png", clock.now)
    assert orphans() == []
    assert not list(folder().rglob(".new-*"))


def test_control_a_storage_that_lies_leaves_an_orphan(app: Flask, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the refusal swallowed, `orphans` sees the row without a file."""
    stage = contests.set_up(clock.now)
    monkeypatch.setattr(FolderStorage, "put", lambda self, key, data: None)
    service.begin(stage.contest, stage.fan, png(), "art.png", clock.now)
    assert orphans() == ["row without file"]


def test_a_full_disk_does_not_cost_a_picture_being_made(
    app: Flask, clock: Any, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = contests.set_up(clock.now)
    begun = service.begin(stage.contest, stage.fan, png(), "art.png", clock.now)
    with monkeypatch.context() as full:
        full.setattr(FolderStorage, "put", refuse(errno.ENOSPC))
        run_jobs()
        assert count(Revision, Revision.state == "waiting") == 1
    clock.advance(minutes=5)
    assert jobs.sweep_waiting() == 1
    run_jobs()
    assert count(Revision, Revision.id == begun.revision_id, Revision.state == "done") == 1


def refuse(number: int) -> Any:
    def put(self: FolderStorage, key: str, data: bytes) -> None:
        raise OSError(number, "refused")

    return put


def upload(client: Any, sign_in: Any, stage: contests.Stage, speaker: str) -> Any:
    picture = (io.BytesIO(png()), "mine.png")
    if speaker == "page":
        if not client.get_cookie("fanmade"):
            sign_in(client, stage.fan)
        return client.post(f"/c/{stage.slug}/enter", data={"picture": picture}, content_type="multipart/form-data")
    token = tokens.create(stage.fan, "test", ["submit"], now())
    from contests import rights

    words = {"title": "Whale", "alt": "A whale at night", "originality": "true"}
    words["rights_hash"] = rights.hash_of(rights.DEFAULTS)
    return client.post(
        f"/api/v1/contests/{stage.slug}/designs",
        data={**words, "picture": picture},
        headers={"Authorization": f"Bearer {token}"},
        content_type="multipart/form-data",
    )


def folder() -> Path:
    kept = storage()
    assert isinstance(kept, FolderStorage)
    return kept.root


def orphans() -> list[str]:
    """Originals without a row, rows without an original."""
    db.session.rollback()
    rows = set(db.session.scalars(select(Revision.original_key)))
    kept = set(storage().keys("originals/"))
    return ["row without file"] * len(rows - kept) + ["file without row"] * len(kept - rows)
