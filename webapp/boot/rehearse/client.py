"""Speaks with the JSON API, and is not put off: whatever is killed meanwhile, it asks again."""

import hashlib
import http.client
import json
import threading
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 180.0  # seconds a request is tried again while nobody answers
BROKEN = 20.0  # seconds a request is tried again that breaks the program
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


class Refusal(Exception):
    """The API said no, and meant it."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(f"{status} {code}: {title}")
        self.status, self.code, self.title = status, code, title


class Unreachable(Exception):
    """Nobody answered for a long time."""


class Client:
    """Requests with keys that follow from the seed and the step, so that a repeated step is the same request."""

    def __init__(self, base_url: str, seed: int) -> None:
        parts = urlsplit(base_url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._seed = seed
        self._kept = threading.local()
        self._ended = threading.Event()

    def end(self) -> None:
        """Make no further request: what other threads are about to ask is not asked."""
        self._ended.set()

    def get(self, token: str, path: str) -> Any:
        """Read something; raises Refusal."""
        return json.loads(self.call("GET", token, path))

    def send(self, method: str, token: str, path: str, body: Any = None, step: str = "") -> Any:
        """Write something; `step` names it for its idempotency key. Raises Refusal."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        return json.loads(self.call(method, token, path, data, headers, step))

    def upload(self, token: str, path: str, fields: dict[str, str], name: str, data: bytes, step: str) -> Any:
        """Send a picture with words; raises Refusal."""
        border = uuid.uuid4().hex
        head = "".join(
            f'--{border}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in fields.items()
        )
        plain = "".join(c if c.isprintable() and c not in '"\\' else "_" for c in name)
        head += f'--{border}\r\nContent-Disposition: form-data; name="picture"; filename="{plain}"\r\n\r\n'
        body = head.encode("utf-8", "replace") + data + f"\r\n--{border}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={border}"}
        return json.loads(self.call("POST", token, path, body, kind, step))

    def call(
        self,
        method: str,
        token: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        step: str = "",
    ) -> bytes:
        """Make a request until it is answered; returns the answer's body. Raises Refusal or Unreachable."""
        sent = {"Authorization": f"Bearer {token}", "Accept": "application/json", **(headers or {})}
        if step:
            sent["Idempotency-Key"] = self._key(step)
        end, pause, last, broke = time.monotonic() + PATIENCE, FIRST_PAUSE, "", False
        while time.monotonic() < end and not self._ended.is_set():
            try:
                status, wait, answer = self._ask(method, f"/api/v1{path}", body, sent)
            except (OSError, http.client.HTTPException) as error:
                last, wait = repr(error), 0.0
            else:
                if status < 400:
                    return answer
                if status < 500 and status != 429:
                    raise _refusal(status, answer)
                last = f"{method} {path}: {status}"
                if status == 500 and not broke:
                    end, broke = time.monotonic() + BROKEN, True
            time.sleep(max(pause, min(wait, 5.0)))
            pause = min(pause * 2, LONGEST_PAUSE)
        raise Unreachable(f"no good answer, however often it was asked ({last})")

    def _key(self, step: str) -> str:
        return hashlib.sha256(f"rehearsal|{self._seed}|{step}".encode("utf-8", "replace")).hexdigest()[:48]

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, float, bytes]:
        connection: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
            self._kept.connection = connection
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            wait = answer.headers.get("Retry-After", "0")
            return answer.status, float(wait) if wait.isdigit() else 0.0, answer.read()
        except BaseException:
            connection.close()
            self._kept.connection = None
            raise


def _refusal(status: int, answer: bytes) -> Refusal:
    try:
        problem = json.loads(answer)
        faults = [f"{each['field']}: {each['message']}" for each in problem.get("errors", [])]
        return Refusal(status, problem["code"], " ".join([problem["title"], *faults]))
    except (ValueError, KeyError, TypeError):
        return Refusal(status, f"http-{status}", answer[:200].decode("utf-8", "replace"))
