"""Files: a small port over a folder or an S3 bucket.

Keys look like 'originals/ab/abcdef…' or 'renditions/ab/abcdef-720.avif'. Content is addressed by
its name, so writing a key twice writes the same bytes.
"""

import contextlib
import errno
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Protocol

from flask import Flask, current_app

from webapp.infra.settings import Settings

PIECE = 1024 * 1024
# What anybody may see who has its address; all else in a bucket is private (docs/scaling.md).
PUBLIC = ("renditions/", "share/", "mockups/", "kits/")
TYPES = {"avif": "image/avif", "jpg": "image/jpeg"}
FOR_EVER = "public, max-age=31536000, immutable"
# By itself the library would try for three minutes while somebody waits for a page.
SILENCE = timedelta(seconds=20)
AGAIN = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}
HALF = ".new-"
"""How the names of files begin that are being written."""


@dataclass(frozen=True)
class Stored:
    """A file as a listing shows it; `half` is one that is being written, or was when its writer died."""

    key: str
    modified: datetime
    bytes: int
    half: bool = False


class Storage(Protocol):
    """Where files live. Missing keys raise FileNotFoundError."""

    def put(self, key: str, data: bytes) -> None:
        """Write `data` under `key`, whole or not at all."""
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes under `key`; raises FileNotFoundError."""
        ...

    def put_file(self, key: str, path: Path) -> None:
        """Keep the file at `path` under `key`, whole or not at all, without reading it into memory."""
        ...

    def pieces(self, key: str) -> Iterator[bytes]:
        """Return the bytes under `key` piece by piece; raises FileNotFoundError, at once."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether `key` holds something."""
        ...

    def delete(self, key: str) -> None:
        """Remove `key`; no error when it is not there."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that begins with `prefix`."""
        ...

    def listing(self, prefix: str = "") -> Iterator[Stored]:
        """Yield every file whose key begins with `prefix`, half-written ones too, in bounded memory."""
        ...

    def look(self, key: str) -> Stored | None:
        """Return what a listing would say of one key."""
        ...

    def move(self, key: str, target: str) -> None:
        """Let `target` hold what `key` holds, and `key` nothing; raises FileNotFoundError."""
        ...


class FolderStorage:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        """Write through a temporary file and rename: a crash leaves the old state or the new."""
        self._put(key, io.BytesIO(data))

    def put_file(self, key: str, path: Path) -> None:
        """Copy the file as `put` writes."""
        with path.open("rb") as file:
            self._put(key, file)

    def pieces(self, key: str) -> Iterator[bytes]:
        """Return the file's bytes piece by piece; raises FileNotFoundError."""
        file = self._path(key).open("rb")

        def read() -> Iterator[bytes]:
            with file:
                while piece := file.read(PIECE):
                    yield piece

        return read()

    def _put(self, key: str, source: IO[bytes]) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=HALF)
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(source, file, PIECE)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise

    def get(self, key: str) -> bytes:
        """Return the bytes; raises FileNotFoundError."""
        return self._path(key).read_bytes()

    def exists(self, key: str) -> bool:
        """Return whether the file is there."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys in order."""
        return (each.key for each in self.listing(prefix) if not each.half)

    def listing(self, prefix: str = "") -> Iterator[Stored]:
        """Yield the files in order of folders; no more than one folder's names are held at a time."""
        top = prefix.rpartition("/")[0]
        folder = self._path(top) if top else self.root
        return (each for each in self._walk(folder, f"{top}/" if top else "") if each.key.startswith(prefix))

    def look(self, key: str) -> Stored | None:
        """Return the file's size and age."""
        return _looked(self._path(key), key)

    def move(self, key: str, target: str) -> None:
        """Rename the file; folders that it leaves empty stay."""
        path = self._path(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self._path(key), path)

    def _walk(self, folder: Path, above: str) -> Iterator[Stored]:
        try:
            with os.scandir(folder) as entries:
                names = sorted((each.name, each.is_dir()) for each in entries)
        except (FileNotFoundError, NotADirectoryError):
            return
        for name, is_folder in names:
            if is_folder:
                yield from self._walk(folder / name, f"{above}{name}/")
            elif found := _looked(folder / name, above + name):
                yield found

    def path(self, key: str) -> Path:
        """Return the file's path, for sending it without reading it into memory."""
        return self._path(key)

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise FileNotFoundError(key)
        return path


class S3Storage:
    """Files in an S3-compatible bucket."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def put(self, key: str, data: bytes) -> None:
        """Write the object; raises OSError when the bucket refuses it."""
        self._put(key, data)

    def put_file(self, key: str, path: Path) -> None:
        """Send the file in parts; raises OSError when the bucket refuses it."""
        self._put(key, path)

    def pieces(self, key: str) -> Iterator[bytes]:
        """Return the object's bytes piece by piece; raises FileNotFoundError."""
        with _plainly(key):
            found = self.store.get(key)
        return (bytes(piece) for piece in found.stream(PIECE))

    def _put(self, key: str, source: bytes | Path) -> None:
        with _plainly(key):
            self.store.put(key, source, attributes=_attributes(key))

    def get(self, key: str) -> bytes:
        """Return the object's bytes; raises FileNotFoundError."""
        with _plainly(key):
            return bytes(self.store.get(key).bytes())

    def exists(self, key: str) -> bool:
        """Return whether the object is there."""
        return self.look(key) is not None

    def delete(self, key: str) -> None:
        """Remove the object."""
        with contextlib.suppress(FileNotFoundError), _plainly(key):
            self.store.delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with `prefix`."""
        return (each.key for each in self.listing(prefix))

    def listing(self, prefix: str = "") -> Iterator[Stored]:
        """Yield the objects, a page of a thousand at a time; what was never finished is no object."""
        with _plainly(prefix):
            for batch in self.store.list(prefix.rpartition("/")[0] or None, chunk_size=1000):
                for item in batch:
                    if item["path"].startswith(prefix):
                        yield Stored(item["path"], item["last_modified"], item["size"])

    def look(self, key: str) -> Stored | None:
        """Return the object's size and age."""
        try:
            with _plainly(key):
                item = self.store.head(key)
        except FileNotFoundError:
            return None
        return Stored(key, item["last_modified"], item["size"])

    def move(self, key: str, target: str) -> None:
        """Copy the object, then remove it: killed in between, it is there twice."""
        with _plainly(key):
            self.store.copy(key, target)
            self.store.delete(key)


@contextlib.contextmanager
def _plainly(key: str) -> Iterator[None]:
    """Raise OSError for whatever the library says of a bucket that refuses, fails or is silent: no kind of its own."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(errno.EIO, f"the bucket does not give or take {key}: {type(error).__name__}") from error


def _looked(path: Path, key: str) -> Stored | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    modified = datetime.fromtimestamp(found.st_mtime, UTC)
    return Stored(key, modified, found.st_size, path.name.startswith(HALF))


def _attributes(key: str) -> dict[str, str] | None:
    """What a bucket is to say with a public picture, should browsers or a CDN get it there."""
    kind = TYPES.get(key.rpartition(".")[2])
    return {"Content-Type": kind, "Cache-Control": FOR_EVER} if kind and key.startswith(PUBLIC) else None


def build(settings: Settings) -> Storage:
    """Return the storage that the settings name; raises ImportError when the S3 library is missing."""
    if not settings.storage_url.startswith("s3://"):
        return FolderStorage(Path(settings.storage_url.removeprefix("file://")))
    from obstore.store import S3Store

    bucket, _, prefix = settings.storage_url.removeprefix("s3://").partition("/")
    options: dict[str, Any] = {
        "access_key_id": settings.s3_key_id,
        "secret_access_key": settings.s3_secret,
        "region": settings.s3_region,
    }
    if settings.s3_endpoint:
        options |= {"endpoint": settings.s3_endpoint}
    client: dict[str, Any] = {"timeout": SILENCE, "connect_timeout": timedelta(seconds=3)}
    if settings.s3_endpoint.startswith("http://"):
        client |= {"allow_http": True}
    return S3Storage(
        S3Store(bucket, prefix=prefix or None, client_options=client, retry_config=AGAIN, **options)  # type: ignore[arg-type]
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its storage."""
    app.extensions["fanmade.storage"] = build(settings)


def storage() -> Storage:
    """Return the application's storage."""
    found: Storage = current_app.extensions["fanmade.storage"]
    return found
