"""The demo: an invented artist, her people, and a contest in each phase."""

import sys

import click


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when people live here already.")
@click.option("--print-people", is_flag=True, help="Say who lives in the demo and how to sign in as them.")
def demo(if_empty: bool, print_people: bool) -> None:
    """Fill an empty installation with a living demo; the workers draw its pictures."""
    from webapp.boot.cli import application
    from webapp.boot.demo import greeting, seed
    from webapp.infra.db import db
    from webapp.kernel.now import now

    app = application()
    settings = app.config["SETTINGS"]
    if settings.production:
        click.echo("The demo is for trying things out: production settings refuse it.", err=True)
        sys.exit(2)
    with app.app_context():
        if print_people and not if_empty:
            click.echo("\n".join(greeting.lines(db.session(), settings.base_url)))
            return
        if not seed.seed(now()) and not if_empty:
            click.echo("People live here already: the demo needs an empty installation.", err=True)
            sys.exit(1)
        if print_people:
            click.echo("\n".join(greeting.lines(db.session(), settings.base_url)))
