"""Exits: errors and signals end the command with a message and an exit code."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys

import click
import pytest

from exohabit.bulk.errors import BulkError
from exohabit.bulk.exits import explain_errors
from exohabit.bulk.file_formats import STANDARD
from exohabit.bulk.part_files import MANIFEST
from exohabit.bulk.paths import parts_folder_of
from exohabit.inputs.problems import InvalidInput, Problem

NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


def begin(target: str) -> None:
    """Leave what a run leaves that has begun."""
    folder = parts_folder_of(target)
    folder.mkdir()
    (folder / MANIFEST).touch()


def interrupt() -> None:
    raise KeyboardInterrupt


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(
    ("stop", "word", "code"), [(interrupt, "interrupted", 130), (terminate, "terminated", 143)]
)
@pytest.mark.parametrize("has_begun", [False, True])
def test_a_signal_ends_the_command_and_says_whether_it_can_go_on(
    tmp_path, capsys, stop, word, code, has_begun
):
    target = str(tmp_path / "out.csv")
    if has_begun:
        begin(target)
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(SystemExit) as ended, explain_errors(target):
        stop()

    resume = "; --resume continues the run" if has_begun else ""
    assert ended.value.code == code
    assert capsys.readouterr().err == f"{word}, nothing was written{resume}\n"
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NO_SPACE, f"{NO_SPACE}: nothing was written"),
        (BulkError("a process was killed"), "a process was killed"),
        (
            InvalidInput.of([Problem("unknown_key", "no such column"), Problem("x", "another")]),
            "no such column, …\n  another",
        ),
    ],
)
def test_an_error_becomes_a_message(error, message):
    with pytest.raises(click.ClickException) as ended, explain_errors(STANDARD):
        raise error

    assert message in ended.value.message


def test_a_reader_that_went_away_ends_the_command_silently(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    with pytest.raises(SystemExit) as ended, explain_errors(STANDARD):
        raise BrokenPipeError

    assert ended.value.code == 1
    assert sys.stderr.closed
