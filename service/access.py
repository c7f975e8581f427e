"""Access: who may call, by which name, and how often.

What is marked `open_to_all` asks for no key and counts for no limit.

The trap: what a client says of its own address is worth nothing, so `X-Forwarded-For` is read only
as far back as there are trusted proxies, and by default not at all.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, parse_many
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import SecurityError, TooManyRequests, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from messages.problems import shown
from service.config import Settings
from service.keys import KeyRing
from service.limits import Windows
from service.metrics import Metrics
from service.redis_windows import SCOPE
from service.windows import Window

KEY_HEADER = "X-API-Key"
PLANETS_A_REQUEST = 100
"""Planets of a ranking that count as one request; each hundred begun counts as one more."""
_HOW_TO_SHOW = (
    f"This service asks for a key: send yours in the header {KEY_HEADER}, or as Authorization: "
    "Bearer and the key. Who runs the service gives keys out."
)
_PROBES = ("/health", "/ready")
_WITH_PORT = re.compile(r"\[(.*)\](?::\d+)?|([\d.]+):\d+")

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """Let anybody ask a route, without a key and as often as they like."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def is_open(app: Flask, endpoint: str | None) -> bool:
    """Whether a route is open to all; what is no route is not."""
    return hasattr(app.view_functions.get(endpoint or ""), "is_open_to_all")


def init_app(app: Flask) -> None:
    """Let in who may call; raises KeysError if the keys cannot be read."""
    settings: Settings = app.config["EXOHABIT"]
    if settings.trusted_hosts:
        _trust_hosts(app, settings.trusted_hosts)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    if settings.keys_file and app.extensions["exohabit"]:  # a command makes the file first
        _ask_for_keys(app, KeyRing(settings.keys_file))
    if settings.rate_limit:
        _limit(app, settings.rate_limit, settings.redis)


def _trust_hosts(app: Flask, hosts: tuple[str, ...]) -> None:
    """Refuse to be called by other names, but for probes: they call by whatever address they see.

    Flask's own setting knows no exception.
    """

    @lru_cache(maxsize=256)
    def is_trusted(host: str) -> bool:
        return host_is_trusted(host.lower(), hosts)

    def check() -> None:
        if not is_trusted(request.host) and request.path not in _PROBES:
            raise SecurityError(f"The service is not called {shown(request.host)}.")

    app.before_request(check)


def _ask_for_keys(app: Flask, ring: KeyRing) -> None:
    def check() -> None:
        """Refuse who has no key, before a byte of the body is read; a preflight cannot have one."""
        if request.method == "OPTIONS" or is_open(app, request.endpoint):
            return
        presented = _presented()
        if not presented:
            raise _refused(_HOW_TO_SHOW)
        key = ring.find(presented)
        if key is None:
            raise _refused("This key is not known here.")
        if key.is_expired(datetime.now(UTC)):
            raise _refused("This key has expired.")
        g.key_name = key.name

    app.before_request(check)
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    """Keep a cache from giving to others what it got with a key."""
    if "key_name" in g and request.method in ("GET", "HEAD"):
        response.cache_control.private = True
        response.vary.update((KEY_HEADER, "Authorization"))
    return response


def _presented() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return request.headers.get(KEY_HEADER, "").strip() or bearer


def _refused(why: str) -> Unauthorized:
    return Unauthorized(why, www_authenticate=WWWAuthenticate("bearer", {"realm": "ExoHabit"}))


def _limit(app: Flask, rate_limit: str, redis: str | None) -> None:
    metrics: Metrics = app.extensions["exohabit-metrics"]
    windows = Windows(redis, metrics.limiter_fallbacks.inc)
    app.extensions["exohabit-windows"] = windows
    rates = parse_many(rate_limit)

    def count() -> None:
        """Count a request, and refuse it if its client has asked as often as it may."""
        if (
            request.method == "OPTIONS"
            or request.endpoint is None
            or is_open(app, request.endpoint)
        ):
            return
        client = _client()
        g.counts = counts = []
        for rate in rates:  # of those after one that refuses, nothing is taken
            counted = _count(windows, rate, rate.key_for(SCOPE, client))
            counts.append(counted)
            if counted.window.asked > rate.amount:
                raise TooManyRequests(str(rate))

    app.before_request(count)
    app.after_request(_tell_limits)


class _Counted(NamedTuple):
    """A request counted in one of its client's windows."""

    rate: RateLimitItem
    key: str
    window: Window


def _count(windows: Windows, rate: RateLimitItem, key: str, amount: int = 1) -> _Counted:
    return _Counted(rate, key, windows.count(key, rate.get_expiry(), rate.amount, amount))


def _client() -> str:
    """Say whose requests are counted together: a key's, else those of an address."""
    if "key_name" in g:
        return f"key:{g.key_name}"
    return f"address:{network_of(request.remote_addr or '')}"


@lru_cache(maxsize=4096)
def network_of(text: str) -> str:
    """Return the network of an address, as far as it is one client's.

    Who has one IPv6 address has the 2^64 of its network. Some proxies add the port.
    """
    found = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address(found[1] or found[2] if found else text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def charge(planets: int) -> None:
    """Count a request that was let in once more for each hundred planets begun after the first.

    It is let in while anything is left of its client's window, and then pays in full: no answer is
    thrown away for its price, and no size is shut out for good.
    """
    if planets > PLANETS_A_REQUEST and "counts" in g:
        windows: Windows = current_app.extensions["exohabit-windows"]
        cost = math.ceil(planets / PLANETS_A_REQUEST) - 1
        g.counts = [_count(windows, each.rate, each.key, cost) for each in g.counts]


def _tell_limits(response: Response) -> Response:
    """Tell a client how much it may still ask, by the window that leaves least."""
    counts: list[_Counted] = g.get("counts", [])
    if not counts:
        return response
    item, _, window = min(counts, key=lambda each: each.rate.amount - each.window.asked)
    seconds_left = math.ceil(window.seconds_left)
    told = {
        "RateLimit-Limit": str(item.amount),
        "RateLimit-Remaining": str(max(item.amount - window.asked, 0)),
        "RateLimit-Reset": str(seconds_left),
    }
    if response.status_code == 429:
        told["Retry-After"] = str(max(seconds_left, 1))
    response.headers.extend(told)
    return response
