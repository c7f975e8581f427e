"""Fixtures for the catalogue's tests."""

from __future__ import annotations

import pytest

from tests.catalog.small import ROWS, planet, write


@pytest.fixture
def small(tmp_path):
    """A small catalogue, which the stub of the model need not score first."""
    return write(tmp_path / "catalog", [*ROWS, planet("Earth")])
