"""Use cases of contests on both databases: what is written, what is refused, who wins a race."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests import queries, rights, service, specs, store
from contests.phases import Phase
from tests.contests.team import draft, published, team
from webapp.accounts.models import AuditLine
from webapp.infra.db import db, transaction
from webapp.infra.outbox import FactRow
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

DAY = timedelta(days=1)
WHY = "The printer asked for one more week."


def stored(contest_id: int) -> queries.ContestRow:
    db.session.rollback()
    found = queries.contest(db.session, contest_id)
    assert found is not None
    return found


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def facts(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(FactRow.name == name)) or 0


def at_once(app: Flask, act: Callable[[], Any], times: int = 4) -> list[str]:
    """Do `act` in several threads at one moment; return 'done' or the refusal's code for each."""
    gate, answers = threading.Barrier(times), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                act()
                answers.append("done")
            except Refused as no:
                answers.append(no.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_a_new_draft_has_dates_in_its_maker_s_zone_a_sealed_seed_and_products(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    contest = stored(service.create(made.artist, made.boss, "open", "Sea songs, part II", clock.now))
    assert (contest.slug, contest.timezone) == ("sea-songs-part-ii", "Europe/Helsinki")
    assert contest.phase(clock.now) is Phase.DRAFT
    assert contest.opens_at
    assert contest.opens_at.isoformat() == "2027-03-04T10:00:00+00:00"  # noon in Helsinki
    assert contest.seed_hash == hashlib.sha256(contest.seed.encode()).hexdigest()
    assert [p.kind for p in queries.products(db.session, contest.id)] == ["tee", "tote"]


def test_two_contests_of_one_title_have_two_addresses(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    first, second = (stored(service.create(made.artist, made.boss, "tee", "Same", clock.now)) for _ in range(2))
    assert first.slug == "same"
    assert second.slug.startswith("same-")


def test_publishing_freezes_the_terms_and_tells_followers_once(
    app: Flask, clock: Any, run_jobs: Callable[..., int]
) -> None:
    made = team(clock.now)
    contest_id = published(made, clock.now)
    contest = stored(contest_id)
    assert contest.rights_hash == rights.hash_of(contest.rights)
    assert contest.phase(clock.now) is Phase.UPCOMING
    assert refused(lambda: service.update(contest_id, made.boss, clock.now, title="Other terms")) == "published"
    assert refused(lambda: service.set_products(contest_id, made.boss, [], clock.now)) == "published"
    run_jobs("outbox")
    told = db.session.execute(select(Notice.recipient_id, Notice.kind, Notice.params)).all()
    assert [(row.recipient_id, row.kind) for row in told] == [(made.fan, "contest-opened")]
    assert told[0].params["path"] == f"/c/{contest.slug}"


def test_an_incomplete_draft_is_not_published(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    contest_id = service.create(made.artist, made.boss, "tee", "No brief yet", clock.now)
    assert refused(lambda: service.publish(contest_id, made.boss, clock.now)) == "not-ready"
    service.update(contest_id, made.boss, clock.now, brief_md="x" * 30)
    service.set_products(contest_id, made.boss, [], clock.now)
    assert refused(lambda: service.publish(contest_id, made.boss, clock.now)) == "not-ready"
    service.set_products(contest_id, made.boss, [specs.product("poster")], clock.now)
    assert refused(lambda: service.publish(contest_id, made.boss, clock.now + 90 * DAY)) == "not-ready"
    service.publish(contest_id, made.boss, clock.now)


def test_of_many_who_publish_at_once_one_does(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    contest_id = draft(made, clock.now)
    answers = at_once(app, lambda: service.publish(contest_id, made.boss, clock.now))
    assert answers == ["done", "published", "published", "published"]
    assert facts("ContestPublished") == 1


def test_moving_dates_leaves_a_public_line_an_audit_line_and_a_fact(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    contest_id = published(made, clock.now)
    before = stored(contest_id)
    assert before.picking_at
    assert before.decide_by
    later = {"picking_at": before.picking_at + DAY, "decide_by": before.decide_by + DAY}
    service.reschedule(contest_id, made.staff, later, WHY, clock.now)
    after = stored(contest_id)
    assert (after.picking_at, after.decide_by) == (later["picking_at"], later["decide_by"])
    [line] = queries.changes(db.session, contest_id)
    assert (line.kind, line.reason, line.by_id) == ("rescheduled", WHY, made.staff)
    assert line.after["picking_at"] == later["picking_at"].isoformat()
    assert db.session.scalar(select(func.count()).where(AuditLine.action == "contest.rescheduled")) == 1
    assert facts("ContestRescheduled") == 1


def test_a_change_seen_too_late_is_refused(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    contest_id = published(made, clock.now)
    old = stored(contest_id)
    assert old.decide_by
    service.reschedule(contest_id, made.boss, {"decide_by": old.decide_by + DAY}, WHY, clock.now)
    with transaction() as session:
        assert not store.set_dates(session, contest_id, old.schedule, {"decide_by": old.decide_by + 2 * DAY})


def test_a_lapsed_contest_is_prolonged_and_told_to_lapse_anew(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    contest_id = published(made, clock.now)
    late = clock.advance(days=90)
    with transaction() as session:
        assert store.mark_lapse_told(session, contest_id, late)
        assert not store.mark_lapse_told(session, contest_id, late)
    assert stored(contest_id).phase(late) is Phase.LAPSED
    service.reschedule(contest_id, made.boss, {"decide_by": late + DAY}, WHY, late)
    contest = stored(contest_id)
    assert contest.phase(late) is Phase.PICKING
    assert contest.lapse_told_at is None
    assert queries.changes(db.session, contest_id)[0].kind == "prolonged"


def test_calling_off_ends_a_contest_for_good(app: Flask, clock: Any, run_jobs: Callable[..., int]) -> None:
    made = team(clock.now)
    contest_id = published(made, clock.now)
    assert refused(lambda: service.cancel(contest_id, made.boss, "no", clock.now)) == "reason-needed"
    answers = at_once(app, lambda: service.cancel(contest_id, made.boss, WHY, clock.now))
    assert answers == ["cannot-cancel"] * 3 + ["done"]
    assert stored(contest_id).phase(clock.now) is Phase.CANCELLED
    with transaction() as session:
        assert not store.decide(session, contest_id, clock.now)
    run_jobs("outbox")
    kinds = set(db.session.scalars(select(Notice.kind).where(Notice.recipient_id == made.fan)))
    assert kinds == {"contest-cancelled"}  # the opening is not told after the end


def test_a_draft_is_not_called_off_and_a_decided_contest_neither(app: Flask, clock: Any) -> None:
    made = team(clock.now)
    assert refused(lambda: service.cancel(draft(made, clock.now), made.boss, WHY, clock.now)) == "cannot-cancel"
    contest_id = published(made, clock.now)
    with transaction() as session:
        assert store.decide(session, contest_id, clock.now)
        assert not store.decide(session, contest_id, clock.now)
    assert refused(lambda: service.cancel(contest_id, made.boss, WHY, clock.now)) == "cannot-cancel"
    with transaction() as session:
        assert store.undecide(session, contest_id)
        assert not store.undecide(session, contest_id)


@pytest.mark.one_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "car"},
        {"colours": []},
        {"sizes": []},
        {"colours": [{"name": "Red", "hex": "red"}]},
        {"price_minor": -1},
        {"print_width_cm": 0},
        {"currency": "XXX"},
        {"extra": 1},
    ],
)
def test_a_product_that_makes_no_sense_is_refused(app: Flask, clock: Any, wrong: dict[str, Any]) -> None:
    made = team(clock.now)
    contest_id = draft(made, clock.now)
    rows = [{**specs.product("tee"), **wrong}]
    assert refused(lambda: service.set_products(contest_id, made.boss, rows, clock.now)) == "bad-product"


def test_what_does_not_exist_is_not_found(app: Flask, clock: Any) -> None:
    with pytest.raises(NotFound):
        service.publish(999, 1, clock.now)
