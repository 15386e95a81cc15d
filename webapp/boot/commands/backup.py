"""Commands that save and bring back an installation."""

import sys
from pathlib import Path

import click

from webapp.boot.cli import application
from webapp.boot.giving_way import give_way


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database and files of this moment to FILE (a .tar), while the site goes on."""
    give_way()
    from webapp.boot import backup as saved

    with application().app_context():
        manifest = saved.write(file)
    rows, files = (
        sum(manifest["tables"].values()),
        sum(1 for n in manifest["members"] if n.startswith("files/")),
    )
    click.echo(f"{file}: {rows} rows of {len(manifest['tables'])} tables, {files} files, schema {manifest['schema']}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only check that FILE is whole and unaltered.")
def restore(file: Path, check: bool) -> None:
    """Bring FILE back into an empty installation (stop web and workers first)."""
    from webapp.boot import backup as saved

    try:
        with application().app_context():
            manifest = saved.verify(file) if check else saved.read(file)
    except saved.BadBackup as bad:
        click.echo(f"{file}: {bad}", err=True)
        sys.exit(1)
    done = "is whole" if check else "restored"
    click.echo(f"{file} {done}: {sum(manifest['tables'].values())} rows, taken {manifest['at']}")
