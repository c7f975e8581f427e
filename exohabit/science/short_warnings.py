"""Short warnings: of many planets with odd values, only the first get messages with the values.

With all of them, an answer about a table in a wrong unit would be far longer than the table.
"""

from __future__ import annotations

from functools import cache

from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings

MAX_EXPLAINED = 1_000
"""Planets of a list whose warnings have messages with the values."""
_CONTRADICTS = "contradicts other values"
SHORT = {
    "wrong_unit": "may be in another unit",
    "inconsistent_size": _CONTRADICTS,
    "inconsistent_light": _CONTRADICTS,
    "inconsistent_orbit": _CONTRADICTS,
    "limit": "is only a limit",
    "computed": "was computed",
    "outside_training": "is out of the trained range",
}
"""What is said about a column, by the code of the warning. Other warnings have few messages."""


def shorten_many(warnings: PlanetWarnings) -> PlanetWarnings:
    """Leave the values out of the messages after the first `MAX_EXPLAINED` planets with values."""
    if len(warnings) <= MAX_EXPLAINED:
        return warnings
    # Many planets share a list, so each list is checked once.
    lists = {id(each): each for each in warnings.values()}
    odd = {key for key, each in lists.items() if any(one.code in SHORT for one in each)}
    planets = sorted(i for i, each in warnings.items() if id(each) in odd)
    shortened = dict(warnings)
    for i in planets[MAX_EXPLAINED:]:
        shortened[i] = [
            _short(one.code, one.column) if one.code in SHORT else one for one in warnings[i]
        ]
    return shortened


@cache
def _short(code: str, column: str) -> PlanetWarning:
    return PlanetWarning(code, column, f"{column} {SHORT[code]}")
