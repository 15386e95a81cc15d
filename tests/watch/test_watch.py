"""Figures for Prometheus and the operator's page: what they say is what is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask, g
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import Queue, Worker
from sqlalchemy import func, select, update

from webapp.accounts import store
from webapp.accounts.models import AuditLine, Person
from webapp.boot.worker import work
from webapp.infra import metrics, outbox, queue
from webapp.infra.db import db, transaction
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.replicas import Replicas, State
from webapp.kernel.facts import Fact
from webapp.kernel.now import now
from webapp.watch import figures

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PAGE = "/operator/system"
TOKEN = "a-token-for-the-test-of-figures"


@pytest.fixture
def a_person(app: Flask) -> int:
    """Somebody who is no operator yet."""
    with transaction() as session:
        return store.add_person(session, "olive@example.org", "Olive", now())


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read anew in each test."""
    monkeypatch.setattr(figures, "_kept", (0.0, []))


def scraped(client: Any) -> dict[tuple[str, ...], float]:
    """Return the samples of /metrics: (name, label values in order of their names …) → value."""
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.get_data(as_text=True)):
        for sample in family.samples:
            found[(sample.name, *(value for _, value in sorted(sample.labels.items())))] = sample.value
    return found


def fails() -> None:
    """Fail, as a job may."""
    raise ValueError("the paper ran out")


@pytest.mark.ordinarily("sqlite")
def test_requests_are_counted_by_endpoint_and_never_by_address(client: Any) -> None:
    before = scraped(client)
    for _ in range(3):
        client.get("/healthz")
    client.get("/an-invented-address")
    client.open("/healthz", method="BREW")
    after = scraped(client)
    key = ("fanmade_http_requests_total", "health.healthz", "GET", "200")
    assert after[key] - before.get(key, 0) == 3
    assert any(name[1:3] == ("none", "GET") for name in after if name[0] == "fanmade_http_requests_total")
    assert not any("invented" in part or part == "BREW" for name in after for part in name)
    timed = ("fanmade_http_request_seconds_count", "health")
    assert after[timed] - before.get(timed, 0) >= 3


def test_figures_tell_what_is_owed_and_what_failed(app: Flask, client: Any) -> None:
    with transaction() as session:
        late = now() - timedelta(minutes=5)
        fact = outbox.FactRow(name="Told", payload={}, at=late)
        session.add(fact)
        session.flush()
        session.add(outbox.Delivery(fact_id=fact.id, handler="a.b", not_before=late))
        session.add(outbox.Delivery(fact_id=fact.id, handler="c.d", not_before=late, failed_at=now()))
        kept = {"message_id": "m", "locale": "en", "kind": "code", "params": {}, "created_at": late}
        states = (("queued", late), ("queued", now() + timedelta(hours=1)), ("failed", late), ("sent", late))
        for number, (state, due) in enumerate(states):
            session.add(OutgoingMail(dedupe=str(number), address="a@example.org", state=state, not_before=due, **kept))
    found = scraped(client)
    assert (found["fanmade_owed", "facts"], found["fanmade_owed_failed", "facts"]) == (1, 1)
    assert (found["fanmade_owed", "mails"], found["fanmade_owed_failed", "mails"]) == (1, 1)
    assert 295 < found["fanmade_owed_lag_seconds", "facts"] < 400
    assert found["fanmade_source_up", "owed"] == 1


@pytest.mark.ordinarily("sqlite")
def test_a_failed_job_is_shown_with_its_reason_and_tried_again_by_an_operator(
    app: Flask, client: Any, sign_in: Callable[..., None], a_person: int
) -> None:
    redis: Redis = queue.connection()
    queue.enqueue("pictures", "tests.watch.test_watch.fails")
    work(app, ["pictures"], burst=True)
    found = scraped(client)
    assert found["fanmade_queue_failed_jobs", "pictures"] == 1
    assert found["fanmade_jobs_total", "failed", "pictures"] >= 1
    assert client.get(PAGE).status_code == 302
    sign_in(client, a_person)
    assert client.get(PAGE).status_code == 404
    with transaction() as session:
        session.execute(update(Person).where(Person.id == a_person).values(is_operator=True))
    page = client.get(PAGE).get_data(as_text=True)
    assert "the paper ran out" in page and "tests.watch.test_watch.fails" in page
    retry = re.search(r'action="(/operator/system/jobs/[^"]+)"', page)
    assert retry
    assert client.post(retry[1]).status_code == 302
    assert Queue("pictures", connection=redis, serializer="json").count == 1
    assert client.post(retry[1]).status_code == 404, "it waits again: there is no failed one to try"
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(AuditLine.action == "system.retry")) == 1


@pytest.mark.one_db
def test_operators_see_how_replicas_stand(
    app: Flask, client: Any, sign_in: Any, a_person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real one: tests/deploy/test_replicas.py."""
    there = [State("one:5432", ""), State("two:5432", "", 9_000, 4.2), State("three:5432", "it is no standby")]
    monkeypatch.setattr(Replicas, "states", lambda self: there)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == a_person).values(is_operator=True))
    sign_in(client, a_person)
    page = client.get(PAGE).get_data(as_text=True)
    for words in ("one:5432", "Has everything", "4.2 s behind", "Left aside: it is no standby"):
        assert words in page
    found = scraped(client)
    assert [found.get(("fanmade_replica_up", f"{name}:5432")) for name in ("one", "two", "three")] == [1, 1, 0]
    assert found["fanmade_replica_lag_seconds", "two:5432"] == 4.2
    assert found["fanmade_replica_behind_bytes", "two:5432"] == 9_000
    assert ("fanmade_replica_lag_seconds", "three:5432") not in found
    monkeypatch.undo()
    assert "Replicas of the database" not in client.get(PAGE).text, "none are set"


def test_a_worker_that_died_long_ago_is_not_counted(app: Flask, client: Any) -> None:
    redis: Redis = queue.connection()
    dead = Worker([Queue("mail", connection=redis, serializer="json")], connection=redis, serializer="json")
    dead.register_birth()
    redis.hset(dead.key, "last_heartbeat", "2020-01-01T00:00:00.000000Z")
    assert scraped(client)["fanmade_workers", "mail"] == 0


def test_without_redis_the_other_figures_stay(app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Redis(port=1, socket_connect_timeout=0.2)
    monkeypatch.setitem(app.extensions, "fanmade.redis", away)
    found = scraped(client)
    assert found["fanmade_source_up", "queues"] == 0
    assert found["fanmade_source_up", "owed"] == 1
    assert ("fanmade_owed", "mails") in found


@pytest.mark.one_db
def test_who_may_scrape(app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(**headers: str) -> int:
        return int(client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": remote}).status_code)

    remote = "127.0.0.1"
    assert asked() == 200
    assert asked(**{"X-Forwarded-For": "192.0.2.7"}) == 404, "behind a proxy everybody seems to be this machine"
    remote = "192.0.2.7"
    assert asked() == 404
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, metrics_token=TOKEN))
    assert asked() == 404
    assert asked(Authorization="Bearer wrong") == 404
    assert asked(Authorization=f"Bearer {TOKEN}") == 200
    remote = "127.0.0.1"
    assert asked() == 404, "with a token nobody comes in without"


@pytest.mark.one_db
def test_dashboard_and_alerts_ask_for_figures_that_exist(client: Any) -> None:
    known = {name[0] for name in scraped(client)} | {"up"}
    texts = [(DEPLOY / "prometheus" / "alerts.yml").read_text(), (DEPLOY / "grafana" / "fanmade.json").read_text()]
    asked = {name for text in texts for name in re.findall(r"\bfanmade_[a-z_]+", text)}
    # What nothing has happened to yet has no sample: its family is named in the source.
    source = Path(figures.__file__).read_text() + Path(metrics.__file__).read_text()
    missing = {name for name in asked - known if f'"{re.sub("_(total|bucket|count|sum)$", "", name)}"' not in source}
    assert len(asked) > 10
    assert missing == set()


@pytest.mark.one_db
def test_a_fact_bears_the_name_of_its_request_into_the_worker(app: Flask, client: Any) -> None:
    seen: list[dict[str, Any]] = []
    registry = outbox.Registry(
        {"t.h": lambda **_: seen.append(dict(structlog.contextvars.get_contextvars()))}, {"Note": ["t.h"]}
    )
    with app.test_request_context("/"):
        app.preprocess_request()
        asked = g.request_id
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(app.extensions, "fanmade.outbox", registry)
            with transaction() as session:
                outbox.record(session, Note())
            structlog.contextvars.clear_contextvars()
            delivery = db.session.scalar(select(outbox.Delivery.id).where(outbox.Delivery.handler == "t.h"))
            db.session.rollback()
            assert outbox.deliver(delivery)
    assert seen == [{"request": asked, "delivery": delivery}]


@dataclass(frozen=True)
class Note(Fact):
    """Something of no weight."""
