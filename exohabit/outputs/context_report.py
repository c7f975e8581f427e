"""Context report: what published formulas say about a planet, as an extra beside its score."""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import UNSET, UnsetType

from exohabit.inputs.planet_table import Planets
from exohabit.outputs.context_inputs import ContextInputs, unique
from exohabit.outputs.context_probabilities import ProbabilityReport
from exohabit.outputs.context_types import (
    DefinitionContext,
    HabitableZone,
    PlanetContext,
    Quantity,
    SizeClass,
)
from exohabit.science import references
from exohabit.science.arrays import FloatArray
from exohabit.science.context import ASSUMED_ALBEDO, Context, compute_context, size_class
from exohabit.science.habitability import RUNAWAY_MASSES
from exohabit.science.probabilities import compute_probabilities
from exohabit.science.units import compared_with_earth

_ORBIT_SOURCE = (
    "Kepler's third law and the Stefan-Boltzmann law; what is not known about the star is taken "
    f"from dwarfs of its type or temperature ({references.DWARFS})"
)
_LIGHT_SOURCES = {
    "pl_insol": "as stated",
    "pl_eqt": "T_eq = 278.3 K (S (1 - A))^(1/4), for a planet with the same temperature everywhere",
}
_AVERAGED = (
    "; averaged over the eccentric orbit, by the factor 1 / (1 - e^2)^(1/2). This mean flux "
    f"({references.ECCENTRIC_CLIMATE}) is one choice of two: the temperature averaged over time, "
    f"which falls slowly with e, is the other ({references.ECCENTRIC_EQT})"
)
_ALBEDO = f"a Bond albedo of {ASSUMED_ALBEDO:g}, about Earth's"
_SIMILARITY = (
    f"{references.SIMILARITY}, with the two terms of the Habitable Worlds Catalog, insolation and "
    "radius"
)
_FROM_MASS = f"; radius from the mass: {references.TYPICAL_SIZE}"
_LIMITS = {
    "conservative": "maximum greenhouse to runaway greenhouse, which depends on the planet's mass",
    "optimistic": "early Mars to recent Venus, for a planet of one Earth mass",
}
_MASS_SOURCES = {
    "pl_bmasse": "as stated",
    "pl_rade": f"typical of the radius: {references.COMPUTED_SIZE}",
    "": "not known",
}
_MASS_LIMITED = "; limited to {:g} to {:g}, the masses of the published limits"
_BEYOND = "the star is treated as one of {:g} K, the nearest temperature the formula is valid for"
_POSITIONS: dict[float, Literal["inside", "too hot", "too cold"]] = {
    1.0: "too hot",
    0.0: "inside",
    -1.0: "too cold",
}


def build_contexts(planets: Planets) -> list[PlanetContext]:
    """Build the context of each planet."""
    table, errors = planets.table, planets.measurement_errors
    context = compute_context(table, errors.like_dwarf)
    columns = {**table, "orbit": context.light.insol}
    known = {name: (~np.isnan(values)).tolist() for name, values in columns.items()}
    known["eccentric"] = (table["pl_orbeccen"] > 0.0).tolist()
    probabilities = ProbabilityReport(
        compute_probabilities(table, context, errors.errors), errors.errors
    )
    return [
        _build_context(context, table["pl_insol"], probabilities, ContextInputs(known, i), i)
        for i in range(len(planets.names))
    ]


def _build_context(
    context: Context,
    stated: FloatArray,
    probabilities: ProbabilityReport,
    inputs: ContextInputs,
    i: int,
) -> PlanetContext:
    light, size = inputs.light(), inputs.size()
    from_mass = _FROM_MASS if size == ["pl_bmasse"] else ""
    averaged = _AVERAGED if light[-1:] == ["pl_orbeccen"] else ""
    assumes = _ALBEDO if light[:1] == ["pl_eqt"] else UNSET
    zone_inputs = unique([*inputs.luminosity(), *light])
    return PlanetContext(
        insolation=_quantity(
            context.insol[i],
            unit="Earth's insolation",
            inputs=light,
            source=_LIGHT_SOURCES.get("".join(light[:1]), _ORBIT_SOURCE) + averaged,
            assumes=assumes,
        ),
        conservative_zone=_zone("conservative", context, inputs, zone_inputs, i),
        optimistic_zone=_zone("optimistic", context, inputs, zone_inputs, i),
        earth_similarity=_quantity(
            context.similarity[i],
            unit="from 0 to 1 (Earth: 1)",
            inputs=[*light, *size],
            source=_SIMILARITY + from_mass,
            assumes=assumes,
        ),
        size_class=_size_class(context.radius[i], size, references.SIZE_CLASS + from_mass),
        definition=_definition(context, stated, inputs, i),
        p_zone=probabilities.of_zone("zone", inputs),
        p_conservative_zone=probabilities.of_zone("conservative_zone", inputs),
        p_size=probabilities.of_size(inputs),
    )


def _quantity(
    value: float, *, unit: str, inputs: list[str], source: str, assumes: str | UnsetType
) -> Quantity | None:
    if np.isnan(value):
        return None
    return Quantity(value=float(value), unit=unit, inputs=inputs, source=source, assumes=assumes)


def _zone(
    name: str, context: Context, inputs: ContextInputs, names: list[str], i: int
) -> HabitableZone | None:
    zone, teff = context.zones[name], context.light.teff[i]
    if np.isnan(zone.outer[i]):
        return None
    inner, outer = float(zone.inner_axis[i]), float(zone.outer_axis[i])
    by_mass = name == "conservative"
    return HabitableZone(
        position=_POSITIONS.get(float(zone.side[i])),
        inner_insolation=float(zone.inner[i]),
        outer_insolation=float(zone.outer[i]),
        inner_orbit=None if np.isnan(inner) else inner,
        outer_orbit=None if np.isnan(outer) else outer,
        planet_mass=_planet_mass(context.planet_mass[i], inputs.mass()) if by_mass else UNSET,
        inputs=unique([*names, *inputs.mass()]) if by_mass else names,
        source=f"{references.ZONE}: {_LIMITS[name]}",
        assumes=UNSET if zone.teff[i] == teff else _BEYOND.format(zone.teff[i]),
    )


def _planet_mass(mass: float, inputs: list[str]) -> Quantity:
    return Quantity(
        value=float(mass),
        unit="Earth masses",
        inputs=inputs,
        source=_MASS_SOURCES["".join(inputs)] + _MASS_LIMITED.format(*RUNAWAY_MASSES),
        assumes=UNSET if inputs else "Earth's mass",
    )


def _size_class(radius: float, inputs: list[str], source: str) -> SizeClass | None:
    if np.isnan(radius):
        return None
    return SizeClass(value=size_class(radius), inputs=inputs, source=source)


def _definition(
    context: Context, stated: FloatArray, inputs: ContextInputs, i: int
) -> DefinitionContext:
    definition = context.definition
    holds, star, light, size = (
        None if np.isnan(part[i]) else bool(part[i])
        for part in (definition.holds, definition.star, definition.light, definition.size)
    )
    of_light = inputs.light()
    if definition.is_open[i]:
        of_light = unique(name for names in inputs.all_light().values() for name in names)
    names = unique([*inputs.star_class(), *inputs.star(), *of_light, *inputs.size()])
    why = _why_open(context, stated, i) if definition.is_open[i] else UNSET
    return DefinitionContext(holds=holds, star=star, light=light, size=size, open=why, inputs=names)


def _why_open(context: Context, stated: FloatArray, i: int) -> str:
    gain, zone = context.light.gain[i], context.zones["optimistic"]
    insols = (stated[i] * gain, context.light.insol[i] * gain)
    mean = " on average over its orbit" if gain > 1.0 else ""
    places = [
        "above" if insol > zone.inner[i] else "below" if insol < zone.outer[i] else "inside"
        for insol in insols
    ]
    stated_light = compared_with_earth(f"{insols[0]:.3g}")
    return (
        f"the stated insolation, {stated_light}{mean}, is {places[0]} the "
        f"optimistic habitable zone ({zone.outer[i]:.2f} to {zone.inner[i]:.2f}), but that "
        f"of orbit and star, {insols[1]:.3g}, is {places[1]}"
    )
