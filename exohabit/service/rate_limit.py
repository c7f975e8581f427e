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
from exohabit.service.metric_collectors import ComputedGauge
from exohabit.service.request_state import Headers, RequestState
from exohabit.service.settings import Settings

Windows = list[tuple[RateLimitItem, int, float]]
"""For each rate: the requests so far, and the milliseconds until its window ends."""
MAX_KEYS = 100_000
"""Windows that a process keeps; they take 40 MB."""
PROBE_SECONDS = 0.5
ROUND_TRIP_SECONDS = 0.09
"""Time limit of a command and its reply."""
_SCRIPT = """local reply = {tonumber(ARGV[1])}
for i, key in ipairs(KEYS) do
    reply[2 * i] = redis.call("INCRBY", key, ARGV[2])
    if redis.call("PTTL", key) < 0 then redis.call("PEXPIRE", key, ARGV[i + 2] * 1000) end
    reply[2 * i + 1] = redis.call("PTTL", key)
end
return reply"""
_MAX_INTEGER = 2**53
"""Up to this, Redis's Lua keeps integers exact."""

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Count requests and refuse those over the limit, if one is set."""
    state = app_state(app)
    settings, fallbacks = state.settings, state.metrics.limiter_fallbacks
    if not settings.rate_limit or not state.bundle:  # `flask` commands answer no requests
        return
    counter = LocalCounter(settings)
    if settings.redis:
        counter = redis = RedisCounter(settings, fallbacks)
        state.metrics.add(
            ComputedGauge("exohabit_redis_up", "1 if it counts the limits", lambda: redis.works)
        )

    def check(request: RequestState) -> None:
        if request.operation and not is_open(request):
            request.counts = counter.add(client_of(request), 1)
        for rate, count, _ in request.counts:
            if count > rate.amount:
                raise TooManyRequests(
                    f"Too many requests: {_in_words(rate)}. Try again in "
                    f"{_seconds_left(request)} seconds, as Retry-After says."
                )

    def charge(request: RequestState, cost: int) -> None:
        if request.counts and cost > 100:  # each further 100 planets, or part of 100, count as one
            request.counts = counter.add(client_of(request), (cost - 1) // 100)

    state.hooks.register_before(check)
    state.hooks.register_charge(charge)
    state.hooks.register_after(_headers)


def _in_words(rate: RateLimitItem) -> str:
    return str(rate).replace(" per 1 ", " per ")


def _headers(state: RequestState, status: int) -> Headers:
    """Return the headers about the rate that leaves the client the fewest requests."""
    if not state.counts:
        return []
    rate, count, _ = _fewest_left(state)
    seconds = _seconds_left(state)
    values = {"Limit": rate.amount, "Remaining": max(rate.amount - count, 0), "Reset": seconds}
    headers = [(f"RateLimit-{name}", str(number)) for name, number in values.items()]
    return [*headers, ("Retry-After", str(max(seconds, 1)))] if status == 429 else headers


def _fewest_left(state: RequestState) -> tuple[Any, int, float]:
    """Return the window that leaves the client the fewest requests."""
    fewest: tuple[Any, int, float] = min(state.counts, key=lambda each: each[0].amount - each[1])
    return fewest


def _seconds_left(state: RequestState) -> int:
    """Return the seconds until all windows that are exceeded end, or else the fullest."""
    exceeded = (each[2] for each in state.counts if each[1] > each[0].amount)
    return ceil(max(exceeded, default=_fewest_left(state)[2]) / 1000)


class LocalCounter(MemoryStorage):
    """Counts in this process."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._rates, self._lock = list(dict.fromkeys(parse_many(settings.rate_limit or ""))), Lock()
        self.timer: Any = main_thread()  # `incr` starts a clean-up thread unless this is alive

    def add(self, client: str, amount: int) -> Windows:
        """Add to all windows of a client and return them."""
        keys = {rate.key_for(client): rate.get_expiry() for rate in self._rates}
        with self._lock:  # otherwise `incr` may return what another thread has counted
            if len(self.storage) >= MAX_KEYS:  # drop the tenth that ends first
                by_end = sorted(self.expirations, key=self.expirations.__getitem__)
                for key in by_end[: MAX_KEYS // 10]:
                    self.clear(key)
            counts = [self.incr(key, seconds, amount) for key, seconds in keys.items()]
            ms_left = [1000 * (self.get_expiry(key) - time.time()) for key in keys]
        return list(zip(self._rates, counts, ms_left, strict=True))


class RedisCounter(LocalCounter):
    """Counts in Redis over one connection per thread.

    After an error, requests are counted in this process until `_watch` finds that Redis works.
    """

    def __init__(self, settings: Settings, fallbacks: Counter) -> None:
        from redis import ConnectionPool  # noqa: PLC0415 (6 MB, needed only with this setting)

        super().__init__(settings)
        limits = {
            "socket_timeout": ROUND_TRIP_SECONDS,
            "socket_connect_timeout": ROUND_TRIP_SECONDS,
        }
        options = {"redis_connect_func": _LimitedSocket, "driver_info": None, "protocol": 2}
        self._pool = ConnectionPool.from_url(settings.redis or "", **limits, **options)
        self._own, self._failures, self.works = local(), 0, False
        self._tokens, self._fallbacks, was_tried = iter(range(_MAX_INTEGER)), fallbacks, Event()
        Thread(target=self._watch, args=(was_tried,), daemon=True).start()
        was_tried.wait(1)

    def add(self, client: str, amount: int) -> Windows:
        if self.works and (windows := self._add_in_redis(client, amount)):
            return windows
        self._fallbacks.inc()
        return super().add(client, amount)

    def _watch(self, was_tried: Event) -> None:
        while True:
            if self._add_in_redis("probe", 0) and not self.works:
                if self._failures:
                    log.warning("limits are counted in Redis again")
                self.works = True
            was_tried.set()
            time.sleep(PROBE_SECONDS)

    def _add_in_redis(self, client: str, amount: int) -> Windows:
        """Run the script; return an empty list if Redis fails."""
        own = self._own
        try:
            if own.__dict__.setdefault("failures", -1) != self._failures:
                own.failures = self._failures
                own.connection = getattr(own, "connection", None) or self._pool.make_connection()
                own.connection.disconnect()  # so that no reply to an earlier command is read
            keys = {rate.key_for("exohabit", client): rate.get_expiry() for rate in self._rates}
            token = next(self._tokens)
            arguments = [len(keys), *keys, token, amount, *keys.values()]
            own.connection.send_command("EVAL", _SCRIPT, *arguments)
            return self._check_reply(own.connection.read_response(), token)
        except Exception as error:
            if own.failures == self._failures:  # otherwise another thread has reported it
                is_new, self.works = self.works or not self._failures, False
                self._failures += 1
                if is_new:
                    reason = f"because Redis fails: {str(error)!r:.200}"
                    log.warning("limits are counted in each worker, %s", reason)
            return []

    def _check_reply(self, reply: Any, token: int) -> Windows:
        """Return the windows of a reply; raises an error if it is not a reply to this command."""
        windows = list(zip(self._rates, reply[1::2], reply[2::2], strict=True))
        are_possible = (
            count < _MAX_INTEGER and ms_left <= 1000 * rate.get_expiry()
            for rate, count, ms_left in windows
        )
        are_integers = {*map(type, reply)} == {int}
        if not (are_integers and reply[0] == token and min(reply) >= 0 and all(are_possible)):
            raise ValueError(f"unexpected reply {reply}")
        return windows


class _LimitedSocket:
    """Limits a command and its reply to 90 ms and 4 KiB; redis-py limits only each `recv`."""

    def __init__(self, connection: Any) -> None:
        self._socket, connection._sock = connection._sock, self
        self.close, self.shutdown = self._socket.close, self._socket.shutdown
        connection.on_connect()

    def sendall(self, data: bytes) -> None:
        self._deadline, self._bytes_left = time.monotonic() + ROUND_TRIP_SECONDS, 4096
        self._socket.sendall(data)

    def recv(self, size: int) -> Any:
        self._socket.settimeout(max(self._deadline - time.monotonic(), 0))
        self._bytes_left -= len(data := self._socket.recv(min(size, self._bytes_left)))
        return data
