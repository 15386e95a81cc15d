"""From one release to the next while people go on: old and new code on one database, for the newest migration.

The old code is the newest of the history that does not know the newest migration.
"""

from __future__ import annotations

import ast
import itertools
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select, text

from bench.scene import Scene, engine_of, fill
from contests.comments.models import Comment
from preorders.models import Preorder
from tests import services
from tests.databases import Databases
from tests.faults.counts import must_fail, times
from tests.faults.machines import Machine, environment, fanmade, web
from voting.models import Vote
from webapp.boot.app import create_app
from webapp.infra.db import db
from webapp.infra.settings import Settings

pytestmark = [pytest.mark.timeout(600), pytest.mark.ordinarily("postgres")]
HOME = {"name": "Aino", "line1": "Katu 1", "postcode": "00100", "city": "Helsinki", "country": "FI"}
VERSIONS = "migrations/versions"
SCRIPTS = ScriptDirectory(str(services.ROOT / "migrations"))


def newest() -> Any:
    """The newest migration."""
    (head,) = SCRIPTS.get_revisions("heads")
    return head


@dataclass(frozen=True)
class Release:
    """Code of the history, and the newest migration it has."""

    commit: str
    revision: str


def release_before(revision: str) -> Release:
    """Return the newest code whose migrations are those of today up to one before `revision`; skips without history.

    Empty migrations, which only keep a number for somebody, don't count; one that said something else then makes its
    code another past than ours.
    """
    today = [(each.revision, _acts(Path(each.path).read_text())) for each in SCRIPTS.walk_revisions()][::-1]
    before = today[: [number for number, _ in today].index(revision)]
    until = "HEAD"
    for commit in _git("log", "--format=%H", "-n400", "--", VERSIONS).decode().split():
        then = _migrations(commit)
        if then and then == before[: len(then)]:
            return Release(until, then[-1][0])  # its migrations, and all code that was written upon them
        until = f"{commit}^"
    pytest.skip(f"the history does not reach back before migration {revision}: a full clone is needed")


def _migrations(commit: str) -> list[tuple[str, str]]:
    """Number and acts of each migration of a commit that does something, in their order."""
    found = []
    for line in _git("ls-tree", "-r", commit, VERSIONS + "/").decode().splitlines():
        blob, name = line.split()[2], Path(line.split("\t")[1]).name
        if name.endswith(".py") and name[0].isdigit() and (acts := _acts_of_blob(blob)):
            found.append((name.partition("_")[0], acts))
    return found


@cache
def _acts_of_blob(blob: str) -> str:
    return _acts(_git("cat-file", "blob", blob).decode())


def _acts(code: str) -> str:
    """What a migration's `upgrade` does, however it is written down; '' for nothing."""
    upgrade = next((each for each in ast.parse(code).body if getattr(each, "name", "") == "upgrade"), None)
    body = [each for each in getattr(upgrade, "body", ()) if not isinstance(each, (ast.Pass, ast.Expr)) or _calls(each)]
    return ast.dump(ast.Module(body, [])) if body else ""


def _calls(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


def unpack(release: Release, into: Path) -> Path:
    """Write the code of a release into a folder."""
    with tarfile.open(fileobj=BytesIO(_git("archive", "--format=tar", release.commit))) as tar:
        tar.extractall(into, filter="data")
    return into


def _git(*arguments: str) -> bytes:
    try:
        return subprocess.run(["git", *arguments], cwd=services.ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""


def downgrade(environ: dict[str, str], revision: str) -> None:
    """Bring a filled database back to an older schema."""
    with create_app(Settings.from_env(environ)).app_context():
        flask_migrate.downgrade(revision=revision)
        db.session.remove()
        db.engine.dispose()


@dataclass
class Upgrade:
    """The old and the new release on one database, the migration between them done; what people were promised."""

    engine: Engine
    scene: Scene
    environ: dict[str, str]
    old: Machine
    new: Machine
    old_code: Path
    numbers: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    votes: set[tuple[int, int]] = field(default_factory=set)  # the person's number and the design's
    turns: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def act(self, machine: Machine, other: Machine | None) -> None:
        """Vote, order and talk through one release, and look at it through the other; raises AssertionError."""
        turn = next(self.turns)
        who, design = turn % len(self.scene.people), turn % (len(self.scene.codes) - 1) + 1
        if not who:
            return
        code = self.scene.codes[design]
        voted = machine.ask(who, "PUT", f"/api/v1/designs/{code}/vote")
        assert voted.status in (200, 409), f"a vote: {voted}"
        if voted.status == 200:
            self.votes.add((who, design))
        body = {"items": [{"variant_ids": [self.scene.variant_id]}], "contact": HOME}
        order = f"/api/v1/drops/{self.scene.drop}/preorders"
        ordered = machine.ask(who, "POST", order, body, **{"Idempotency-Key": f"upgrade-{turn}"})
        assert ordered.status == 201, f"an order: {ordered}"
        self.numbers.append(ordered.body["number"])
        said = f"Turn {turn} of the upgrade"
        talked = machine.ask(who, "POST", f"/api/v1/designs/{code}/comments", {"body": said})
        assert talked.status == 201, f"a comment: {talked}"
        self.comments.append(said)
        seen = (other or machine).ask(who, "GET", f"/api/v1/contests/{self.scene.vote}/ballot")
        assert voted.status == 409 or code in seen.body["designs"], f"a vote that is not seen: {seen}"
        for path in (f"/D/{code}", f"/c/{self.scene.vote}/designs", f"/drops/{self.scene.drop}"):
            (other or machine).page(who, path)

    def whole(self) -> None:
        """Everything that was acknowledged is there, and nothing else; raises AssertionError."""
        with self.engine.connect() as connection:
            assert set(self.numbers) == set(connection.scalars(select(Preorder.number)))
            assert set(self.comments) <= set(connection.scalars(select(Comment.body_md)))
            votes = Counter(connection.scalars(select(Vote.voter_id)))
        people = self.scene.people
        told = Counter(who for who, _ in self.votes)
        assert told == Counter({people.index(voter): number for voter, number in votes.items()})


@contextmanager
def upgrade(kind: str, databases: Databases, redis_url: str, folder: Path) -> Iterator[Upgrade]:
    """Let the old release serve, migrate beneath it, start the new one beside it."""
    release = release_before(newest().revision)
    old_code = unpack(release, folder / "old")
    url = databases.fresh(kind)
    environ = environment(url, redis_url, folder / "data")
    engine = engine_of(url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        scene = fill(engine, people=times(12, 240), designs=6)  # each within the limits
        engine.dispose()
        downgrade(environ, release.revision)
        old = stack.enter_context(web(environ, old_code))
        found = Upgrade(engine, scene, environ, old, old, old_code)
        found.act(old, None)
        fanmade(environ, "migrate")  # while the old release serves
        found.act(old, None)
        found.new = stack.enter_context(web(environ))
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def upgraded(
    request: pytest.FixtureRequest, databases: Databases, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgrade]:
    """The moment of an upgrade in which both releases serve."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("this database was not asked for")
    with upgrade(request.param, databases, redis_url, tmp_path_factory.mktemp("upgrade")) as found:
        yield found


def test_old_and_new_code_serve_side_by_side(upgraded: Upgrade) -> None:
    check(upgraded)
    # Facts of the one are told by the worker of the other.
    fanmade(upgraded.environ, "worker", "outbox", "--burst", code=upgraded.old_code)
    check(upgraded)
    fanmade(upgraded.environ, "worker", "outbox", "--burst")
    with upgraded.engine.connect() as connection:
        owed = connection.execute(text("SELECT error FROM deliveries WHERE done_at IS NULL AND error <> ''")).all()
    assert not owed
    for _ in range(times(2, 50)):  # the old release is gone
        upgraded.act(upgraded.new, None)
    upgraded.whole()
    assert "all agree" in fanmade(upgraded.environ, "recount")


def test_control_a_migration_that_narrows(upgraded: Upgrade) -> None:
    """Without the rule that migrations only widen, what people do fails from the migration on."""
    with upgraded.engine.begin() as connection:
        connection.execute(text("ALTER TABLE facts RENAME COLUMN payload TO told"))
    with must_fail("an order: "):
        check(upgraded)


def check(upgraded: Upgrade) -> None:
    """Both releases take what people do, each shows what came through the other."""
    for _ in range(times(2, 100)):
        upgraded.act(upgraded.old, upgraded.new)
        upgraded.act(upgraded.new, upgraded.old)
    upgraded.whole()
