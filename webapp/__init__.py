"""The frame: kernel, infrastructure, people, notices, mixed pages, API and boot."""

from typing import Any


def create_app(*args: Any, **kwargs: Any) -> Any:
    """Return the Flask application, so that `flask --app webapp` finds it.

    The import is local on purpose: importing any room of `webapp` must not load the whole system.
    """
    from webapp.boot.app import create_app as create

    return create(*args, **kwargs)
