"""What deploy/ says is true: paths exist, variables are known, commands start."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from webapp.infra.queue import QUEUES
from webapp.infra.settings import VARIABLES, BadSettings, Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "fanmade"}


def _commands() -> list[str]:
    units = [re.findall(r"^ExecStart=\S+/fanmade (.+)$", unit.read_text(), re.M)[0] for unit in UNITS]
    composed = [service["command"].removeprefix("fanmade ") for service in OURS.values()]
    container = re.findall(r'^CMD \["fanmade", "(.+)"\]$', (DEPLOY / "Containerfile").read_text(), re.M)
    return sorted({command.replace("%i", queue) for command in units + composed + container for queue in QUEUES})


@pytest.mark.parametrize("file", sorted(p for p in DEPLOY.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_every_variable_is_known_to_settings(file: Path) -> None:
    named = set(re.findall(r"FANMADE_[A-Z0-9_]+", file.read_text()))
    assert {name.removesuffix("_FILE") if name not in VARIABLES else name for name in named} <= set(VARIABLES)


def test_every_copied_path_exists() -> None:
    for line in (DEPLOY / "Containerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for path in line.split()[1:-1]:
                assert (ROOT / path).exists(), path
    assert (DEPLOY / COMPOSE["x-fanmade"]["build"]["context"] / COMPOSE["x-fanmade"]["build"]["dockerfile"]).exists()


def test_every_queue_has_a_worker_in_compose() -> None:
    working = {s["command"].removeprefix("fanmade worker ") for s in OURS.values() if "worker" in s["command"]}
    assert working == set(QUEUES)


def _pinned(file: str) -> dict[str, list[str]]:
    """What a file of pins asks for on this machine: each name with its version and the hashes it may have."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / "requirements" / file).read_text().strip()):
        head, *hashes = block.split(" \\\n    ")
        requirement = Requirement(head)
        if requirement.marker is None or requirement.marker.evaluate():
            found[requirement.name] = [str(requirement.specifier), *hashes]
    return found


def test_production_is_a_part_of_what_is_installed_by_hash_for_these_tests() -> None:
    assert _pinned("production.txt").items() <= _pinned("dev.txt").items()


def test_production_lacks_nothing_that_its_parts_ask_for() -> None:
    pinned = {canonicalize_name(name) for name in _pinned("production.txt")}
    for name in pinned:
        for line in metadata.requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in pinned, f"{name} needs {needed}"


@pytest.fixture(scope="module")
def clean_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has what a production machine installs, and nothing that only developers have."""
    venv = tmp_path_factory.mktemp("production") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (packages,) = venv.glob("lib/python*/site-packages")
    for name, (version, *_) in _pinned("production.txt").items():
        installed = metadata.distribution(name)
        assert f"=={installed.version}" == version, name
        for part in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            if not (packages / part).exists():
                (packages / part).symlink_to(installed.locate_file(part))  # type: ignore[arg-type]
    return venv / "bin" / "python"


def test_a_command_starts_in_a_clean_venv(clean_python: Path, tmp_path: Path) -> None:
    """Without settings it gets as far as naming what is missing: it is there, and imports."""
    run = subprocess.run(
        [clean_python, "-m", "webapp.boot.cli", "serve"],
        env={"FANMADE_ENV": "production", "FANMADE_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    _names_what_is_missing("serve", run.returncode, run.stderr)


def test_every_command_is_there_in_a_clean_venv(clean_python: Path, tmp_path: Path) -> None:
    """Each command imports all it stands on, none of which only developers have; those of deploy/ begin to start."""
    everything = (
        "import json, sys, webapp.boot.app, webapp.boot.worker, webapp.boot.rehearse.run, psycopg, obstore, gunicorn\n"
        "import click, click.testing, importlib.util\n"
        "assert not importlib.util.find_spec('pytest'), 'what developers have is here'\n"
        "from webapp.boot.cli import COMMANDS, main\n"
        "assert all(main.get_command(click.Context(main), name) for name in COMMANDS)\n"
        "runs = {line: click.testing.CliRunner().invoke(main, line.split()) for line in sys.argv[1:]}\n"
        "print(json.dumps({line: [run.exit_code, run.stderr] for line, run in runs.items()}))"
    )
    done = subprocess.run(
        [clean_python, "-c", everything, *_commands()],
        env={"FANMADE_ENV": "production", "FANMADE_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    told = json.loads(done.stdout)
    assert sorted(told) == _commands()
    for command, (status, stderr) in told.items():
        _names_what_is_missing(command, status, stderr)


def _names_what_is_missing(command: str, status: int, stderr: str) -> None:
    assert status == 2, (command, stderr)
    assert "FANMADE_SECRET_KEY: missing" in stderr, command
    assert "FANMADE_DATABASE_URL: missing" in stderr, command


def test_the_example_becomes_good_settings_once_its_blanks_are_filled() -> None:
    lines = (line.split("=", 1) for line in (DEPLOY / "production.env.example").read_text().splitlines() if "=" in line)
    environ = {name: value for name, value in lines if name.startswith("FANMADE_")}
    with pytest.raises(BadSettings) as blank:
        Settings.from_env(environ)
    assert {fault.split(":")[0] for fault in blank.value.faults} == {
        "FANMADE_SECRET_KEY", "FANMADE_S3_KEY_ID", "FANMADE_S3_SECRET", "FANMADE_DATABASE_URL", "FANMADE_MAIL_URL",
    }  # fmt: skip
    chosen = {name: value.replace("change-me", "0123456789abcdef") for name, value in environ.items()}
    filled = {name: value or "0123456789abcdef" * 4 for name, value in chosen.items()}
    assert Settings.from_env(filled).production
