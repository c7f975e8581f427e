"""Masks: hide values of the archive's planets, to measure the scores without these values.

A mask never adds a value. It imitates one kind of user: another row of the archive, a table with
the five required columns only, or the least that can be scored.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from exohabit.science.arrays import BoolArray
from exohabit.science.columns import COLUMNS
from exohabit.science.features import Table
from exohabit.science.spectral_columns import SPECTRAL
from training.archive import Archive
from training.metrics import IntArray

TYPE_LOST = 0.5
"""Share of spectral types that the mask `five` hides."""
_METHODS = ("Transit", "Radial Velocity")
"""Discovery methods with patterns of their own; all others are one group."""
_PATHS = (
    ("pl_eqt",),
    ("pl_insol", "st_teff", "st_spectype"),
    ("pl_orbper", "st_teff", "st_spectype"),
    ("pl_orbsmax", "st_teff", "st_rad"),
)
"""Columns that lead to the light, for the mask `sparse`."""

Mask = Callable[[Archive, np.random.Generator], Table]


def archive_mask(archive: Archive, rng: np.random.Generator) -> Table:
    """Hide what a random planet found by the same method lacks."""
    known = archive.known(optional=True)
    donor = _donors(archive, rng)
    shown = {column.name: ~np.isnan(known[_column(column.name)])[donor] for column in COLUMNS}
    return show(known, shown)


def five_mask(archive: Archive, rng: np.random.Generator) -> Table:
    """Show the five required columns, but hide half of the spectral types."""
    known = archive.known(optional=False)
    kept = rng.random(len(known["pl_rade"])) >= TYPE_LOST
    everything = np.ones_like(kept)
    return show(known, {c.name: kept if c.range is None else everything for c in COLUMNS})


def sparse_mask(archive: Archive, rng: np.random.Generator) -> Table:
    """Show one size and the columns of one path to the light, both drawn from what is known."""
    known = archive.known(optional=True)
    is_known = {column.name: ~np.isnan(known[_column(column.name)]) for column in COLUMNS}
    size = _choose([is_known["pl_rade"], is_known["pl_bmasse"]], rng)
    star = is_known["st_teff"] | is_known["st_spectype"]
    paths = [is_known[path[0]] & (star if len(path) > 1 else True) for path in _PATHS]
    path = _choose(paths, rng)
    shown = {column.name: np.zeros(len(size), dtype=bool) for column in COLUMNS}
    shown["pl_rade"], shown["pl_bmasse"] = size == 0, size == 1
    for index, names in enumerate(_PATHS):
        for name in names:
            shown[name] |= path == index
    return show(known, shown)


MASKS: dict[str, Mask] = {"archive": archive_mask, "five": five_mask, "sparse": sparse_mask}


def show(known: Table, shown: dict[str, BoolArray]) -> Table:
    """Return the table with only the values that are shown, by column of the archive."""
    names = {name: name for name in known}
    names |= dict.fromkeys(SPECTRAL, "st_spectype")
    return {name: np.where(shown[column], known[name], np.nan) for name, column in names.items()}


def _column(name: str) -> str:
    """Return the column of a table that tells whether a column of the archive is known."""
    return "spectype_fgkm" if name == "st_spectype" else name


def _donors(archive: Archive, rng: np.random.Generator) -> IntArray:
    """Return the index of a random planet found by the same method, shape (planets,)."""
    method = archive.rows["discoverymethod"].to_numpy()
    donor = np.zeros(len(method), dtype=np.intp)
    for group in (*(method == name for name in _METHODS), ~np.isin(method, _METHODS)):
        members = np.flatnonzero(group)
        donor[members] = rng.choice(members, members.size)
    return donor


def _choose(possible: list[BoolArray], rng: np.random.Generator) -> IntArray:
    """Return the index of one of the possibilities of each planet, -1 if it has none."""
    order = rng.random((len(possible), len(possible[0])))
    chosen = np.where(possible, order, -1.0).argmax(axis=0)
    return np.where(np.any(possible, axis=0), chosen, -1)
