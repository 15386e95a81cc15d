"""A Redis or Valkey cluster for what is counted (`FANMADE_COUNTERS_URL=redis+cluster://host:port,host:port`).

Only counts go there, each of them of one key, or of keys with the same tag in braces, which a cluster keeps together.
The client's own constructor wants to reach the cluster and raises errors of a kind of its own: here it connects when
first used, and all that fails is a RedisError, as with a single server.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from limits.storage import RedisStorage
from limits.storage.base import Storage
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ConnectionError, NoScriptError, RedisClusterException
from redis.retry import Retry

from webapp.infra.settings.addresses import CLUSTERS

AGAIN = 2.0  # seconds after which a cluster that was not there is tried again: not every visit is to wait for it


class Cluster:
    """Stands for a client of the whole cluster; has its commands, `pipeline` included. Safe across threads."""

    def __init__(self, url: str, **options: Any) -> None:
        self._options = {**places_of(url), **options}
        self._mutex = threading.Lock()
        self._found: RedisCluster | None = None
        self._not_before = 0.0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _plain(getattr(self._client(), name))

    def pipeline(self, transaction: bool = False) -> "Pipeline":
        """Return commands that are sent together, to each node what is its own."""
        return Pipeline(_plain(self._client().pipeline)(transaction=transaction))

    def _client(self) -> RedisCluster:
        if self._found is None:
            with self._mutex:
                if self._found is None:
                    self._found = self._connected()
        return self._found

    def _connected(self) -> RedisCluster:
        if time.monotonic() < self._not_before:
            raise ConnectionError("the cluster was not there a moment ago")
        try:
            # One more try, by the map of the cluster as it is then; a node that is away keeps nobody waiting.
            return RedisCluster(retry=Retry(NoBackoff(), 1), require_full_coverage=False, **self._options)
        except RedisClusterException as error:
            self._not_before = time.monotonic() + AGAIN
            raise ConnectionError(str(error)) from error


class Pipeline:
    """Commands for a cluster; those that are not its own are told as RedisError."""

    def __init__(self, waiting: Any) -> None:
        self._waiting = waiting

    def __getattr__(self, name: str) -> Any:
        return _plain(getattr(self._waiting, name))


class ClusterStorage(RedisStorage):
    """Where Flask-Limiter keeps its windows: each a key by itself, and a script of one key."""

    STORAGE_SCHEME = ["fanmade+cluster"]

    def __init__(
        self, uri: str, key_prefix: str = RedisStorage.PREFIX, wrap_exceptions: bool = False, **options: Any
    ) -> None:
        Storage.__init__(self, uri, wrap_exceptions=wrap_exceptions)
        self.key_prefix, self.target_server = key_prefix, "redis"
        self.dependency = self.dependencies["redis"].module
        self.storage = options["client"]
        self.initialize_storage(uri)

    def initialize_storage(self, _uri: str) -> None:
        """Make the scripts; the library's own would connect at once."""
        self.lua_moving_window = _Script(self.storage, self.SCRIPT_MOVING_WINDOW)  # type: ignore[assignment]
        self.lua_acquire_moving_window = _Script(self.storage, self.SCRIPT_ACQUIRE_MOVING_WINDOW)  # type: ignore[assignment]
        self.lua_incr_expire = _Script(self.storage, self.SCRIPT_INCR_EXPIRE)  # type: ignore[assignment]


class _Script:
    def __init__(self, client: Any, words: bytes) -> None:
        self._client, self._words = client, words
        self._name = hashlib.sha1(words).hexdigest()

    def __call__(self, keys: list[str], args: list[Any]) -> Any:
        try:
            return self._client.evalsha(self._name, len(keys), *keys, *args)
        except NoScriptError:
            return self._client.eval(self._words, len(keys), *keys, *args)


def places_of(url: str) -> dict[str, Any]:
    """Return the client's options for an address; raises ValueError when it is none."""
    if not url.startswith(CLUSTERS):
        raise ValueError("not an address of a cluster")
    parts = urlsplit(url)
    access, _, hosts = parts.netloc.rpartition("@")
    user, _, password = access.partition(":")
    nodes = []
    for each in hosts.split(","):
        host, _, port = each.rpartition(":")
        if not host or not (port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("each node is host:port")
        nodes.append(ClusterNode(host.strip("[]"), int(port)))
    found: dict[str, Any] = {"startup_nodes": nodes, "ssl": parts.scheme == "rediss+cluster"}
    return found | {key: unquote(value) for key, value in (("username", user), ("password", password)) if value}


def _plain(act: Callable[..., Any]) -> Any:
    """Let a method raise RedisError where it would raise the cluster client's own kind."""
    if not callable(act):
        return act

    def plainly(*args: Any, **values: Any) -> Any:
        try:
            return act(*args, **values)
        except RedisClusterException as error:
            raise ConnectionError(str(error)) from error

    return plainly
