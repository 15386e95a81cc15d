"""Backup and restore: database and files of one moment, while the site goes on.

The database is read in one snapshot (a read transaction), table by table, as JSON lines; that is
the same on SQLite and PostgreSQL, so a backup of one restores into the other. Files are content
addressed and never change, so those copied after the snapshot hold everything it names.
"""

import gzip
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import JSON, Connection, DateTime, MetaData, Table, func, inspect, select, text

from webapp.boot import schema
from webapp.infra.db import db
from webapp.infra.storage import storage
from webapp.kernel.now import now

FORMAT = 1
BATCH = 1000
VERSION_TABLE = "alembic_version"


class BadBackup(Exception):
    """The file is not a backup, is damaged, or does not fit here; the message says which."""


def write(target: Path) -> dict[str, Any]:
    """Write a backup of the current application to `target` (.tar); return its manifest.

    The file appears under its name only when it is whole.
    """
    part = target.with_name(target.name + ".part")
    manifest: dict[str, Any] = {"format": FORMAT, "at": now().isoformat(), "tables": {}, "members": {}}
    with tarfile.open(part, "w") as tar:
        with db.engine.connect() as connection:
            _begin_snapshot(connection)
            manifest["schema"] = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
            for table in _tables(connection):
                with tempfile.SpooledTemporaryFile(max_size=16_000_000) as spool:
                    manifest["tables"][table.name] = _dump(connection, table, spool)
                    _add(tar, manifest, f"tables/{table.name}.jsonl.gz", spool)
        files = storage()
        for key in files.keys(""):
            try:
                data = files.get(key)
            except FileNotFoundError:  # erased since it was listed: then its rows are, too
                continue
            _add(tar, manifest, f"files/{key}", io.BytesIO(data))
        _add(tar, None, "manifest.json", io.BytesIO(json.dumps(manifest, indent=1).encode()))
    part.replace(target)
    return manifest


def read(source: Path) -> dict[str, Any]:
    """Restore a backup into the current, empty application; return its manifest.

    Raises BadBackup when a member is missing or altered, or when the database already holds people.
    Everything is checked before anything is written.
    """
    manifest = verify(source)
    _refuse_unless_empty()
    schema.upgrade(manifest["schema"])
    with tarfile.open(source) as tar:
        with db.engine.connect() as connection:
            _begin_writing(connection)
            for table in _tables(connection):
                if table.name in manifest["tables"]:
                    _load(connection, table, _lines(_open(tar, f"tables/{table.name}.jsonl.gz")))
            _set_sequences(connection)
            connection.commit()
        files = storage()
        for member in tar.getmembers():
            if member.name.startswith("files/"):
                files.put(member.name.removeprefix("files/"), _member(tar, member.name))
    schema.upgrade()
    return manifest


def verify(source: Path) -> dict[str, Any]:
    """Return the manifest of a whole, unaltered backup; raises BadBackup otherwise."""
    try:
        with tarfile.open(source) as tar:
            manifest: dict[str, Any] = json.loads(_member(tar, "manifest.json"))
            if manifest.get("format") != FORMAT:
                raise BadBackup(f"format {manifest.get('format')} is not known here")
            for name, digest in manifest["members"].items():
                if hashlib.file_digest(_open(tar, name), "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                    raise BadBackup(f"{name} has been altered")
    except (tarfile.TarError, json.JSONDecodeError, EOFError, OSError) as error:
        raise BadBackup(f"not a whole backup: {error}") from error
    return manifest


def _begin_snapshot(connection: Connection) -> None:
    # On SQLite in WAL mode an open read transaction is a snapshot; PostgreSQL has to be asked.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _begin_writing(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as they stand in the database (not in the models), parents first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def _dump(connection: Connection, table: Table, spool: Any) -> int:
    """Write the rows of a table to a file, packed; return how many there were."""
    rows = 0
    with gzip.GzipFile(fileobj=spool, mode="wb", mtime=0, compresslevel=5) as packed:
        order = list(table.primary_key.columns)
        result = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*order))
        for row in result.mappings():
            packed.write(json.dumps({k: _plain(v) for k, v in row.items()}, ensure_ascii=False).encode() + b"\n")
            rows += 1
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat()
    if isinstance(value, date):
        raise TypeError("dates without a time are not used in the schema")
    return value


def _lines(packed: IO[bytes]) -> Iterator[dict[str, Any]]:
    with gzip.GzipFile(fileobj=packed) as lines:
        for line in lines:
            yield json.loads(line)


def _load(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    for column in table.columns:
        # What is not there stays not there: JSON's own null would be a value (a round's result before its close).
        if isinstance(column.type, JSON) and column.nullable:
            column.type = type(column.type)(none_as_null=True)
    instants = [column.name for column in table.columns if isinstance(column.type, DateTime)]
    naive = connection.dialect.name == "sqlite"
    booleans = [c.name for c in table.columns if c.type.python_type is bool] if not naive else []
    batch: list[dict[str, Any]] = []
    for row in rows:
        for name in instants:
            if row.get(name) is not None:
                moment = datetime.fromisoformat(row[name])
                row[name] = moment.replace(tzinfo=None) if naive else moment
        for name in booleans:
            row[name] = bool(row[name]) if row.get(name) is not None else None
        batch.append(row)
        if len(batch) >= BATCH:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)


def _set_sequences(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    for table in _tables(connection):
        if "id" in table.columns:
            last = connection.scalar(select(func.max(table.c.id)))
            if last is not None:
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": table.name, "last": last},
                )


def _refuse_unless_empty() -> None:
    if inspect(db.engine).has_table("people"):
        with db.engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM people")):
                raise BadBackup("the database already holds people; restore into an empty one")


def _add(tar: tarfile.TarFile, manifest: dict[str, Any] | None, name: str, data: Any) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = data.seek(0, io.SEEK_END), 0o600, int(now().timestamp())
    data.seek(0)
    if manifest is not None:
        manifest["members"][name] = hashlib.file_digest(data, "sha256").hexdigest()
        data.seek(0)
    tar.addfile(info, data)


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    return _open(tar, name).read()


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        file = tar.extractfile(name)
    except KeyError:
        raise BadBackup(f"{name} is missing") from None
    if file is None:
        raise BadBackup(f"{name} is not a file")
    return file
