"""Where the measured tables lie, which are other people's work and no part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CATALOG = DATA / "nasa_pscomppars_2025-12-30.csv"
LABELS = DATA / "phl_hwc_labels_half.csv"
DWARFS = DATA / "mamajek_dwarf_sequence_2024-05-15.txt"

needs_archive = pytest.mark.skipif(
    not (CATALOG.exists() and LABELS.exists()), reason="the archive's tables are not here"
)
