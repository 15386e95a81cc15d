"""Many buyers, few pieces, at one instant: never oversold, never undersold, and the test can see the difference."""

from __future__ import annotations

import contextvars
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event, text, true
from sqlalchemy.exc import IntegrityError

from preorders import recount, service, store
from preorders.rows import DropRow
from tests.databases import Databases
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db
from webapp.kernel.refusal import Refused

BUYERS, PIECES, THREADS = 80, 20, 10
CHECKS = (("drops", "ck_drops_edition_held"), ("variants", "ck_variants_stock_held"))


def storm(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all acts at once, each in a context and connection of its own; return what came of them."""
    ready = threading.Barrier(THREADS)

    def share(number: int) -> Counter[str]:
        counted: Counter[str] = Counter()
        ready.wait(timeout=20)
        for act in acts[number::THREADS]:
            with app.app_context():
                try:
                    act()
                    counted["done"] += 1
                except Refused as refused:
                    counted[refused.code] += 1
        return counted

    db.session.rollback()
    with ThreadPoolExecutor(THREADS) as pool:
        # Each thread begins with nothing of the test's own context, as a request on a server does.
        shares = [pool.submit(contextvars.Context().run, share, number) for number in range(THREADS)]
        return sum((done.result() for done in shares), Counter())


def buying(drop_id: int, item: service.Item, buyers: list[int]) -> list[Callable[[], object]]:
    return [lambda fan=fan: service.place(drop_id, fan, [item], HOME, f"key-of-{fan}", NOW) for fan in buyers]


def sold(drop_id: int) -> int:
    db.session.rollback()
    found = text(
        "SELECT COALESCE(SUM(l.quantity), 0) FROM preorder_lines l JOIN preorders p ON p.id = l.preorder_id"
        " WHERE p.drop_id = :drop AND p.state <> 'cancelled'"
    )
    return int(db.session.execute(found, {"drop": drop_id}).scalar_one())


def test_exactly_the_edition_is_sold(app: Flask) -> None:
    drop_id, buyers = make.drop(cap=PIECES), make.people(BUYERS)
    assert storm(app, buying(drop_id, make.tee(drop_id), buyers)) == {"done": PIECES, "sold-out": BUYERS - PIECES}
    assert sold(drop_id) == PIECES
    assert recount.differences(db.session()) == []


def test_the_same_through_bundles_sizes_repeats_and_cancellations(app: Flask) -> None:
    drop_id, buyers = make.drop(cap=PIECES, bundle=True), make.people(BUYERS)
    small = make.tee(drop_id, "S").variant_ids[0]
    service.set_caps(drop_id, buyers[0], {small: 5}, NOW)
    items = [make.tee(drop_id, "S"), make.bundle(drop_id, "M"), make.bundle(drop_id, "S"), make.tee(drop_id, "M")]
    acts = [act for n, fan in enumerate(buyers) for act in buying(drop_id, items[n % 4], [fan]) * 2]

    def change_of_mind(fan: int) -> None:
        order = service.place(drop_id, fan, [items[3]], HOME, f"regretted-{fan}", NOW)
        service.cancel(order.id, fan, NOW)

    outcome = storm(app, acts + [lambda fan=fan: change_of_mind(fan) for fan in buyers[:20]])
    assert set(outcome) <= {"done", "sold-out", "size-sold-out"}
    # Whoever was refused while another's piece was on its way back may try again: nothing is left over.
    storm(app, buying(drop_id, items[3], make.people(PIECES, "late")))
    assert recount.differences(db.session()) == []
    found = make.catalogue(drop_id).products[0]
    assert sum(variant.reserved for variant in found.variants) == PIECES
    assert sum(v.reserved for v in found.variants if v.id == small) <= 5


def test_the_limit_holds_against_a_fast_finger(app: Flask) -> None:
    drop_id, fan = make.drop(per_person=3), make.person()
    item = make.tee(drop_id)
    acts = [lambda n=n: service.place(drop_id, fan, [item], HOME, f"finger-{n}", NOW) for n in range(20)]
    assert storm(app, acts) == {"done": 3, "limit-reached": 17}


def test_one_key_at_once_is_one_order(app: Flask) -> None:
    drop_id, fan = make.drop(cap=2), make.person()
    item = make.tee(drop_id)
    acts = [lambda: service.place(drop_id, fan, [item], HOME, "the-same-key", NOW)] * 20
    assert storm(app, acts) == {"done": 20}
    assert sold(drop_id) == 1


def cut_the_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything fit, for the look before the transaction too."""
    monkeypatch.setattr(store, "room", lambda of, pieces: true())
    monkeypatch.setattr(DropRow, "left", None)


def test_without_the_condition_the_check_still_holds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_the_condition(monkeypatch)
    drop_id, buyers = make.drop(cap=3), make.people(4)
    *first, last = buying(drop_id, make.tee(drop_id), buyers)
    for buy in first:
        buy()
    with pytest.raises(IntegrityError, match="edition_held"):
        last()
    assert sold(drop_id) == 3


@pytest.fixture(params=["sqlite", "postgres"])
def unguarded(
    request: pytest.FixtureRequest,
    databases: Databases,
    applications: Callable[[str], Flask],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """The application on a database of its own, with both nets cut: the condition and the CHECKs."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("this database was not asked for")
    application = applications(databases.fresh(request.param))
    cut_the_condition(monkeypatch)
    with application.app_context():
        if request.param == "sqlite":
            event.listen(db.engine, "connect", lambda raw, record: raw.execute("PRAGMA ignore_check_constraints=ON"))
        else:
            with db.engine.begin() as connection:
                for table, name in CHECKS:
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        yield application
        db.session.remove()
        db.engine.dispose()


def test_control_without_both_nets_the_storm_oversells(unguarded: Flask) -> None:
    drop_id, buyers = make.drop(cap=PIECES), make.people(BUYERS)
    storm(unguarded, buying(drop_id, make.tee(drop_id), buyers))
    assert sold(drop_id) > PIECES
