"""Explanation facts: what is known about a planet, and whether the definition favours it.

Note: an equilibrium temperature is not an insolation. It gives a lower limit of the insolation and,
with the highest albedo, an upper limit. It decides only if both are outside the habitable zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from exohabit.outputs.context_types import PlanetContext, Quantity
from exohabit.science.columns import BY_NAME
from exohabit.science.habitability import (
    MASS_LIMITS,
    RADIUS_LIMITS,
    black_planet_insolation,
    eccentric_gain,
)
from exohabit.science.units import compared_with_earth, with_unit
from exohabit.science.zones import BRIGHTEST, COMMON_ZONE, FAINTEST, HIGHEST_ALBEDO

Known = Mapping[str, float | str | None]
"""What was understood about a planet, by column."""
_AVERAGED = " on average over its orbit"
_MAX_NEAR_DISTANCE = 0.03
"""Largest relative distance of a value that is just inside or just outside a limit."""


class Fact(NamedTuple):
    """Something that is known about a planet, as a clause."""

    clause: str
    favours: bool | None = None
    """Whether it meets the definition; None if that is not known."""
    is_near: bool = False
    """Whether it is near a limit of the definition."""
    chance: float | None = None
    """Probability, within the errors, that the planet meets the definition in that respect."""


UNKNOWN_FACTS = {
    "light": Fact("its insolation is not known"),
    "size": Fact("neither radius nor mass is known"),
    "star": Fact("the class of its star is not known"),
}
"""Facts that say that nothing is known."""


def facts_of(known: Known, context: PlanetContext) -> dict[str, Fact]:
    """Return what is known, by part: star, insolation, temperature, radius and mass."""
    facts = {"star": _of_star(known, context)}
    insolation, eqt = context.insolation, known["pl_eqt"]
    radius, mass = known["pl_rade"], known["pl_bmasse"]
    if insolation is not None and insolation.inputs[0] != "pl_eqt":
        facts["insolation"] = _of_insolation(insolation, context)
    elif _is_treated_as_dwarf(known, context):
        facts["insolation"] = _TREATED_AS_DWARF
    if isinstance(eqt, float):
        facts["temperature"] = _of_temperature(eqt, known, context)
        if context.definition.open and facts["temperature"].favours:
            del facts["temperature"]  # it allows many insolations, so it decides nothing
    if isinstance(radius, float):
        facts["radius"] = _of_size(radius, "pl_rade", RADIUS_LIMITS)
    if isinstance(mass, float):
        not_used = Fact(
            f"its mass is {_number(mass)} Earth masses, but the definition uses its radius"
        )
        facts["mass"] = not_used if radius else _of_size(mass, "pl_bmasse", MASS_LIMITS)
    chances = dict.fromkeys(("insolation", "temperature"), context.p_zone)
    chances |= dict.fromkeys(("radius", "mass"), context.p_size)
    return {
        part: fact._replace(chance=chance.value) if (chance := chances.get(part)) else fact
        for part, fact in facts.items()
    }


_TREATED_AS_DWARF = Fact("its insolation is not known well, because its star is not a dwarf")


def _is_treated_as_dwarf(known: Known, context: PlanetContext) -> bool:
    """Whether the model uses the radius of a dwarf although the star is not a dwarf."""
    zone = context.optimistic_zone
    has_orbit = known["pl_orbper"] is not None or known["pl_orbsmax"] is not None
    return has_orbit and zone is not None and zone.inner_orbit is None


def _of_insolation(insolation: Quantity, context: PlanetContext) -> Fact:
    zone, definition = context.optimistic_zone, context.definition
    if definition.open:
        return Fact(definition.open, is_near=True)  # an edge lies between both values
    is_stated = insolation.inputs[0] == "pl_insol"
    subject = "the stated insolation" if is_stated else "the insolation implied by orbit and star"
    mean = _AVERAGED if insolation.inputs[-1] == "pl_orbeccen" else ""
    begin = f"{subject}, {compared_with_earth(_number(insolation.value))}{mean},"
    if zone is None and definition.light is None:
        return Fact(f"{begin} is inside the habitable zone of {_stars_with(insolation.value)}")
    if zone is None:
        return Fact(f"{begin} is outside the habitable zone of every star", False)
    limits = (zone.outer_insolation, zone.inner_insolation)
    is_near = _is_near(insolation.value, limits)
    place = {"inside": "inside", "too hot": "above", "too cold": "below"}[str(zone.position)]
    zones = f"the optimistic habitable zone ({limits[0]:.2f} to {limits[1]:.2f})"
    return Fact(
        f"{begin} is {'just ' if is_near else ''}{place} {zones}", definition.light, is_near
    )


def _stars_with(insolation: float) -> str:
    """Return which stars of class F to M have this insolation in their habitable zone."""
    low, high = COMMON_ZONE
    return "every star of class F to M" if low <= insolation <= high else "some stars"


def _of_temperature(eqt: float, known: Known, context: PlanetContext) -> Fact:
    """Return what an equilibrium temperature alone says, for any albedo."""
    eccentricity = known["pl_orbeccen"] or 0.0
    gain = eccentric_gain(np.array(eccentricity, dtype=np.float64))
    least = float(black_planet_insolation(np.array(eqt)) * gain)
    most = least / (1.0 - HIGHEST_ALBEDO)
    zone = context.optimistic_zone
    limits = (zone.outer_insolation, zone.inner_insolation) if zone else (FAINTEST, BRIGHTEST)
    begin = f"its equilibrium temperature, {eqt:.4g} K, means at"
    averaged = _AVERAGED if eccentricity else ""
    lowest, highest = (
        with_unit(_number(each), "times Earth's insolation") + averaged for each in (least, most)
    )
    if least > limits[1]:
        return Fact(f"{begin} least {lowest}, too much for the habitable zone", False)
    if most < limits[0]:
        return Fact(f"{begin} most {highest}, too little for the habitable zone", False)
    end = "" if zone is None else ", which puts it in the habitable zone for some albedos"
    return Fact(f"{begin} least {lowest}{end}", None if zone is None else True)


def _of_size(value: float, name: str, limits: tuple[float, float]) -> Fact:
    low, high = limits
    is_near = _is_near(value, limits)
    place = "below" if value < low else "above" if value > high else "within"
    noun = {"pl_rade": "radius", "pl_bmasse": "mass"}[name]
    size = with_unit(_number(value), BY_NAME[name].unit)
    begin = f"its {noun}, {size}, is {'just ' if is_near else ''}"
    clause = f"{begin}{place} the definition's {low:g} to {high:g}"
    return Fact(clause, place == "within", is_near)


def _is_near(value: float, limits: tuple[float, float]) -> bool:
    return min(abs(value / limit - 1.0) for limit in limits) < _MAX_NEAR_DISTANCE


def _of_star(known: Known, context: PlanetContext) -> Fact:
    is_fgkm = context.definition.star
    if is_fgkm is None:
        return UNKNOWN_FACTS["star"]
    spectral_type, teff, radius = known["st_spectype"], known["st_teff"], known["st_rad"]
    size = f" and {with_unit(_number(radius), 'solar radii')}" if isinstance(radius, float) else ""
    star = f'"{spectral_type}"' if spectral_type is not None else f"of {teff:.4g} K{size}"
    return Fact(f"its star, {star}, is {'' if is_fgkm else 'not '}of class F to M", is_fgkm)


def _number(value: float) -> str:
    """Write a number with three significant digits and no exponent."""
    rounded = float(f"{value:.3g}")
    if rounded < 0.001:
        return "less than 0.001"
    return f"{rounded:,.0f}" if rounded >= 100.0 else f"{rounded:.3g}"
