"""Tests of files in bulk need pyarrow, which requirements-bulk.txt has."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.bulk.made_up import Planet, as_csv, make_planets

collect_ignore_glob = [] if find_spec("pyarrow") else ["test_*.py", "formats/test_*.py"]


@pytest.fixture(scope="session")
def planets() -> list[Planet]:
    """A thousand different planets, as objects."""
    return make_planets(1_000)


@pytest.fixture
def source(tmp_path: Path, planets: list[Planet]) -> Path:
    """A table of them."""
    path = tmp_path / "in.csv"
    path.write_bytes(as_csv(planets))
    return path
