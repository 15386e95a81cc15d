"""Check a results bundle without a database."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from voting.bundle import full, verify
from voting.bundle.verify import Fault

FILE = click.Path(path_type=Path)


@click.command(name="verify")
@click.argument("bundle", type=FILE)
@click.option("--digest", metavar="SHA256", help="The fingerprint from the result page or the mail.")
@click.option("--receipt", "receipts", type=FILE, multiple=True, help="A receipt to look for in the log; repeatable.")
@click.option("--full", "audit", type=FILE, metavar="AUDIT", help="The auditor's export: rebuild roots and results.")
def check(bundle: Path, digest: str | None, receipts: tuple[Path, ...], audit: Path | None) -> None:
    """Check the results bundle BUNDLE: its bytes, signatures, roots and proofs, and count every result again.

    Leaves with 1 and one line that says where something is wrong, with 2 when a file can't be read.
    """
    zipped = _read(bundle)
    if b"PK\5\6" not in zipped and not zipped.startswith(b"PK\3\4"):
        _leave(2, f"{bundle}: not a results bundle")
    try:
        found = verify.check(zipped, digest, [(str(name), _read(name)) for name in receipts])
        if audit is not None:
            with _open(audit) as file:
                found += full.check(zipped, file)
    except Fault as fault:
        _leave(1, f"FAILED {bundle}: {fault}")
    click.echo("\n".join(found))
    click.echo("All is well." if digest else "All is well; give --digest to know that it is everybody's bundle.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as bad:
        _leave(2, f"{path}: {bad.strerror}")


def _open(path: Path):  # type: ignore[no-untyped-def]
    try:
        return path.open("rb")
    except OSError as bad:
        _leave(2, f"{path}: {bad.strerror}")


def _leave(code: int, line: str) -> NoReturn:
    click.echo(line.replace("\n", " "), err=True)
    sys.exit(code)
