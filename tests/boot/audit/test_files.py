"""Files without a row, rows without a file: found, set aside, brought back, made again; nothing is deleted at once."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from contests.comments.models import Escalation
from contests.models import Contest
from contests.submissions import forgetting, rebuilding
from contests.submissions.models import ModerationAct, Revision, Submission
from tests.boot.audit.conftest import Look
from tests.contests.submissions import stage as contests
from tests.faults.counts import times
from webapp.boot.audit import files as checking
from webapp.boot.audit import lost
from webapp.infra.db import changed, db, transaction
from webapp.infra.named_files import Holder, Named
from webapp.infra.storage import FolderStorage, Storage, Stored

pytestmark = pytest.mark.one_db
ORPHAN = "renditions/zz/" + "z" * 64 + "-r1-240.avif"


@pytest.fixture
def design(files: Storage, clock: Any, run_jobs: Any) -> int:
    """A design with its pictures; the id of its revision."""
    stage = contests.set_up(clock.now)
    shown = contests.design(contests.sent_in(stage))
    run_jobs()
    assert contests.design(shown.id).current_revision_id
    return contests.design(shown.id).current_revision_id or 0


def test_a_whole_installation_has_nothing_to_find(files: Storage, design: int, look: Look) -> None:
    assert len(list(files.keys())) == 4
    assert look("files") == []


def test_a_file_without_a_row_is_set_aside_and_goes_in_time(
    files: Storage, design: int, look: Look, clock: Any
) -> None:
    kept = set(files.keys())
    files.put(ORPHAN, b"nobody's")
    assert look("files", grace=60) == [], "it may be on its way"
    age(files)
    (found,) = look("files")
    assert not found.repaired and ORPHAN in found.what
    assert files.exists(ORPHAN), "without --repair nothing is touched"
    (done,) = look("files", repair=True)
    assert done.repaired
    assert set(files.keys()) == kept | {f"lost/{clock.now:%Y-%m-%d}/{ORPHAN}"}
    assert look("files") == []
    clock.advance(days=29)
    assert lost.forget() == 0
    clock.advance(days=2)
    assert lost.forget() == 1
    assert set(files.keys()) == kept


def test_what_a_row_names_meanwhile_is_brought_back(
    files: Storage, design: int, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = db.session.get_one(Revision, design)
    key, row = revision.original_key, {"original_key": revision.original_key}
    db.session.rollback()
    name_it(design, original_key="")
    moving = lost.set_aside

    def and_then_named(*arguments: Any) -> Any:
        moved = moving(*arguments)
        name_it(design, **row)
        return moved

    monkeypatch.setattr(lost, "set_aside", and_then_named)
    age(files)
    (found,) = look("files", repair=True)
    assert "1 were needed after all" in found.done
    assert files.exists(key)
    assert look("files") == []


def test_a_lost_rendition_is_made_again_and_a_lost_original_is_named(
    files: Storage, design: int, look: Look, run_jobs: Any
) -> None:
    revision = db.session.get_one(Revision, design)
    picture, original = revision.renditions[0]["avif"], revision.original_key
    db.session.rollback()
    files.delete(picture)
    (found,) = look("files")
    assert not found.repaired and picture in found.what
    assert look("files", repair=True)[0].repaired
    rebuilding.feed()
    run_jobs()
    assert files.exists(picture)
    assert look("files") == []

    files.delete(original)
    (found,) = look("files", repair=True)
    assert original in found.what and "backup" in found.todo and not found.repaired
    assert db.session.get_one(Revision, design).original_key == original, "the row is not touched"


def test_an_original_that_was_set_aside_is_fetched(files: Storage, design: int, look: Look) -> None:
    original = db.session.get_one(Revision, design).original_key
    files.move(original, f"lost/2027-02-01/{original}")
    (found,) = look("files")
    assert "lie under lost/" in found.what and not found.repaired
    assert look("files", repair=True)[0].done == "brought back"
    assert files.exists(original) and look("files") == []


def test_what_an_erasure_left_on_purpose_is_no_fault(files: Storage, design: int, look: Look, clock: Any) -> None:
    row = contests.design(db.session.get_one(Revision, design).submission_id)
    original = db.session.get_one(Revision, design).original_key
    db.session.rollback()
    forgetting.forget_designs(row.author_id, clock.now)
    assert not files.exists(original)
    age(files)
    assert look("files") == []


def test_evidence_is_nobodys_orphan(files: Storage, design: int, look: Look, clock: Any) -> None:
    row = contests.design(db.session.get_one(Revision, design).submission_id)
    files.put("originals/ev/evidence", b"may be against the law")
    evidence = {"keys": ["originals/ev/evidence"]}
    with transaction() as session:
        values = {"subject_kind": "submission", "subject_id": row.id, "author_id": row.author_id, "outcome": ""}
        act = _act(session, row.id, clock.now)
        session.add(Escalation(**values, **act, evidence=evidence, at=clock.now))
    age(files)
    assert look("files") == []
    with transaction() as session:
        changed(session, delete(Escalation))
    assert len(look("files")) == 1, "the control: without the case it would be one"


def test_half_a_file_of_a_dead_writer_is_set_aside(app: Any, tmp_path: Any, look: Look, clock: Any) -> None:
    made = FolderStorage(tmp_path)
    app.extensions["fanmade.storage"], before = made, app.extensions["fanmade.storage"]
    try:
        (tmp_path / "originals").mkdir()
        (tmp_path / "originals/.new-abc").write_bytes(b"hal")
        assert ".new-abc" in look("files")[0].what
        assert look("files", repair=True)[0].repaired
        assert [each.key for each in made.listing()] == [f"lost/{clock.now:%Y-%m-%d}/originals/.new-abc"]
        assert look("files") == []
    finally:
        app.extensions["fanmade.storage"] = before


def test_any_number_of_files_is_compared_in_bounded_memory(
    app: Any, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, old = times(15_000, 100_000), datetime.now(UTC) - timedelta(days=3)

    class Large(FolderStorage):
        def listing(self, prefix: str = "") -> Iterator[Stored]:
            yield from (Stored(f"renditions/{n:08d}", old, 10) for n in range(many))

        def exists(self, key: str) -> bool:
            return False

    def named(session: Session) -> Iterator[Named]:
        yield from (Named(f"renditions/{n:08d}", n, f"picture {n}") for n in range(7, many + 7))

    monkeypatch.setattr(checking, "HOLDERS", (Holder("pictures", named),))
    monkeypatch.setattr(checking, "BY_NAME", {"pictures": Holder("pictures", named)})
    monkeypatch.setitem(app.extensions, "fanmade.storage", Large(app.config["SETTINGS"].data))
    tracemalloc.start()
    try:
        lonely, missing = look("files")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert lonely.what.startswith("7 files (70 bytes)")
    assert missing.what.count("picture") >= 7
    assert peak < 3_000_000, f"{peak:,} bytes"


def age(files: Storage) -> None:
    """Let what was written be older than this moment: a bucket's dates are whole seconds."""
    if not isinstance(files, FolderStorage):
        time.sleep(1.05)


def name_it(revision_id: int, **values: Any) -> None:
    with transaction() as session:
        changed(session, update(Revision).where(Revision.id == revision_id).values(**values))


def _act(session: Session, submission_id: int, at: datetime) -> dict[str, Any]:
    """What a case says of the act that began it."""
    submission = session.get_one(Submission, submission_id)
    team = {
        "artist_id": session.get_one(Contest, submission.contest_id).artist_id,
        "moderator_id": submission.author_id,
    }
    act = ModerationAct(at=at, subject_kind="submission", subject_id=submission_id, act="hide", **team)
    session.add(act)
    session.flush()
    return {**team, "act_id": act.id}
