"""The archive's table as planets to score: limits count as missing, and labels are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np
import pandas as pd

from exohabit.science import dwarfs
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import COLUMNS, NUMERIC
from exohabit.science.features import Table
from exohabit.science.spectral_columns import spectral_columns

VIEWS = {"five columns": False, "with the optional columns": True}
"""The two sets of columns that planets are scored with, by name: whether optional ones are in."""
_CATALOG_COLUMNS = (
    *("pl_name", "hostname", "pl_bmassprov"),
    *(column.name for column in COLUMNS),
    *(column.limit_flag for column in NUMERIC),
    *(f"{column.name}err{side}" for column in NUMERIC for side in (1, 2)),
    *("discoverymethod", "disc_year"),
)
_REMEDY = (
    "Give the tables by options (see --help), or to make by DATA=, the folder of all of them, "
    "or by CATALOG=, LABELS=, OEC= and KOI="
)


class TableError(Exception):
    """A table cannot be used. The message gives the reason and the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. {_REMEDY}")


@dataclass(frozen=True, slots=True)
class Archive:
    """Rows of the archive's table, one for each planet, with the archive's column names."""

    rows: pd.DataFrame

    @classmethod
    def read(cls, path: Path) -> Archive:
        """Read a table as downloaded, with or without its `#` header.

        Raises:
            TableError: the file cannot be read or lacks a column.
        """
        return cls(read_table(path, _CATALOG_COLUMNS))

    def known(self, *, optional: bool, computed: bool = True) -> Table:
        """Return the known values of the planets.

        Args:
            optional: whether the optional columns are included. Without them, an unknown spectral
                type is taken from the star's temperature.
            computed: whether a radius or mass that the archive computed from the other one counts
                as known.
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

    def has_measured_radius(self) -> BoolArray:
        """Whether the radius is known and was not computed from the mass, shape (planets,)."""
        radius, mass = self._measured("pl_rade"), self._measured("pl_bmasse")
        has_error = self.rows["pl_radeerr1"].notna().to_numpy()
        return ~np.isnan(radius) & (has_error | self._is_mass_computed() | np.isnan(mass))

    def _is_mass_computed(self) -> BoolArray:
        return (self.rows["pl_bmassprov"] == "M-R relationship").to_numpy()

    def _without_computed_sizes(self, numbers: Table) -> Table:
        radius, mass = numbers["pl_rade"], numbers["pl_bmasse"]
        is_mass_hidden = self._is_mass_computed() & ~np.isnan(radius)
        return {
            "pl_rade": np.where(self.has_measured_radius(), radius, np.nan),
            "pl_bmasse": np.where(is_mass_hidden, np.nan, mass),
        }

    def _measured(self, name: str) -> FloatArray:
        measured = self.rows[name].where(self.rows[f"{name}lim"].fillna(0) == 0)
        return np.asarray(measured, dtype=np.float64)

    def _spectral_types(self, *, from_teff: bool) -> list[str | None]:
        types = self.rows["st_spectype"].astype(object)
        if from_teff:
            nearest = self.rows["st_teff"].map(dwarfs.nearest_type, na_action="ignore")
            types = types.where(types.notna(), nearest)
        return types.where(types.notna(), None).tolist()


def read_labelled(catalog: Path, labels: Path) -> tuple[Archive, BoolArray]:
    """Return the planets of the catalog that have a label, and the labels, shape (planets,).

    Args:
        catalog: the archive's table, CSV.
        labels: CSV with the columns `pl_name` and `habitable` (1 or 0).

    Raises:
        TableError: a file cannot be read or lacks a column, or no labelled planet is habitable.
    """
    rows = read_table(catalog, _CATALOG_COLUMNS)
    label_rows = read_table(labels, ("pl_name", "habitable"))
    label_of = label_rows.set_index("pl_name")["habitable"]
    rows = rows[rows["pl_name"].isin(label_of.index)]
    habitable = label_of.loc[rows["pl_name"]].to_numpy() == 1
    if not habitable.any():
        raise TableError(f"{labels} labels none of the planets in {catalog} as habitable")
    return Archive(rows), habitable


def read_table(path: Path, columns: Iterable[str]) -> pd.DataFrame:
    """Read a CSV table, with or without a `#` header.

    Raises:
        TableError: the file cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            header = sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))
        rows = pd.read_csv(path, skiprows=header, low_memory=False)
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:  # also those of pandas, and text that is not UTF-8
        raise TableError(f"{path} is not a CSV table") from error
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        raise TableError(f"{path} lacks the columns {', '.join(missing)}")
    return rows
