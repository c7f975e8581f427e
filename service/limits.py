"""Limits: how often a client has asked, counted in Redis for all, or here where there is none.

The trap: a limiter that waits for its Redis turns one dead machine into a dead service. So a count
that does not come in time is made in this process, and nobody asks Redis again before it counts a
probe, which is tried beside the requests and not by them.

The rates and their keys are those of the library `limits`. flask-limiter around it took three times
as long, asked Redis three times a request, and may take half a minute to notice that Redis is back.
"""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.exceptions import NoScriptError
from redis.retry import Retry

SCOPE = "exohabit"
"""What every key in Redis begins with."""
PATIENCE = 0.09
"""Seconds that Redis has for an answer."""
_PAUSE = 0.5
"""Seconds between two looks whether Redis is back."""
_MOST_KEPT = 100_000
"""Windows of one length in this process; beyond, the oldest are forgotten."""

# One trip: a second would cost more than judging a planet.
_COUNT = """
local count = redis.call("INCRBY", KEYS[1], ARGV[1])
if count == tonumber(ARGV[1]) then redis.call("PEXPIRE", KEYS[1], ARGV[2]) end
return {count, redis.call("PTTL", KEYS[1])}
"""
_COUNT_SHA = hashlib.sha1(_COUNT.encode(), usedforsecurity=False).hexdigest()

log = logging.getLogger(__name__)


class Window(NamedTuple):
    """What a client has asked since its window began, and when that ends (seconds, monotonic)."""

    asked: int
    ends: float

    @property
    def seconds_left(self) -> float:
        """Seconds until the client may ask as often again."""
        return max(self.ends - time.monotonic(), 0.0)


class LocalWindows:
    """Counts of this process."""

    def __init__(self) -> None:
        self._windows: dict[int, dict[str, Window]] = defaultdict(dict)
        """By their length: in each, the first to begin is the first to end."""
        self._lock = threading.Lock()

    def count(self, key: str, seconds: int, amount: int) -> Window:
        """Add to a key's window, or begin one."""
        now = time.monotonic()
        with self._lock:
            windows = self._windows[seconds]
            window = windows.get(key)
            if window is None or window.ends <= now:
                windows.pop(key, None)
                _drop_oldest(windows, now)
                window = Window(0, now + seconds)
            window = windows[key] = window._replace(asked=window.asked + amount)
        return window


def _drop_oldest(windows: dict[str, Window], now: float) -> None:
    while windows:
        key = next(iter(windows))
        if windows[key].ends > now and len(windows) < _MOST_KEPT:
            return
        del windows[key]


class RedisWindows:
    """Counts that all processes share; it says when it cannot tell.

    The name of the machine is looked up here and beside the requests: a look-up has no time-out.
    """

    def __init__(self, address: str) -> None:
        self._pool = ConnectionPool.from_url(
            address,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._name = self._pool.connection_kwargs.get("host")
        self._own = threading.local()
        self._generation = 0
        """Connections of an earlier one are not used again."""
        self._lock = threading.Lock()
        self.is_down = False
        if not self.answers():
            self._give_up("it does not answer")

    def count(self, key: str, seconds: int, amount: int) -> Window | None:
        """Add to a key's window, or begin one; None if Redis does not answer."""
        if self.is_down:
            return None
        try:
            asked, left = self._ask(key, amount, seconds * 1000)
        except (RedisError, OSError) as error:
            self._give_up(type(error).__name__)
            return None
        return Window(asked, time.monotonic() + left / 1000)

    def answers(self) -> bool:
        """Whether Redis counts, on a new connection.

        A ping would not do: it is answered by a Redis that is full, too.
        """
        for place in self._look_up():
            self._pool.connection_kwargs.update(place)
            self._generation += 1
            with suppress(RedisError, OSError):
                return bool(self._ask(f"{SCOPE}:probe", 1, 1000))
        return False

    def _ask(self, key: str, amount: int, milliseconds: int) -> tuple[int, int]:
        """Count in Redis, on a connection that this thread has for itself.

        It is half the way of a request through redis-py's own client, which looks for a connection
        each time.
        """
        own = self._own
        if getattr(own, "generation", None) != self._generation:
            own.generation, own.connection = self._generation, self._pool.make_connection()
        arguments = (1, key, amount, milliseconds)
        own.connection.send_command("EVALSHA", _COUNT_SHA, *arguments)
        try:
            asked, left = own.connection.read_response()
        except NoScriptError:  # a Redis that was started anew
            own.connection.send_command("EVAL", _COUNT, *arguments)
            asked, left = own.connection.read_response()
        return asked, left

    def _look_up(self) -> list[dict[str, str]]:
        """Return where to connect to: the addresses of a name; a certificate is for the name."""
        if self._name is None or issubclass(self._pool.connection_class, SSLConnection):
            return [{}]
        try:
            found = socket.getaddrinfo(self._name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []
        return [{"host": str(place[0])} for *_, place in found]

    def _give_up(self, why: str) -> None:
        with self._lock:
            if self.is_down:
                return
            self.is_down = True
        log.warning("limits are counted in each worker, for Redis fails: %s", why)
        threading.Thread(target=self._wait, name="redis-is-back", daemon=True).start()

    def _wait(self) -> None:
        while not self.answers():
            time.sleep(_PAUSE)
        self.is_down = False
        log.warning("limits are counted in Redis again")


class Windows:
    """What limits are counted in: Redis if it is given and answers, else this process."""

    def __init__(self, redis: str | None, on_fallback: Callable[[], None]) -> None:
        self._shared = RedisWindows(redis) if redis else None
        self._local = LocalWindows()
        self._on_fallback = on_fallback

    def count(self, key: str, seconds: int, amount: int = 1) -> Window:
        """Add to a key's window of so many seconds, or begin one."""
        window = self._shared.count(key, seconds, amount) if self._shared else None
        if window is None:
            if self._shared:
                self._on_fallback()
            window = self._local.count(key, seconds, amount)
        return window
