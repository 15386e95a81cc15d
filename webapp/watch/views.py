"""Doors: figures for Prometheus, and the operator's page about the system."""

import hmac
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST
from redis.exceptions import RedisError

from webapp.accounts import guards
from webapp.infra import metrics, queue
from webapp.infra.db import db
from webapp.infra.settings import Settings
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound
from webapp.watch import figures, looking, service

blueprint = guards.public_blueprint("metrics", __name__)
system = guards.operator_blueprint("system", __name__)


@blueprint.get("/metrics")
def scrape() -> Response:
    """Answer Prometheus. Who bears no token finds nothing here; on an embedded installation, its own machine may."""
    if not _may_scrape():
        raise NotFound()
    answer = Response(metrics.exposition(figures.read(now())), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_scrape() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.metrics_token.encode())
    # Behind a proxy on the same machine everybody would seem to come from here.
    forwarded = "X-Forwarded-For" in request.headers or settings.trusted_proxies
    return not settings.production and not forwarded and request.remote_addr in ("127.0.0.1", "::1")


@system.get("/operator/system")
def index() -> Any:
    """Show queues, workers, failed jobs, what is owed, space and versions."""
    return render_template("watch/system.html", look=looking.at_system(db.session(), queue.connection(), now()))


@system.post("/operator/system/jobs/<queue_name>/<job_id>/retry")
def retry(queue_name: str, job_id: str) -> Any:
    """Put a failed job back into its queue."""
    try:
        service.retry(queue_name, job_id, current_user.id, now())
    except RedisError:
        flash(gettext("The queue does not answer. Nothing was changed."), "error")
    else:
        flash(gettext("It is tried again within a minute."), "ok")
    return redirect(url_for("system.index"))
