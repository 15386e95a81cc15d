"""Count ballots from a file, without a database."""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from voting.ballot_files import detect, merge
from voting.ballot_files.malformed import Malformed
from voting.methods.catalogue import METHODS, count
from voting.methods.election import DoesNotFit, Election
from voting.methods.printed import lines

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--method", required=True, type=click.Choice([*METHODS, "all"]), help="How to count.")
@click.option("--seats", type=click.IntRange(min=1), help="How many win (default: what the file says, else 1).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (a list for all).")
@click.option("--seed", metavar="HEX", help="The published seed that draws lots where the rules end in a tie.")
@click.option("--k", "--pairs", "pairs", type=FILE, multiple=True, metavar="PAIRS", help="More comparisons to add.")
def tally(file: Path, method: str, seats: int | None, as_json: bool, seed: str | None, pairs: tuple[Path, ...]) -> None:
    """Count the ballots in FILE and print winners, order, ties, and the rounds or the matrix.

    FILE is BLT, PrefLib (soc soi toc toi cat), ABIF, Pabulib (.pb), CSV of scores or of pairs, or our own JSON.
    Leaves with 2 and one line when the file is malformed or the method can't count its ballots.
    """
    checked = _seed(seed)
    with _no_search_for_cycles():
        election = _election(file, pairs)
        if method == "all":
            _print_all(election, seats, checked, as_json)
            return
        try:
            found = count(election, method, seats or _seats(election, method), checked)
        except DoesNotFit as bad:
            _leave(f"{file}: {method}: {bad}")
        click.echo(_json(found.as_json()) if as_json else "\n".join(lines(found)))


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Ballots are many small tuples that hold no cycles: looking for some takes a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _seed(seed: str | None) -> str | None:
    if seed is not None and (not seed or set(seed.lower()) - set("0123456789abcdef")):
        _leave(f"--seed has to be hexadecimal, not {seed!r}")
    return seed.lower() if seed else None


def _seats(election: Election, method: str) -> int:
    """Return the seats a file names: they are meant for the transferable vote."""
    return (election.seats or 1) if method == "stv" else 1


def _election(file: Path, pairs: tuple[Path, ...]) -> Election:
    found = _read(file)
    for more in pairs:
        try:
            found = merge.with_pairs(found, _read(more))
        except DoesNotFit as bad:
            _leave(f"{more}: {bad}")
    return found


def _read(file: Path) -> Election:
    try:
        return detect.read(file.name, file.read_bytes())
    except Malformed as bad:
        _leave(f"{file}:{bad.line}: {bad.what}")
    except OSError as bad:
        _leave(f"{file}: {bad.strerror}")


def _print_all(election: Election, seats: int | None, seed: str | None, as_json: bool) -> None:
    printed: list[Any] = []
    for method in METHODS:
        try:
            found = count(election, method, seats or _seats(election, method), seed)
        except DoesNotFit as bad:
            printed.append({"method": method, "error": str(bad)} if as_json else f"{method}: {bad}")
        else:
            printed.append(found.as_json() if as_json else "\n".join(lines(found)))
    click.echo(_json(printed) if as_json else "\n\n".join(printed))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _leave(line: str) -> NoReturn:
    click.echo(line.replace("\n", " "), err=True)
    sys.exit(2)
