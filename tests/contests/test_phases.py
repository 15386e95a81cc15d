"""The phase: a pure function, and a twin in SQL that must agree with it everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

from flask import Flask
from sqlalchemy import select

from contests import queries
from contests.models import Contest
from contests.phases import Decisions, Phase, Schedule, phase_of
from tests.contests.team import team
from webapp.infra.db import db, transaction

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DATES = ("opens_at", "critique_at", "voting_at", "final_at", "picking_at", "decide_by")


def schedule(critique: bool, final: bool) -> Schedule:
    """One phase an hour, beginning one hour after START."""
    dates = {name: START + (i + 1) * HOUR for i, name in enumerate(DATES)}
    if not critique:
        dates["critique_at"] = None
    if not final:
        dates["final_at"] = None
    return Schedule(**dates)


def test_each_date_begins_its_phase() -> None:
    published = Decisions(published_at=START)
    seen = [phase_of(schedule(True, True), published, START + hour * HOUR) for hour in range(8)]
    assert seen == [
        Phase.UPCOMING,
        Phase.SUBMITTING,
        Phase.CRITIQUE,
        Phase.VOTING,
        Phase.FINAL,
        Phase.PICKING,
        Phase.LAPSED,
        Phase.LAPSED,
    ]


def test_the_server_s_clock_closes_a_phase_to_the_microsecond() -> None:
    published, dates = Decisions(published_at=START), schedule(False, False)
    assert dates.picking_at
    assert phase_of(dates, published, dates.picking_at - timedelta(microseconds=1)) is Phase.VOTING
    assert phase_of(dates, published, dates.picking_at) is Phase.PICKING


def test_decisions_outweigh_dates() -> None:
    dates, late = schedule(False, False), START + 9 * HOUR
    assert phase_of(dates, Decisions(START, None, START), late) is Phase.DECIDED
    assert phase_of(dates, Decisions(START, START, None), late) is Phase.CANCELLED
    assert phase_of(dates, Decisions(), late) is Phase.DRAFT


def test_rule_and_sql_agree_at_every_half_hour_of_every_kind_of_contest(app: Flask) -> None:
    made = team(START)
    kinds = product((False, True), repeat=5)  # critique, final, published, decided, cancelled
    with transaction() as session:
        for number, (critique, final, is_published, decided, cancelled) in enumerate(kinds):
            session.add(
                Contest(
                    artist_id=made.artist, slug=f"c{number}", title="A contest", preset="tee", rights={},
                    timezone="UTC", seed="s", seed_hash="h", created_at=START, created_by=made.boss,
                    published_at=START if is_published else None,
                    decided_at=START if decided else None,
                    cancelled_at=START if cancelled else None,
                    cancel_reason="so" if cancelled else None,
                    **vars(schedule(critique, final)),
                )
            )  # fmt: skip
    everything = queries.of_artist(db.session, made.artist)
    assert len(everything) == 32
    for step in range(17):
        now = START + step * HOUR / 2
        for phase in Phase:
            by_rule = {contest.id for contest in everything if contest.phase(now) is phase}
            by_sql = set(db.session.scalars(select(Contest.id).where(queries.in_phase(phase, now))))
            assert by_sql == by_rule, (phase, step)
