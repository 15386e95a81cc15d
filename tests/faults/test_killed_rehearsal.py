"""kill -9 of web, workers, ticker, Redis and PostgreSQL at random while a whole contest is rehearsed.

The rehearsal itself looks whether what was acknowledged is there once, repairs as an operator would (`doctor --audit`)
and looks again; here its end is compared with that of an undisturbed one, and everything is recounted.
"""

from __future__ import annotations

import itertools
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bench import soak
from bench.scene import engine_of
from tests.databases import TEMPLATE, Databases
from tests.faults.counts import FULL, Counted, must_fail, times
from tests.services import killable_postgres
from webapp.boot.app import create_app
from webapp.infra.settings import Settings

pytestmark = pytest.mark.timeout(3600)
SEED = 11
WANTED = times(2, 50)
PLAN = soak.Plan(pictures=times(1, 24), voters=times(4, 60), every=times(1, 3), kills=WANTED)
KINDS = ("sqlite", "postgres") if FULL else ("postgres",)
"""An ordinary run has tests/boot/test_rehearse.py, which kills everything there is on SQLite, and below PostgreSQL."""
Played = dict[int, soak.Played]


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """How the rehearsal of each seed ended that was played first: seeds decide the end, neither kills nor databases."""
    return {}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where rehearsals are played."""
    return tmp_path_factory.mktemp("rehearsals")


@pytest.mark.whole
@pytest.mark.parametrize("kind", KINDS)
def test_everything_killed_while_a_contest_is_rehearsed(
    kind: str, ends: Played, place: Path, databases: Databases, counted: Counted, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("this database was not asked for")
    killed, seeds = Counter[str](), itertools.count(SEED)
    while killed.total() < WANTED:
        seed = next(seeds)
        folder = place / str(seed)
        if seed not in ends:
            soak.draw(folder / "in", PLAN.pictures, seed)
        if seed not in ends and FULL:
            ends[seed] = soak.play(folder, "calm", PLAN, seed)
        plan = replace(PLAN, kills=WANTED - killed.total())
        with soak.played_hurt(folder, f"hurt-{kind}", plan, seed, kind, databases) as hurt:
            soak.judge(ends.setdefault(seed, hurt), hurt)
            killed += hurt.killed
            if killed.total() >= WANTED:
                control(hurt)
        found = {name: hurt.report[name] for name in ("votes", "preorders", "mails")}
        counted.add(rehearsals=1, **found)
    counted(kills=killed.total(), **{f"of {role}": number for role, number in sorted(killed.items())})


def control(played: soak.Played) -> None:
    """The same judgement of what a forgetful process would leave: an order twice, a piece more, a vote less."""
    more = replace(played, report={**played.report, "preorders": played.report["preorders"] + 1})
    with must_fail("preorders"):
        soak.judge(played, more)
    engine = engine_of(played.database or f"sqlite:///{played.data / 'fanmade.db'}")
    one_line = "UPDATE preorder_lines SET quantity = quantity {} WHERE id = (SELECT max(id) FROM preorder_lines)"
    for act, undo in (
        (one_line.format("+ 1"), one_line.format("- 1")),
        ("DELETE FROM votes WHERE id = (SELECT max(id) FROM votes)", ""),
    ):
        for statement, fails in ((act, True), (undo, False)):
            if not statement:
                continue
            with engine.begin() as connection:
                connection.execute(text(statement))
            with must_fail("recount") if fails else nullcontext():
                soak.judge(played, played)
    engine.dispose()


def acknowledged_survives(careless: bool, databases: Databases, redis_url: str, data: Path) -> int:
    """Write through the product, kill the server after each few commits, look what is there; return the commits."""
    from webapp.accounts.models import Person
    from webapp.infra.db import db, transaction
    from webapp.kernel.now import now

    with killable_postgres(databases.kept_postgres(), careless=careless) as cluster:
        settings = Settings(data=data, database_url=cluster.url(TEMPLATE), redis_url=redis_url, secret_key="k" * 40)
        app, wrote = create_app(settings), set[str]()
        for turn in range(times(2, 20)):
            with app.app_context():
                for number in range(10):
                    name = f"kill{turn}-{number}@example.org"
                    with transaction() as session:
                        session.add(Person(email=name, created_at=now()))
                    wrote.add(name)
                db.engine.dispose()
            cluster.kill()
            cluster.again()
        with app.app_context():
            kept = set(db.session.query(Person.email).filter(Person.email.like("kill%")).all())
            db.engine.dispose()
        lost = wrote - {row[0] for row in kept}
        assert not lost, f"{len(lost)} acknowledged rows are lost"
        return len(wrote)


@pytest.mark.parametrize("careless", [False, True], ids=["guarded", "control"])
def test_postgres_killed_after_each_few_commits(
    careless: bool,
    databases: Databases,
    redis_url: str,
    tmp_path: Path,
    counted: Counted,
    request: pytest.FixtureRequest,
) -> None:
    """The control's server acknowledges before the log has left its memory: that must be noticed."""
    if request.config.getoption("--db") == "sqlite":
        pytest.skip("PostgreSQL was not asked for")
    if careless:
        with must_fail("acknowledged rows are lost"):
            acknowledged_survives(careless, databases, redis_url, tmp_path)
    else:
        counted(commits=acknowledged_survives(careless, databases, redis_url, tmp_path), kills=times(2, 20))
