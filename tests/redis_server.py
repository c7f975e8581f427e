"""A Redis server of a test's own; the test is skipped where redis-server is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench import redis_server as servers
from bench.redis_server import RedisServer

__all__ = ["RedisServer", "redis_server"]


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a redis-server on a free port until the end of the test."""
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server")
    with servers.redis_server() as server:
        yield server
