"""Read returned mail, and stop sending news where it can't arrive."""

import sys
from typing import BinaryIO

import click

from webapp.boot.cli import application


@click.command()
@click.argument("file", type=click.File("rb"))
def bounces(file: BinaryIO) -> None:
    """Read delivery reports from FILE (- for standard input): one message, or a mailbox of many.

    An address that refused a mail of ours for good gets no more news by mail, only codes and what its owner
    ordered or runs. They see it in their settings and can say that it works again. Made for a mail server that
    pipes what comes back: it leaves with 0 whatever was in the file, and with 1 when it could not be kept.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from webapp.infra.mail import returned

    with application().app_context():
        try:
            outcomes = returned.take(file.read())
        except SQLAlchemyError as error:
            click.echo(f"not kept: {error}", err=True)
            sys.exit(1)
    for outcome, count in outcomes.items():
        click.echo(f"{count} {returned.OUTCOMES[outcome]}")
    if not outcomes:
        click.echo("nothing in it")
