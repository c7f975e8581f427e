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
    *("pl_radeerr1",),
)
_REMEDY = "Give the tables by --catalog and --labels, or to make by CATALOG= and LABELS="


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
            TableError: the file cannot be read.
        """
        return cls(_read_csv(path))

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
    rows, label_rows = _read_csv(catalog), _read_csv(labels)
    _check_columns(catalog, rows, _CATALOG_COLUMNS)
    _check_columns(labels, label_rows, ("pl_name", "habitable"))
    label_of = label_rows.set_index("pl_name")["habitable"]
    rows = rows[rows["pl_name"].isin(label_of.index)]
    habitable = label_of.loc[rows["pl_name"]].to_numpy() == 1
    if not habitable.any():
        raise TableError(f"{labels} labels none of the planets in {catalog} as habitable")
    return Archive(rows), habitable


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8") as lines:
            header = sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))
        return pd.read_csv(path, skiprows=header, low_memory=False)
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:  # also those of pandas, and text that is not UTF-8
        raise TableError(f"{path} is not a CSV table") from error


def _check_columns(path: Path, rows: pd.DataFrame, names: Iterable[str]) -> None:
    missing = [name for name in names if name not in rows.columns]
    if missing:
        raise TableError(f"{path} lacks the columns {', '.join(missing)}")
