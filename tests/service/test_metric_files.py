"""Metric files: all their pages are on disk from the start, and they never grow."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.values import MutexValue

from exohabit.service import metric_files
from exohabit.service.metric_files import allocate, count_in
from exohabit.service.settings import SHARED
from exohabit.service.shared_folder import slot
from tests.running import python


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def holes(path: Path) -> int:
    """Return the bytes of a file that have a size but no space."""
    status = path.stat()
    return max(status.st_size - 512 * status.st_blocks, 0)


def test_an_allocated_file_has_all_its_pages_and_prometheus_client_counts_in_it(tmp_path):
    path, sparse = tmp_path / "counter_0.db", tmp_path / "sparse.db"
    allocate(path, 2**20)
    for each in (path, sparse):
        counts = MmapedDict(str(each))
        counts.write_value("count", 3.0, 0.0)
        counts.close()

    assert holes(path) == 0
    assert path.stat().st_size == 2**20
    assert [value for _, value, *_ in MmapedDict.read_all_values_from_file(path)] == [3.0]
    assert holes(sparse)  # if the library leaves no holes any more, this module can go


def test_a_file_that_another_worker_left_is_kept(tmp_path):
    path = tmp_path / "counter_0.db"
    path.write_bytes(b"counts")

    allocate(path, 2**20)

    assert path.read_bytes() == b"counts"


_COUNT_EVERYTHING = """
import itertools, sys
from app import create_app
from exohabit.outputs.usage_counts import UsageCounts
from exohabit.science.columns import COLUMNS
from exohabit.service.access_log import _METHODS
from exohabit.service.app_state import app_state
from exohabit.service.errors import ERROR_KINDS
from exohabit.service.settings import Settings

app = create_app(Settings(log="off"))
metrics = app_state(app).metrics
outcomes = {(kind.status, kind.code) for kind in ERROR_KINDS} | {
    (status, code) for status in (200, 204, 301, 304, 400, 404, 500) for code in ("", "http_error")
}
routes = {rule.rule for rule in app.url_map.iter_rules()} | {"unmatched"}
for method, route in itertools.product({*_METHODS, "other"}, routes):
    for status, code in outcomes:
        metrics.count_request(method, route, status, code, 0.001)
names = [column.name for column in COLUMNS]
metrics.count_planets(UsageCounts(1, {}, {}, dict.fromkeys(names, 1), 0))
"""


def test_the_files_have_space_for_every_possible_count(tmp_path):
    done = python("-c", _COUNT_EVERYTHING, **{SHARED: str(tmp_path)})
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("*.db")}
    used = {
        path.name: int.from_bytes(path.read_bytes()[:4], sys.byteorder)
        for path in tmp_path.glob("*.db")
    }

    assert done.stderr == ""
    assert sizes == {f"{kind}_0.db": size for kind, size in metric_files._SIZES.items()}
    assert all(used[name] < size for name, size in sizes.items())


def test_an_unfinished_file_is_removed_when_the_disk_is_full(tmp_path, monkeypatch):
    path = tmp_path / "counter_0.db"

    def almost_full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:1000])
        return full()

    monkeypatch.setattr(Path, "write_bytes", almost_full)
    with pytest.raises(OSError, match="No space"):
        allocate(path, 2**12)

    assert not path.exists()


def test_without_disk_space_a_worker_counts_in_its_own_memory(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(values, "ValueClass", None)
    monkeypatch.setattr(metric_files, "allocate", full)

    count_in(str(tmp_path))

    assert values.ValueClass is MutexValue
    assert len(caplog.messages) == 1
    assert "missing in /metrics" in caplog.text


def test_a_process_has_one_slot_in_a_folder_and_its_id_where_none_can_be_locked(tmp_path):
    assert slot(str(tmp_path)) == slot(str(tmp_path)) == "0"
    assert slot(str(tmp_path / "nowhere")) == f"p{os.getpid()}"
