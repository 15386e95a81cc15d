"""Collect the messages of the sources and merge them into the catalogues; `--check` only says what is wrong.

Messages that went away are dropped, new ones stand empty until somebody translates them. The catalogues keep a
header without dates, so that merging twice changes nothing.
"""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "webapp" / "translations"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: {language}\n"
"Plural-Forms: {plurals}\n"

"""


def collected() -> Catalog:
    """Return every message of the sources."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder, "messages.pot")
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
        command += ["-k", "N_", "-k", "_l", "-k", "lazy_gettext", "--omit-header", "-o", str(pot), "."]
        subprocess.run(command, cwd=ROOT, check=True)
        return read_po(io.BytesIO(pot.read_bytes()))


def merged(source: Catalog, known: Catalog) -> Catalog:
    """Return the source's messages with the translations known so far, in the order of the files."""
    result = Catalog(locale=known.locale, fuzzy=False)
    for message in sorted(source, key=lambda m: (min((place[0] for place in m.locations), default=""), str(m.id))):
        if message.id:
            files = sorted({place[0] for place in message.locations})
            result.add(message.id, _translation(known, message), [(file, 0) for file in files], message.flags)
    return result


def faults(catalogue: Catalog) -> list[str]:
    """Return what is missing or does not fit: no translation, or other placeholders than the message has."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(texts):
            found.append(f"missing: {ids[0]!r}")
        elif _holes(*texts) - _holes(*ids) or _holes(ids[-1]) - _holes(texts[-1]):
            found.append(f"placeholders differ: {ids[0]!r}")
    return found


def _holes(*texts: str) -> set[str]:
    return {hole for text in texts for hole in PLACEHOLDER.findall(text)}


def read(file: Path) -> Catalog:
    """Return a catalogue from its file."""
    return read_po(io.BytesIO(file.read_bytes()), locale=file.parents[1].name)


def text_of(catalogue: Catalog) -> str:
    """Return the file's text: the same for the same messages."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, omit_header=True, include_lineno=False, width=110)
    header = HEADER.format(language=catalogue.locale, plurals=catalogue.plural_forms)
    return header + buffer.getvalue().decode()


def compiled(catalogue: Catalog) -> bytes:
    """Return the binary form the application reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main(check: bool) -> int:
    """Merge, or with `check` only compare; return the number of catalogues with faults."""
    source, bad = collected(), 0
    for file in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        catalogue = merged(source, read(file))
        wrong = faults(catalogue)
        if check:
            wrong += [] if text_of(catalogue) == file.read_text() else ["stale: run make translations"]
        else:
            file.write_text(text_of(catalogue))
        for line in wrong:
            print(f"{file.relative_to(ROOT)}: {line}")
        bad += bool(wrong)
    return bad


def _translation(known: Catalog, message: Message) -> str | tuple[str, ...]:
    old = known.get(message.id)
    if old is not None and old.string and isinstance(old.string, tuple) == isinstance(message.id, tuple):
        return old.string
    return ("", "") if isinstance(message.id, tuple) else ""


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
