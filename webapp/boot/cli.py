"""The `fanmade` command."""

import gc
import importlib
import os
import sys
from datetime import UTC, datetime

import click
from flask import Flask

from webapp.infra import telemetry
from webapp.infra.settings import BadSettings, Settings

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


def application() -> Flask:
    """Return the application of this environment, logging set up."""
    settings = settings_or_exit()
    telemetry.configure(settings.log_level)
    gc.disable()  # what is loaded now stays: to look for garbage in it takes a fifth of the start
    try:
        from webapp.boot.app import create_app

        return create_app(settings)
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
