"""Older catalogues: planets as they were known years before today's archive.

Their values are the inputs, and the truth comes from today's archive. So they show how well scores
do when values are revised.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from exohabit.science.columns import BY_NAME, NUMERIC
from exohabit.science.features import Table
from exohabit.science.spectral_columns import spectral_columns
from training.archive import read_table

JUPITER_RADIUS = 11.209
"""Equatorial radius, Earth's = 1 (IAU 2015 resolution B3)."""
JUPITER_MASS = 317.83
"""Earth masses (IAU 2015 resolution B3)."""

Columns = Mapping[str, tuple[str, float]]
"""By column of the archive: the catalogue's column and the factor to the archive's unit."""

OPEN_EXOPLANET_CATALOGUE: Columns = {
    "pl_rade": ("radius", JUPITER_RADIUS),
    "pl_bmasse": ("mass", JUPITER_MASS),
    "pl_orbper": ("period", 1.0),
    "pl_orbsmax": ("semimajoraxis", 1.0),
    "pl_orbeccen": ("eccentricity", 1.0),
    "pl_eqt": ("temperature", 1.0),
    "st_teff": ("hoststar_temperature", 1.0),
    "st_rad": ("hoststar_radius", 1.0),
    "st_mass": ("hoststar_mass", 1.0),
}
KEPLER_OBJECTS: Columns = {
    "pl_rade": ("koi_prad", 1.0),
    "pl_orbper": ("koi_period", 1.0),
    "pl_eqt": ("koi_teq", 1.0),
    "pl_insol": ("koi_insol", 1.0),
    "st_teff": ("koi_steff", 1.0),
    "st_rad": ("koi_srad", 1.0),
}


def read_older(
    path: Path, name: str, columns: Columns, names: pd.Series
) -> tuple[Table, list[int]]:
    """Read the planets of an older catalogue that are in the archive.

    Args:
        path: the catalogue, CSV.
        name: its column of planet names.
        columns: its columns.
        names: the planets' names in the archive.

    Returns:
        their known values, without those that the service would refuse, and their rows in the
        archive.

    Raises:
        TableError: the file cannot be read or lacks a column.
    """
    rows = read_table(path, (name, *(column for column, _ in columns.values())))
    rows = rows[rows[name].notna()]
    rows = rows.assign(key=rows[name].map(_key)).drop_duplicates("key").set_index("key")
    keys = names.map(_key)
    found = np.flatnonzero(keys.isin(rows.index))
    rows = rows.loc[keys.iloc[found]]
    known = {column.name: np.full(len(rows), np.nan) for column in NUMERIC}
    for archive_name, (column, factor) in columns.items():
        values = rows[column].to_numpy(dtype=np.float64) * factor
        low, high = BY_NAME[archive_name].bounds
        known[archive_name] = np.where((values >= low) & (values <= high), values, np.nan)
    return known | spectral_columns([None] * len(rows)), found.tolist()


def _key(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum() or letter in "+-")
