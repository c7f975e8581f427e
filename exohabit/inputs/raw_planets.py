"""Raw planets: the plain objects that every reader returns, and where each was found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import Problem, TooManyPlanets
from exohabit.inputs.tables.unused_units import Unused
from exohabit.science.domain_warnings import PlanetWarning

Where = Callable[[int | None, str | None], dict[str, Any]]
"""Returns the location of a key (None: of the whole planet) of a planet (None: of the header), as
fields of a `Problem`."""


@dataclass(frozen=True, slots=True)
class RawPlanets:
    """Planets as plain objects, and where each of them was found."""

    planets: list[Any]
    where: Where
    problems: list[Problem] = field(default_factory=list)
    """Problems of the whole input, found while reading."""
    unreadable: Mapping[int, Problem] = field(default_factory=dict)
    """Problems of planets that could not be read, by index; None stands for these planets."""
    is_one: bool = False
    """Whether the input was one bare planet rather than a list."""
    header: Collection[str] | None = None
    """The columns of a DataFrame; None where each planet has its own keys."""
    labels: Sequence[str] | None = None
    """Row labels of a DataFrame."""
    unknown: str = "null"
    """How this format writes that a value is not known."""
    notes: Sequence[PlanetWarning] = ()
    """Warnings about the whole input."""
    kept: Mapping[str, Sequence[Any]] | None = None
    """Columns that the answer repeats, if the reader does not read them into the planets."""
    unit_advice: Mapping[int, str] = field(default_factory=dict)
    """By index, which size of a row is only known in a unit that is not ours."""
    unused: Unused = field(default_factory=dict)
    """By index, the columns of a table that give a size which our own column lacks."""

    def with_planets(self, planets: Sequence[Any]) -> RawPlanets:
        """Return the same input with other planets."""
        return replace(self, planets=[*planets])


def check_planet_count(count: int) -> None:
    """Refuse more planets than one request may carry.

    Raises:
        TooManyPlanets: there are more than `MAX_PLANETS`.
    """
    if count > MAX_PLANETS:
        raise TooManyPlanets(
            f"more than {MAX_PLANETS:,} planets, the limit for one request: send several requests"
        )


def json_pointer(*keys: str | int | None) -> str:
    """Write keys and indices as a JSON pointer (RFC 6901, section 3); None is skipped."""
    steps = (str(key).replace("~", "~0").replace("/", "~1") for key in keys if key is not None)
    return "".join(f"/{step}" for step in steps)
