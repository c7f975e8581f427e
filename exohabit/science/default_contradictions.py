"""Default contradictions: warnings for every request about values that cannot all be right.

They show wrong units. The error of a wrong unit is far larger than that of a measurement, so the
limits are wide: less than 1 % of the archive's planets are beyond them. `context_contradictions`
has narrower limits, for requests with `?context=true`.

Note: one function decides about a planet, with plain floats. A table is first screened as arrays,
with the same formulas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from exohabit.science import dwarfs, habitability, physical_limits, unit_guesses
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings
from exohabit.science.elementwise import first_known, is_unknown, square
from exohabit.science.features import FEATURES, Table, implied_light
from exohabit.science.physical_limits import LOWEST_RELATIVE_DENSITY, iron_radius
from exohabit.science.spectral_columns import SpectralTypes
from exohabit.science.spectral_types import read_spectral_type
from exohabit.science.zones import HIGHEST_ALBEDO

insol_orbit_of = itemgetter(FEATURES.index("insol_orbit"))
"""Returns the insolation of orbit and star, from the features of a planet."""


class Limits(NamedTuple):
    """How far values may disagree, as factors."""

    hot: float
    """From the insolation to that of a black planet of the equilibrium temperature, at most."""
    cold: float
    """The same, at least."""
    insol: float
    """Between the stated insolation and that of orbit and star."""
    axis: float
    """Between the semi-major axis and that of Kepler's third law."""
    iron: float
    """Smallest radius, divided by that of a ball of iron."""
    radius: float = math.inf
    """Between the radius and the typical one of the mass."""


_MAX_HOT, _MIN_COLD = physical_limits.HOTTEST_RATIO**4, 1.0 - HIGHEST_ALBEDO
WARNING_LIMITS = Limits(hot=3.0 * _MAX_HOT, cold=_MIN_COLD / 3.0, insol=8.0, axis=1.5, iron=0.85)
"""Limits of the warnings."""
FITTING_LIMITS = Limits(hot=_MAX_HOT, cold=_MIN_COLD, insol=2.0, axis=1.1, iron=1.0, radius=2.0)
"""Limits within which values fit in another unit. Of the archive's planets with a measured radius
and mass, 93 % are within the factor of the radius."""
SLIGHTLY_DENSE_SHARE = 0.7
"""Above this share of an iron ball's radius, a wrong mass is likelier than a wrong unit."""
GLOWING_MASS, GLOWING_RADIUS, GLOWING_INSOL = 300.0, 8.0, 1.0
"""A planet above one of these sizes [Earth's] and below this insolation may glow by its own heat:
the archive has about fifty such planets, with the temperature of that heat."""

_INSOL = physical_limits.INSOL._replace(tolerance=WARNING_LIMITS.insol)
_AXIS = physical_limits.AXIS._replace(tolerance=WARNING_LIMITS.axis)
_NO_WARNINGS: list[PlanetWarning] = []


def check_planet(
    text: str | None, known: Mapping[str, float], insol_orbit: float
) -> list[PlanetWarning]:
    """Return the warnings of one planet.

    Args:
        text: the star's spectral type; None is unknown.
        known: the planet's values by column, NaN where unknown.
        insol_orbit: the feature of this name.
    """
    odd_size, odd_light = _may_have_odd_size(known), _may_have_odd_light(known, insol_orbit)
    warnings = _check_size(known) if odd_size else _NO_WARNINGS
    return [*warnings, *_check_light(text, known, insol_orbit)] if odd_light else warnings


def check_table(types: SpectralTypes, table: Table) -> PlanetWarnings:
    """Return the warnings of `check_planet` for many planets, by index."""
    light = implied_light(table)
    insol_orbit = light.insol * light.gain
    odd = np.flatnonzero(_may_have_odd_size(table) | _may_have_odd_light(table, insol_orbit))
    rows = zip(*(table[name][odd].tolist() for name in table), strict=True)
    found = (
        check_planet(types.text_of(i), dict(zip(table, row, strict=True)), insol)
        for i, row, insol in zip(odd.tolist(), rows, insol_orbit[odd].tolist(), strict=True)
    )
    return {i: each for i, each in zip(odd.tolist(), found, strict=True) if each}


def _may_have_odd_size(known: Mapping[str, Any]) -> Any:
    """Whether planets are too light or may be too dense; False where a size is unknown."""
    radius, mass = known["pl_rade"], known["pl_bmasse"]
    volume = radius * radius * radius
    # Whatever is smaller than `WARNING_LIMITS.iron` allows meets both; that is quicker to check.
    return ((mass > 2.1 * volume) & (mass > 2.4 * volume * volume)) | (
        mass < LOWEST_RELATIVE_DENSITY * volume
    )


def _may_have_odd_light(known: Mapping[str, Any], insol_orbit: Any) -> Any:
    """Whether light and orbit of planets disagree, if their stars are like dwarfs."""
    stated, axis = known["pl_insol"], known["pl_orbsmax"]
    black = habitability.black_planet_insolation(known["pl_eqt"])
    is_odd = _is_odd_eqt(black, first_known(stated, insol_orbit), WARNING_LIMITS)
    if isinstance(axis, float) and axis != axis and stated != stated:  # noqa: PLR0124 - NaN
        return is_odd  # most requests for one planet have neither
    odd_insol = _is_odd_insol(stated, insol_orbit, WARNING_LIMITS)
    return is_odd | odd_insol | _is_odd_axis(_axis_cubed(known), WARNING_LIMITS)


def _check_size(known: Mapping[str, float]) -> list[PlanetWarning]:
    radius, mass = known["pl_rade"], known["pl_bmasse"]
    share = radius / iron_radius(mass)
    if mass < LOWEST_RELATIVE_DENSITY * radius**3:
        fact = physical_limits.describe_density(radius, mass)
    elif share < WARNING_LIMITS.iron:
        fact = physical_limits.describe_iron(radius, mass)
    else:
        return []
    is_slight = SLIGHTLY_DENSE_SHARE < share < WARNING_LIMITS.iron
    units = () if is_slight else unit_guesses.guess_units_of_size(radius, mass, _fits_size)
    if units:
        return [unit_guesses.warn(units, known, fact)]
    return [PlanetWarning("inconsistent_size", "pl_rade", fact)]


def _fits_size(radius: float, mass: float) -> bool:
    """Whether a radius is possible and about typical of the mass.

    A mass that is too large is more often an upper limit than a radius is in another unit.
    """
    typical = habitability.typical_radius(mass)
    is_typical = typical / FITTING_LIMITS.radius <= radius <= typical * FITTING_LIMITS.radius
    return (
        is_typical
        and mass >= LOWEST_RELATIVE_DENSITY * radius**3
        and radius >= iron_radius(mass) * FITTING_LIMITS.iron
    )


def _check_light(
    text: str | None, known: Mapping[str, float], insol_orbit: float
) -> list[PlanetWarning]:
    axis_cubed = _axis_cubed(known)
    if _is_unknown_star(text, known):
        insol_orbit = axis_cubed = math.nan
    facts = [*_find_odd_light(known, insol_orbit, axis_cubed)]
    if not facts:
        return []
    units = unit_guesses.guess_units_of_light(known, insol_orbit, axis_cubed, _fits_light)
    return [unit_guesses.warn(units, known, facts[0].message)] if units else facts


def _find_odd_light(
    known: Mapping[str, float], orbit: float, axis_cubed: float
) -> Iterator[PlanetWarning]:
    """Return a warning for each disagreement."""
    eqt, stated, axis = known["pl_eqt"], known["pl_insol"], known["pl_orbsmax"]
    insol, black = first_known(stated, orbit), habitability.black_planet_insolation(eqt)
    if _is_odd_eqt(black, insol, WARNING_LIMITS) and not _may_glow(known, black, insol):
        message = physical_limits.describe_eqt(eqt, insol)
        yield PlanetWarning("inconsistent_light", "pl_eqt", message)
    if _is_odd_insol(stated, orbit, WARNING_LIMITS):
        yield _INSOL.warn(stated, orbit)
    if _is_odd_axis(axis_cubed, WARNING_LIMITS):
        yield _AXIS.warn(axis, axis / axis_cubed ** (1.0 / 3.0))


def _fits_light(eqt: float, stated: float, orbit: float, axis_cubed: float) -> bool:
    black = habitability.black_planet_insolation(eqt)
    return not (
        _is_odd_eqt(black, first_known(stated, orbit), FITTING_LIMITS)
        or _is_odd_insol(stated, orbit, FITTING_LIMITS)
        or _is_odd_axis(axis_cubed, FITTING_LIMITS)
    )


def _is_odd_eqt(black: Any, insol: Any, limits: Limits) -> Any:
    """Whether an insolation cannot give the temperature of a black planet at `black`."""
    return (black > limits.hot * insol) | (black < limits.cold * insol)


def _is_odd_insol(stated: Any, orbit: Any, limits: Limits) -> Any:
    return (stated > limits.insol * orbit) | (orbit > limits.insol * stated)


def _is_odd_axis(axis_cubed: Any, limits: Limits) -> Any:
    limit = limits.axis**3
    return (axis_cubed > limit) | (axis_cubed * limit < 1.0)


def _axis_cubed(known: Mapping[str, Any]) -> Any:
    """Return the cube of the semi-major axis, divided by that of Kepler's third law."""
    axis, period = known["pl_orbsmax"], known["pl_orbper"]
    if isinstance(axis, float) and is_unknown(axis):
        return math.nan
    teff = first_known(known["st_teff"], known["spectype_teff"])
    mass = first_known(known["st_mass"], dwarfs.dwarf_mass(teff))
    return axis * axis * axis / (mass * square(period / habitability.DAYS_PER_YEAR))


def _is_unknown_star(text: str | None, known: Mapping[str, float]) -> bool:
    """Whether a star is not like a dwarf, and its radius or mass are not known."""
    is_unlike = text is not None and not read_spectral_type(text).is_like_dwarf
    return is_unlike and is_unknown(known["st_rad"] + known["st_mass"])


def _may_glow(known: Mapping[str, float], black: float, insol: float) -> bool:
    is_large = known["pl_bmasse"] > GLOWING_MASS or known["pl_rade"] > GLOWING_RADIUS
    return is_large and insol < min(GLOWING_INSOL, black)
