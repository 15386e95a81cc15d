"""All files of a contest made anew: in the background, twice, interrupted, and never a broken picture meanwhile."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contests.submissions import jobs, rebuilding
from contests.submissions.images import renditions, sandbox
from contests.submissions.images.renditions import Recipe
from contests.submissions.models import Remake
from contests.submissions.queries import RevisionRow
from tests.contests.submissions.stage import Stage, design, sent_in
from tests.pictures import png
from webapp.infra import queue
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.infra.templating import picture_url


@pytest.fixture
def made(stage: Stage) -> int:
    """A design with a finished picture."""
    submission_id = sent_in(stage, png(300, 200))
    assert jobs.process(design(submission_id).latest.id)  # type: ignore[union-attr]
    queue.connection().flushdb()
    return submission_id


@pytest.fixture
def newer(made: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe with the next number, as after an update of the program."""

    class Next(Recipe):
        def __init__(self, **values: Any) -> None:
            super().__init__(**{"version": 900, **values})

    for module in (renditions, sandbox, rebuilding):
        monkeypatch.setattr(module, "Recipe", Next)


def shown(submission_id: int) -> RevisionRow:
    """The revision that people see."""
    found = design(submission_id).revision
    assert found is not None
    return found


@pytest.mark.usefixtures("newer")
def test_old_files_are_served_until_the_new_set_stands(stage: Stage, made: int, run_jobs: Any, client: Any) -> None:
    old = shown(made)
    db.session.rollback()
    assert rebuilding.behind(db.session()) == 1
    assert rebuilding.ask(stage.contest, stage.now) == 1
    assert shown(made).renditions == old.renditions
    run_jobs("pictures", sweep=False)
    new = shown(made)
    assert new.renditions != old.renditions
    assert (new.id, new.state, new.done_at) == (old.id, "done", old.done_at)
    for each in (*new.renditions, *old.renditions):
        assert client.get(picture_url(each["avif"])).status_code == 200, "pages that are open keep theirs"
    assert storage().exists(new.share_card_key or "")
    db.session.rollback()
    assert rebuilding.progress(db.session(), stage.contest) == rebuilding.Progress(1, 0, 0)
    assert rebuilding.behind(db.session()) == 0


def test_asking_twice_and_dying_in_between_lose_nothing(stage: Stage, made: int, clock: Any) -> None:
    latest = shown(made)
    before = {key: storage().get(key) for key in storage().keys("")}
    for _ in range(2):
        rebuilding.ask(stage.contest, clock.now)
    with transaction() as session:  # what a killed worker leaves behind
        session.query(Remake).update({"lease_until": clock.now + jobs.LEASE, "attempts": 1})
    assert not rebuilding.remake(latest.id), "another worker has it"
    assert rebuilding.feed() == 0
    clock.advance(minutes=4)
    assert rebuilding.feed() == 1
    assert rebuilding.remake(latest.id)
    assert not rebuilding.remake(latest.id), "a job may run twice"
    assert shown(made).renditions == latest.renditions
    assert {key: storage().get(key) for key in storage().keys("")} == before, "the same bytes under the same names"


def test_what_cannot_be_made_anew_keeps_its_files(stage: Stage, made: int, monkeypatch: pytest.MonkeyPatch) -> None:
    old = shown(made)
    rebuilding.ask(None, stage.now)
    storage().put(old.original_key, b"rotten")
    assert rebuilding.remake(old.id)
    assert shown(made) == old
    db.session.rollback()
    assert rebuilding.progress(db.session(), stage.contest).failed == 1


@pytest.mark.one_db
def test_the_command_asks_follows_and_tells(
    app: Any, stage: Stage, made: int, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.boot.commands import renditions as command

    monkeypatch.setattr(command, "application", lambda: app)
    monkeypatch.setattr(command, "LOOK_EVERY", 0)
    counts = iter((1, 1, 0))
    monkeypatch.setattr(command, "_open", lambda _contest: next(counts))
    asked = CliRunner().invoke(command.renditions, [stage.slug, "--rebuild"])
    assert "1 pictures are made anew" in asked.output
    run_jobs("pictures", sweep=False)
    told = CliRunner().invoke(command.renditions, [str(stage.contest)])
    assert (told.exit_code, told.output.splitlines()[0]) == (0, "1 made anew, 0 to go, 0 failed, of 1 asked for.")
    for wrong in ([], ["nowhere"], ["--all", stage.slug]):
        assert CliRunner().invoke(command.renditions, wrong).exit_code != 0


def test_folders_of_killed_workers_are_swept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("fanmade-picture-old", "fanmade-picture-young", "somebody-else"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "original").write_bytes(b"x")
        if name != "fanmade-picture-young":
            os.utime(tmp_path / name, (time.time() - 7200,) * 2)
    assert jobs.sweep_folders() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fanmade-picture-young", "somebody-else"]
