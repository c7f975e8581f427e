"""Turns: one at a time, in the order in which they come, as long as others have patience."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service import turns as module
from service.turns import Turn, Turns
from tests.service.waiting import SOON, until


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", SOON)


def test_one_has_a_turn_at_a_time(patient):
    turns, inside, most = Turns(), [], []

    def work(_):
        with Turn(turns):
            inside.append(1)
            time.sleep(0)  # let others try
            most.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(2_000)))

    assert len(most) == 2_000
    assert set(most) == {1}


def test_who_waits_longest_is_next(patient):
    turns, order, threads = Turns(), [], []

    def work(number):
        with Turn(turns):
            order.append(number)

    with Turn(turns):
        for number in range(20):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            until(lambda number=number: waiting(turns) == number + 1)
    for thread in threads:
        thread.join()

    assert order == list(range(20))


def test_who_fails_hands_over_all_the_same():
    turns = Turns()

    with pytest.raises(RuntimeError), Turn(turns):
        raise RuntimeError

    with Turn(turns):
        assert waiting(turns) == 0


def test_a_turn_that_lasts_is_lost_to_who_is_next_and_held_up_nobody_else():
    turns, slow = Turns(), threading.Event()

    def wait():
        with Turn(turns):
            slow.wait(SOON)

    stuck = threading.Thread(target=wait)
    stuck.start()
    until(lambda: turns._holder)
    with Turn(turns):
        assert turns._holder is not None  # taken over
    with Turn(turns):
        slow.set()
        stuck.join()
        with_turn = turns._holder

    assert with_turn is not None  # the end of the slow one has not ended this one's
    assert turns._holder is None
