"""The archive's table as planets to score: read, limits taken as missing, labels joined."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from exohabit.science import dwarfs
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import NUMERIC
from exohabit.science.features import Table
from exohabit.science.spectral_columns import spectral_columns

VIEWS = {"five columns": False, "with the optional columns": True}
"""The two ways to tell a planet: whether the optional columns are given, by name."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive table, one row a planet, under the archive's column names."""

    rows: pd.DataFrame

    @classmethod
    def read(cls, path: Path) -> Archive:
        """Read a table as the archive's download gives it, `#` header and all."""
        with path.open(encoding="utf-8") as lines:
            header = next(i for i, line in enumerate(lines) if not line.startswith("#"))
        return cls(pd.read_csv(path, skiprows=header, low_memory=False))

    def labelled(self, path: Path) -> tuple[Archive, BoolArray]:
        """Return the planets that a file `pl_name,habitable` labels, and their labels."""
        labels = pd.read_csv(path).set_index("pl_name")["habitable"]
        rows = self.rows[self.rows["pl_name"].isin(labels.index)]
        return Archive(rows), labels.loc[rows["pl_name"]].to_numpy() == 1

    def known(self, *, optional: bool, computed: bool = True) -> Table:
        """Return what is known of each planet, with or without the optional columns.

        Without them a missing spectral type is taken from the star's temperature, as a person
        with only the five required columns to fill in would do. Unless `computed`, a radius or a
        mass that the archive computed from the other is taken as not measured.
        """
        numbers = {
            column.name: self._measured(column.name)
            if optional or column.required
            else np.full(len(self.rows), np.nan)
            for column in NUMERIC
        }
        if not computed:
            numbers |= self._without_computed_sizes(numbers)
        return numbers | spectral_columns(self._spectral_types(from_teff=not optional))

    def _without_computed_sizes(self, numbers: Table) -> Table:
        radius, mass = numbers["pl_rade"], numbers["pl_bmasse"]
        is_mass_computed = (self.rows["pl_bmassprov"] == "M-R relationship").to_numpy()
        is_radius_computed = self.rows["pl_radeerr1"].isna().to_numpy() & ~is_mass_computed
        return {
            "pl_rade": np.where(is_radius_computed & ~np.isnan(mass), np.nan, radius),
            "pl_bmasse": np.where(is_mass_computed & ~np.isnan(radius), np.nan, mass),
        }

    def _measured(self, name: str) -> FloatArray:
        measured = self.rows[name].where(self.rows[f"{name}lim"].fillna(0) == 0)
        return np.asarray(measured, dtype=np.float64)

    def _spectral_types(self, *, from_teff: bool) -> list[str | None]:
        types = self.rows["st_spectype"].astype(object)
        if from_teff:
            written = self.rows["st_teff"].map(dwarfs.nearest_type, na_action="ignore")
            types = types.where(types.notna(), written)
        return types.where(types.notna(), None).tolist()
