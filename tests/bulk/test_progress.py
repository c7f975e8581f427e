"""Progress: a bar on a terminal, and at most one line a minute elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from exohabit.bulk import progress
from exohabit.bulk.progress import EVERY_SECONDS, report_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Stands in for `time`."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_a_terminal_shows_a_bar_that_goes_on_where_the_run_before_ended(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())

    with report_progress(total=10, done=4) as report:
        report(3)

    assert "40%" in sys.stderr.getvalue()
    assert "70%" in sys.stderr.getvalue()


def test_elsewhere_a_line_a_minute_says_how_far_the_run_is(clock, capsys):
    with report_progress(total=2_000, done=500) as report:
        report(500)
        clock.now += EVERY_SECONDS
        report(100)
        report(100)
        clock.now += EVERY_SECONDS
        report(800)

    assert capsys.readouterr().err.splitlines() == [
        "1,100 of 2,000 planets (55%)",
        "2,000 of 2,000 planets (100%)",
    ]


def test_a_run_without_planets_has_a_share(clock, capsys):
    with report_progress(total=0, done=0) as report:
        clock.now += EVERY_SECONDS
        report(0)

    assert capsys.readouterr().err == "0 of 0 planets (0%)\n"
