"""Rate limits: how many requests each client may send, counted in Redis or in this process."""

from __future__ import annotations

import logging
import time
from math import ceil
from threading import Event, Lock, Thread, local, main_thread
from typing import Any

from flask import Flask
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from prometheus_client import Counter
from werkzeug.exceptions import TooManyRequests

from exohabit.service.app_state import app_state
from exohabit.service.auth import client_of, is_open
from exohabit.service.request_state import Headers, RequestState
from exohabit.service.settings import Settings

Windows = list[tuple[RateLimitItem, int, float]]  # a rate, requests so far, milliseconds left
MOST_KEYS = 100_000  # in this process, where they take 40 MB
PROBE_SECONDS = 0.5
TRIP_SECONDS = 0.09  # the longest time for a command and its reply
_SCRIPT = """local reply = {tonumber(ARGV[1])}
for i, key in ipairs(KEYS) do
    reply[2 * i] = redis.call("INCRBY", key, ARGV[2])
    if redis.call("PTTL", key) < 0 then redis.call("PEXPIRE", key, ARGV[i + 2] * 1000) end
    reply[2 * i + 1] = redis.call("PTTL", key)
end
return reply"""
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Count requests and refuse those beyond the limit, if there is one."""
    state = app_state(app)
    settings, fallbacks = state.settings, state.metrics.limiter_fallbacks
    if not settings.rate_limit or not state.bundle:  # commands count nothing
        return
    counter = Shared(settings, fallbacks) if settings.redis else Local(settings)

    def check(request: RequestState) -> None:
        if request.endpoint and not is_open(request):
            request.counts = counter.add(client_of(request), 1)
        for rate, count, _ in request.counts:
            if count > rate.amount:
                raise TooManyRequests(str(rate))

    def charge(request: RequestState, cost: int) -> None:
        if request.counts and cost > 100:  # each further 100 planets, or part of 100, count as one
            request.counts = counter.add(client_of(request), (cost - 1) // 100)

    state.hooks.register_before(check)
    state.hooks.register_charge(charge)
    state.hooks.register_after(_headers)


def _headers(state: RequestState, status: int) -> Headers:
    """Tell a client about the limit that leaves it the fewest requests."""
    if not state.counts:
        return []
    exceeded = [each for each in state.counts if each[1] > each[0].amount]
    rate, asked, left = min(state.counts, key=lambda each: each[0].amount - each[1])
    left = max((each[2] for each in exceeded), default=left)
    seconds = ceil(left / 1000)
    told = {"Limit": rate.amount, "Remaining": max(rate.amount - asked, 0), "Reset": seconds}
    headers = [(f"RateLimit-{name}", str(number)) for name, number in told.items()]
    return [*headers, ("Retry-After", str(max(seconds, 1)))] if status == 429 else headers


class Local(MemoryStorage):
    """Counts in this process."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._rates, self._lock = list(dict.fromkeys(parse_many(settings.rate_limit or ""))), Lock()
        self.timer: Any = main_thread()  # while this is alive, `incr` starts no thread to clean up

    def add(self, client: str, amount: int) -> Windows:
        """Add to all windows of a client and return them."""
        keys = {rate.key_for(client): rate.get_expiry() for rate in self._rates}
        with self._lock:  # otherwise `incr` may return what another thread has counted
            if len(self.storage) >= MOST_KEYS:  # forget the tenth that ends first
                for key in sorted(self.expirations, key=self.expirations.__getitem__)[
                    : MOST_KEYS // 10
                ]:
                    self.clear(key)
            asked = [self.incr(key, seconds, amount) for key, seconds in keys.items()]
            left = [1000 * (self.get_expiry(key) - time.time()) for key in keys]
        return list(zip(self._rates, asked, left, strict=True))


class Shared(Local):
    """Counts in Redis by a connection for each thread; after a failure only `_watch` tries it."""

    def __init__(self, settings: Settings, fallbacks: Counter) -> None:
        from redis import ConnectionPool  # noqa: PLC0415 (6 MB, which few services need)

        super().__init__(settings)
        bounds = {"socket_timeout": TRIP_SECONDS, "socket_connect_timeout": TRIP_SECONDS}
        options = {"redis_connect_func": _BoundedSocket, "driver_info": None, "protocol": 2}
        self._pool = ConnectionPool.from_url(settings.redis or "", **bounds, **options)
        self._own, self._failures, self._works = local(), 0, False
        self._tokens, self._fallbacks, was_tried = iter(range(2**53)), fallbacks, Event()
        Thread(target=self._watch, args=(was_tried,), daemon=True).start()
        was_tried.wait(1)

    def add(self, client: str, amount: int) -> Windows:
        if self._works and (windows := self._ask(client, amount)):
            return windows
        self._fallbacks.inc()
        return super().add(client, amount)

    def _watch(self, was_tried: Event) -> None:
        while True:
            if self._ask("probe", 0) and not self._works:
                self._works = True
                if self._failures:
                    log.warning("limits are counted in Redis again")
            was_tried.set()
            time.sleep(PROBE_SECONDS)

    def _ask(self, client: str, amount: int) -> Windows:
        """Run the script; returns nothing if that fails or the reply is not one of the script's."""
        own = self._own
        try:
            if own.__dict__.setdefault("failures", -1) != self._failures:
                own.failures = self._failures
                own.connection = getattr(own, "connection", None) or self._pool.make_connection()
                own.connection.disconnect()  # so that it reads no reply to an earlier command
            keys = {rate.key_for("exohabit", client): rate.get_expiry() for rate in self._rates}
            sent = [len(keys), *keys, token := next(self._tokens), amount, *keys.values()]
            own.connection.send_command("EVAL", _SCRIPT, *sent)
            reply = own.connection.read_response()
            windows = list(zip(self._rates, reply[1::2], reply[2::2], strict=True))
            fits = [n < 2**53 and left <= 1000 * rate.get_expiry() for rate, n, left in windows]
            if {*map(type, reply)} != {int} or reply[0] != token or min(reply) < 0 or not all(fits):
                raise ValueError(f"unexpected reply {reply}")
            return windows
        except Exception as error:
            if own.failures == self._failures:  # otherwise Redis failed earlier and works again
                is_new, self._works = self._works or not self._failures, False
                self._failures += 1
                if is_new:
                    why = f"because Redis fails: {str(error)!r:.200}"
                    log.warning("limits are counted in each worker, %s", why)
            return []


class _BoundedSocket:
    """Gives a command and its reply 90 ms and 4 KiB; redis-py's time-out is for each `recv`."""

    def __init__(self, connection: Any) -> None:
        self._socket, connection._sock = connection._sock, self
        self.close, self.shutdown = self._socket.close, self._socket.shutdown
        connection.on_connect()

    def sendall(self, data: bytes) -> None:
        self._deadline, self._bytes_left = time.monotonic() + TRIP_SECONDS, 4096
        self._socket.sendall(data)

    def recv(self, size: int) -> Any:
        self._socket.settimeout(max(self._deadline - time.monotonic(), 0))
        self._bytes_left -= len(data := self._socket.recv(min(size, self._bytes_left)))
        return data
