"""Blocks: how many numbers are taken ahead, and that each is given once."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from service import blocks as module
from service import windows
from service.blocks import Blocks
from service.redis_windows import RedisWindows
from service.windows import LocalWindows, Window
from tests.service.waiting import SOON, at_once, until

LONG = 3600
MANY = 10**6


class Counted(LocalWindows):
    """What Redis would have counted, and by how much at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.amounts: list[int] = []

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window:
        self.amounts.append(amount)
        return super().count(key, seconds, MANY if amount < 0 else most, amount)

    @property
    def sum(self) -> int:
        return sum(self.amounts)


@pytest.fixture
def held_long(monkeypatch):
    """Give nothing back before the test is over, be the machine ever so busy."""
    monkeypatch.setattr(module, "_HELD_SECONDS", LONG)


def test_who_asks_often_is_numbered_in_blocks_that_grow(held_long):
    counted = Counted()
    blocks = Blocks(counted)

    numbers = [blocks.count("key", LONG, MANY, 1).asked for _ in range(200)]

    assert numbers == list(range(1, 201))
    assert counted.amounts == [1, 2, 4, 8, 16, 32, 32, 32, 32, 32, 32]


def test_at_most_a_hundredth_of_what_is_left_is_held(held_long):
    counted = Counted()
    blocks = Blocks(counted)

    numbers = [blocks.count("key", LONG, 1000, 1).asked for _ in range(1100)]

    assert numbers == [*range(1, 1001), *[1001] * 100]
    before = [0, *itertools.accumulate(counted.amounts)]
    assert max(counted.amounts) > 1
    for size, number in zip(counted.amounts, before, strict=False):
        assert size <= max((1000 - number) // 100, 1)


def test_what_is_not_used_is_given_back_and_who_asks_seldom_is_counted_one_by_one(monkeypatch):
    monkeypatch.setattr(module, "_HELD_SECONDS", 0.01)
    counted = Counted()
    blocks = Blocks(counted)
    given = 0
    while max(counted.amounts, default=0) < 4:
        blocks.count("key", LONG, MANY, 1)
        given += 1

    until(lambda: not blocks._blocks)

    assert counted.sum == given
    for _ in range(3):
        before = len(counted.amounts)
        number = blocks.count("key", LONG, MANY, 1).asked
        given += 1
        until(lambda: not blocks._blocks)
        assert (number, counted.amounts[before:]) == (given, [1])


def test_what_costs_more_is_counted_at_once_and_leaves_the_block(held_long):
    counted = Counted()
    blocks = Blocks(counted)
    for _ in range(2):
        blocks.count("key", LONG, MANY, 1)

    ranked = blocks.count("key", LONG, MANY, 50).asked

    assert (ranked, counted.amounts) == (53, [1, 2, 50])
    assert blocks.count("key", LONG, MANY, 1).asked == 3


def test_numbers_of_a_window_that_is_over_are_not_given(held_long, monkeypatch):
    now = [100.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=time.sleep)
    for each in (module, windows):
        monkeypatch.setattr(each, "time", clock)
    counted = Counted()
    blocks = Blocks(counted)
    for _ in range(5):
        blocks.count("key", 60, MANY, 1)

    now[0] += 60

    assert blocks.count("key", 60, MANY, 1) == (1, 220.0)


@pytest.mark.parametrize("most", [30, 1000, MANY])
def test_workers_that_share_a_redis_let_exactly_so_many_pass(redis, patient, most):
    workers = [Blocks(RedisWindows(redis.url)) for _ in range(4)]
    turns = itertools.cycle(workers)

    numbers = at_once(8, 300, lambda: next(turns).count("key", LONG, most, 1).asked)
    until(lambda: not any(worker._blocks for worker in workers))
    numbers += [next(turns).count("key", LONG, most, 1).asked for _ in range(100)]

    assert sum(number <= most for number in numbers) == min(most, 2500)


@pytest.mark.parametrize("needs", [0, 16], ids=["is given back", "is used, and no more"])
def test_what_one_worker_holds_when_another_has_used_up_the_rest(
    redis, patient, monkeypatch, needs
):
    monkeypatch.setattr(module, "_SHARE_HELD", 2)
    monkeypatch.setattr(module, "_HELD_SECONDS", 1)
    one, other = (Blocks(RedisWindows(redis.url)) for _ in range(2))

    def passed(blocks: Blocks, times: int) -> int:
        return sum(blocks.count("key", LONG, 100, 1).asked <= 100 for _ in range(times))

    first = passed(one, 16), passed(other, 200), passed(one, needs)
    until(lambda: not (one._blocks or other._blocks))

    assert first == (16, 69, min(needs, 15))
    assert passed(other, 200) + passed(one, 200) == 100 - sum(first)


def test_blocks_that_cannot_be_taken_are_not_made_up(held_long):
    counted = Counted()
    blocks = Blocks(counted)
    blocks.count("key", LONG, MANY, 1)
    counted.count = lambda *_: None

    assert blocks.count("key", LONG, MANY, 1) is None
    assert blocks.count("other", LONG, MANY, 7) is None


def test_nobody_waits_long_for_those_who_wait_for_redis(held_long, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    counted = Counted()
    blocks = Blocks(counted)
    is_answered = threading.Event()
    count = counted.count
    counted.count = lambda *asked: is_answered.wait(SOON) and count(*asked)

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(blocks.count, f"key-{i}", LONG, MANY, 1) for i in range(4)]
        until(lambda: sum(each.done() for each in waiting) == 3)
        is_answered.set()

    assert sorted(each.result() is None for each in waiting) == [False, True, True, True]
