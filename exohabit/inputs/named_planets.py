"""Named planets: planets of a body that are only a name, the name of a known planet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from exohabit.inputs.hints import is_powershell_text
from exohabit.inputs.limits import MAX_NAMED, MAX_NEAR_MISSES
from exohabit.inputs.problems import Problem, RequestError, TooManyPlanets, repr_short
from exohabit.inputs.raw_planets import RawPlanets

UNKNOWN, AMBIGUOUS = "unknown_planet", "ambiguous_name"


class Unresolved(NamedTuple):
    """A name of no known planet, or of several."""

    code: str
    name: str
    choices: Callable[[], list[str]]
    """Returns the planets that may be meant. For an unknown name, it takes about a millisecond."""

    def problem(self, *, what: str = "planet", with_choices: bool = True, **where: Any) -> Problem:
        """Return the problem at a place of the request; `what` is named by the request there."""
        choices = self.choices() if with_choices or self.code == AMBIGUOUS else None
        name = repr_short(self.name)
        if self.code == AMBIGUOUS:
            message = f"{name} may mean several planets: {', '.join(choices or ())}"
        else:
            hint = f": did you mean {' or '.join(choices[:2])}?" if choices else ""
            message = f"no known {what} is called {name}{hint}"
        return Problem(self.code, message, received=name, choices=choices, **where)


class UnknownPlanet(RequestError):
    """No known planet has the name of the request."""

    code = UNKNOWN


class AmbiguousName(RequestError):
    """The name of the request may mean several planets."""

    code = AMBIGUOUS


LookUp = Callable[[str], dict[str, Any] | Unresolved]
"""Returns the values of a known planet by any of its names."""


def insert_known_planets(raw: RawPlanets, look_up: LookUp | None) -> RawPlanets:
    """Replace names by the values of the known planets.

    Raises:
        TooManyPlanets: there are more than `MAX_NAMED` names.
    """
    named = {i: name for i, each in enumerate(raw.planets) if (name := _name_alone(each))}
    if not named or look_up is None:
        return raw
    if len(named) > MAX_NAMED:
        raise TooManyPlanets(f"more than {MAX_NAMED:,} names, the limit for one request")
    planets = list(raw.planets)
    unknown: dict[int, Problem] = {}
    for i, name in named.items():
        found = look_up(name)
        if isinstance(found, Unresolved):
            with_choices = len(unknown) < MAX_NEAR_MISSES
            unknown[i] = found.problem(with_choices=with_choices, **raw.where(i, None))
            found = {"name": name}
        planets[i] = found
    return replace(raw, planets=planets, unreadable={**raw.unreadable, **unknown})


def _name_alone(planet: Any) -> str | None:
    """Return the name of a planet that is only a name: a text, or an object without other keys.

    PowerShell writes "@{…}" or a type's name for objects that it has cut.
    """
    if isinstance(planet, dict) and len(planet) == 1:
        planet = planet.get("name", planet.get("pl_name"))
    return planet if isinstance(planet, str) and not is_powershell_text(planet) else None
