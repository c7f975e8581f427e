"""Caveats: what to bear in mind with a score that is given all the same.

The trap: a caveat never changes a score. It says that the star is none the definition is about,
or that a value lies where the model saw no planet, so that its score is a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec
import numpy as np

from science import stars
from science.columns import BY_NAME
from science.features import Table
from science.quantities import indices, is_unknown, of_planet

Ranges = Mapping[str, tuple[float, float]]
"""Lowest and highest value of each numeric column that the model was trained on."""


class Caveat(msgspec.Struct, frozen=True, gc=False):
    """One thing to bear in mind; the API calls it a warning."""

    code: str
    column: str
    message: str


Caveats = dict[int, list[Caveat]]
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


def merge(*several: Caveats) -> Caveats:
    """Join caveats from several sources, each planet's in the order of the arguments."""
    there = [caveats for caveats in several if caveats]
    if len(there) < 2:
        return there[0] if there else {}
    merged = dict(there[0])
    for caveats in there[1:]:
        for index, found in caveats.items():
            merged[index] = [*merged.get(index, ()), *found]
    return merged


def of_stars(types: Sequence[str | None], table: Table) -> Caveats:
    """Point out stars outside the model's domain, by spectral type, else by temperature."""
    by_type = {text: [found] for text in set(types) if text and (found := _of_type(text))}
    caveats: Caveats = {}
    if by_type:
        caveats = {i: by_type[text] for i, text in enumerate(types) if text in by_type}
    teff = table["st_teff"]
    outside = is_unknown(table["spectype_fgkm"]) & ((teff < FGKM_TEFF[0]) | (teff > FGKM_TEFF[1]))
    return merge(caveats, {i: [_of_teff(of_planet(teff, i))] for i in indices(outside)})


@lru_cache(maxsize=4096)
def _of_type(text: str) -> Caveat | None:
    outside = stars.read_spectral_type(text).outside
    if outside is None:
        return None
    return Caveat(
        outside, "st_spectype", f'"{text}" is {stars.OUTSIDE[outside]}: {_OF_STAR[outside]}'
    )


def _of_teff(teff: float) -> Caveat:
    return Caveat(
        "outside_fgkm", "st_teff", f"a star of {teff:g} K is not of class F, G, K or M: {_NEGATIVE}"
    )


def of_ranges(table: Table, seen: Ranges) -> Caveats:
    """Point out values outside the range that the model was trained on."""
    caveats: Caveats = defaultdict(list)
    for name, (low, high) in seen.items():
        values = table[name]
        outside = (values < low) | (values > high)
        if outside is False:
            continue
        for i in indices(outside):
            value = f"{of_planet(values, i):g} {BY_NAME[name].unit}"
            seldom = f"outside the {low:g} to {high:g} that the model was trained on"
            caveats[i].append(Caveat("outside_training", name, f"{value} is {seldom}"))
    return dict(caveats)


def of_limit(index_flags: Iterable[tuple[int, float]], name: str) -> Caveats:
    """Say of values that are flagged as limits that they were taken as not measured."""
    column = BY_NAME[name]
    return {i: [_of_flag(column.name, column.limit_flag, flag)] for i, flag in index_flags}


def _of_flag(name: str, flag_name: str, flag: float) -> Caveat:
    side = "an upper limit" if flag > 0 else "a lower limit"
    return Caveat("limit", name, f"{flag_name} is {flag:g}: {side}, taken as not measured")


def one_sided(columns: Mapping[str, np.ndarray]) -> Caveats:
    """Say of values with one of their two errors that they were not varied, by column."""
    caveats: Caveats = defaultdict(list)
    for name, is_one_sided in columns.items():
        column = BY_NAME[name]
        message = (
            f"it was not varied: that takes both {column.upper_error} and {column.lower_error}"
        )
        for i in indices(is_one_sided):
            caveats[i].append(Caveat("one_sided_error", name, message))
    return dict(caveats)
