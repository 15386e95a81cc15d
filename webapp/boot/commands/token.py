"""Commands about API tokens."""

import click

from webapp.boot.cli import application
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

SCOPES = ("read", "submit", "comment", "follow", "vote", "preorder", "staff")


@click.group()
def token() -> None:
    """Personal tokens for the JSON API."""


@token.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=("read",), show_default=True)
def create(email: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make a token for the account of EMAIL and print it: it can't be read again."""
    from webapp.accounts import queries, tokens
    from webapp.infra.db import db

    with application().app_context():
        try:
            person = queries.person_by_email(db.session(), email)
            if person is None:
                raise click.ClickException(f"there is no account of {email}")
            click.echo(tokens.create(person.id, name, list(scopes), now()))
        except Refused as refused:
            raise click.ClickException(refused.message % refused.details) from None
