"""What else a fault may leave: facts nobody is told, jobs in dead hands, leases run out, counters that are wrong."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from rq import Queue
from rq.intermediate_queue import IntermediateQueue
from sqlalchemy import delete, func, select, update

from contests.submissions import jobs
from contests.submissions.models import Revision
from preorders import recount
from preorders.models import Drop, Variant, WaitlistEntry
from preorders.waitlist import joining as waitlist
from tests.boot.audit.conftest import Look
from tests.contests.submissions import stage as contests
from tests.preorders import make
from webapp.boot.audit import run, stranded
from webapp.boot.audit.findings import Finding, Plan
from webapp.boot.commands import auditing
from webapp.infra import queue
from webapp.infra.db import changed, db, transaction
from webapp.infra.outbox import Delivery, FactRow
from webapp.notices.models import Notice


def ordered(drop_id: int, key: str) -> int:
    from preorders import service

    return service.place(drop_id, make.person(), [make.tee(drop_id)], make.HOME, f"the-key-{key}", make.NOW).id


def count(model: Any, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_a_fact_whose_deliveries_are_gone_is_told_once(app: Flask, clock: Any, run_jobs: Any, look: Look) -> None:
    clock.at(make.NOW)
    drop_id = make.drop()
    for number in range(3):
        ordered(drop_id, f"key-{number}")
    run_jobs()
    assert look("facts") == []
    notices = count(Notice)
    newest = db.session.scalar(select(func.max(FactRow.id)).where(FactRow.name == "PreorderPlaced"))
    with transaction() as session:
        changed(session, delete(Delivery).where(Delivery.fact_id == newest))
        changed(session, delete(Notice).where(Notice.id == session.scalar(select(func.max(Notice.id)))))
    found = look("facts")
    assert len(found) == 2 and not any(each.repaired for each in found), "two listen to it"
    assert all(each.repaired for each in look("facts", repair=True))
    run_jobs()
    assert count(Notice) == notices
    assert look("facts") == []
    clock.advance(days=40)
    with transaction() as session:
        changed(session, delete(Delivery).where(Delivery.fact_id == newest))
    assert not any(each.repaired for each in look("facts", repair=True)), "news so old is not told any more"


@pytest.mark.one_db
def test_a_delivery_without_a_fact_is_taken_away(app: Flask, clock: Any, run_jobs: Any, look: Look) -> None:
    clock.at(make.NOW)
    drop_id = make.drop()
    ordered(drop_id, "key")
    run_jobs()
    db.session.rollback()
    with sqlite3.connect(str(db.engine.url.database)) as connection:  # by hand: nothing asks for foreign keys
        connection.execute("DELETE FROM facts WHERE name = 'PreorderPlaced'")
    connection.close()
    assert "2 deliveries" in look("facts")[0].what
    assert look("facts", repair=True)[0].repaired
    assert look("facts") == []


@pytest.mark.one_db
def test_a_job_in_dead_hands_is_put_back(app: Flask, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stranded, "PAUSE", 0.01)
    waiting = Queue("pictures", connection=queue.connection(), serializer="json")
    queue.enqueue("pictures", "contests.submissions.jobs.process", 1)
    queue.enqueue("pictures", "contests.submissions.jobs.process", 2)
    taken = Queue.lmove(queue.connection(), waiting.key, None)
    assert taken and len(waiting) == 1
    assert look("jobs")[0].todo
    assert look("jobs", repair=True)[0].repaired
    assert [job.args for job in waiting.jobs] == [[1], [2]], "at the head, as it was"
    assert look("jobs") == []
    assert IntermediateQueue(waiting.key, connection=queue.connection()).get_job_ids() == []


def test_a_lease_that_ran_out_is_ended(app: Flask, clock: Any, run_jobs: Any, look: Look) -> None:
    stage = contests.set_up(clock.now)
    contests.sent_in(stage)
    with transaction() as session:
        lease = {"state": "processing", "attempts": 1, "lease_until": clock.now + jobs.LEASE}
        changed(session, update(Revision).values(**lease))
    queue.connection().flushdb()
    clock.advance(minutes=10)
    assert [each for each in look("work") if "pictures of designs" in each.what] == [], "not late yet"
    clock.advance(minutes=20)
    assert any("pictures of designs: 1 due" in each.what and not each.repaired for each in look("work"))
    assert all(each.repaired for each in look("work", repair=True))
    run_jobs()
    assert count(Revision, Revision.state == "done") == 1
    assert look("work") == []


def test_counters_of_stock_are_set_to_what_orders_say(app: Flask, clock: Any, run_jobs: Any, look: Look) -> None:
    clock.at(make.NOW)
    drop_id = make.drop(cap=2)
    ordered(drop_id, "first")
    with transaction() as session:
        changed(session, update(Drop).where(Drop.id == drop_id).values(reserved=2))
        changed(session, update(Variant).where(Variant.drop_id == drop_id).values(reserved=7))
    late = make.person("Late")
    sku = make.tee(drop_id).variant_ids[0]
    waitlist.join(drop_id, late, sku, 1, make.NOW)
    assert look("stock") and not any(each.repaired for each in look("stock"))
    assert all(each.repaired for each in look("stock", repair=True))
    assert look("stock") == []
    assert recount.recount(make.NOW) == (1, [])
    assert count(WaitlistEntry, WaitlistEntry.state == "offered") == 1, "what came free is offered to who waits"


def test_orders_beyond_the_cap_are_named_and_stay(app: Flask, clock: Any, look: Look) -> None:
    clock.at(make.NOW)
    drop_id = make.drop(cap=3)
    for number in range(2):
        ordered(drop_id, f"key-{number}")
    with transaction() as session:
        changed(session, update(Drop).where(Drop.id == drop_id).values(reserved=1, edition_cap=1))
    found = look("stock", repair=True)
    assert any("more than the cap" in each.what and not each.repaired for each in found)


@pytest.mark.one_db
def test_a_check_that_breaks_is_a_finding_and_hides_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(plan: Plan) -> Any:
        raise OSError("the bucket is away")

    monkeypatch.setattr(run, "CHECKS", (("files", broken), *run.CHECKS[1:]))
    found = dict(run.audit(Plan(False, make.NOW, timedelta(0))))
    assert "the bucket is away" in found["files"][0].what
    assert list(found) == ["files", "facts", "jobs", "stock", "votes", "work"]
    assert not any(each for name, each in found.items() if name != "files")


@pytest.mark.one_db
def test_it_is_printed_for_people_and_for_machines(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [("files", [Finding("files", "two lost", "set aside")]), ("stock", [Finding("stock", "odd", todo="look")])]
    monkeypatch.setattr(auditing, "audit", lambda plan: iter(found))
    assert auditing.run(True, 60, as_json=False) == 1
    said = capsys.readouterr().out
    assert "DONE files: two lost" in said and "FIX  stock: odd" in said and "2 findings, 1 left to do" in said
    assert auditing.run(True, 60, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["findings"][0]["repaired"], told["findings"][1]["todo"]) == (False, True, "look")
    monkeypatch.setattr(auditing, "audit", lambda plan: iter(found[:1]))
    assert auditing.run(True, 60, as_json=True) == 0


@pytest.mark.one_db
def test_repair_goes_with_audit_only() -> None:
    from webapp.boot.commands.doctor import doctor

    refused = CliRunner().invoke(doctor, ["--repair"])
    assert refused.exit_code == 2 and "--audit" in refused.output
