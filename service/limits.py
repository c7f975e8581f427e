"""Limits: how often a client has asked, counted in Redis for all, or here where there is none.

The trap: a limiter that waits for its Redis turns one dead machine into a dead service. So a count
that does not come in time is made in this process, and nobody asks Redis again before it counts a
probe, which is tried beside the requests and not by them.

flask-limiter has a fallback of its own; it lets requests try whether Redis is back, ever more
rarely, so that it may take half a minute to notice.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from flask import g
from limits.storage import Storage
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.retry import Retry

SCHEME = "exohabit"
"""By which `limits` knows what is counted here."""
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
        self._redis = Redis.from_url(
            address,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._pool = self._redis.connection_pool
        self._name = self._pool.connection_kwargs.get("host")
        self._script = self._redis.register_script(_COUNT)
        self._lock = threading.Lock()
        self.is_down = False
        if not self.answers():
            self._give_up("it does not answer")

    def count(self, key: str, seconds: int, amount: int) -> Window | None:
        """Add to a key's window, or begin one; None if Redis does not answer."""
        if self.is_down:
            return None
        try:
            asked, left = self._script([key], [amount, seconds * 1000])
        except (RedisError, OSError) as error:
            self._give_up(type(error).__name__)
            return None
        return Window(asked, time.monotonic() + left / 1000)

    def answers(self) -> bool:
        """Whether Redis counts, on a connection that has not seen trouble.

        A ping would not do: it is answered by a Redis that is full, too.
        """
        for place in self._look_up():
            self._pool.connection_kwargs.update(place)
            self._pool.disconnect(inuse_connections=False)
            self._pool.reset()  # those it has would go back to where they were
            with suppress(RedisError, OSError):
                return bool(self._script([f"{SCHEME}:probe"], [1, 1000]))
        return False

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


class Windows(Storage):
    """What flask-limiter counts in: Redis if it is given and answers, else this process.

    The windows that a request has counted in are left in `flask.g`, to be told to its client
    without being asked for again.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as the base class declares it

    def __init__(
        self, uri: str, *, redis: str | None, on_fallback: Callable[[], None], **options: Any
    ) -> None:
        super().__init__(uri, **options)
        self._shared = RedisWindows(redis) if redis else None
        self._local = LocalWindows()
        self._on_fallback = on_fallback

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may be raised here."""
        return RedisError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        window = self._shared.count(key, expiry, amount) if self._shared else None
        if window is None:
            if self._shared:
                self._on_fallback()
            window = self._local.count(key, expiry, amount)
        g.setdefault("windows", {})[key] = window
        return window.asked

    def check(self) -> bool:
        return self._shared is None or not self._shared.is_down

    def get(self, key: str) -> int:
        raise NotImplementedError(_ONLY_COUNTED)

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError(_ONLY_COUNTED)

    def reset(self) -> int | None:
        raise NotImplementedError(_ONLY_COUNTED)

    def clear(self, key: str) -> None:
        raise NotImplementedError(_ONLY_COUNTED)


_ONLY_COUNTED = "windows are counted in and run out; nothing else is asked of them"
