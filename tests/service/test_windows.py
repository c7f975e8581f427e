"""Windows: how long those of one process last, and how many are kept."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from service import windows
from service.windows import LocalWindows

LONG = 3600
MANY = 10**6


def test_a_window_of_this_process_ends_at_its_time(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(windows, "time", SimpleNamespace(monotonic=lambda: now[0]))
    local = LocalWindows()

    assert local.count("key", 60, MANY, 1).seconds_left == 60
    now[0] += 59.9
    assert local.count("key", 60, MANY, 1).asked == 2
    now[0] += 0.1
    assert local.count("key", 60, MANY, 1) == (1, 220.0)


@pytest.fixture
def few(monkeypatch):
    """Keep ten windows at most, on a clock that is moved by hand."""
    now = [100.0]
    monkeypatch.setattr(windows, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(windows, "_MOST_KEPT", 10)
    return LocalWindows(), now


def kept(local: LocalWindows) -> int:
    return sum(map(len, local._windows.values()))


def test_windows_that_are_over_are_forgotten_and_others_are_not(few):
    local, now = few
    local.count("long", LONG, MANY, 3)

    for number in range(100):
        local.count(f"key-{number}", 1, MANY, 1)
        now[0] += 0.5

    assert kept(local) <= 4
    assert local.count("long", LONG, MANY, 1).asked == 4


def test_of_too_many_windows_the_oldest_are_forgotten(few):
    local, now = few

    for number in range(1000):
        local.count(f"key-{number}", LONG, MANY, 1)
        now[0] += 0.5

    assert kept(local) <= 11
    assert [local.count(key, LONG, MANY, 1).asked for key in ("key-999", "key-990", "key-0")] == [
        2,
        2,
        1,
    ]


def test_a_window_that_is_counted_in_often_is_not_kept_longer_for_it(few):
    local, now = few

    for number in range(1000):
        local.count(f"key-{number}", 60, MANY, 1)
        local.count("often", 60, MANY, 1)
        now[0] += 10

    assert local.count("often", 60, MANY, 1).asked <= 6
    assert kept(local) <= 11


def test_nothing_is_added_to_a_window_that_is_full():
    local = LocalWindows()

    assert [local.count("key", LONG, 3, 1).asked for _ in range(5)] == [1, 2, 3, 4, 4]
    assert local.count("key", LONG, 4, 9).asked == 12
