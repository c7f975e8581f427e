"""Blocks: how many numbers are taken ahead, and that each is given once."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from redis import Redis

from service import blocks as module
from service import redis_windows, windows
from service.blocks import Blocks
from service.redis_windows import RedisWindows
from service.windows import LocalWindows, Window
from tests.redis_server import RedisServer
from tests.service.test_limits import LASTING
from tests.service.waiting import SOON, at_once, until

LONG = 3600
MANY = 10**6


class Counted(LocalWindows):
    """What Redis would have counted, and by how much at a time."""

    is_down = False

    def __init__(self) -> None:
        super().__init__()
        self.amounts: list[int] = []

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window:
        self.amounts.append(amount)
        return super().count(key, seconds, most, amount)

    def give_back(self, key: str, _: Window, amount: int) -> None:
        self.amounts.append(-amount)
        super().count(key, LONG, MANY, -amount)

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


def test_what_is_held_while_redis_is_down_is_given_back_when_it_is_back(monkeypatch):
    monkeypatch.setattr(module, "_HELD_SECONDS", 0.01)
    counted = Counted()
    counted.is_down = True
    blocks = Blocks(counted)
    while max(counted.amounts, default=0) < 4:
        blocks.count("key", LONG, MANY, 1)
    given = sum(counted.amounts) - 3

    until(blocks._blocks["key"].is_old)
    time.sleep(0.05)
    assert min(counted.amounts) > 0
    counted.is_down = False

    until(lambda: not blocks._blocks)
    assert counted.sum == given


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


def test_who_waits_for_redis_keeps_no_other_client_waiting(held_long):
    counted = Counted()
    blocks = Blocks(counted)
    is_answered = threading.Event()
    count = counted.count

    def count_late(key: str, *how_many: int) -> Window:
        if key == "key-0":
            assert is_answered.wait(SOON)
        return count(key, *how_many)

    counted.count = count_late
    locks = {blocks._lock_of(f"key-{i}"): f"key-{i}" for i in range(200)}
    others = [key for lock, key in locks.items() if lock is not blocks._lock_of("key-0")]

    with ThreadPoolExecutor(4) as pool:
        waiting = pool.submit(blocks.count, "key-0", LONG, MANY, 1)
        numbers = [blocks.count(key, LONG, MANY, 1).asked for key in others]
        assert not waiting.done()
        is_answered.set()

    assert len(others) > 1
    assert {*numbers, waiting.result().asked} == {1}


def test_a_number_beyond_the_limit_that_refuses_is_given_back(redis, patient, monkeypatch):
    monkeypatch.setattr(module, "_SHARE_HELD", 2)
    monkeypatch.setattr(module, "_HELD_SECONDS", 1)
    one, other = (Blocks(RedisWindows(redis.url)) for _ in range(2))
    for _ in range(3):  # of 1 and 2, so that the next block is of 4
        one.count("key", LONG, 20, 1)
    for _ in range(15):
        other.count("key", LONG, 18, 1)

    numbers = [one.count("key", LONG, 20, 1).asked for _ in range(10)]
    until(lambda: not (one._blocks or other._blocks))

    assert numbers == [19, 20, *[21] * 8]
    assert counted_in(redis) == 20


def counted_in(redis: RedisServer) -> int:
    with Redis.from_url(redis.url) as client:
        return int(client.get("key") or 0)


# What is held, and a Redis or a window that ends.


@pytest.fixture
def held_by(redis, patient, monkeypatch):
    """Blocks that hold fifteen numbers, for as long as is said."""

    def hold(window: int, seconds: float) -> Blocks:
        monkeypatch.setattr(module, "_HELD_SECONDS", seconds)
        blocks = Blocks(RedisWindows(redis.url))
        for _ in range(16):
            blocks.count("key", window, MANY, 1)
        assert counted_in(redis) == 31
        return blocks

    return hold


def test_what_is_held_of_a_window_that_ends_is_not_given_back_to_the_next(held_by, redis):
    blocks = held_by(window=1, seconds=1.1)
    until(lambda: counted_in(redis) == 0)

    numbers = [Blocks(blocks._windows).count("key", LONG, MANY, 1).asked for _ in range(3)]
    until(lambda: not blocks._blocks)

    assert numbers == [1, 2, 3]
    assert counted_in(redis) == 3


def test_nothing_is_given_back_to_a_window_that_is_not_there_or_ends_later(redis, patient):
    shared = RedisWindows(redis.url)
    soon = Window(10, time.monotonic() + 5)
    shared.give_back("key", soon, 3)
    assert counted_in(redis) == 0

    shared.count("key", LONG, MANY, 7)
    shared.give_back("key", soon._replace(ends=soon.ends + SOON), 3)
    assert counted_in(redis) == 7

    shared.give_back("key", soon._replace(ends=soon.ends + LONG), 3)
    assert counted_in(redis) == 4


@pytest.mark.parametrize(("fail", "mend"), LASTING.values(), ids=LASTING)
def test_what_is_held_when_redis_fails_is_not_given_back_to_what_it_counts_later(
    held_by, redis, monkeypatch, fail, mend
):
    monkeypatch.setattr(redis_windows, "PATIENCE", 0.09)
    blocks = held_by(window=LONG, seconds=1)
    time.sleep(0.2)  # a window that begins within PATIENCE of another is not told from it

    fail(redis)
    until(lambda: blocks.count("other", LONG, MANY, 1) is None)
    mend(redis)
    until(lambda: not blocks._windows.is_down)
    worker = Blocks(RedisWindows(redis.url))
    counted = [worker.count("key", LONG, MANY, 1) for _ in range(5)]

    until(lambda: not (blocks._blocks or worker._blocks))
    assert counted_in(redis) >= sum(window is not None for window in counted)
