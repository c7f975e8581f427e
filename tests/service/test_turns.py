"""Turns: one at a time, in the order in which they come."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.turns import Turns
from tests.service.waiting import until


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


def test_one_has_a_turn_at_a_time():
    turns, inside, most = Turns(), [], []

    def work(_):
        with turns:
            inside.append(1)
            time.sleep(0)  # let others try
            most.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(2_000)))

    assert len(most) == 2_000
    assert set(most) == {1}


def test_who_waits_longest_is_next():
    turns, order, threads = Turns(), [], []

    def work(number):
        with turns:
            order.append(number)

    with turns:
        for number in range(20):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            until(lambda number=number: waiting(turns) == number + 1)
    for thread in threads:
        thread.join()

    assert order == list(range(20))


def test_who_fails_hands_over_all_the_same():
    turns = Turns()

    with pytest.raises(RuntimeError), turns:
        raise RuntimeError

    with turns:
        assert waiting(turns) == 0
