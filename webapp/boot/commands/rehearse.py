"""Rehearse a whole contest on a folder of pictures."""

import json
import os
import sys
from pathlib import Path

import click

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("pictures", metavar="DIR", type=FOLDER)
@click.option("--seed", default=1, show_default=True, help="The same seed and pictures end the same.")
@click.option("--voters", default=100, show_default=True, type=click.IntRange(1, 5000), help="How many fans there are.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where exports go; default: ./rehearsal.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Scratch folder; named again, it goes on."
)
@click.option("--database", metavar="URL", help="An empty database to play on; default: a file in the scratch folder.")
@click.option("--keep", is_flag=True, help="Keep the scratch folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, nothing else.")
def rehearse(
    pictures: Path,
    seed: int,
    voters: int,
    out: Path | None,
    data: Path | None,
    database: str | None,
    keep: bool,
    as_json: bool,
) -> None:
    """Play a whole contest on the pictures in DIR, on a scratch installation of its own.

    Each picture is sent in, invented fans comment and vote, the vote is counted, the artist picks, the drop
    opens and sells, the orders are exported; then everything is compared. Leaves with 0 when all agrees.
    """
    from webapp.boot.rehearse.progress import Progress
    from webapp.boot.rehearse.run import AnotherRehearsal, Plan, rehearse
    from webapp.boot.stack import CannotStart

    plan = Plan(pictures, seed, voters, out or Path("rehearsal"), data, keep, database)
    try:
        report = rehearse(plan, os.environ, Progress(quiet=as_json))
    except (CannotStart, AnotherRehearsal) as error:
        click.echo(f"fanmade: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo("fanmade: the rehearsal was broken off; nothing is left running.", err=True)
        sys.exit(130)
    if as_json:
        click.echo(json.dumps(report.plain()))
    else:
        for line in report.lines():
            click.echo(line)
    sys.exit(0 if report.consistent else 1)
