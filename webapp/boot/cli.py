"""The `fanmade` command."""

import ast
import contextlib
import gc
import importlib
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.boot import heap, undocumented
from webapp.infra import metrics_folder
from webapp.infra.settings import BadSettings, Settings

if TYPE_CHECKING:
    from flask import Flask

# Commands are imported when asked for: `fanmade --help` must not load the whole system.
COMMANDS = {
    "up": "webapp.boot.commands.run:up",
    "serve": "webapp.boot.commands.run:serve",
    "worker": "webapp.boot.commands.run:worker",
    "ticker": "webapp.boot.commands.run:ticker",
    "migrate": "webapp.boot.commands.run:migrate",
    "doctor": "webapp.boot.commands.doctor:doctor",
    "demo": "webapp.boot.commands.demo:demo",
    "people": "webapp.boot.commands.people:people",
    "token": "webapp.boot.commands.token:token",
    "bounces": "webapp.boot.commands.bounces:bounces",
    "recount": "webapp.boot.commands.recount:recount",
    "tally": "webapp.boot.commands.tally:tally",
    "verify": "webapp.boot.commands.verify:check",
    "backup": "webapp.boot.commands.backup:backup",
    "restore": "webapp.boot.commands.backup:restore",
    "rehearse": "webapp.boot.commands.rehearse:rehearse",
    "inspect": "webapp.boot.commands.inspect:inspect",
    "renditions": "webapp.boot.commands.renditions:renditions",
}

# All but the commands themselves, for processes that are forked.
LOADED = ("webapp.infra.plain_libraries", "webapp.boot.app", "webapp.boot.worker", "webapp.boot.ticker")


class Lazy(click.Group):
    """A group that imports a command when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with what its source says of it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _told(place)) for name, place in COMMANDS.items()])


def _told(place: str) -> str:
    """Return the first line of a command's docstring, read from the source: to import all takes a second."""
    module, _, name = place.partition(":")
    spec = importlib.util.find_spec(module)
    tree = ast.parse(Path(spec.origin).read_text() if spec and spec.origin else "")
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return next(((ast.get_docstring(node) or "").partition("\n")[0] for node in found), "")


@click.group(cls=Lazy)
@click.version_option(package_name="fanmade")
def main() -> None:
    """Fanmade: fans design an artist's next piece of merchandise."""


def settings_or_exit() -> Settings:
    """Return the settings of this environment, or list every fault and leave with 2."""
    try:
        settings = Settings.from_env(os.environ)
        if settings.consent_ages:
            from webapp.accounts.ages import laws  # only where there is such a file: it costs an import

            laws.load(settings.consent_ages, datetime.now(UTC).date())
        return settings
    except BadSettings as bad:
        for fault in bad.faults:
            click.echo(f"setting {fault}", err=True)
        sys.exit(2)


_made: "Flask | None" = None


def preload() -> "Flask | None":
    """Load the whole product for processes that are forked from this one; return the application they share.

    None, and each makes its own, where parts of it run in threads or hold connections from the start.
    """
    global _made
    settings = settings_or_exit()
    metrics_folder.name(settings.data / "metrics")
    with _unswept(), undocumented.loading():
        for module in LOADED:
            importlib.import_module(module)
        from sqlalchemy.orm import configure_mappers

        alone = settings.sentry_dsn or settings.otlp_endpoint or settings.storage_url.startswith("s3:")
        _made = None if alone else application()
        configure_mappers()
        _await_threads()
        heap.share()
        sys.path_importer_cache.clear()  # which names each folder has
        gc.collect()
        gc.freeze()  # what is loaded now stays: looking through it for garbage would copy it into each process
    return _made


@contextlib.contextmanager
def _unswept() -> Iterator[None]:
    """What is loaded stays: to look for garbage in it meanwhile takes a fifth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _await_threads() -> None:
    """Wait for what a library has set going for a moment (limits: ten milliseconds): threads don't survive a fork."""
    ends = time.monotonic() + 2
    while threading.active_count() > 1:
        if time.monotonic() > ends:
            raise RuntimeError(f"threads that go on: {threading.enumerate()}")
        time.sleep(0.005)


def application() -> "Flask":
    """Return the application of this environment, logging set up; the shared one in a forked process."""
    if _made:
        return _made
    settings = settings_or_exit()
    with _unswept():
        from webapp.infra import plain_libraries, telemetry  # noqa: F401, I001 - this one first
        from webapp.boot.app import create_app

        telemetry.configure(settings.log_level)
        return create_app(settings)


if __name__ == "__main__":
    main()
