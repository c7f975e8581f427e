"""Limits: how often a client has asked, counted in Redis for all, or here where there is none.

The rates and their keys are those of the library `limits`. flask-limiter around it asked Redis
three times a request, and may take half a minute to notice that Redis is back.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from service.blocks import Blocks
from service.windows import LocalWindows, Window

if TYPE_CHECKING:
    from service.redis_windows import RedisWindows


class Windows:
    """What limits are counted in: Redis if it is given and answers, else this process."""

    def __init__(self, redis: str | None, on_fallback: Callable[[], None]) -> None:
        self._shared = Blocks(_in_redis(redis)) if redis else None
        self._local = LocalWindows()
        self._on_fallback = on_fallback

    def count(self, key: str, seconds: int, most: int, amount: int = 1) -> Window:
        """Add to a key's window of so many seconds, or begin one; `most` is what it may reach."""
        window = self._shared.count(key, seconds, most, amount) if self._shared else None
        if window is None:
            if self._shared:
                self._on_fallback()
            window = self._local.count(key, seconds, most, amount)
        return window


def _in_redis(address: str) -> RedisWindows:
    """Make windows in Redis; only who has one loads the library for it."""
    windows: RedisWindows = import_module("service.redis_windows").RedisWindows(address)
    return windows
