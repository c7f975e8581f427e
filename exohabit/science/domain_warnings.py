"""Domain warnings: stars and values outside the model's domain, and values that were not used.

A warning never changes a score. It says that the definition does not cover the star, that the
model was not trained on such a value, or that a value was left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from exohabit.science import spectral_types
from exohabit.science.arrays import BoolArray
from exohabit.science.columns import BY_NAME
from exohabit.science.elementwise import is_unknown
from exohabit.science.features import Table, lacks_zone
from exohabit.science.habitability import FGKM_TEFF
from exohabit.science.spectral_columns import SpectralTypes

Ranges = Mapping[str, tuple[float, float]]
"""Lowest and highest value of each numeric column that the model was trained on."""


WARNING_CODES = (
    # Of the star, and of values that the model does not know.
    *("white_dwarf", "brown_dwarf", "early_type", "subdwarf", "giant", "composite"),
    *("outside_fgkm", "outside_training"),
    # Of values that contradict each other.
    *("inconsistent_light", "inconsistent_orbit", "inconsistent_size", "inconsistent_star"),
    *("wrong_unit", "kept_size", "kept_light", "kept_orbit", "kept_star"),
    # Of values that are not used, or mean something else.
    *("limit", "computed", "one_sided_error", "minimum_mass", "circumbinary", "controversial"),
    # Of the input as a whole.
    *("near_miss", "ignored_option", "synonyms", "absent_columns", "default_rows"),
    "repeated_names",
)
"""Every code of a warning, from wherever it comes."""
WarningCode = Annotated[
    str, Meta(title="WarningCode", extra_json_schema={"enum": list(WARNING_CODES)})
]


class PlanetWarning(msgspec.Struct, frozen=True, gc=False):
    """A warning about one planet."""

    code: WarningCode
    column: str
    message: str


PlanetWarnings = dict[int, list[PlanetWarning]]
"""Warnings by the index of the planet; planets without warnings are omitted.

Planets may share a list, so never change one."""

USED_AS_SENT = "used as it was sent"
"""What an adopted model does with limits and computed sizes."""
_NOT_HABITABLE = "by the definition, its planets do not count as potentially habitable"
_POORLY_KNOWN = "the model knows such stars poorly"
_MEANINGS_OF_KIND = {
    "white_dwarf": _NOT_HABITABLE,
    "brown_dwarf": _NOT_HABITABLE,
    "early_type": _NOT_HABITABLE,
    "subdwarf": _POORLY_KNOWN,
    "giant": _POORLY_KNOWN,
}
OUTSIDE_DOMAIN = frozenset({*_MEANINGS_OF_KIND, "outside_fgkm", "outside_training"})
"""Codes of warnings about planets outside the model's domain."""


def merge(*sources: PlanetWarnings) -> PlanetWarnings:
    """Join the warnings of several sources, each planet's in the order of the arguments."""
    filled = [warnings for warnings in sources if warnings]
    if len(filled) < 2:
        return filled[0] if filled else {}
    merged = dict(filled[0])
    for warnings in filled[1:]:
        for index, added in warnings.items():
            merged[index] = [*merged.get(index, ()), *added]
    return merged


def is_outside_domain(warnings: Iterable[PlanetWarning]) -> bool:
    """Whether a planet with these warnings is outside the model's domain."""
    return any(warning.code in OUTSIDE_DOMAIN for warning in warnings)


def without_domain(warnings: Iterable[PlanetWarning]) -> list[PlanetWarning]:
    """Leave out what concerns only the domain of the project's own model."""
    return [warning for warning in warnings if warning.code not in OUTSIDE_DOMAIN]


def check_planet(text: str | None, known: Mapping[str, float], seen: Ranges) -> list[PlanetWarning]:
    """Return the warnings of `check_stars` and `check_ranges` for one planet.

    Args:
        text: the star's spectral type; None is unknown.
        known: the planet's values by column, NaN where unknown.
        seen: the ranges that the model was trained on.
    """
    warnings = _check_star(text, known)
    for name, (low, high) in seen.items():
        value = known[name]
        if value < low or value > high:
            warnings = [*warnings, _range_warning(name, value, low, high)]
    return warnings


def check_stars(types: SpectralTypes, table: Table) -> PlanetWarnings:
    """Warn of stars outside the model's domain, by spectral type, else by temperature."""
    lists = [_type_warnings(text) if text else [] for text in types.texts]
    outside = np.flatnonzero(np.array([bool(each) for each in lists])[types.indices])
    type_indices = types.indices[outside].tolist()
    warnings = {i: lists[t] for i, t in zip(outside.tolist(), type_indices, strict=True)}
    without_type = np.flatnonzero(is_unknown(table["spectype_fgkm"]) & lacks_zone(table)).tolist()
    teff, radius = table["st_teff"], table["st_rad"]
    return merge(warnings, {i: [_class_warning(teff[i], radius[i])] for i in without_type})


def _check_star(text: str | None, known: Mapping[str, float]) -> list[PlanetWarning]:
    if text is None:
        return [_class_warning(known["st_teff"], known["st_rad"])] if lacks_zone(known) else []
    return _type_warnings(text)


@lru_cache(maxsize=4096)
def _type_warnings(text: str) -> list[PlanetWarning]:
    """Return the warnings of a spectral type; the list is cached, so never change it."""
    star = spectral_types.read_spectral_type(text)
    warnings = []
    if star.outside is not None:
        kind = f"{spectral_types.OUTSIDE_KINDS[star.outside]}: {_MEANINGS_OF_KIND[star.outside]}"
        warnings.append(PlanetWarning(star.outside, "st_spectype", f'"{text}" is {kind}'))
    if star.is_composite:
        message = f'"{text}" names several stars: the first one is taken'
        warnings.append(PlanetWarning("composite", "st_spectype", message))
    return warnings


def _class_warning(teff: float, radius: float) -> PlanetWarning:
    """Warn of a star that is not of class F to M by its temperature, or else by its radius."""
    star = f"{teff:g} K"
    if FGKM_TEFF[0] <= teff <= FGKM_TEFF[1]:
        star += f" and {radius:g} solar radii"
    return PlanetWarning(
        "outside_fgkm",
        "st_teff",
        f"a star of {star} is not of class F, G, K or M: {_NOT_HABITABLE}",
    )


def check_ranges(table: Table, seen: Ranges) -> PlanetWarnings:
    """Warn of values outside the ranges that the model was trained on."""
    warnings: PlanetWarnings = defaultdict(list)
    for name, (low, high) in seen.items():
        values = table[name]
        for i in np.flatnonzero((values < low) | (values > high)).tolist():
            warnings[i].append(_range_warning(name, values[i], low, high))
    return dict(warnings)


def _range_warning(name: str, value: float, low: float, high: float) -> PlanetWarning:
    outside = f"outside the {low:g} to {high:g} that the model was trained on"
    return PlanetWarning("outside_training", name, f"{value:g} {BY_NAME[name].unit} is {outside}")


def report_limits(
    flags: Iterable[tuple[int, float]], name: str, *, are_used: bool = False
) -> PlanetWarnings:
    """Report that values are only limits, and whether they are used.

    Args:
        flags: index of each planet with a limit, and its flag, 1 or -1.
        name: the column.
        are_used: whether they are used as they were sent; otherwise they count as not measured.
    """
    column, use = BY_NAME[name], USED_AS_SENT if are_used else "taken as not measured"
    return {i: [_limit_warning(column.name, column.limit_flag, flag, use)] for i, flag in flags}


def _limit_warning(name: str, flag_name: str, flag: float, use: str) -> PlanetWarning:
    side = "an upper limit" if flag > 0 else "a lower limit"
    return PlanetWarning("limit", name, f"{flag_name} is {flag:g}: {side}, {use}")


def report_flags(flags: Mapping[PlanetWarning, BoolArray]) -> PlanetWarnings:
    """Report what is the same for many planets: by warning, whether a planet gets it."""
    warned: list[PlanetWarnings] = []
    for warning, is_set in flags.items():
        shared = [warning]
        warned.append(dict.fromkeys(np.flatnonzero(is_set).tolist(), shared))
    return merge(*warned)


def report_one_sided(columns: Mapping[str, BoolArray]) -> PlanetWarnings:
    """Report values that did not vary because only one of their errors is known.

    Args:
        columns: by column, whether only one error is known, shape (planets,).
    """
    warnings: PlanetWarnings = defaultdict(list)
    for name, is_one_sided in columns.items():
        column = BY_NAME[name]
        errors = f"both {column.upper_error} and {column.lower_error}"
        message = f"the value was not varied, because that needs {errors}"
        for i in np.flatnonzero(is_one_sided).tolist():
            warnings[i].append(PlanetWarning("one_sided_error", name, message))
    return dict(warnings)
