"""Rates: how often a client may ask, and how much a ranking counts.

Loaded only where there is a limit: the libraries that read rates and speak to Redis take a tenth of
a worker's memory.
"""

from __future__ import annotations

import ipaddress
import math
import re
from functools import lru_cache
from typing import NamedTuple

from flask import Flask
from limits import RateLimitItem, parse_many
from werkzeug.exceptions import TooManyRequests

from service.access import is_open
from service.config import Settings
from service.exchanges import Exchange, Headers, steps
from service.limits import Windows
from service.metrics import Metrics
from service.windows import SCOPE, Window

PLANETS_A_REQUEST = 100
"""Planets of a ranking that count as one request; each hundred begun counts as one more."""
_WITH_PORT = re.compile(r"\[(.*)\](?::\d+)?|([\d.]+):\d+")


def init_app(app: Flask) -> None:
    """Count what is asked, and refuse who has asked as often as they may."""
    settings: Settings = app.config["EXOHABIT"]
    metrics: Metrics = app.extensions["exohabit-metrics"]
    windows = Windows(settings.redis, metrics.limiter_fallbacks.inc)
    rates = parse_many(settings.rate_limit or "")

    def count(exchange: Exchange) -> None:
        """Count a request, and refuse it if its client has asked as often as it may."""
        if exchange.method == "OPTIONS" or exchange.view is None or is_open(exchange.view):
            return
        client = _client(exchange)
        for rate in rates:  # of those after one that refuses, nothing is taken
            counted = _count(windows, rate, rate.key_for(SCOPE, client))
            exchange.counts.append(counted)
            if counted.window.asked > rate.amount:
                raise TooManyRequests(str(rate))

    def charge(exchange: Exchange, planets: int) -> None:
        """Count a request that was let in once more for each hundred planets begun after the first.

        It is let in while anything is left of its client's window, and then pays in full: no answer
        is thrown away for its price, and no size is shut out for good.
        """
        if planets > PLANETS_A_REQUEST:
            cost = math.ceil(planets / PLANETS_A_REQUEST) - 1
            paid = [_count(windows, each.rate, each.key, cost) for each in exchange.counts]
            exchange.counts = paid

    steps(app).check(count)
    steps(app).charge(charge)
    steps(app).remark(_tell_limits)


class _Counted(NamedTuple):
    """A request counted in one of its client's windows."""

    rate: RateLimitItem
    key: str
    window: Window


def _count(windows: Windows, rate: RateLimitItem, key: str, amount: int = 1) -> _Counted:
    return _Counted(rate, key, windows.count(key, rate.get_expiry(), rate.amount, amount))


def _client(exchange: Exchange) -> str:
    """Say whose requests are counted together: a key's, else those of an address."""
    if exchange.key_name:
        return f"key:{exchange.key_name}"
    return f"address:{network_of(exchange.environ.get('REMOTE_ADDR', ''))}"


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


def _tell_limits(exchange: Exchange, status: int) -> Headers:
    """Tell a client how much it may still ask, by the window that leaves least."""
    if not exchange.counts:
        return []
    item, _, window = min(exchange.counts, key=lambda each: each.rate.amount - each.window.asked)
    seconds_left = math.ceil(window.seconds_left)
    told = [
        ("RateLimit-Limit", str(item.amount)),
        ("RateLimit-Remaining", str(max(item.amount - window.asked, 0))),
        ("RateLimit-Reset", str(seconds_left)),
    ]
    return [*told, ("Retry-After", str(max(seconds_left, 1)))] if status == 429 else told
