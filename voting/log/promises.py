"""The signed promise that casting returns: this ballot, this version, will be in the log.

It holds the commitment, not the choices: it shows that something was received, never for whom.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from voting.log import content, keys

PREFIX = b"fanmade-promise-v1\n"


@dataclass(frozen=True)
class Receipted:
    """What is promised: a version of a ballot as the server received it. `salt` stays with the server."""

    contest_id: int
    round: str
    number: int
    version: int
    choices: list[Any]
    salt: str
    received_at: datetime


@dataclass(frozen=True)
class Promise:
    """A signed promise; `commitment`, `public_key` and `signature` are hexadecimal, `received_at` in UTC."""

    contest: int
    round: str
    ballot: int
    version: int
    commitment: str
    received_at: str
    public_key: str
    signature: str

    def as_json(self) -> dict[str, Any]:
        """Return it for programs and receipts."""
        return asdict(self)


def promise(version: Receipted) -> Promise:
    """Return the promise for a version. Ed25519 gives the same signature each time: none is kept."""
    text = content.version_text(version.round, version.version, version.choices)
    body = {
        "contest": version.contest_id,
        "round": version.round,
        "ballot": version.number,
        "version": version.version,
        "commitment": content.commitment(text, version.salt).hex(),
        "received_at": version.received_at.isoformat(),
    }
    return Promise(**body, public_key=keys.public(), signature=keys.sign(message(body)))  # type: ignore[arg-type]


def message(body: dict[str, Any]) -> bytes:
    """Return the bytes that are signed: a line that names the format, then the six fields as canonical JSON."""
    names = ("ballot", "commitment", "contest", "received_at", "round", "version")
    return PREFIX + content.canonical({name: body[name] for name in names})
