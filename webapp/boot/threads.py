"""gunicorn's threads, given to whole requests only: who sends slowly waits in the loop and holds up nobody.

The server's own worker gives a connection a thread as soon as its first byte is there, and the thread waits for the
rest: sixteen clients that send a letter a second would be the whole site. Here the loop collects a request's head, and
a small body, and only then calls a thread. A large body is still read by its thread, at a pace or not at all. And where
the server's own loop waits two seconds for each client that does not hang up after the last answer, this one goes on.
"""

import contextlib
import errno
import json
import re
import socket
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp.boot import heap

HEAD_SECONDS = 15.0  # how long a head, with a small body, may take to come
LARGEST_HEAD = 64 * 1024  # more is judged by the parser, which refuses it
SMALL_BODY = 256 * 1024  # collected in the loop: forms, votes, drawings
GRACE, PACE = 20.0, 4 * 1024  # a large body: after so many seconds, so many bytes each second on average
SENDING = 120  # seconds in which a client takes nothing of what it asked for
LEAVING = 2.0  # how long a client may take to hang up after the last answer, before it is cut off
DRAINED = 64 * 1024  # what is read and thrown away of it meanwhile, so that the answer arrives whole
GIVES_BACK = 2.0  # seconds between looks at what is free in the heap
QUIET, WORTH = 2.0, 500  # who is too large goes after so many seconds without a connection, and so many answers
LINGER = 1.0  # a worker that stops still answers for so long who has not asked yet: the question may be on its way
LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_NOW = re.compile(rb"\r\n(expect|transfer-encoding|upgrade)[ \t]*:", re.IGNORECASE)


class Paced:
    """A socket for a request's reader; raises TimeoutError once its client has been too slow for too long."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.began, self.got = sock, time.monotonic(), 0
        self.limit = GRACE

    def gettimeout(self) -> float:
        """Return how long one read may take."""
        return self.limit

    def settimeout(self, seconds: float | None) -> None:
        """Let one read take so long; the server does so when it skips a body that nobody read."""
        self.limit = GRACE if seconds is None else seconds

    def recv(self, size: int) -> bytes:
        """Return the next bytes."""
        left = self.began + GRACE + self.got / PACE - time.monotonic()
        if left <= 0:
            raise TimeoutError(errno.ETIMEDOUT, "the request comes too slowly")
        self.sock.settimeout(min(left, self.limit))
        try:
            data = self.sock.recv(size)
        finally:
            self.sock.settimeout(SENDING)
        self.got += len(data)
        return data


class Arriving:
    """A request that is not there yet: its connection, what has come of it, until when the rest may come."""

    def __init__(self, conn: Any, data: bytes) -> None:
        self.conn, self.data, self.until = conn, bytearray(data), time.monotonic() + HEAD_SECONDS

    def is_whole(self) -> bool:
        """Return whether a thread would wait for nothing any more, or has to take over."""
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return b"\n\n" in self.data or len(self.data) > LARGEST_HEAD
        head = bytes(self.data[: end + 4])
        if _NOW.search(head):
            return True
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        return size > SMALL_BODY or len(self.data) >= len(head) + size


class Leaving:
    """A connection that has had its last answer, until when its client may hang up, and what it still sent."""

    def __init__(self, conn: Any) -> None:
        self.conn, self.until, self.drained = conn, time.monotonic() + LEAVING, 0


class _Kept:
    """Stands in for a connection: keeps what the server would have sent."""

    said = b""

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        self.said += data


class Worker(ThreadWorker):
    """gunicorn's gthread worker whose threads get requests that have come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[int, Arriving] = {}
        self.leaving: dict[int, Leaving] = {}
        self.given_back_at, self.gives_back = 0, 0.0
        self.busy_at, self.answered = time.monotonic(), 0
        self.stops_at: float | None = None

    def accept(self, listener: Any) -> None:
        """Take a new connection into the loop."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self.enqueue_req(TConn(self.cfg, client, address, listener.getsockname()))

    def enqueue_req(self, conn: Any) -> None:
        """Await the next request of a connection; a thread gets it once it is there."""
        early = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.sock.setblocking(False)
        coming = self.arriving[conn.sock.fileno()] = Arriving(conn, early)
        self.poller.register(conn.sock, EVENT_READ, partial(self._readable, coming))
        self._readable(coming, conn.sock)  # most often it is there already

    def _readable(self, coming: Arriving, client: Any) -> None:
        try:
            data = client.recv(LARGEST_HEAD)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        if data == b"":
            self._drop(coming)
            return
        coming.data += data or b""
        if coming.is_whole():
            self._hand_over(coming)

    def _hand_over(self, coming: Arriving) -> None:
        conn = coming.conn
        self._forget(coming)
        conn.init()
        conn.data_ready = True
        conn.parser.unreader.sock = Paced(conn.sock)
        conn.parser.unreader.unread(bytes(coming.data))
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request, in its thread; who takes nothing of the answer for long is given up."""
        conn.sock.settimeout(SENDING)
        return super().handle_request(req, conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Go on with a connection whose request is answered: the next request, or good-bye."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            going = self.leaving[conn.sock.fileno()] = Leaving(conn)
            self.poller.register(conn.sock, EVENT_READ, partial(self._drain, going))
        except (OSError, ValueError):  # it has hung up
            self.nr_conns -= 1
            conn.close()

    def _drain(self, going: Leaving, client: Any) -> None:
        try:
            size = len(client.recv(LARGEST_HEAD))
        except BlockingIOError:
            return
        except OSError:
            size = 0
        going.drained += size
        if not size or going.drained >= DRAINED:
            self._part(going)

    def _part(self, going: Leaving) -> None:
        self.leaving.pop(going.conn.sock.fileno(), None)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(going.conn.sock)
        self.nr_conns -= 1
        going.conn.close()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request with a problem in JSON, which says nothing of what was sent."""
        kept = _Kept()
        super().handle_error(req, kept, addr, exc)
        status, _, reason = kept.said.partition(b"\r\n")[0].partition(b" ")[2].decode("latin-1").partition(" ")
        number = int(status) if status.isdecimal() else 400
        problem = {"type": f"urn:fanmade:http-{number}", "title": reason, "status": number, "code": f"http-{number}"}
        body = json.dumps(problem).encode()
        head = f"HTTP/1.1 {number} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        head += f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
        with contextlib.suppress(OSError):
            client.settimeout(GRACE)
            client.sendall(head.encode() + body)

    def murder_pending(self) -> None:
        """Close what has not come in time, or not gone; of a worker that stops, what has sent nothing for a moment."""
        super().murder_pending()
        moment = time.monotonic()
        if not self.alive and self.stops_at is None:
            self.stops_at = moment + LINGER
        is_over = self.stops_at is not None and self.stops_at <= moment
        self._give_back(moment)
        self._make_room(moment)
        for going in [each for each in self.leaving.values() if each.until <= moment]:
            self._part(going)
        for coming in list(self.arriving.values()):
            if coming.until > moment and (coming.data or not is_over):
                continue
            if coming.data:
                with contextlib.suppress(OSError):
                    coming.conn.sock.send(LATE)
            self._drop(coming)

    def _give_back(self, moment: float) -> None:
        """Give the system what a crowd of requests has left free in the C library's heap."""
        if self.nr > self.given_back_at and moment >= self.gives_back:
            self.given_back_at, self.gives_back = self.nr, moment + GIVES_BACK
            heap.give_back()

    def _make_room(self, moment: float) -> None:
        """Let a new process, forked from the one that has loaded all, follow one that has grown beyond its bound.

        Only when nobody is connected, so that none loses anything, and none waits: the next one begins cold.
        """
        if self.nr_conns or self.nr != self.answered:
            self.busy_at, self.answered = moment, self.nr
        bound: int = self.wsgi.config["SETTINGS"].web_bytes
        if bound and self.nr >= WORTH and moment - self.busy_at >= QUIET and heap.held() > bound:
            self.alive = False

    def _drop(self, coming: Arriving) -> None:
        self._forget(coming)
        self.nr_conns -= 1
        coming.conn.close()

    def _forget(self, coming: Arriving) -> None:
        self.arriving.pop(coming.conn.sock.fileno(), None)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(coming.conn.sock)
