"""Caveats: what to bear in mind with a score that is given all the same.

The trap: a caveat never changes a score. It says that the star is none the definition is about,
or that a value lies where the model saw no planet, so that its score is a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec
import numpy as np

from exohabit.science import spectral_types
from exohabit.science.columns import BY_NAME
from exohabit.science.elementwise import is_unknown
from exohabit.science.features import Table
from exohabit.science.spectral_columns import SpectralTypes

Ranges = Mapping[str, tuple[float, float]]
"""Lowest and highest value of each numeric column that the model was trained on."""


class PlanetWarning(msgspec.Struct, frozen=True, gc=False):
    """One thing to bear in mind; the API calls it a warning."""

    code: str
    column: str
    message: str


PlanetWarnings = dict[int, list[PlanetWarning]]
"""Caveats of planets by their index; a planet without any has no entry.

Planets may share a list, so none is ever added to."""

_NEGATIVE = "by definition no planet of such a star is counted as potentially habitable"
_GUESS = "the model knows such stars poorly"
_OF_STAR = {
    "white_dwarf": _NEGATIVE,
    "brown_dwarf": _NEGATIVE,
    "early_type": _NEGATIVE,
    "subdwarf": _GUESS,
    "giant": _GUESS,
}
OUTSIDE_DOMAIN = frozenset({*_OF_STAR, "outside_fgkm", "outside_training"})
"""Codes of caveats that say that a planet lies outside the model's domain."""
FGKM_TEFF = (2300.0, 7310.0)
"""Effective temperatures of classes F to M, K (Pecaut & Mamajek 2013, between M9.5 and L0 and
between A9 and F0)."""


def merge(*several: PlanetWarnings) -> PlanetWarnings:
    """Join caveats from several sources, each planet's in the order of the arguments."""
    there = [warnings for warnings in several if warnings]
    if len(there) < 2:
        return there[0] if there else {}
    merged = dict(there[0])
    for warnings in there[1:]:
        for index, found in warnings.items():
            merged[index] = [*merged.get(index, ()), *found]
    return merged


def check_planet(text: str | None, known: Mapping[str, float], seen: Ranges) -> list[PlanetWarning]:
    """Return all there is to say of the star and the values of one planet."""
    found = _of_star(text, known["st_teff"])
    for name, (low, high) in seen.items():
        value = known[name]
        if value < low or value > high:
            found = [*found, _of_range(name, value, low, high)]
    return found


def check_stars(types: SpectralTypes, table: Table) -> PlanetWarnings:
    """Point out stars outside the model's domain, by spectral type, else by temperature."""
    by_type = [text and _of_type(text) for text in types.texts]
    lists = [[found] if found else [] for found in by_type]
    outside = np.flatnonzero(np.array([bool(found) for found in by_type])[types.at]).tolist()
    warnings = dict(zip(outside, map(lists.__getitem__, types.at[outside].tolist()), strict=True))
    teff = table["st_teff"]
    unlike = is_unknown(table["spectype_fgkm"]) & ((teff < FGKM_TEFF[0]) | (teff > FGKM_TEFF[1]))
    return merge(warnings, {i: [_of_teff(teff[i])] for i in np.flatnonzero(unlike).tolist()})


def _of_star(text: str | None, teff: float) -> list[PlanetWarning]:
    if text is None:
        return [_of_teff(teff)] if teff < FGKM_TEFF[0] or teff > FGKM_TEFF[1] else []
    found = _of_type(text)
    return [found] if found else []


@lru_cache(maxsize=4096)
def _of_type(text: str) -> PlanetWarning | None:
    outside = spectral_types.read_spectral_type(text).outside
    if outside is None:
        return None
    return PlanetWarning(
        outside,
        "st_spectype",
        f'"{text}" is {spectral_types.OUTSIDE[outside]}: {_OF_STAR[outside]}',
    )


def _of_teff(teff: float) -> PlanetWarning:
    return PlanetWarning(
        "outside_fgkm", "st_teff", f"a star of {teff:g} K is not of class F, G, K or M: {_NEGATIVE}"
    )


def check_ranges(table: Table, seen: Ranges) -> PlanetWarnings:
    """Point out values outside the range that the model was trained on."""
    warnings: PlanetWarnings = defaultdict(list)
    for name, (low, high) in seen.items():
        values = table[name]
        for i in np.flatnonzero((values < low) | (values > high)).tolist():
            warnings[i].append(_of_range(name, values[i], low, high))
    return dict(warnings)


def _of_range(name: str, value: float, low: float, high: float) -> PlanetWarning:
    seldom = f"outside the {low:g} to {high:g} that the model was trained on"
    return PlanetWarning("outside_training", name, f"{value:g} {BY_NAME[name].unit} is {seldom}")


def report_limits(index_flags: Iterable[tuple[int, float]], name: str) -> PlanetWarnings:
    """Say of values that are flagged as limits that they were taken as not measured."""
    column = BY_NAME[name]
    return {i: [_of_flag(column.name, column.limit_flag, flag)] for i, flag in index_flags}


def _of_flag(name: str, flag_name: str, flag: float) -> PlanetWarning:
    side = "an upper limit" if flag > 0 else "a lower limit"
    return PlanetWarning("limit", name, f"{flag_name} is {flag:g}: {side}, taken as not measured")


def report_one_sided(columns: Mapping[str, np.ndarray]) -> PlanetWarnings:
    """Say of values with one of their two errors that they were not varied, by column."""
    warnings: PlanetWarnings = defaultdict(list)
    for name, is_one_sided in columns.items():
        column = BY_NAME[name]
        message = (
            f"it was not varied: that takes both {column.upper_error} and {column.lower_error}"
        )
        for i in np.flatnonzero(is_one_sided).tolist():
            warnings[i].append(PlanetWarning("one_sided_error", name, message))
    return dict(warnings)
