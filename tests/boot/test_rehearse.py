"""A rehearsal on a few pictures with everything killed ends as one in peace does: as its seed says."""

import json
import os
import signal
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from tests import forked, pictures, services
from tests.databases import sqlite_template
from tests.forked import Forked
from tests.live import migrated
from tests.once import of_the_run
from webapp.boot.rehearse import folder, taste
from webapp.boot.rehearse.journal import Journal

REFUSED = {
    "cut.png": ("truncated", "worker"),
    "empty.png": ("empty-file", "door"),
    "notes.txt": ("not-a-picture", "door"),
    "photo.jpg": ("corrupt", "door"),
}
ENDS = {
    "pictures": 8,
    "accepted": 4,
    "refused": REFUSED,
    "comments": 11,
    "votes": 30,
    "voters": 12,
    "preorders": 5,
    "pieces": 7,
    "sold_out": 2,
    "tally": [("a.jpg", 1, 12), ("b.png", 2, 7), ("sub/a.jpg", 2, 7), ("twin.jpg", 4, 4)],
    "winner": "a.jpg",
}
"""What becomes of these pictures, and of a dozen voters by the seed of every rehearsal."""


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
    files |= {name: hostile[name][0] for name in REFUSED if name in hostile}
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def start(shown: Path, data: Path, out: Path) -> Forked:
    """Begin a rehearsal; what it says goes to files beside its pictures."""
    argv = ["-m", "webapp.boot.cli", "rehearse", str(shown), "--json", "--voters", "12"]
    with (shown.parent / "out.txt").open("wb") as said, (shown.parent / "err.txt").open("wb") as told:
        return forked.start([*argv, "--data", str(data), "--out", str(out)], os.environ, services.ROOT, said, told)


def ended(run: Forked, shown: Path, seconds: float) -> tuple[int, str, str]:
    """Await its end; return its code and what it said and told."""
    return run.wait(seconds), (shown.parent / "out.txt").read_text(), (shown.parent / "err.txt").read_text()


def until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
        time.sleep(0.1)


def noted(data: Path, name: str) -> bool:
    return Journal(data / "rehearsal.jsonl").has(name) if (data / "rehearsal.jsonl").exists() else False


def kill(run: Forked, *words: str) -> None:
    """End with -9 every process of the run whose command line has all these words: there is one."""
    killed = 0
    for child in psutil.Process(run.pid).children(recursive=True):
        try:
            if all(word in " ".join(child.cmdline()) for word in words):
                child.kill()
                killed += 1
        except psutil.NoSuchProcess:
            continue
    assert killed, words


def report_of(run: Forked, shown: Path) -> dict:
    code, out, err = ended(run, shown, 280)
    assert code == 0, out + err
    return json.loads(out)


def comparable(report: dict) -> dict:
    names = ("pictures", "accepted", "comments", "votes", "voters", "preorders", "pieces", "sold_out")
    return {
        **{name: report[name] for name in names},
        "refused": {each["file"]: (each["reason"], each["where"]) for each in report["refused"]},
        "tally": [(each["file"], each["rank"], each["votes"]) for each in report["tally"]],
        "winner": report["winner"]["file"],
    }


def judge(report: dict) -> None:
    assert report["consistent"] is True
    assert comparable(report) == ENDS
    assert all(each["message"] for each in report["refused"])
    assert report["mails"] > 0
    names = ["orders.csv", "orders.xlsx", "orders.json", "size-run.csv"]
    assert [Path(path).name for path in report["exports"]] == names
    assert all(Path(path).stat().st_size for path in report["exports"])


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.one_db
@pytest.mark.timeout(600)
def test_a_rehearsal_in_peace_ends_as_its_seed_says(tmp_path):
    shown = fill(tmp_path / "pictures")
    run = start(shown, tmp_path / "peace", tmp_path / "out")
    try:
        judge(report_of(run, shown))
    finally:
        run.kill()


@pytest.mark.slow
@pytest.mark.one_db
@pytest.mark.timeout(600)
def test_a_rehearsal_ends_the_same_whatever_is_killed(tmp_path):
    """Its folder is empty: no other test starts without a database."""
    shown, data, out = fill(tmp_path / "pictures"), tmp_path / "data", tmp_path / "out"
    run = start(shown, data, out)
    try:
        until(lambda: noted(data, "sent 0"), 180, "the first picture")
        kill(run, "fanmade worker", "pictures")
        kill(run, "fanmade serve")
        until(lambda: noted(data, "voted"), 240, "the vote")
        kill(run, "s.sock")  # its Redis
        started = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.wait()
        until(lambda: not any(map(alive, started)), 30, "the end of what it had started")
        run = start(shown, data, out)
        judge(report_of(run, shown))
    finally:
        run.kill()
    a_loss_is_seen(data)


def a_loss_is_seen(data: Path) -> None:
    """The control: what a forgetful process would leave, a vote less and a piece more, is a difference."""

    def recount() -> tuple[int, str]:
        done = forked.run(
            ["-m", "webapp.boot.cli", "recount"], {**os.environ, "FANMADE_DATA": str(data)}, services.ROOT
        )
        return done.returncode, done.stdout

    code, said = recount()
    assert code == 0, said
    with closing(sqlite3.connect(data / "fanmade.db")) as database, database:
        database.execute("DELETE FROM votes WHERE id = (SELECT max(id) FROM votes)")
        database.execute(
            "UPDATE preorder_lines SET quantity = quantity + 1 WHERE id = (SELECT max(id) FROM preorder_lines)"
        )
    code, said = recount()
    assert code == 1 and "votes say nothing" in said and "order lines" in said, said


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.whole
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
        code, out, err = ended(run, shown, 60)
    finally:
        run.kill()
    assert code == 130
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
    assert len(found) == len(REFUSED) + 4 + 3
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
