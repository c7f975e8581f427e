"""Where the measured tables lie, which are other people's work and no part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CATALOG = DATA / "nasa_pscomppars_2025-12-30.csv"
LABELS = DATA / "phl_hwc_labels_half.csv"
OEC = DATA / "open_exoplanet_catalogue_2023-10.csv"
KOI = DATA / "nasa_koi_cumulative_2019-01.csv"
DWARFS = DATA / "mamajek_dwarf_sequence_2024-05-15.txt"

needs_archive = pytest.mark.skipif(
    not (CATALOG.exists() and LABELS.exists()), reason="the archive's tables are not here"
)
needs_tables = pytest.mark.skipif(
    not all(table.exists() for table in (CATALOG, LABELS, OEC, KOI)),
    reason="the tables of the evaluation are not here",
)
