"""The doors before there is an environment: which Python, which pins, which messages."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from webapp.boot.reload import Sources

pytestmark = pytest.mark.one_db
ROOT = Path(__file__).resolve().parents[2]
PINS = {path.stem: path for path in sorted((ROOT / "requirements").glob("*.txt"))}


def sh(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ}
    command = ["sh", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_python_is_found_and_runs():
    done = sh("tools/python.sh", "-c", "import sys; print(sys.version_info >= (3, 11))")
    assert (done.returncode, done.stdout.strip()) == (0, "True")


def test_an_old_python_is_one_line(tmp_path):
    old = program(tmp_path / "python-old", "exit 1")
    done = sh("tools/python.sh", "--version", PYTHON=str(old))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "3.11 or newer" in done.stderr


def test_no_python_at_all_is_one_line_that_names_the_package(tmp_path):
    done = subprocess.run(
        ["/bin/sh", "tools/python.sh"], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt install python3" in done.stderr


def test_a_missing_venv_module_is_one_line_that_names_the_package(tmp_path):
    bare = program(tmp_path / "bare", f'case "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"')
    done = sh("tools/install.sh", tmp_path / "venv", "requirements/run.txt", tmp_path / "stamp", PYTHON=str(bare))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"apt install python3.{sys.version_info.minor}-venv" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_reset_refuses_a_foreign_folder(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    done = sh("tools/python.sh", "tools/reset.py", tmp_path)
    assert done.returncode == 1
    assert "Nothing was deleted" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def pins(path: Path) -> dict[str, str]:
    """Name and version of every line, continuation lines joined."""
    joined = path.read_text().replace("\\\n", " ")
    found = (re.match(r"([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", line) for line in joined.splitlines())
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("name", PINS)
def test_every_requirement_is_pinned_with_hashes_and_names_no_place(name):
    text = PINS[name].read_text()
    for line in text.replace("\\\n", " ").splitlines():
        assert re.match(r"[a-z0-9._-]+(\[[^\]]*\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|-e |/", text)


def test_the_parts_have_the_versions_of_the_whole():
    whole = pins(PINS["dev"])
    assert {"flask", "pytest", "setuptools", "ruff", "playwright", "psycopg"} <= set(whole)
    for name in ("run", "production"):
        assert pins(PINS[name]).items() <= whole.items()


def test_all_that_the_project_asks_for_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[\[<>=;! ]", line)[0].lower() for line in project["dependencies"]}
    for name in ("run", "production"):
        assert asked <= set(pins(PINS[name]))


def test_a_written_source_file_is_noticed(tmp_path):
    (tmp_path / "voting").mkdir()
    sources = Sources(tmp_path, every=0.01)
    (tmp_path / "voting" / "notes.md").write_text("not a source")
    (tmp_path / "voting" / "tally.py").write_text("x = 1")
    assert sources.wait_for_change() == "voting/tally.py"
    (tmp_path / "voting" / "tally.py").unlink()
    assert sources.wait_for_change() == "voting/tally.py"


def test_on_a_build_machine_a_skipped_test_is_a_failure(tmp_path):
    probe = tmp_path / "test_probe.py"
    probe.write_text("import pytest\n\ndef test_probe():\n    pytest.skip('no component')\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ROOT,
        "-c",
        ROOT / "pyproject.toml",
    ]
    command += ["--confcutdir", ROOT, "-p", "tests.conftest", probe]
    for value, code in (("", 0), ("1", 1)):
        done = subprocess.run(
            list(map(str, command)),
            cwd=ROOT,
            env={**os.environ, "FANMADE_CI": value},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "no component" in done.stdout
