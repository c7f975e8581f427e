"""Durability: a file is on the disk before it gets its name, and a receipt comes after its part."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bulk.made_up import as_csv
from tests.bulk.small_parts import run_small


@pytest.fixture
def events(monkeypatch):
    """Record which files and folders are synced and renamed, in order, by their inodes."""
    found: list[tuple[str, int, str]] = []
    fsync, replace = os.fsync, os.replace

    def record_fsync(number):
        found.append(("sync", os.fstat(number).st_ino, ""))
        fsync(number)

    def record_replace(source, target):
        found.append(("rename", Path(source).stat().st_ino, str(target)))
        replace(source, target)
        found.append(("renamed", Path(target).parent.stat().st_ino, ""))

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(os, "replace", record_replace)
    return found


@pytest.fixture
def renamed(tmp_path, planets, events):
    (tmp_path / "in.csv").write_bytes(as_csv(planets[:300]))
    run_small(tmp_path / "in.csv", tmp_path / "out.csv")
    return [name.rpartition("/")[2] for kind, _, name in events if kind == "rename"]


def test_a_file_is_on_the_disk_before_it_gets_its_name(events, renamed):
    for place, (kind, inode, name) in enumerate(events):
        if kind == "rename":
            assert ("sync", inode, "") in events[:place], name
        if kind == "renamed":
            assert ("sync", inode, "") in events[place:], name
    assert renamed[-1] == "out.csv"


def test_a_receipt_gets_its_name_after_its_part(renamed):
    receipts = [name for name in renamed if name.endswith(".json") and name != "manifest.json"]

    assert len(receipts) > 3
    for each in receipts:
        assert renamed.index(each.replace(".json", ".csv")) < renamed.index(each)
