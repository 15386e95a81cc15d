"""`fanmade renditions`: make the files of a contest's pictures anew, in the background."""

import sys
import time

import click

from webapp.boot.cli import application
from webapp.kernel.now import now

LOOK_EVERY = 0.5
SILENCE = 60.0
"""After so many seconds without a finished picture it is said that workers may be missing."""


@click.command()
@click.argument("contest", required=False)
@click.option("--rebuild", is_flag=True, help="Make all files of the finished pictures anew.")
@click.option("--all", "everything", is_flag=True, help="Of all contests.")
@click.option("--wait/--no-wait", default=True, help="Follow the workers to the end, or return at once.")
def renditions(contest: str | None, rebuild: bool, everything: bool, wait: bool) -> None:
    """Make the renditions, mockups and reports of CONTEST (its slug or id) anew, and follow the workers.

    What people see stays until the new files of a picture stand. Safe to run twice and to interrupt:
    the workers go on. Without --rebuild it only says how far they are. Leaves with 1 when a picture
    could not be made anew (its old files stay).
    """
    from contests.submissions import rebuilding

    if bool(contest) == everything:
        raise click.UsageError("name one contest, or say --all")
    app = application()
    with app.app_context():
        contest_id = None if everything else _contest(contest or "")
        if rebuild:
            wanted = rebuilding.ask(contest_id, now())
            click.echo(f"{wanted} pictures are made anew by the workers.")
        if wait and rebuild:
            _follow(contest_id)
        sys.exit(_said(contest_id))


def _contest(name: str) -> int:
    """The id of a contest by its slug or id."""
    from contests import queries as contests
    from webapp.infra.db import db

    found = contests.by_slug(db.session(), name)
    if found is None and name.isascii() and name.isdigit() and len(name) < 18:
        found = contests.contest(db.session(), int(name))
    if found is None:
        raise click.ClickException(f"there is no contest {name!r}")
    return found.id


def _follow(contest_id: int | None) -> None:
    """A bar that moves as the workers do."""
    whole = _open(contest_id)
    if not whole:
        return
    hinted, moved = False, time.monotonic()
    try:
        with click.progressbar(length=whole, label="pictures", show_pos=True, file=sys.stderr) as bar:
            done = 0
            while done < whole:
                time.sleep(LOOK_EVERY)
                before, done = done, max(done, whole - _open(contest_id))
                bar.update(done - before)
                moved = time.monotonic() if done > before else moved
                if not hinted and time.monotonic() - moved > SILENCE:
                    hinted = True
                    click.echo("\nNothing has moved for a minute: is a worker for pictures running?", err=True)
    except KeyboardInterrupt:
        click.echo("\nThe workers go on. Run the command without --rebuild to see how far they are.", err=True)


def _open(contest_id: int | None) -> int:
    from contests.submissions import rebuilding
    from webapp.infra.db import db

    try:
        return rebuilding.progress(db.session(), contest_id).open
    finally:
        db.session.rollback()


def _said(contest_id: int | None) -> int:
    """Say how things stand; return the command's exit status."""
    from contests.submissions import rebuilding
    from webapp.infra.db import db

    stand = rebuilding.progress(db.session(), contest_id)
    done = stand.wanted - stand.open - stand.failed
    click.echo(f"{done} made anew, {stand.open} to go, {stand.failed} failed, of {stand.wanted} asked for.")
    stale = rebuilding.behind(db.session())
    if stale:
        click.echo(f"{stale} pictures of this installation were made by an older recipe.")
    return 1 if stand.failed else 0
