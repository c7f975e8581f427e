"""Context report: what published formulas say about a planet, as an extra beside its score.

Every number comes with its unit, the inputs it was computed from, and its source.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from exohabit.inputs.planet_table import Planets
from exohabit.outputs.context_inputs import ContextInputs, unique
from exohabit.science import references
from exohabit.science.context import (
    ASSUMED_ALBEDO,
    SIZE_CLASSES,
    Context,
    Definition,
    compute_context,
    size_class,
)

From = Annotated[list[str], Meta(description="the inputs it was computed from")]
Source = Annotated[str, Meta(description="the source of the formula")]
Orbit = Annotated[
    float | None, Meta(description="semi-major axis of a circular orbit with that insolation")
]
Assumes = Annotated[str | UnsetType, Meta(description="what was assumed")]

_ORBIT_SOURCE = (
    "Kepler's third law and the Stefan-Boltzmann law; what is not known about the star is taken "
    f"from dwarfs of its type or temperature ({references.DWARFS})"
)
_LIGHT_SOURCES = {
    "pl_insol": "as stated",
    "pl_eqt": "T_eq = 278.3 K (S (1 - A))^(1/4), for a planet with the same temperature everywhere",
}
_AVERAGED = "; averaged over the eccentric orbit, by the factor 1 / (1 - e^2)^(1/2)"
_ALBEDO = f"a Bond albedo of {ASSUMED_ALBEDO:g}, about Earth's"
_SIMILARITY = (
    f"{references.SIMILARITY}, with the two terms of the Habitable Worlds Catalog, insolation and "
    "radius"
)
_FROM_MASS = f"; radius from the mass: {references.TYPICAL_SIZE}"
_ZONE = f"{references.ZONE}: {{}}, for a planet of one Earth mass"
_LIMITS = {
    "conservative": "maximum greenhouse to runaway greenhouse",
    "optimistic": "early Mars to recent Venus",
}
_BEYOND = "the star is treated as one of {:g} K, the nearest temperature the formula is valid for"
_POSITIONS: dict[float, Literal["inside", "too hot", "too cold"]] = {
    1.0: "too hot",
    0.0: "inside",
    -1.0: "too cold",
}


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A number, with everything that is needed to check it."""

    value: float
    unit: str
    inputs: From = msgspec.field(name="from")
    source: Source
    assumes: Assumes = UNSET


class SizeClass(msgspec.Struct, frozen=True, kw_only=True):
    """The size class of a planet."""

    value: Annotated[str, Meta(extra_json_schema={"enum": [name for name, _ in SIZE_CLASSES]})]
    inputs: From = msgspec.field(name="from")
    source: Source


class HabitableZone(msgspec.Struct, frozen=True, kw_only=True):
    """A habitable zone of the planet's star, and where the planet is relative to it."""

    position: Annotated[
        Literal["inside", "too hot", "too cold"] | None,
        Meta(description="where the planet is; null if not known"),
    ]
    inner_insolation: float
    outer_insolation: float
    insolation_unit: str = "Earth's insolation"
    inner_orbit: Orbit
    outer_orbit: Orbit
    orbit_unit: str = "au"
    inputs: From = msgspec.field(name="from")
    source: Source
    assumes: Assumes = UNSET


class DefinitionContext(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the given values meet the definition; null where they do not decide it."""

    holds: bool | None
    star: Annotated[bool | None, Meta(description="whether the star is of class F, G, K or M")]
    light: Annotated[bool | None, Meta(description="whether the planet is in the optimistic zone")]
    size: Annotated[
        bool | None, Meta(description="whether the radius, or else the mass, is in range")
    ]
    inputs: From = msgspec.field(name="from")
    source: Source = references.DEFINITION


class PlanetContext(msgspec.Struct, frozen=True, kw_only=True):
    """The context of a score; null where too little is known."""

    insolation: Quantity | None
    conservative_zone: HabitableZone | None
    optimistic_zone: HabitableZone | None
    earth_similarity: Quantity | None
    size_class: SizeClass | None
    definition: DefinitionContext


def build_contexts(planets: Planets) -> list[PlanetContext]:
    """Build the context of each planet."""
    table, errors = planets.table, planets.measurement_errors
    measured_radius = np.where(errors.computed["pl_rade"], np.nan, table["pl_rade"])
    context = compute_context(table, errors.like_dwarf, measured_radius)
    columns = {**table, "orbit": context.light.insol, "measured_radius": measured_radius}
    known = {name: (~np.isnan(values)).tolist() for name, values in columns.items()}
    known["eccentric"] = (table["pl_orbeccen"] > 0.0).tolist()
    return [_build_context(context, ContextInputs(known, i), i) for i in range(len(planets.names))]


def _build_context(context: Context, inputs: ContextInputs, i: int) -> PlanetContext:
    light, size = inputs.light(), inputs.size()
    from_mass = _FROM_MASS if size == ["pl_bmasse"] else ""
    averaged = _AVERAGED if light[-1:] == ["pl_orbeccen"] else ""
    assumes = _ALBEDO if light[:1] == ["pl_eqt"] else UNSET
    definition_inputs = [*inputs.star_class(), *inputs.star(), *light, *inputs.measured_size()]
    zone_inputs = unique([*inputs.luminosity(), *light])
    return PlanetContext(
        insolation=_quantity(
            context.insol[i],
            unit="Earth's insolation",
            inputs=light,
            source=_LIGHT_SOURCES.get("".join(light[:1]), _ORBIT_SOURCE) + averaged,
            assumes=assumes,
        ),
        conservative_zone=_zone("conservative", context, zone_inputs, i),
        optimistic_zone=_zone("optimistic", context, zone_inputs, i),
        earth_similarity=_quantity(
            context.similarity[i],
            unit="from 0 to 1 (Earth: 1)",
            inputs=[*light, *size],
            source=_SIMILARITY + from_mass,
            assumes=assumes,
        ),
        size_class=_size_class(context.radius[i], size, references.SIZE_CLASS + from_mass),
        definition=_definition(context.definition, unique(definition_inputs), i),
    )


def _quantity(
    value: float, *, unit: str, inputs: list[str], source: str, assumes: str | UnsetType
) -> Quantity | None:
    if np.isnan(value):
        return None
    return Quantity(value=float(value), unit=unit, inputs=inputs, source=source, assumes=assumes)


def _zone(name: str, context: Context, inputs: list[str], i: int) -> HabitableZone | None:
    zone, teff = context.zones[name], context.light.teff[i]
    if np.isnan(zone.outer[i]):
        return None
    inner, outer = float(zone.inner_axis[i]), float(zone.outer_axis[i])
    return HabitableZone(
        position=_POSITIONS.get(float(zone.side[i])),
        inner_insolation=float(zone.inner[i]),
        outer_insolation=float(zone.outer[i]),
        inner_orbit=None if np.isnan(inner) else inner,
        outer_orbit=None if np.isnan(outer) else outer,
        inputs=inputs,
        source=_ZONE.format(_LIMITS[name]),
        assumes=UNSET if zone.teff[i] == teff else _BEYOND.format(zone.teff[i]),
    )


def _size_class(radius: float, inputs: list[str], source: str) -> SizeClass | None:
    if np.isnan(radius):
        return None
    return SizeClass(value=size_class(radius), inputs=inputs, source=source)


def _definition(definition: Definition, inputs: list[str], i: int) -> DefinitionContext:
    holds, star, light, size = (
        None if np.isnan(part[i]) else bool(part[i])
        for part in (definition.holds, definition.star, definition.light, definition.size)
    )
    return DefinitionContext(holds=holds, star=star, light=light, size=size, inputs=inputs)
