"""Windows in Redis: counts that all workers and machines share.

The trap: a limiter that waits for its Redis turns one dead machine into a dead service. So Redis
has a moment to answer, and once it did not, no request asks it again: it is looked after beside
them, and is back when it has counted a probe.
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

from service.windows import SCOPE, Window

PATIENCE = 0.09
"""Seconds that Redis has for an answer."""
_PAUSE = 0.5
"""Seconds between two looks whether Redis is back."""


class _Script:
    """What Redis does at once, in one trip."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


_COUNT = _Script("""
local key, amount, most = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local count = tonumber(redis.call("GET", key) or 0)
if count < most then redis.call("INCRBY", key, amount) end
local left = redis.call("PTTL", key)
if left < 0 then
    left = tonumber(ARGV[3])
    redis.call("PEXPIRE", key, left)
end
return {count + amount, left}
""")
# A window that ends later is another one: this may arrive after a Redis was frozen for long.
_GIVE_BACK = _Script("""
local left = redis.call("PTTL", KEYS[1])
if left > 0 and left <= tonumber(ARGV[2]) then redis.call("DECRBY", KEYS[1], ARGV[1]) end
""")

log = logging.getLogger(__name__)


class RedisWindows:
    """Counts in Redis; it says when it cannot tell.

    Its thread looks after a Redis that has failed, and looks up the name of its machine: a look-up
    has no time-out.
    """

    def __init__(self, address: str) -> None:
        self._options: dict[str, Any] = {
            **parse_url(address),  # type: ignore[no-untyped-call]
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
        }
        self._class: type[Connection] = self._options.pop("connection_class", Connection)
        self._name: str | None = self._options.get("host")
        self._own = threading.local()
        self._generation = 0
        """Connections of an earlier one are not used again."""
        self._lock = threading.Lock()
        self._has_failed = threading.Event()
        if not self._answers():
            self._give_up("it does not answer")
        threading.Thread(target=self._look_after, name="redis", daemon=True).start()

    @property
    def is_down(self) -> bool:
        """Whether Redis has failed and has not counted since."""
        return self._has_failed.is_set()

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window | None:
        """Add to a key's window, or begin one; None if Redis does not answer.

        Nothing is added to a window that has reached `most`.
        """
        began = time.monotonic()  # so that no window ends here later than there
        told = self._run(_COUNT, key, amount, most, seconds * 1000)
        return Window(told[0], began + told[1] / 1000) if told else None

    def give_back(self, key: str, window: Window, amount: int) -> None:
        """Take away from a key's window what was added and is not used, unless it is over."""
        self._run(_GIVE_BACK, key, amount, int((window.seconds_left + PATIENCE) * 1000))

    def _run(self, script: _Script, key: str, *arguments: int) -> Any:
        if self.is_down:
            return None
        try:
            return self._ask(script, key, *arguments)
        except (RedisError, OSError) as error:
            self._give_up(type(error).__name__)
            return None

    def _ask(self, script: _Script, key: str, *arguments: int) -> Any:
        """Run a script on a connection that this thread has for itself.

        redis-py's own client looks for a connection each time, which takes as long again.
        """
        own = self._own
        if getattr(own, "generation", None) != self._generation:
            own.generation, own.connection = self._generation, self._class(**self._options)
        own.connection.send_command("EVALSHA", script.sha, 1, key, *arguments)
        try:
            return own.connection.read_response()
        except NoScriptError:  # a Redis that was started anew
            own.connection.send_command("EVAL", script.text, 1, key, *arguments)
            return own.connection.read_response()

    def _answers(self) -> bool:
        """Whether Redis counts, on a new connection.

        A ping would not do: it is answered by a Redis that is full, too.
        """
        for place in self._look_up():
            self._options.update(place)
            self._generation += 1
            with suppress(RedisError, OSError):
                return bool(self._ask(_COUNT, f"{SCOPE}:probe", 1, 2, 1000))
        return False

    def _look_up(self) -> list[dict[str, str]]:
        """Return where to connect to: the addresses of a name; a certificate is for the name."""
        if self._name is None or issubclass(self._class, SSLConnection):
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
            self._has_failed.set()
        log.warning("limits are counted in each worker, for Redis fails: %s", why)

    def _look_after(self) -> None:
        while self._has_failed.wait():
            while not self._answers():
                time.sleep(_PAUSE)
            self._has_failed.clear()
            log.warning("limits are counted in Redis again")
