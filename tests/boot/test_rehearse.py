"""A rehearsal on a dozen pictures, once in peace and once with everything killed: both end the same."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from tests import pictures, services
from tests.databases import sqlite_template
from tests.live import migrated
from tests.once import of_the_run
from webapp.boot.rehearse import folder, taste
from webapp.boot.rehearse.journal import Journal

GOOD = ("a.jpg", "b.png", "sub/a.jpg", "twin.jpg")
BROKEN = {
    "cut.png": "truncated",
    "empty.png": "empty-file",
    "notes.txt": "not-a-picture",
    "photo.jpg": "corrupt",
}


@pytest.fixture
def template(tmp_path_factory):
    return sqlite_template(of_the_run(tmp_path_factory))


def fill(place: Path) -> Path:
    """Four good pictures, two of them the same, and four files that are none."""
    (place / "sub").mkdir(parents=True)
    hostile = pictures.hostile()
    files = {
        "a.jpg": pictures.jpeg(320, 240),
        "twin.jpg": pictures.jpeg(320, 240),
        "sub/a.jpg": pictures.jpeg(240, 320),
        "b.png": pictures.png(300, 200),
        "notes.txt": b"hello, I am not a picture",
        ".hidden.png": pictures.png(),
    }
    files |= {name: hostile[name][0] for name in BROKEN if name in hostile}
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def start(shown: Path, data: Path, out: Path) -> subprocess.Popen:
    argv = [sys.executable, "-m", "webapp.boot.cli", "rehearse", str(shown), "--json", "--voters", "12"]
    return subprocess.Popen(
        [*argv, "--data", str(data), "--out", str(out)],
        cwd=services.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
        time.sleep(0.1)


def noted(data: Path, name: str) -> bool:
    return Journal(data / "rehearsal.jsonl").has(name) if (data / "rehearsal.jsonl").exists() else False


def kill(run: subprocess.Popen, *words: str) -> None:
    """End with -9 every process of the run whose command line has all these words."""
    for child in psutil.Process(run.pid).children(recursive=True):
        try:
            if all(word in " ".join(child.cmdline()) for word in words):
                child.kill()
        except psutil.NoSuchProcess:
            continue


def report_of(run: subprocess.Popen) -> dict:
    out, err = run.communicate(timeout=280)
    assert run.returncode == 0, out + err
    return json.loads(out)


def comparable(report: dict) -> dict:
    places = [(each["file"], each["rank"], each["votes"]) for each in report["tally"]]
    names = ("pictures", "accepted", "refused", "comments", "votes", "voters", "preorders", "pieces", "sold_out")
    return {**{name: report[name] for name in names}, "tally": places, "winner": report["winner"]["file"]}


@pytest.mark.slow
@pytest.mark.one_db
@pytest.mark.timeout(600)
def test_a_rehearsal_ends_the_same_whatever_is_killed(tmp_path, template):
    shown = fill(tmp_path / "pictures")
    migrated(tmp_path / "trouble", template)  # the other one makes its own: no other test starts from an empty folder
    peaceful = start(shown, tmp_path / "peace", tmp_path / "peace-out")
    troubled = start(shown, tmp_path / "trouble", tmp_path / "trouble-out")
    try:
        until(lambda: noted(tmp_path / "trouble", "sent 0"), 180, "the first picture")
        kill(troubled, "worker", "pictures")
        kill(troubled, "gunicorn")
        until(lambda: noted(tmp_path / "trouble", "voted"), 240, "the vote")
        kill(troubled, "s.sock")  # its Redis
        started = psutil.Process(troubled.pid).children(recursive=True)
        troubled.kill()
        troubled.wait()
        until(lambda: not any(map(alive, started)), 30, "the end of what it had started")
        again = start(shown, tmp_path / "trouble", tmp_path / "trouble-out")
        second, first = report_of(again), report_of(peaceful)
    finally:
        for run in (peaceful, troubled):
            run.kill()
    assert first["consistent"] is second["consistent"] is True
    assert comparable(first) == comparable(second)
    assert {each["file"]: each["reason"] for each in first["refused"]} == BROKEN
    assert {each["file"] for each in first["tally"]} == set(GOOD)
    assert all(each["message"] for each in first["refused"])
    assert first["votes"] > 12
    assert first["preorders"] > 0
    assert first["mails"] > 0
    assert [Path(path).name for path in first["exports"]] == [
        "orders.csv",
        "orders.xlsx",
        "orders.json",
        "size-run.csv",
    ]
    assert all(Path(path).stat().st_size for path in first["exports"])


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
@pytest.mark.one_db
@pytest.mark.timeout(300)
def test_a_signal_ends_it_and_all_it_started(tmp_path, template):
    shown = fill(tmp_path / "pictures")
    migrated(tmp_path / "data", template)
    run = start(shown, tmp_path / "data", tmp_path / "out")
    try:
        until(lambda: noted(tmp_path / "data", "sent 0"), 180, "the first picture")
        started = psutil.Process(run.pid).children(recursive=True)
        assert started
        run.send_signal(signal.SIGTERM)
        out, err = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 130
    assert out == ""
    assert "nothing is left running" in err
    assert not any(map(alive, started))


def test_an_empty_folder_is_no_fault(tmp_path):
    from webapp.boot.commands.rehearse import rehearse

    done = CliRunner().invoke(rehearse, [str(tmp_path), "--json"])
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["pictures"], report["refused"], report["winner"], report["consistent"]) == (0, [], None, True)
    told = CliRunner().invoke(rehearse, [str(tmp_path)])
    assert "nothing to rehearse" in told.output


def test_a_folder_that_is_not_there_is_said(tmp_path):
    from webapp.boot.commands.rehearse import rehearse

    assert CliRunner().invoke(rehearse, [str(tmp_path / "no")]).exit_code == 2


def test_another_rehearsal_s_folder_is_refused(tmp_path):
    from webapp.boot.commands.rehearse import rehearse

    shown, data = fill(tmp_path / "pictures"), tmp_path / "data"
    data.mkdir()
    Journal(data / "rehearsal.jsonl").note("plan", "of something else")
    done = CliRunner().invoke(rehearse, [str(shown), "--data", str(data)])
    assert done.exit_code == 2
    assert "another seed" in done.output


def test_every_file_is_looked_at_and_nothing_hangs(tmp_path):
    fill(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "odd \udcff name.png").write_bytes(pictures.png())
    found = {each.name: each for each in folder.look(tmp_path)}
    assert len(found) == len(GOOD) + len(BROKEN) + 3
    assert found["pipe.png"].trouble == "it is not a file"
    assert "No such file" in found["nowhere.png"].trouble
    assert [each.name for each in folder.look(tmp_path)] == sorted(found)
    if os.geteuid():
        (tmp_path / "a.jpg").chmod(stat.S_IWUSR)
        assert next(each for each in folder.look(tmp_path) if each.name == "a.jpg").trouble == "it may not be read"


@pytest.mark.parametrize(
    ("name", "title"),
    [("my_first-try.png", "my first try"), ("x.png", "Design x"), (".png", "png"), ("a" * 200, "a" * 80)],
)
def test_titles_are_made_of_names(name, title):
    assert folder.title_of(name).strip(".") == title


def test_taste_follows_from_the_seed_alone():
    designs = list(range(9))
    assert taste.votes(1, 30, designs, 5) == taste.votes(1, 30, designs, 5) != taste.votes(2, 30, designs, 5)
    assert all(len(set(ballot)) == len(ballot) <= 5 for ballot in taste.votes(3, 30, designs, 5))
    assert taste.votes(1, 3, [], 5) == [[], [], []]
    assert taste.wishes(1, 40) == taste.wishes(1, 40)
    assert taste.comments(1, 40, []) == []


def test_a_torn_line_of_the_journal_is_no_line(tmp_path):
    path = tmp_path / "journal"
    Journal(path).note("one", {"code": "ABC"})
    with open(path, "a") as file:
        file.write('["two", {"co')
    again = Journal(path)
    assert (again.get("one"), again.has("two")) == ({"code": "ABC"}, False)
    assert again.once("three", lambda: 3) == 3
    assert Journal(path).get("three") == 3
