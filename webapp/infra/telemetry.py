"""Logs: one JSON line an event, with the request's or the job's id."""

import logging
import random

import structlog
from flask import Flask, Response, g, request

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str) -> None:
    """Set up logging for this process; `level` as in the settings."""
    logging.basicConfig(level=LEVELS[level], format="%(message)s")
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it names what it consists of, line by line
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        cache_logger_on_first_use=False,
    )


def named() -> str:
    """Give this request a name, by which its lines in the log are found, and return it."""
    name = f"{random.getrandbits(64):016x}"
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=name)
    return name


def init_app(app: Flask) -> None:
    """Name each request, in the log and in the answer."""

    @app.before_request
    def _name() -> None:
        g.request_id = named()

    @app.after_request
    def _tell(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if response.status_code >= 500:
            structlog.get_logger().error("answered", path=request.path, status=response.status_code)
        return response
