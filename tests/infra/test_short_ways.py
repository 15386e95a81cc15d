"""Rows straight from the driver: the same as by SQLAlchemy, and faults in its words."""

from contextlib import suppress
from datetime import UTC

import pytest
from sqlalchemy import Engine, Integer, bindparam, column, event, insert, select, table, update
from sqlalchemy.exc import DBAPIError

from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.outbox import FactRow
from webapp.infra.short_ways import glance, look, peek, rows_of, run_each, run_one
from webapp.kernel.now import now

SOME = select(Person.id).where(Person.id.in_(bindparam("ids", expanding=True))).order_by(Person.id)
NOWHERE = select(column("id", Integer)).select_from(table("no_such_table"))


def test_rows_are_those_that_glance_gives(app):
    with app.app_context():
        people = [Person(email=f"{name}@example.org", display_name=name, created_at=now()) for name in ("Ida", "Bo")]
        db.session.add_all(people)
        db.session.commit()
        ids = [person.id for person in people]
        db.session.remove()
        for wanted in (ids, [*ids, 10**6], [10**6], ids[:1]):
            assert peek(SOME, {"ids": wanted}) == [tuple(row) for row in glance(SOME, {"ids": wanted})]
        assert len(peek(SOME, {"ids": ids})) == 2


def test_what_is_looked_at_has_names_and_types(app):
    every = select(*Person.__table__.c).where(Person.email == bindparam("email"))
    moment = now()
    with app.app_context():
        db.session.add(Person(email="ida@example.org", display_name="Ida", created_at=moment, is_operator=True))
        db.session.commit()
        db.session.remove()
        (row,) = look(every, {"email": "ida@example.org"})
        assert (row.created_at, row.is_operator, row.suspended_at) == (moment, True, None)
        assert row.created_at.tzinfo is UTC and row.is_operator is True
        (same,) = glance(every, {"email": "ida@example.org"})
        assert tuple(row) == tuple(same) and row._fields == tuple(same._fields)
        assert look(every, {"email": "nobody@example.org"}) == []
        db.session.remove()


def test_a_fault_is_one_of_sqlalchemy_and_the_next_statement_works(app):
    with app.app_context():
        for _ in range(3):
            with pytest.raises(DBAPIError):
                peek(NOWHERE, {})
        assert peek(SOME, {"ids": [10**6]}) == []
        db.session.remove()


def test_a_transaction_after_it_is_one(app):
    """The connection was left without BEGIN, and the next one who has it must be able to roll back."""
    for _ in range(3):  # the same connection, again and again
        with app.app_context():
            assert peek(SOME, {"ids": [10**6]}) == []
            with suppress(ZeroDivisionError), transaction() as session:
                session.add(Person(email="undone@example.org", display_name="Undone", created_at=now()))
                session.flush()
                raise ZeroDivisionError
            db.session.remove()
            assert db.session.scalars(select(Person.email)).all() == []
            db.session.remove()


def test_who_listens_to_every_engine_is_not_told_without_a_context(app):
    """As Sentry does, which keeps its own things on the context."""
    seen = []

    def keep(connection, cursor, words, values, context, many):
        context.kept = seen.append(words)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        assert peek(SOME, {"ids": [10**6]}) == [] and seen == []
        assert look(SOME, {"ids": [10**6]}) == [] and seen == []
        with transaction() as session:
            asked = update(Person).where(Person.id == bindparam("wanted")).values(display_name="X"), {"wanted": 10**6}
            first, second = run_each(session, [asked, asked])
            assert (first.count, second.count) == (0, 0)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
        db.session.remove()


def test_a_row_by_the_driver_is_the_row_by_sqlalchemy(app):
    """Defaults, instants and JSON are made as SQLAlchemy makes them, and read as it reads them."""
    fact, moment = FactRow.__table__, now().replace(microsecond=0)  # SQLite's own way would leave the fraction out
    row = {"name": "rang", "payload": {"bells": [1, None]}, "at": moment}
    asked = select(*fact.c).where(fact.c.id == bindparam("wanted"), fact.c.name.in_(["rang", "struck"]))
    with transaction() as session:
        ((by_driver,),) = run_one(session, insert(fact).returning(fact.c.id), row).rows
        by_library = session.execute(insert(fact).returning(fact.c.id), row).scalar_one()
        (one,), (other,) = (run_one(session, asked, {"wanted": each}).rows for each in (by_driver, by_library))
        assert one[1:] == other[1:] == ("rang", {"bells": [1, None]}, moment, "")
        assert session.execute(asked, {"wanted": by_driver}).one() == one


def test_rows_of_one_insert(app):
    with transaction() as session:
        rows = [{"name": f"n{each}", "payload": {"n": each}, "at": now(), "origin": ""} for each in range(3)]
        several, asked = rows_of(FactRow.__table__, rows), select(FactRow.name, FactRow.payload).order_by(FactRow.id)
        assert run_one(session, *several).count == 3
        assert run_one(session, asked, {}).rows == [(f"n{each}", {"n": each}) for each in range(3)]
        assert rows_of(FactRow.__table__, rows)[0] is several[0], "built once for so many"


def test_a_fault_in_a_transaction_is_one_of_sqlalchemy_and_undoes_it(app):
    with suppress(DBAPIError), transaction() as session:
        session.add(Person(email="undone@example.org", display_name="Undone", created_at=now()))
        session.flush()
        run_one(session, NOWHERE, {})
    assert db.session.scalars(select(Person.email)).all() == []
    db.session.remove()
