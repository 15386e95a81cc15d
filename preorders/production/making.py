"""Makes the files of a pack in a folder and the ZIP of them. The same drop makes the same bytes."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from contests.submissions.credits.rules import percent
from preorders.exports import templates, writing
from preorders.exports.columns import REGISTRY
from preorders.exports.csv_files import write_csv
from preorders.exports.shapes import Column, Sheet
from preorders.order_list import Filters
from preorders.production.facts import Facts, Source, Taken, facts
from preorders.production.parcels import Parcel, parcels
from preorders.production.slips import write_slips
from preorders.production.tech_pack import write_tech_pack
from preorders.production.words import role_word
from preorders.rows import DropRow
from webapp.infra.storage import storage

SLIPS_EACH = 1000
"""Slips in one PDF: what a printer swallows at once, and what bounds our memory."""
_OLDEST = (1980, 1, 1, 0, 0, 0)
_PACKED = (".csv", ".txt", ".json")
_PIECE = 1 << 20


@dataclass(frozen=True)
class Content:
    """A file of the pack."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Made:
    """The finished pack: what is in it, and how many persons it names."""

    contents: list[Content]
    persons: int

    def as_json(self) -> list[dict[str, Any]]:
        """Return the contents as the table keeps them."""
        return [asdict(each) for each in self.contents]


Watch = Callable[[list[Content]], None]
"""Told what is done so far, as often as there is something to tell."""


def make(connection: Connection, drop: DropRow, by_id: int, moment: datetime, path: Path, watch: Watch) -> Made:
    """Write the ZIP to `path`, with its files in the folder beside it; all is read from one snapshot."""
    known = facts(connection, drop, by_id, moment)
    work = _Work(connection, known, path.parent / "pack", watch)
    taken = {source.name: work.print_file(source) for source in known.sources}
    work.file("tech-pack.pdf", lambda file: write_tech_pack(file, known, taken))
    for kind in ("csv", "xlsx"):
        work.file(f"size-run.{kind}", lambda file, kind=kind: _size_run(connection, drop, kind, file))  # type: ignore[misc]
    work.file("pick-list.csv", work.pick_list)
    work.slips()
    work.file("credits-and-royalties.csv", lambda file: _credits(known, file))
    work.manifests()
    contents = sorted(work.contents, key=lambda each: each.name)
    write_zip(path, work.folder, [each.name for each in contents])
    return Made(contents, known.load.persons + len(known.account.lines))


def write_zip(path: Path, folder: Path, names: list[str]) -> None:
    """Write these files into a ZIP without the date and owner of anything; pictures and PDFs are small already."""
    with zipfile.ZipFile(path, "w") as pack:
        for name in names:
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_PACKED) else zipfile.ZIP_STORED
            size = (folder / name).stat().st_size
            with (folder / name).open("rb") as file, pack.open(entry, "w", force_zip64=size >= 1 << 31) as target:
                while piece := file.read(_PIECE):
                    target.write(piece)


class _Work:
    """The folder in the making, and what is in it so far."""

    def __init__(self, connection: Connection, known: Facts, folder: Path, watch: Watch) -> None:
        self.connection, self.facts, self.folder, self.watch = connection, known, folder, watch
        self.contents: list[Content] = []
        (folder / "print").mkdir(parents=True)

    def file(self, name: str, write: Callable[[Path], object]) -> Content:
        """Let a file be written, and note it."""
        path = self.folder / name
        write(path)
        with path.open("rb") as file:
            content = Content(name, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
        self.contents.append(content)
        self.watch(self.contents)
        return content

    def print_file(self, source: Source) -> Taken:
        """Copy a file to print from out of storage; one that is not there is said on its page."""
        try:
            pieces = storage().pieces(source.key)
            found = self.file(source.name, lambda path: _copy(pieces, path))
        except FileNotFoundError:
            return Taken("", 0)
        return Taken(found.sha256, found.size)

    def slips(self) -> None:
        """Write the packing slips, a thousand a file; nothing where nothing is to be sent."""
        total, waiting = self.facts.load.parcels, self._watched()
        for part in range(-(-total // SLIPS_EACH)):
            name = "packing-slips.pdf" if total <= SLIPS_EACH else f"packing-slips-{part + 1:02}.pdf"
            some = islice(waiting, SLIPS_EACH)
            self.file(name, lambda path, some=some: self._some_slips(path, some, total))  # type: ignore[misc]

    def pick_list(self, path: Path) -> int:
        """Write what goes into which parcel, in the order of the slips."""
        drop, columns = self.facts.drop, (_SLIP, *(REGISTRY["line"][name] for name in _PICKED))
        with path.open("wb") as file:
            return write_csv(file, Sheet(columns, drop.currency, drop.timezone), self._picked())

    def manifests(self) -> None:
        """Write the checksums of everything, for people and for programs; the lists don't name themselves."""
        listed = sorted(self.contents, key=lambda each: each.name)
        lines = "".join(f"{each.sha256}  {each.name}\n" for each in listed)
        known = {
            "drop": self.facts.drop.slug,
            "made": self.facts.moment.isoformat(timespec="seconds"),
            "files": [asdict(each) for each in listed],
        }
        self.file("MANIFEST.json", lambda path: path.write_text(json.dumps(known, indent=2) + "\n", "utf-8"))
        self.file("MANIFEST.txt", lambda path: path.write_text(lines, "utf-8"))

    def _some_slips(self, path: Path, some: Iterator[Parcel], total: int) -> int:
        return write_slips(path, some, total, self.facts.drop.title, self.facts.moment)

    def _watched(self) -> Iterator[Parcel]:
        for parcel in parcels(self.connection, self.facts.drop.id):
            self.watch(self.contents)
            yield parcel

    def _picked(self) -> Iterator[tuple[Any, ...]]:
        for parcel in self._watched():
            note = str(parcel.address.get("note", ""))
            head = parcel.place, parcel.number, parcel.name, parcel.country
            for piece in parcel.pieces:
                what = piece.sku, piece.product, piece.size, piece.colour, piece.bundle, piece.quantity
                yield (*head, *what, note)


def _column(name: str, kind: str) -> Column:
    return Column(name, name, kind, lambda: None)


_SLIP = _column("slip", "number")
_PICKED = ("order", "name", "country", "sku", "product", "size", "colour", "bundle", "quantity", "note")
_CREDITS = (
    _column("name", "text"),
    _column("role", "text"),
    _column("part", "text"),
    _column("share_percent", "text"),
    _column("pieces", "number"),
    _column("net", "money"),
    _column("amount", "money"),
    _column("currency", "text"),
    _column("frozen", "text"),
)


def _size_run(connection: Connection, drop: DropRow, kind: str, path: Path) -> None:
    wanted = writing.Wish(templates.built_in("size-run", kind), kind, Filters())
    with path.open("wb") as file:
        writing.write(connection, drop, wanted, file)


def _credits(known: Facts, path: Path) -> None:
    account, drop = known.account, known.drop
    state = "yes" if account.frozen else "no"
    rows = [
        (
            line.name,
            line.role,
            role_word(line.role),
            percent(line.share_bp),
            account.sold.pieces,
            account.sold.net_minor,
            line.amount_minor,
            drop.currency,
            state,
        )
        for line in account.lines
    ]
    with path.open("wb") as file:
        write_csv(file, Sheet(_CREDITS, drop.currency, drop.timezone), rows)


def _copy(pieces: Iterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
