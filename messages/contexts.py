"""Contexts: what the formulas of the literature make of a planet, as it goes out beside its score.

Every number has its unit, the inputs that it was made from, and its source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from messages.planets import Details, Planets
from science import sources
from science.arrays import FloatArray
from science.context import ASSUMED_ALBEDO, Context, Definition, Zone, size_class, surround
from science.features import Table
from science.habitability import ZONE_TEFF

From = Annotated[list[str], Meta(description="the inputs that it was made from")]
Source = Annotated[str, Meta(description="where the formula comes from")]
Assumes = Annotated[str | UnsetType, Meta(description="what had to be assumed")]

_OF_ORBIT = (
    "Kepler's third law and Stefan-Boltzmann's; what is not stated of the star is that of a dwarf "
    f"of its type or temperature ({sources.DWARFS})"
)
_LIGHT_SOURCES = {
    "pl_insol": "as stated",
    "pl_eqt": "T_eq = 278.3 K (S (1 - A))^(1/4), of a planet that is equally warm all over",
}
_OF_MEAN = "; the mean over an eccentric orbit, by the factor 1 / (1 - e^2)^(1/2)"
_SIMILARITY = (
    f"{sources.SIMILARITY}, in the Habitable Worlds Catalog's form of two terms, insolation and "
    "radius"
)
_OF_MASS = f"; radius of such a mass: {sources.TYPICAL_SIZE}"
_ZONE = f"{sources.ZONE}: {{}}, for a planet of one Earth mass"
_LIMITS = {
    "conservative": "maximum greenhouse to runaway greenhouse",
    "optimistic": "early Mars to recent Venus",
}
_BEYOND = (
    f"the star is as one of {ZONE_TEFF[0]:g} or {ZONE_TEFF[1]:g} K, the nearer end of what the "
    "formula holds for"
)
_POSITIONS = {1.0: "too hot", 0.0: "inside", -1.0: "too cold"}


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A number with all that is needed to check it."""

    value: float
    unit: str
    inputs: From = msgspec.field(name="from")
    source: Source
    assumes: Assumes = UNSET


class SizeClass(msgspec.Struct, frozen=True, kw_only=True):
    """The class of a planet's size."""

    value: str
    inputs: From = msgspec.field(name="from")
    source: Source


class HabitableZone(msgspec.Struct, frozen=True, kw_only=True):
    """A habitable zone of the planet's star, and where the planet is."""

    position: Annotated[
        str | None, Meta(description='"inside", "too hot" or "too cold"; null if not known')
    ]
    insolation: Annotated[list[float], Meta(description="at the outer and at the inner limit")]
    insolation_unit: str = "Earth's insolation"
    orbit: Annotated[list[float], Meta(description="semi-major axes of the inner and outer limit")]
    orbit_unit: str = "au"
    inputs: From = msgspec.field(name="from")
    source: Source
    assumes: Assumes = UNSET


class DefinitionContext(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the definition holds on the values given; null where they leave it open."""

    holds: bool | None
    star: Annotated[bool | None, Meta(description="whether it is of class F, G, K or M")]
    light: Annotated[bool | None, Meta(description="whether it is in the optimistic zone")]
    size: Annotated[bool | None, Meta(description="whether radius, else mass, is in range")]
    inputs: From = msgspec.field(name="from")
    source: Source = sources.DEFINITION


class PlanetContext(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a score; null where too little is known."""

    insolation: Quantity | None
    conservative_zone: HabitableZone | None
    optimistic_zone: HabitableZone | None
    earth_similarity: Quantity | None
    size_class: SizeClass | None
    definition: DefinitionContext


def contexts(planets: Planets, details: Details) -> list[PlanetContext]:
    """Describe what surrounds each planet."""
    table = planets.table
    measured_radius = np.where(details.computed["pl_rade"], np.nan, table["pl_rade"])
    context = surround(table, measured_radius)
    return [
        _describe(context, _Inputs(table, measured_radius, i), i) for i in range(len(planets.names))
    ]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Which inputs of a planet its context is made from."""

    table: Table
    measured_radius: FloatArray
    index: int

    def star(self) -> list[str]:
        """Return what tells of the star."""
        return self._first("st_teff", "st_spectype")

    def luminosity(self) -> list[str]:
        star = self.star()
        return star and _once([*star, *(self._first("st_rad") or star)])

    def light(self) -> list[str]:
        """Return what the insolation is taken from: stated, of the orbit, of T_eq."""
        light = self._first("pl_insol") or self._orbit() or self._first("pl_eqt")
        return light and [*light, *self._first("pl_orbeccen")]

    def _orbit(self) -> list[str]:
        star, orbit = self.luminosity(), self._first("pl_orbsmax", "pl_orbper")
        if not (star and orbit):
            return []
        mass = self._first("st_mass", "st_teff", "st_spectype") if orbit == ["pl_orbper"] else []
        return _once([*orbit, *star, *mass])

    def size(self) -> list[str]:
        return self._first("pl_rade", "pl_bmasse")

    def measured_size(self) -> list[str]:
        is_measured = not np.isnan(self.measured_radius[self.index])
        return ["pl_rade"] if is_measured else self._first("pl_bmasse")

    def kind(self) -> list[str]:
        """Return what tells the star's class."""
        has_type = not np.isnan(self.table["spectype_fgkm"][self.index])
        return ["st_spectype"] if has_type else self._first("st_teff")

    def _first(self, *names: str) -> list[str]:
        """Return the first of some columns that is known, of a type the temperature, if any."""
        column = {"st_spectype": "spectype_teff"}
        known = (n for n in names if not np.isnan(self.table[column.get(n, n)][self.index]))
        return list(known)[:1]


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _describe(context: Context, inputs: _Inputs, i: int) -> PlanetContext:
    light, size = inputs.light(), inputs.size()
    of_mass = _OF_MASS if size == ["pl_bmasse"] else ""
    albedo = f"a Bond albedo of {ASSUMED_ALBEDO:g}, about Earth's"
    assumes = albedo if light[:1] == ["pl_eqt"] else UNSET
    of_mean = _OF_MEAN if light[-1:] == ["pl_orbeccen"] else ""
    definition_inputs = _once([*inputs.kind(), *inputs.star(), *light, *inputs.measured_size()])
    return PlanetContext(
        insolation=_quantity(
            context.insol[i],
            unit="Earth's insolation",
            inputs=light,
            source=_LIGHT_SOURCES.get("".join(light[:1]), _OF_ORBIT) + of_mean,
            assumes=assumes,
        ),
        conservative_zone=_zone("conservative", context.zones["conservative"], inputs, i),
        optimistic_zone=_zone("optimistic", context.zones["optimistic"], inputs, i),
        earth_similarity=_quantity(
            context.similarity[i],
            unit="index from 0 to 1, Earth's",
            inputs=[*light, *size],
            source=_SIMILARITY + of_mass,
            assumes=assumes,
        ),
        size_class=_size_class(context.radius[i], size, sources.SIZE_CLASS + of_mass),
        definition=_definition(context.definition, definition_inputs, i),
    )


def _quantity(
    value: float, *, unit: str, inputs: list[str], source: str, assumes: str | UnsetType
) -> Quantity | None:
    if np.isnan(value):
        return None
    return Quantity(value=float(value), unit=unit, inputs=inputs, source=source, assumes=assumes)


def _zone(name: str, zone: Zone, inputs: _Inputs, i: int) -> HabitableZone | None:
    if np.isnan(zone.outer_axis[i]):
        return None
    return HabitableZone(
        position=_POSITIONS.get(float(zone.side[i])),
        insolation=[float(zone.outer[i]), float(zone.inner[i])],
        orbit=[float(zone.inner_axis[i]), float(zone.outer_axis[i])],
        inputs=inputs.luminosity(),
        source=_ZONE.format(_LIMITS[name]),
        assumes=_BEYOND if zone.is_beyond[i] else UNSET,
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
