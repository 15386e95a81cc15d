"""Commands about people: the first step of an operator."""

import click

from webapp.boot.cli import application
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused


@click.group()
def people() -> None:
    """Operators, people, invitations."""


@people.command("create-operator")
@click.argument("email")
def create_operator(email: str) -> None:
    """Make EMAIL an operator of this installation; the account is made when there is none."""
    from webapp.accounts import store
    from webapp.accounts.addresses import normalise
    from webapp.accounts.audit import note
    from webapp.infra.db import transaction

    app = application()
    with app.app_context(), _refusals(), transaction() as session:
        person_id, is_new = store.person_of(session, normalise(email), now())
        store.change_person(session, person_id, is_operator=True)
        note(session, now(), None, None, "operator.create", f"person:{person_id}")
    settings = app.config["SETTINGS"]
    click.echo(f"{email} is an operator now{' (new account)' if is_new else ''}.")
    click.echo(f"Sign in at {settings.base_url}/sign-in with this address; a code comes by mail.")
    if settings.mail_url == "mailbox:":
        click.echo(f"Mail of this installation is read at {settings.base_url}/dev/mail")
    click.echo(f"Then create artists at {settings.base_url}/operator")


@people.command("forget-factors")
@click.argument("email")
def forget_factors(email: str) -> None:
    """Take password, passkeys and recovery codes of EMAIL away, who has lost them, and sign them out everywhere.

    Make sure first who is asking: from then on the mailbox alone opens the account.
    """
    from webapp.accounts import profile

    with application().app_context(), _refusals():
        profile.forget_factors(email, now())
    click.echo(f"{email} signs in by a code now, and can make a passkey or a password anew.")


@people.command("sign-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="All people of this installation, after a theft of cookies, say.")
def sign_out(email: str | None, everybody: bool) -> None:
    """Sign EMAIL out in every browser, or everybody; tokens for the API stay."""
    from webapp.accounts import profile

    if bool(email) == everybody:
        raise click.UsageError("name an address, or --everybody")
    with application().app_context(), _refusals():
        ended = profile.end_sessions(email, now())
    click.echo(f"{ended} browsers signed out.")


@people.command("list")
@click.option("--operators", is_flag=True, help="Operators alone.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
def list_people(operators: bool, limit: int) -> None:
    """List people, the latest first: number, address, name, what they are."""
    from sqlalchemy import select

    from webapp.accounts.models import Person
    from webapp.infra.db import db

    with application().app_context():
        query = select(Person).order_by(Person.id.desc()).limit(limit)
        for person in db.session.scalars(query.where(Person.is_operator) if operators else query):
            marks = [
                word
                for word, on in (
                    ("operator", person.is_operator),
                    ("demo", person.is_demo),
                    ("suspended", person.suspended_at),
                    ("erased", person.erased_at),
                )
                if on
            ]
            click.echo("\t".join([str(person.id), person.email or "-", person.display_name or "-", ",".join(marks)]))


@people.command("invite")
@click.argument("email")
@click.option("--artist", "slug", required=True, help="The artist's address, the part after /a/.")
@click.option("--role", type=click.Choice(["artist", "merch_staff", "moderator"]), required=True)
@click.option("--by", "inviter", help="The operator who invites; the first one when left out.")
def invite(email: str, slug: str, role: str, inviter: str | None) -> None:
    """Mail EMAIL an invitation into an artist's team and print its link."""
    from webapp.accounts import queries, teams
    from webapp.infra.db import db

    app = application()
    with app.app_context(), _refusals():
        artist = queries.artist_by_slug(db.session(), slug)
        if artist is None:
            raise click.ClickException(f"there is no artist {slug}")
        found = queries.person_by_email(db.session(), inviter) if inviter else _first_operator()
        if found is None or not found.is_operator:
            raise click.ClickException("create an operator first: fanmade people create-operator ADDRESS")
        token = teams.invite(artist.id, email, role, found.id, now())
        click.echo(f"{app.config['SETTINGS'].base_url}/invitation/{token}")


@people.command("age")
@click.argument("email")
@click.argument("band", type=click.Choice(["under-13", "13-15", "16-17", "18+"]))
def age(email: str, band: str) -> None:
    """Correct the age group EMAIL once told: people can't change it themselves."""
    from webapp.accounts import profile

    with application().app_context(), _refusals():
        profile.correct_age_band(email, band, now())
    click.echo(f"{email}: {band}")


def _first_operator():  # type: ignore[no-untyped-def]
    from webapp.accounts import queries
    from webapp.infra.db import db

    operators = queries.operators(db.session())
    return queries.person(db.session(), operators[0].id) if operators else None


class _refusals:
    """Turn a refusal into one line on the terminal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused):
            raise click.ClickException(error.message % error.details if error.details else error.message) from None
