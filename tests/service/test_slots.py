"""Slots of a worker: large requests come first, and small ones keep a thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from exohabit.service.slots import Slots


def count(take: Callable[[], bool]) -> int:
    """Take all free slots and return their number."""
    return sum(take() for _ in range(65))


@pytest.mark.parametrize(
    ("threads", "requested", "large", "drains"),
    [(1, 4, 1, 0), (2, 4, 1, 1), (3, 4, 2, 2), (4, 4, 3, 2), (4, 2, 2, 2), (8, 64, 7, 2)],
)
def test_large_requests_and_refused_bodies_have_slots(threads, requested, large, drains):
    assert count(Slots(threads, requested).take_large) == large
    assert count(partial(Slots(threads, requested).take_drain, 0)) == drains


@pytest.mark.parametrize("requested", [1, 2, 64])
def test_refused_bodies_leave_a_thread_beside_large_requests(requested):
    for threads in range(2, 65):
        slots = Slots(threads, requested)
        large = count(slots.take_large)
        drains = count(partial(slots.take_drain, 0))
        slots.free_large()
        more = count(partial(slots.take_drain, 0))

        assert large + drains < threads
        assert drains + more == min(2, threads - large)


def test_a_refused_body_never_keeps_a_large_request_out():
    slots = Slots(threads=2, large_requests=1)

    assert slots.take_drain(0)
    assert slots.take_large()
    slots.free_drain()
    assert not slots.take_drain(0)


def test_a_refused_body_waits_for_a_slot():
    slots = Slots(threads=2, large_requests=1)
    slots.take_large()

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(slots.take_drain, 60)
        slots.free_large()

    assert waiting.result()
