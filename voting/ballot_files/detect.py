"""Which format a file is: by the end of its name, otherwise by how it begins."""

from voting.ballot_files import abif, blt, own, pabulib, preflib, tables
from voting.ballot_files.malformed import Malformed
from voting.methods.election import Election

FORMATS = "BLT, PrefLib, ABIF, Pabulib, CSV of scores or pairs, fanmade-ballots JSON"


def read(name: str, content: bytes) -> Election:
    """Return the election in a file; raises Malformed."""
    text = decoded(content)
    if not text.strip():
        raise Malformed(1, "the file is empty")
    end = name.rpartition(".")[2].lower() if "." in name else ""
    if end in preflib.TYPES:
        return preflib.read(text, end)
    known = {"blt": blt.read, "abif": abif.read, "pb": pabulib.read, "csv": tables.read, "tsv": tables.read}
    if end in known:
        return known[end](text)
    return _by_content(text, end)


def _by_content(text: str, end: str) -> Election:
    if own.looks_like(text) or end == "json":
        return own.read(text)
    if pabulib.looks_like(text):
        return pabulib.read(text)
    if type_ := preflib.looks_like(text):
        return preflib.read(text, type_)
    if blt.looks_like(text):
        return blt.read(text)
    if abif.looks_like(text):
        return abif.read(text)
    if tables.looks_like(text):
        return tables.read(text)
    raise Malformed(1, f"none of the formats known: {FORMATS}")


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, else Latin-1; raises Malformed for binary files."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise Malformed(1, "broken UTF-16") from None
    if b"\0" in content:
        raise Malformed(content.count(b"\n", 0, content.index(b"\0")) + 1, "not a text file: it holds a zero byte")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
