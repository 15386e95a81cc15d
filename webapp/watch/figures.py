"""What the whole installation looks like right now, as Prometheus metrics.

Every reading costs a few statements, all of them from indexes, however many votes or mails there are. Whoever is
scraped answers for all machines, so dashboards take the maximum over them, not the sum.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy.orm import Session

from webapp.infra import queue, replicas
from webapp.infra.db import db
from webapp.watch import jobs, places, queries

KEPT = 5.0  # seconds: several Prometheus servers cost no more than one
Source = Callable[[Session, datetime], Iterable[Metric]]
log = structlog.get_logger()
_lock = Lock()
_kept: tuple[float, list[Metric]] = (0.0, [])


def read(moment: datetime) -> list[Metric]:
    """Return all figures, at most five seconds old.

    A source that can't be read, the database or Redis, is missing, and `fanmade_source_up` says which.
    """
    global _kept  # one reading for each process
    with _lock:
        if time.monotonic() - _kept[0] > KEPT or not _kept[1]:
            _kept = (time.monotonic(), list(_read(moment)))
        return _kept[1]


def _read(moment: datetime) -> Iterable[Metric]:
    up = GaugeMetricFamily("fanmade_source_up", "Whether a source of figures could be read.", labels=["source"])
    for name, source in SOURCES.items():
        try:
            yield from list(source(db.session(), moment))
            up.add_metric([name], 1)
        except Exception as error:  # one that is away must not hide the others: that is when they are looked at
            log.warning("no figures", source=name, error=repr(error)[:300])
            up.add_metric([name], 0)
        finally:
            db.session.rollback()
    yield up


def _queues(session: Session, moment: datetime) -> Iterable[Metric]:
    waiting = GaugeMetricFamily("fanmade_queue_jobs", "Jobs that wait.", labels=["queue"])
    oldest = GaugeMetricFamily("fanmade_queue_oldest_seconds", "How long the oldest job has waited.", labels=["queue"])
    failed = GaugeMetricFamily("fanmade_queue_failed_jobs", "Jobs that failed within a day.", labels=["queue"])
    workers = GaugeMetricFamily("fanmade_workers", "Workers heard of within a minute, or at work.", labels=["queue"])
    for each in jobs.queues(queue.connection()):
        waiting.add_metric([each.name], each.waiting)
        oldest.add_metric([each.name], each.oldest_seconds)
        failed.add_metric([each.name], each.failed)
        workers.add_metric([each.name], each.workers)
    return waiting, oldest, failed, workers


def _done(session: Session, moment: datetime) -> Iterable[Metric]:
    count = CounterMetricFamily("fanmade_jobs", "Jobs done, since Redis last began.", labels=["queue", "outcome"])
    took = CounterMetricFamily("fanmade_jobs_seconds", "How long they took, in all.", labels=["queue", "outcome"])
    for (name, outcome), (number, seconds) in sorted(jobs.done(queue.connection()).items()):
        count.add_metric([name, outcome], number)
        took.add_metric([name, outcome], seconds)
    heard = GaugeMetricFamily("fanmade_ticker_heard_seconds", "How long ago the ticker was last heard of.")
    at = jobs.ticker_heard(queue.connection())
    if at is not None:
        heard.add_metric([], max(0.0, time.time() - at))
    return count, took, heard


def _owed(session: Session, moment: datetime) -> Iterable[Metric]:
    due = GaugeMetricFamily("fanmade_owed", "What is owed and due: facts to tell, mails to send.", labels=["what"])
    lag = GaugeMetricFamily("fanmade_owed_lag_seconds", "How long the oldest of it is due.", labels=["what"])
    failed = GaugeMetricFamily("fanmade_owed_failed", "What was given up and waits for the operator.", labels=["what"])
    for name, owed in (("facts", queries.facts(session, moment)), ("mails", queries.mails(session, moment))):
        due.add_metric([name], owed.due)
        lag.add_metric([name], owed.lag_seconds)
        failed.add_metric([name], owed.failed)
    return due, lag, failed


def _pictures(session: Session, moment: datetime) -> Iterable[Metric]:
    found = GaugeMetricFamily("fanmade_pictures", "Pictures not made yet, or failed, by state.", labels=["state"])
    for state, number in queries.pictures(session).items():
        found.add_metric([state], number)
    return (found,)


def _votes(session: Session, moment: datetime) -> Iterable[Metric]:
    found = GaugeMetricFamily(
        "fanmade_votes",
        "Of open rounds: pending votes, versions of ballots in the totals or not yet; ballots by state, of all rounds.",
        labels=["state"],
    )
    for state, number in queries.votes(session).items():
        found.add_metric([state], number)
    return (found,)


def _drops(session: Session, moment: datetime) -> Iterable[Metric]:
    found = GaugeMetricFamily("fanmade_drop_pieces", "Pieces of drops that sell.", labels=["drop", "kind"])
    for drop in queries.drops(session):
        kinds = {"cap": drop.cap, "reserved": drop.reserved, "offered": drop.offered}
        for kind, number in kinds.items():
            if number is not None:
                found.add_metric([drop.slug, kind], number)
    return (found,)


def _places(session: Session, moment: datetime) -> Iterable[Metric]:
    free = GaugeMetricFamily("fanmade_disk_free_bytes", "Free space where this machine keeps its data.")
    free.add_metric([], places.free_bytes())
    built = GaugeMetricFamily("fanmade_build_info", "What runs here.", labels=["version", "schema"])
    built.add_metric([places.version(), places.schema(session)], 1)
    return free, built


def _replicas(session: Session, moment: datetime) -> Iterable[Metric]:
    up = GaugeMetricFamily("fanmade_replica_up", "Whether a replica answers and follows.", labels=["replica"])
    lag = GaugeMetricFamily("fanmade_replica_lag_seconds", "How late a replica is.", labels=["replica"])
    behind = GaugeMetricFamily("fanmade_replica_behind_bytes", "Journal it has not replayed yet.", labels=["replica"])
    for state in replicas.here().states():
        up.add_metric([state.name], 0 if state.fault else 1)
        if not state.fault:
            lag.add_metric([state.name], state.seconds)
            behind.add_metric([state.name], state.behind)
    return up, lag, behind


SOURCES: dict[str, Source] = {
    "queues": _queues,
    "jobs": _done,
    "owed": _owed,
    "pictures": _pictures,
    "votes": _votes,
    "drops": _drops,
    "places": _places,
    "replicas": _replicas,
}
