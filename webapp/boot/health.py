"""Is the process alive; is the system ready; a fresh CSRF token for a vote that waited offline."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, jsonify
from flask_wtf.csrf import generate_csrf
from redis import Redis
from rq import Worker
from sqlalchemy import text

from webapp.infra import queue, storage
from webapp.infra.db import db

blueprint = Blueprint("health", __name__)
log = structlog.get_logger()
HEARD_WITHIN = timedelta(minutes=1)


@blueprint.get("/healthz")
def healthz() -> str:
    """Answer as long as this process can."""
    return "ok"


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say what of the system answers: database, Redis, storage, a worker for each queue."""
    checks = checks_of_app()
    ready = all(result == "ok" for result in checks.values())
    if current_app.config["SETTINGS"].production:  # what went wrong names addresses: it stands in the log instead
        checks = {name: "ok" if result == "ok" else "failed" for name, result in checks.items()}
    return jsonify(ready=ready, checks=checks), 200 if ready else 503


@blueprint.get("/csrf")
def csrf_token() -> Response:
    """Return a fresh token: queued votes are sent with it."""
    response = jsonify(token=generate_csrf())
    response.headers["Cache-Control"] = "no-store"
    return response


def _works(check: Any) -> str:
    try:
        check()
    except Exception as error:  # a check may fail in as many ways as its component
        log.warning("not ready", error=f"{type(error).__name__}: {error}"[:200])
        return f"{type(error).__name__}: {error}"[:200]
    return "ok"


def _database() -> None:
    db.session.execute(text("SELECT 1"))
    db.session.rollback()


def _redis() -> None:
    queue.connection().ping()


def _storage() -> None:
    storage.storage().exists("probe")


def _workers() -> None:
    missing = [name for name in queue.QUEUES if not heard_of(queue.connection(), name)]
    if missing:
        raise RuntimeError(f"no worker heard of within a minute for: {', '.join(missing)}")


def heard_of(redis: Redis, queue_name: str) -> bool:
    """Return whether a worker of the queue gave a sign of life within a minute, or is at work."""
    oldest = datetime.now(UTC) - HEARD_WITHIN
    return any(
        queue_name in worker.queue_names()
        and (worker.get_state() == "busy" or (worker.last_heartbeat and worker.last_heartbeat > oldest))
        for worker in Worker.all(connection=redis)
    )


CHECKS = {"database": _database, "redis": _redis, "storage": _storage, "workers": _workers}


def checks_of_app() -> dict[str, str]:
    """Return the state of each component of the current application, 'ok' or what is wrong."""
    assert current_app
    return {name: _works(check) for name, check in CHECKS.items()}
