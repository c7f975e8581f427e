"""Deadlines: what runs out, and a wait that ends whatever the work does."""

from __future__ import annotations

import threading
import time

import pytest

from exohabit.catalog.archive.deadline import Deadline
from exohabit.catalog.rows import CatalogError


def test_the_seconds_that_are_left_become_fewer():
    deadline = Deadline(60)

    first, second = deadline.left(), deadline.left()

    assert 60 >= first >= second > 0


def test_a_deadline_that_is_over_is_an_error():
    deadline = Deadline(0.001)
    time.sleep(0.002)

    with pytest.raises(CatalogError, match=r"^the download is not complete after 0\.001 s$"):
        deadline.left()


def test_work_within_its_time_returns_its_value():
    assert Deadline(60).wait_for(lambda: "value") == "value"


@pytest.mark.parametrize("error", [CatalogError("text"), TimeoutError(), ZeroDivisionError()])
def test_an_error_of_the_work_is_raised(error):
    def work():
        raise error

    with pytest.raises(type(error)) as caught:
        Deadline(60).wait_for(work)

    assert caught.value is error


def test_work_that_blocks_is_left_alone():
    is_over = threading.Event()

    with pytest.raises(CatalogError, match="the download is not complete"):
        Deadline(0.05).wait_for(is_over.wait)
    is_over.set()
