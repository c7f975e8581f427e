"""Turns: one at a time, in the order in which they come, as long as others have patience.

Who hands over rests until it is needed.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from exohabit.service import turns as module
from exohabit.service.turns import Turn, Turns
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


def waits_behind(turns: Turns) -> threading.Thread:
    """Start a thread that waits for its turn."""

    def work():
        with Turn(turns):
            pass

    thread = threading.Thread(target=work)
    before = waiting(turns)
    thread.start()
    until(lambda: waiting(turns) > before)
    return thread


def test_who_ends_a_turn_knows_whether_another_goes_on(patient):
    turns = Turns()

    with Turn(turns) as first:
        thread = waits_behind(turns)
    thread.join()
    with Turn(turns) as last:
        pass

    assert first.is_handed_over
    assert not last.is_handed_over


def test_a_lost_turn_is_not_handed_over():
    turns = Turns()

    with Turn(turns) as lost:
        time.sleep(2 * module._PATIENCE_SECONDS)
        with Turn(turns):
            thread = waits_behind(turns)
            turns.end(lost)
            assert waiting(turns) == 1
    thread.join()

    assert not lost.is_handed_over


def test_a_turn_that_has_lasted_is_lost_at_once_to_who_comes():
    turns, next_turn = Turns(), Turn(Turns())

    with Turn(turns):
        time.sleep(2 * module._PATIENCE_SECONDS)
        turns.begin(next_turn)

    assert not next_turn.comes.locked()  # it did not wait
    assert turns._holder is next_turn


def resting(turns: Turns) -> threading.Thread:
    """Start a thread that rests."""
    thread = threading.Thread(target=turns.rest)
    before = len(turns._resting)
    thread.start()
    until(lambda: len(turns._resting) > before)
    return thread


def test_one_of_those_who_rest_is_called_for_each_who_is_relieved(patient):
    turns = Turns()
    turns.relieve()  # nobody rests
    threads = [resting(turns) for _ in range(3)]

    turns.relieve()
    turns.relieve()
    until(lambda: sum(thread.is_alive() for thread in threads) == 1)
    with Turn(turns):
        pass
    assert len(turns._resting) == 1

    turns.relieve()
    for thread in threads:
        thread.join()


def test_who_rests_goes_on_resting_while_turns_end_and_back_to_work_when_none_does(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 1)
    turns = Turns()
    thread = resting(turns)

    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        with Turn(turns):
            time.sleep(0.01)
    assert thread.is_alive()

    thread.join(SOON)
    assert not thread.is_alive()
    assert not turns._resting


def test_who_rests_goes_back_to_work_when_a_turn_lasts():
    turns = Turns()

    with Turn(turns):
        resting(turns).join(SOON)
        assert not turns._resting
