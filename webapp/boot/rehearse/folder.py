"""The folder with the operator's pictures: every file in it, in an order that does not change."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """A file of the folder; `trouble` says why it can't even be read ('' when it can)."""

    name: str
    path: Path
    size: int
    trouble: str = ""


def look(folder: Path) -> list[Found]:
    """Return all files beneath `folder`, by name; hidden ones and folders are passed over."""
    found: list[Found] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in names:
            if not name.startswith("."):
                path = Path(place, name)
                found.append(_found(path, os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")))
    return sorted(found, key=lambda each: (each.name, str(each.path.as_posix().encode("utf-8", "replace"))))


def read(found: Found) -> bytes:
    """Return a file's bytes; raises OSError."""
    return found.path.read_bytes()


def title_of(name: str) -> str:
    """Return a title made of a file's name, of 2 to 80 printable characters."""
    stem = Path(name).stem.replace("_", " ").replace("-", " ")
    words = " ".join("".join(c for c in stem if c.isprintable()).split())
    return words[:80].strip() if len(words) >= 2 else f"Design {words}".strip()


def _found(path: Path, name: str) -> Found:
    try:
        what = path.stat()
    except OSError as error:
        return Found(name, path, 0, error.strerror or "it can't be read")
    # A pipe or a device would be waited for without end.
    if not stat.S_ISREG(what.st_mode):
        return Found(name, path, 0, "it is not a file")
    if not os.access(path, os.R_OK):
        return Found(name, path, what.st_size, "it may not be read")
    return Found(name, path, what.st_size)
