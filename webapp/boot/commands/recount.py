"""Compare what is kept of votes in five places, and orders with their counters; say where they differ."""

import sys
from datetime import UTC, datetime

import click

from webapp.boot.cli import application


@click.command()
@click.argument("contest", required=False)
@click.option(
    "--at", metavar="MOMENT", help="Show the count as it stood then (2026-11-20T12:00Z), from ledger and acts."
)
def recount(contest: str | None, at: str | None) -> None:
    """Count the votes of CONTEST (its name in addresses; all when none is named) from the ledger.

    Compares ledger, votes, hearts spent, totals and the published result. Leaves with 1 and names each
    difference; while voting is open, versions of the last second may not be folded yet and are folded first.
    Without CONTEST, drops are compared as well: counters, caps, offers, orders, taxes, parcels and payments.
    """
    with application().app_context():
        sys.exit(_past(contest, at) if at else _run(contest))


def _past(slug: str | None, text: str) -> int:
    from sqlalchemy import select

    from voting.integrity import past
    from voting.models import Round
    from webapp.infra.db import db

    contest_id, moment = _contest(slug or ""), _moment(text)
    if contest_id is None or moment is None:
        said = f"no contest is called {slug!r}" if moment else f"{text!r} is no moment; write 2026-11-20T12:00Z"
        click.echo(said if slug else "name a contest to see how it stood", err=True)
        return 2
    session = db.session()
    for round_id in session.scalars(select(Round.id).where(Round.contest_id == contest_id).order_by(Round.id)).all():
        then = past.at(session, round_id, moment)
        states = ", ".join(f"{number} {state}" for state, number in sorted(then.states.items())) or "none"
        click.echo(f"{then.kind} round at {moment.isoformat()}: ballots: {states}")
        for each in then.order:
            click.echo(f"  {each.rank}. design {each.submission_id}: {each.votes}")
    return 0


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _contest(slug: str) -> int | None:
    from contests import queries as contests
    from webapp.infra.db import db

    found = contests.by_slug(db.session(), slug)
    db.session.rollback()
    return found.id if found else None


def _run(slug: str | None) -> int:
    from voting import recounting

    contest_id = None
    if slug is not None:
        contest_id = _contest(slug)
        if contest_id is None:
            click.echo(f"no contest is called {slug!r}", err=True)
            return 2
    counts = recounting.recount(contest_id)
    for count in counts:
        click.echo(f"contest {count.contest_id}, {count.kind} round: {count.ballots} ballots, {count.votes} votes")
        for difference in count.differences:
            click.echo(f"  DIFFERENCE {difference}")
    wrong = sum(len(count.differences) for count in counts)
    click.echo(f"{len(counts)} rounds, {wrong} differences" if wrong else f"{len(counts)} rounds agree")
    return 1 if wrong + (_orders() if slug is None else 0) else 0


def _orders() -> int:
    """Compare drops, orders, payments and the waitlist; return how many differences were found."""
    from preorders import recount as orders
    from webapp.kernel.now import now

    count, differences = orders.recount(now())
    for difference in differences:
        click.echo(f"  DIFFERENCE {difference}")
    said = f"{len(differences)} differences" if differences else "all agree"
    click.echo(f"{count} orders, {said}")
    return len(differences)
