"""What the supervised processes print: kept in a file for each, and repeated on the terminal."""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
from collections import deque
from logging import Formatter, LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FILE_SIZE, _FILES_KEPT = 2_000_000, 3


def print_line(name: str, line: str) -> None:
    """Show one line of a process on the terminal; a terminal that has gone away is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        print(f"{name:>15} | {line}", flush=True)


class Logs:
    """Reads the outputs of all processes in one thread."""

    def __init__(self, folder: Path, *, echo: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._echo = folder, echo
        self._selector = selectors.DefaultSelector()
        self._files: dict[str, RotatingFileHandler] = {}
        self._tails: dict[str, deque[str]] = {}
        self._mutex = threading.Lock()
        self._wake_read, self._wake_write = os.pipe()
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._read, name="logs", daemon=True)
        self._thread.start()

    def attach(self, name: str, descriptor: int, *, quiet: bool) -> None:
        """Follow an output until it ends."""
        with self._mutex:
            self._selector.register(descriptor, selectors.EVENT_READ, _Source(name, quiet))
        os.write(self._wake_write, b"+")

    def last_lines(self, name: str, count: int = 12) -> list[str]:
        """The newest lines a process printed, for an error message."""
        with self._mutex:
            return list(self._tails.get(name, ()))[-count:]

    def close(self) -> None:
        """Stop reading; what arrived until now is written."""
        os.write(self._wake_write, b"x")
        self._thread.join(timeout=5)
        for handler in self._files.values():
            handler.close()

    def _read(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    if b"x" in os.read(self._wake_read, 1024):
                        return self._drain()
                else:
                    self._take(key.fd, key.data)

    def _drain(self) -> None:
        """Take what is already there; an output kept open by a stray grandchild is not waited for."""
        while ready := [key for key, _ in self._selector.select(timeout=0) if key.data is not None]:
            for key in ready:
                self._take(key.fd, key.data)
        for key in list(self._selector.get_map().values()):
            os.close(key.fd)
        self._selector.close()
        os.close(self._wake_write)

    def _take(self, descriptor: int, source: _Source) -> None:
        block = os.read(descriptor, 65536)
        for line in source.lines(block):
            self._write(source, line)
        if not block:
            with self._mutex:
                self._selector.unregister(descriptor)
            os.close(descriptor)

    def _write(self, source: _Source, line: str) -> None:
        with self._mutex:
            self._tails.setdefault(source.name, deque(maxlen=50)).append(line)
        if source.name not in self._files:
            self._files[source.name] = _file(self._folder / f"{source.name}.log")
        self._files[source.name].emit(LogRecord(source.name, 20, "", 0, line, None, None))
        if self._echo and not source.quiet:
            print_line(source.name, line)


class _Source:
    def __init__(self, name: str, quiet: bool) -> None:
        self.name, self.quiet, self._rest = name, quiet, b""

    def lines(self, block: bytes) -> list[str]:
        """Whole lines; at the end of the output (an empty block) also an unfinished one."""
        *whole, self._rest = (self._rest + block).split(b"\n")
        if not block and self._rest:
            whole, self._rest = [*whole, self._rest], b""
        return [line.decode(errors="replace").rstrip("\r") for line in whole if line.strip()]


def _file(path: Path) -> RotatingFileHandler:
    handler = RotatingFileHandler(path, maxBytes=_FILE_SIZE, backupCount=_FILES_KEPT, encoding="utf-8")
    handler.setFormatter(Formatter("%(asctime)s %(message)s"))
    return handler
