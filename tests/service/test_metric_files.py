"""Metric files: all of their pages exist, and what finds no space is kept until there is some."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.values import MutexValue

from service import metric_files
from service.metric_files import AllocatedDict, allocate, count_in
from service.shared_folder import slot


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def opened():
    """Open files of counts, and close them at the end."""
    found = []

    def open_as(kind, path: Path):
        found.append(kind(str(path)))
        return found[-1]

    yield open_as
    for each in found:
        each.close()


def stored(path: Path) -> dict[str, float]:
    return {key: value for key, value, *_ in MmapedDict.read_all_values_from_file(path)}


def holes(path: Path) -> int:
    """Return the bytes of a file that have a size but no space."""
    status = path.stat()
    return max(status.st_size - 512 * status.st_blocks, 0)


def test_a_file_has_all_its_pages_before_and_after_it_grows(opened, tmp_path):
    path = tmp_path / "counter_0.db"
    counts = opened(AllocatedDict, path)
    sizes, found = [path.stat().st_size], [holes(path)]

    for number in range(2000):
        counts.write_value(f"count {number} " + "x" * 200, number, 0.0)
        if path.stat().st_size != sizes[-1]:
            sizes.append(path.stat().st_size)
            found.append(holes(path))

    assert len(sizes) > 2
    assert not any(found)
    assert len(stored(path)) == 2000
    # The library by itself makes holes; if it does not any more, this module can go.
    opened(MmapedDict, tmp_path / "sparse.db")
    assert holes(tmp_path / "sparse.db")


def test_a_new_count_that_finds_no_space_is_kept_and_written_once_there_is(
    opened, tmp_path, monkeypatch
):
    path = tmp_path / "counter_0.db"
    monkeypatch.setattr(metric_files, "_FIRST_SIZE", 2**12)
    counts = opened(AllocatedDict, path)
    counts.write_value("first", 1.0, 0.0)
    real = metric_files.allocate
    monkeypatch.setattr(metric_files, "allocate", full)

    for number in range(100):
        assert counts.read_value(f"{number}" * 50) == (0.0, 0.0)
        counts.write_value(f"{number}" * 50, 5.0, 0.0)
    counts.write_value("first", 2.0, 0.0)
    before = stored(path)
    monkeypatch.setattr(metric_files, "allocate", real)
    for number in range(100):
        counts.write_value(f"{number}" * 50, 6.0, 0.0)

    assert 1 < len(before) < 101
    assert before["first"] == 2.0
    assert len(stored(path)) == 101
    assert stored(path)["99" * 50] == 6.0


@pytest.mark.parametrize("size", [0, 100])
def test_what_finds_no_space_leaves_a_file_as_it_was(tmp_path, monkeypatch, size):
    path = tmp_path / "counter_0.db"
    if size:
        path.write_bytes(b"x" * size)
    write = os.write

    def almost_full(file: int, content: bytes) -> int:
        if os.fstat(file).st_size > 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, content[:500])

    monkeypatch.setattr(os, "write", almost_full)
    with pytest.raises(OSError, match="No space"):
        allocate(path, 2**12)

    assert path.exists() == bool(size)
    assert not size or path.read_bytes() == b"x" * size


def test_a_worker_whose_files_find_no_space_counts_in_its_own_memory(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(values, "ValueClass", None)
    monkeypatch.setattr(metric_files, "allocate", full)

    count_in(str(tmp_path))

    assert values.ValueClass is MutexValue
    assert len(caplog.messages) == 1
    assert "missing in /metrics" in caplog.text


def test_a_process_has_one_slot_in_a_folder_and_its_id_where_none_can_be_locked(tmp_path):
    assert slot(str(tmp_path)) == slot(str(tmp_path)) == "0"
    assert slot(str(tmp_path / "nowhere")) == f"p{os.getpid()}"
