"""Compare what is kept of votes in five places, and say where they differ."""

import sys

import click

from webapp.boot.cli import application


@click.command()
@click.argument("contest", required=False)
def recount(contest: str | None) -> None:
    """Count the votes of CONTEST (its name in addresses; all when none is named) from the ledger.

    Compares ledger, votes, hearts spent, totals and the published result. Leaves with 1 and names each
    difference; while voting is open, versions of the last second may not be folded yet and are folded first.
    """
    with application().app_context():
        sys.exit(_run(contest))


def _run(slug: str | None) -> int:
    from contests import queries as contests
    from voting import recounting
    from webapp.infra.db import db

    contest_id = None
    if slug is not None:
        found = contests.by_slug(db.session(), slug)
        db.session.rollback()
        if found is None:
            click.echo(f"no contest is called {slug!r}", err=True)
            return 2
        contest_id = found.id
    counts = recounting.recount(contest_id)
    for count in counts:
        click.echo(f"contest {count.contest_id}, {count.kind} round: {count.ballots} ballots, {count.votes} votes")
        for difference in count.differences:
            click.echo(f"  DIFFERENCE {difference}")
    wrong = sum(len(count.differences) for count in counts)
    click.echo(f"{len(counts)} rounds, {wrong} differences" if wrong else f"{len(counts)} rounds agree")
    return 1 if wrong else 0
