"""Rows straight from the driver: the same as by SQLAlchemy, and faults in its words."""

from contextlib import suppress
from datetime import UTC

import pytest
from sqlalchemy import Engine, Integer, bindparam, column, event, select, table, update
from sqlalchemy.exc import DBAPIError

from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.short_ways import glance, look, peek, run_each
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
