"""Windows in Redis: counts that all workers and machines share.

The trap: a limiter that waits for its Redis turns one dead machine into a dead service. So Redis
has a moment to answer, and once it did not, no request asks it again: it is looked after beside
them, and counts as back when it has counted a probe.
"""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from redis import Connection, RedisError, SSLConnection
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.exceptions import NoScriptError
from redis.retry import Retry

from service.windows import Window

SCOPE = "exohabit"
"""What every key in Redis begins with."""
PATIENCE = 0.09
"""Seconds that Redis has for an answer."""
_PAUSE = 0.5
"""Seconds between two looks whether Redis is back."""

# One trip: a second would cost as much again.
_COUNT = """
local key, amount, most = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local count = tonumber(redis.call("GET", key) or 0) + amount
if amount < 0 or count - amount < most then
    redis.call("INCRBY", key, amount)
    if count == amount then redis.call("PEXPIRE", key, ARGV[3]) end
end
return {count, redis.call("PTTL", key)}
"""
_COUNT_SHA = hashlib.sha1(_COUNT.encode(), usedforsecurity=False).hexdigest()

log = logging.getLogger(__name__)


class RedisWindows:
    """Counts in Redis, on one connection; it says when it cannot tell.

    The connection is made, and the name of the machine looked up, here and beside the requests: a
    look-up has no time-out.
    """

    def __init__(self, address: str) -> None:
        self._options: dict[str, Any] = {
            **parse_url(address),  # type: ignore[no-untyped-call]
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
        }
        self._class: type[Connection] = self._options.pop("connection_class", Connection)
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        if not self._connect():
            self._give_up("it does not answer")

    @property
    def is_down(self) -> bool:
        """Whether Redis has failed and has not counted since."""
        return self._connection is None

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window | None:
        """Add to a key's window, or begin one; None if Redis does not answer.

        Nothing is added to a window that has reached `most`.
        """
        with self._lock:
            if self._connection is None:
                return None
            try:
                asked, left = _ask(self._connection, key, amount, most, seconds * 1000)
            except (RedisError, OSError) as error:
                self._give_up(type(error).__name__)
                return None
        return Window(asked, time.monotonic() + left / 1000)

    def _connect(self) -> bool:
        """Connect to a Redis that counts; a ping would be answered by one that is full, too."""
        for place in self._look_up():
            connection = self._class(**self._options | place)
            with suppress(RedisError, OSError):
                _ask(connection, f"{SCOPE}:probe", 1, 2, 1000)
                self._connection = connection
                return True
            connection.disconnect()  # type: ignore[no-untyped-call]
        return False

    def _look_up(self) -> list[dict[str, str]]:
        """Return where to connect to: the addresses of a name; a certificate is for the name."""
        if "host" not in self._options or issubclass(self._class, SSLConnection):
            return [{}]
        try:
            found = socket.getaddrinfo(self._options["host"], None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []
        return [{"host": str(place[0])} for *_, place in found]

    def _give_up(self, why: str) -> None:
        if self._connection:
            self._connection.disconnect()  # type: ignore[no-untyped-call]
        self._connection = None
        log.warning("limits are counted in each worker, for Redis fails: %s", why)
        threading.Thread(target=self._wait, name="redis-is-back", daemon=True).start()

    def _wait(self) -> None:
        while not self._connect():
            time.sleep(_PAUSE)
        log.warning("limits are counted in Redis again")


def _ask(
    connection: Connection, key: str, amount: int, most: int, milliseconds: int
) -> tuple[int, int]:
    """Count in Redis; return the count and the milliseconds until it ends."""
    arguments = (1, key, amount, most, milliseconds)
    connection.send_command("EVALSHA", _COUNT_SHA, *arguments)  # type: ignore[no-untyped-call]
    try:
        asked, left = connection.read_response()
    except NoScriptError:  # a Redis that was started anew
        connection.send_command("EVAL", _COUNT, *arguments)  # type: ignore[no-untyped-call]
        asked, left = connection.read_response()
    return asked, left
