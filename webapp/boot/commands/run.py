"""Commands that run the product: the supervisor and its parts."""

import sys
from pathlib import Path

import click

from webapp.boot.cli import application, preload, settings_or_exit
from webapp.boot.stack import QUEUES


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("var"), show_default=True)
@click.option("--reload", is_flag=True, help="Restart the web process when a file changes.")
@click.option("--demo/--no-demo", default=True, help="Seed a living demo at the first start.")
def up(host: str, port: int, data: Path, reload: bool, demo: bool) -> None:
    """Run everything on this machine: Redis, web, workers, ticker."""
    from webapp.boot import up as supervisor

    sys.exit(supervisor.run(host, port, data, reload=reload, demo=demo))


@click.command()
@click.option("--reload", is_flag=True)
def serve(reload: bool) -> None:
    """Serve the site (gunicorn) on FANMADE_BIND."""
    from webapp.infra import metrics_folder

    settings = settings_or_exit()
    metrics_folder.prepare(settings.data / "metrics")
    if not reload:  # the web processes are forked from the application that is made here; opened it has nothing yet
        preload()
    argv = ["gunicorn", "webapp.boot.wsgi:app", "-k", "webapp.boot.threads.Worker", "-b", settings.bind]
    argv += ["-w", str(settings.web_workers), "--threads", str(settings.web_threads)]
    argv += ["--no-control-socket", "--timeout", "60", "--graceful-timeout", "10", "--keep-alive", "5"]
    # A request may not say under which path it is served, though it comes by a proxy of this machine.
    argv += ["--forwarder-headers", ""]
    argv += ["--max-requests", "20000", "--max-requests-jitter", "2000", "--log-level", "warning"]
    sys.argv = argv + (["--reload"] if reload else [])

    from gunicorn.app.wsgiapp import run as gunicorn

    gunicorn(prog="gunicorn")


@click.command()
@click.argument("queues", nargs=-1, type=click.Choice(QUEUES))
@click.option("--burst", is_flag=True, help="Stop when the queues are empty.")
def worker(queues: tuple[str, ...], burst: bool) -> None:
    """Work on the named queues (all when none is named)."""
    from webapp.boot.worker import limit_memory, work

    limit_memory()
    work(application(), list(queues or QUEUES), burst)


@click.command()
def ticker() -> None:
    """Run periodic work: sweeps, closing rounds, opening drops."""
    from webapp.boot.ticker import run
    from webapp.boot.wiring import TASKS

    run(application(), TASKS)


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema; several machines may ask at once."""
    from webapp.boot import schema
    from webapp.infra import migrating

    def wait() -> None:
        click.echo("a table is in use; trying again", err=True)

    with application().app_context():
        if not schema.is_newest():
            migrating.with_patience(schema.upgrade, wait)
