from __future__ import annotations

import os

import pytest

from exohabit.files import replacing
from tests.running import python

KILLED = """
import os, signal, sys
from pathlib import Path
from exohabit.files import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs locks that end with a process")


def names_in(folder) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_file_is_replaced_at_the_end_only(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"

    assert path.read_text() == "new"
    assert names_in(tmp_path) == ["file"]


def test_the_temporary_file_of_a_killed_process_is_removed_by_the_next(tmp_path):
    path = tmp_path / "file"
    others = ["file.sqlite", ".file.mine", ".file.12345678.bak", ".filex12345678"]
    for name in others:
        (tmp_path / name).touch()

    python("-c", KILLED, path)
    assert len(names_in(tmp_path)) == len(others) + 1
    with replacing(path) as temporary:
        temporary.write_text("new")

    assert names_in(tmp_path) == sorted(["file", *others])


def test_the_temporary_file_of_a_process_that_still_writes_stays(tmp_path):
    path = tmp_path / "file"

    with replacing(path) as first:
        first.write_text("first")
        with replacing(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"

    assert path.read_text() == "first"
