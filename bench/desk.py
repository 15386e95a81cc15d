"""The staff's list of orders at a million of them: how long each view, filter, search and count takes.

The orders are written by one statement, as no crowd could place them while somebody waits; what is measured are the
list's own functions, each with its rows read.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from bench.table import Row
from tests.databases import Databases

ORDERS = 1_000_000
GOAL = 250
"""Milliseconds: what a page may wait for the list itself."""
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, :count))",
}
_ORDERS = """
INSERT INTO preorders (id, drop_id, person_id, number, idempotency_key, state, awaits_payment, awaits_guardian, email,
    name, country, address, addressed_at, pieces, items_minor, shipping_minor, tax_minor, tax_included, total_minor,
    currency, placed_at, confirmed_at, paid_at, payment_failed_at, cancelled_at, cancel_reason, tracking)
{numbers}
SELECT i, 1, 1, 'N' || i, 'key-' || i,
    CASE WHEN i % 50 = 0 THEN 'cancelled' WHEN i % 4 = 0 THEN 'shipped' ELSE 'reserved' END, {no}, {no},
    'fan' || i || '@example.org', 'Aino Ahola ' || i,
    CASE WHEN i % 100000 = 7 THEN 'MT' WHEN i % 3 = 0 THEN 'SE' ELSE 'FI' END, '{{}}',
    CASE WHEN i % 500 = 1 THEN NULL ELSE {at} END, 1, 2990, 0, 0, {yes}, 2990, 'EUR', {at}, {at},
    CASE WHEN i % 2 = 0 THEN {at} ELSE NULL END, NULL, CASE WHEN i % 50 = 0 THEN {at} ELSE NULL END, '', ''
FROM n"""
_LINES = """
INSERT INTO preorder_lines (preorder_id, variant_id, bundle_id, quantity, price_minor, tax_bp, tax_minor)
{numbers}
SELECT i, CASE WHEN i % 200000 = 3 THEN 4 ELSE 1 + i % 3 END, NULL, 1, 2990, 0, 0 FROM n"""
_WORDS = """
INSERT INTO order_words (preorder_id, drop_id, word)
{numbers}
SELECT i, 1, CASE WHEN i % 5000 = 1 THEN 'oberg' ELSE 'ahola' || (i % 1000) END FROM n"""


def measure(kinds: tuple[str, ...], folder: Path, redis_url: str) -> list[Row]:
    """Return the rows for each database."""
    rows = []
    for kind in kinds:
        folder.mkdir(parents=True, exist_ok=True)
        made = Databases(folder)
        try:
            rows += _measure(kind, made.fresh(kind), folder, redis_url)
        finally:
            made.close()
    return rows


def _measure(kind: str, address: str, folder: Path, redis_url: str) -> list[Row]:
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings

    app = create_app(Settings(data=folder / kind, database_url=address, redis_url=redis_url, secret_key="x" * 40))
    with app.app_context():
        _seed(app)
        return [_timed(kind, name, ask) for name, ask in _asks().items()]


def _seed(app: Flask) -> None:
    from preorders.models import Drop, Product, Variant
    from webapp.accounts import store as accounts
    from webapp.infra.db import db, transaction

    with transaction() as session:
        accounts.add_person(session, "staff@example.org", "Staff", NOW, age_band="18+")
        artist_id = accounts.add_artist(session, "night-line", "Night Line", NOW)
        values = {"artist_id": artist_id, "slug": "tee", "title": "Tee", "currency": "EUR", "timezone": "UTC"}
        session.execute(insert(Drop).values(id=1, reserved=ORDERS, created_at=NOW, opens_at=NOW, **values))
        session.execute(insert(Product).values(id=1, drop_id=1, position=0, kind="tee", title="Tee", price_minor=2990))
        sizes = [{"id": n, "sku": f"TEE-{size}", "size": size} for n, size in enumerate(("S", "M", "L", "XXL"), 1)]
        session.execute(insert(Variant).values(drop_id=1, product_id=1), sizes)
    dialect = db.engine.dialect.name
    plain = {"no": "0", "yes": "1"} if dialect == "sqlite" else {"no": "false", "yes": "true"}
    at = "'2027-03-01 12:00:00.000000'" if dialect == "sqlite" else "TIMESTAMPTZ '2027-03-01 12:00:00+00'"
    for statement in (_ORDERS, _LINES, _WORDS):
        with transaction() as session:
            session.execute(text(statement.format(numbers=_NUMBERS[dialect], at=at, **plain)), {"count": ORDERS})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if dialect == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))


def _asks() -> dict[str, Callable[[], Any]]:
    from preorders import desk_counts, order_list, tallies
    from preorders.order_list import Filters
    from webapp.infra.db import db

    narrow = {
        "size, common": {"size": "M"},
        "size, five of a million": {"size": "XXL"},
        "country, common": {"country": "FI"},
        "country, ten of a million": {"country": "MT"},
        "size and country, nothing matches": {"size": "XXL", "country": "MT"},
        "not paid": {"paid": "no"},
        "name, two hundred": {"q": "obe"},
        "e-mail": {"q": "fan4711@example.org"},
    }
    chosen = {f"view: {state}": Filters(state=state) for state in order_list.VIEWS}
    chosen |= {f"filter: {name}": Filters(**more) for name, more in narrow.items()}  # type: ignore[arg-type]

    def listed(filters: Filters) -> Callable[[], Any]:
        def page() -> Any:
            found = tallies.counted(db.session(), 1, filters)
            rare = found.lines < order_list.RARE
            return order_list.page(db.session(), 1, filters, None, rare), tallies.units(db.session(), 1, filters, found)

        return page

    deep = (ORDERS // 2, ORDERS)
    return {
        "count a million anew (a worker's)": lambda: tallies.tally(1),
        **{name: listed(filters) for name, filters in chosen.items()},
        "a page in the middle": lambda: order_list.page(db.session(), 1, Filters(), deep),
        "counts of the steps": lambda: desk_counts.counts(db.session(), 1),
        "countries": lambda: order_list.countries(db.session(), 1),
        "next fifty of a batch": lambda: order_list.matching_ids(db.session(), 1, Filters(), ORDERS // 2, ORDERS, 50),
    }


def _timed(kind: str, name: str, ask: Callable[[], Any]) -> Row:
    from webapp.infra.db import db

    spent = []
    for _ in range(1 if "worker" in name else 5):
        began = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - began))
        db.session.rollback()
    goal = None if "worker" in name else GOAL
    return Row(f"desk, {kind}: {name}", "ms", statistics.median(spent), more_is_better=False, goal=goal)
