"""A door in front of a server's socket that can be shut: what a dead server looks like to those who ask it."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from pathlib import Path


class Gate:
    """Passes bytes from one Unix socket to another while open; shut, it drops every connection and takes none."""

    def __init__(self, here: Path, there: Path) -> None:
        self._here, self._there = here, there
        self._listener: socket.socket | None = None
        self._pairs: set[socket.socket] = set()
        self._mutex = threading.Lock()

    def open(self) -> None:
        """Take connections."""
        self._here.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._here))
        self._here.chmod(0o777)
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        """Drop all connections; new ones are refused until it is opened again."""
        listener, self._listener = self._listener, None
        self._here.unlink(missing_ok=True)
        if listener:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._mutex:
            for each in self._pairs:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            if listener is not self._listener:
                near.close()
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(str(self._there))
            except OSError:
                near.close()
                far.close()
                continue
            with self._mutex:
                self._pairs |= {near, far}
            threading.Thread(target=self._pass, args=(near, far), daemon=True).start()

    def _pass(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        with selectors.DefaultSelector() as waiting, contextlib.suppress(OSError):
            for each in other:
                waiting.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        raise OSError("closed")
                    other[key.fileobj].sendall(data)  # type: ignore[index]
        with self._mutex:
            self._pairs -= {near, far}
        near.close()
        far.close()
