"""Context types: what published formulas say about a planet, as it is encoded.

Every number comes with its unit, the inputs it was computed from, and its source.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from exohabit.science import references
from exohabit.science.context import SIZE_CLASSES

From = Annotated[list[str], Meta(description="the inputs it was computed from")]
Source = Annotated[str, Meta(description="the source of the formula")]
Orbit = Annotated[
    float | None, Meta(description="semi-major axis of a circular orbit with that insolation")
]
Zone = Annotated[Literal["inside", "too hot", "too cold"], Meta(title="Zone")]
SizeClassName = Annotated[
    str,
    Meta(title="SizeClassName", extra_json_schema={"enum": [name for name, _ in SIZE_CLASSES]}),
]
Assumes = Annotated[str | UnsetType, Meta(description="what was assumed")]


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A number, with everything that is needed to check it."""

    value: float
    unit: str
    inputs: From = msgspec.field(name="from")
    source: Source
    assumes: Assumes = UNSET


class SizeClass(msgspec.Struct, frozen=True, kw_only=True):
    """The size class of a planet."""

    value: SizeClassName
    inputs: From = msgspec.field(name="from")
    source: Source


class HabitableZone(msgspec.Struct, frozen=True, kw_only=True):
    """A habitable zone of the planet's star, and where the planet is relative to it."""

    position: Annotated[
        Zone | None,
        Meta(description="where the planet is; null if not known"),
    ]
    inner_insolation: float
    outer_insolation: float
    insolation_unit: str = "Earth's insolation"
    inner_orbit: Orbit
    outer_orbit: Orbit
    orbit_unit: str = "au"
    planet_mass: Annotated[
        Quantity | UnsetType, Meta(description="the mass that the inner limit was computed for")
    ] = UNSET
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
    open: Annotated[
        str | UnsetType,
        Meta(
            description="why light is open, if the stated insolation and that of orbit and star "
            "disagree about the zone"
        ),
    ] = UNSET
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
    p_zone: Annotated[
        Quantity | None, Meta(description="probability that it is in the optimistic zone")
    ]
    p_conservative_zone: Annotated[
        Quantity | None, Meta(description="probability that it is in the conservative zone")
    ]
    p_size: Annotated[Quantity | None, Meta(description="probability of the right size")]
