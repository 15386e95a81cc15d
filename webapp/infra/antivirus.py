"""Asks clamd about each file before it is kept, where the operator runs one (`FANMADE_CLAMD`).

Shut when in doubt: a file that nobody could look at is refused with a word to try again, never let through.
"""

import socket
import struct
import time

import structlog
from flask import current_app

from webapp.infra.settings import Settings
from webapp.kernel.refusal import N_, Refused

log = structlog.get_logger()
TRIES, PAUSE = 3, 0.3  # a scanner that loads new signatures is back in a moment
TIMEOUT = 30.0
PIECE = 256 * 1024
LONGEST_ANSWER = 4096
FOUND = N_("Our virus check stopped that file. Save the picture anew with another program, or choose another one.")
AWAY = N_("Our virus check can't look at files right now, so we take none. Try again in some minutes.")


class _NoAnswer(Exception):
    """The scanner said nothing that counts."""


def check(data: bytes) -> None:
    """Return when the file is clean, or no scanner is set. Raises Refused 'file-unsafe' (422) or 'scan-away' (503)."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.clamd:
        return
    for attempt in range(TRIES):
        try:
            found = scan(settings.clamd, data)
        except (OSError, _NoAnswer) as error:
            log.warning("no word from the virus check", attempt=attempt + 1, error=str(error)[:200])
            time.sleep(PAUSE * (attempt < TRIES - 1))
            continue
        if found:
            log.warning("virus", found=found[:100])
            raise Refused("file-unsafe", FOUND, 422)
        return
    raise Refused("scan-away", AWAY, 503, retry_after=120)


def scan(address: str, data: bytes) -> str:
    """Return what clamd at `address` (host:port, or unix:/path) found in the file, '' when it is clean.

    Raises OSError, and _NoAnswer for an answer that is neither. Speaks INSTREAM: pieces with their length before them.
    """
    with _line(address) as line:
        line.sendall(b"zINSTREAM\0")
        try:
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
        except OSError:  # it has said why before it hung up: a file larger than its StreamMaxLength
            pass
        answer = _answer(line)
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND") or "?"
    raise _NoAnswer(answer or "nothing")


def _line(address: str) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(TIMEOUT)
        try:
            line.connect(address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), TIMEOUT)


def _answer(line: socket.socket) -> str:
    said = b""
    while len(said) < LONGEST_ANSWER and not said.endswith(b"\0"):
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace") if said.endswith(b"\0") else ""
