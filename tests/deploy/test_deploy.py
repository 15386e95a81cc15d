"""What deploy/ says is true: paths exist, variables are known, commands start."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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
    assert set(re.findall(r"FANMADE_[A-Z0-9_]+", file.read_text())) <= set(VARIABLES)


def test_every_copied_path_exists() -> None:
    for line in (DEPLOY / "Containerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for path in line.split()[1:-1]:
                assert (ROOT / path).exists(), path
    assert (DEPLOY / COMPOSE["x-fanmade"]["build"]["context"] / COMPOSE["x-fanmade"]["build"]["dockerfile"]).exists()


def test_every_queue_has_a_worker_in_compose() -> None:
    working = {s["command"].removeprefix("fanmade worker ") for s in OURS.values() if "worker" in s["command"]}
    assert working == set(QUEUES)


@pytest.fixture(scope="module")
def clean_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has what a production machine installs, and nothing that only developers have."""
    venv = tmp_path_factory.mktemp("production") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = [str(venv / "bin" / "pip"), "install", "-q", "--require-hashes", "-r", "requirements/production.txt"]
    subprocess.run(install, cwd=ROOT, check=True, timeout=300)
    return venv / "bin" / "python"


@pytest.mark.timeout(400)  # it installs first
def test_each_command_starts_in_a_clean_venv(clean_python: Path, tmp_path: Path) -> None:
    """Without settings each command gets as far as naming what is missing: it is there, and imports."""
    for command in _commands():
        run = _start(clean_python, command, tmp_path)
        assert run.returncode == 2, (command, run.stderr)
        assert "FANMADE_SECRET_KEY: missing" in run.stderr, command
        assert "FANMADE_DATABASE_URL: missing" in run.stderr, command


def test_every_command_is_there_in_a_clean_venv(clean_python: Path) -> None:
    """Each command imports all it stands on; none of that is only in developers' requirements."""
    everything = (
        "import webapp.boot.app, webapp.boot.worker, webapp.boot.rehearse.run, psycopg, obstore, gunicorn, click\n"
        "from webapp.boot.cli import COMMANDS, main\n"
        "assert all(main.get_command(click.Context(main), name) for name in COMMANDS)"
    )
    subprocess.run([clean_python, "-c", everything], cwd=ROOT, check=True, timeout=60)


def _start(python: Path, command: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", "webapp.boot.cli", *shlex.split(command)],
        env={"FANMADE_ENV": "production", "FANMADE_DATA": str(data), "PATH": "/usr/bin:/bin"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_example_becomes_good_settings_once_its_blanks_are_filled() -> None:
    lines = (line.split("=", 1) for line in (DEPLOY / "production.env.example").read_text().splitlines() if "=" in line)
    environ = {name: value for name, value in lines if name.startswith("FANMADE_")}
    with pytest.raises(BadSettings) as blank:
        Settings.from_env(environ)
    assert {fault.split(":")[0] for fault in blank.value.faults} == {
        "FANMADE_SECRET_KEY", "FANMADE_S3_KEY_ID", "FANMADE_S3_SECRET",
    }  # fmt: skip
    filled = environ | dict.fromkeys((f.split(":")[0] for f in blank.value.faults), "0123456789abcdef" * 4)
    assert Settings.from_env(filled).production
