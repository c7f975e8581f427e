"""A Redis server for the tests that need one, and a service that fails."""

from __future__ import annotations

import pytest

from exohabit.service import rate_limit
from tests.redis_server import redis_server
from tests.service.waiting import SOON


@pytest.fixture
def redis():
    with redis_server() as running:
        yield running


@pytest.fixture
def failing(monkeypatch) -> None:
    """Let every request with a body fail for a reason that nobody expects."""

    def fail(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("exohabit.service.dispatch.read_body", fail)


@pytest.fixture
def patient(monkeypatch):
    """Give Redis enough time for a busy machine."""
    monkeypatch.setattr(rate_limit, "ROUND_TRIP_SECONDS", SOON)
