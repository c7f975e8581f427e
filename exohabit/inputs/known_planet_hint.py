"""Known planet hint: how to change values of a known planet, for a request that lacks the others.

It is made only after problems were found, so the usual request costs no look-up.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from exohabit.inputs.named_planets import LookUp, Unresolved
from exohabit.inputs.planet_names import is_name
from exohabit.inputs.problems import InvalidInput, RequestError
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import NAME_KEYS
from exohabit.inputs.validation import is_number
from exohabit.science.columns import BY_NAME

_MAX_TYPE = 20
"""Characters of a spectral type that is repeated in an address."""


def add_known_planet_hint(
    error: InvalidInput, raw: RawPlanets, look_up: LookUp | None
) -> InvalidInput:
    """Add a hint to the problems of one bare planet that has a known planet's name but lacks keys.

    Returns:
        The error with a longer message, or the same error.
    """
    planet = raw.planets[0] if raw.is_one and raw.planets else None
    is_lacking = any(each.code == "missing_key" for each in error.problems)
    if look_up is None or not isinstance(planet, dict) or not is_lacking:
        return error
    name = next((planet[key] for key in NAME_KEYS if planet.get(key)), None)
    known = _known_name(name, look_up) if isinstance(name, str) and is_name(name) else ""
    if not known:
        return error
    changes = urlencode(_changes(planet) or {"pl_rade": 2})
    hint = f"to change values of the known planet: GET /planets/{quote(known)}/predict?{changes}"
    return InvalidInput(f"{error.message}; {hint}", error.problems, error.problem_count)


def _known_name(name: str, look_up: LookUp) -> str:
    """Return the catalogue's name of a known planet; empty if it is not known, or cannot be."""
    try:
        found = look_up(name)
    except RequestError:
        return ""
    return "" if isinstance(found, Unresolved) else str(found["pl_name"])


def _changes(planet: dict[str, Any]) -> dict[str, Any]:
    """Return the values that can be repeated in an address."""
    numbers = {
        name: f"{planet[name]!r}".removesuffix(".0")
        for name, column in BY_NAME.items()
        if column.range and is_number(planet.get(name))
    }
    kind = planet.get("st_spectype")
    is_short = isinstance(kind, str) and 0 < len(kind) <= _MAX_TYPE
    return numbers | ({"st_spectype": kind} if is_short else {})
